"""How is a whole program said in JSON, so that it reads back to the same program?

JSON is YAML too: the file that is written is a program, which is checked and read like any other.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from dyade.program.digest import plain
from dyade.program.model import AUTHORS
from dyade.program.program import Program

_NUMBER = re.compile(r'"\\u0000([0-9.E+-]+)"')
"""A decimal, marked by a character that no program holds."""


def whole(program: Program) -> str:
    """Write a program as JSON; its comments stay behind, and so does what it says as it would be anyway."""
    text = json.dumps(_written(plain(program.model)), ensure_ascii=False, indent=2, default=_marked)
    return _NUMBER.sub(r"\1", text) + "\n"


def _written(value: Any) -> Any:
    """A text without languages is a text alone."""
    if isinstance(value, dict):
        return value[AUTHORS] if value.keys() == {AUTHORS} else {key: _written(one) for key, one in value.items()}
    return [_written(one) for one in value] if isinstance(value, list) else value


def _marked(value: Any) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(type(value))
    text = f"{value:f}"
    return "\0" + (text if "." in text else f"{text}.0")
