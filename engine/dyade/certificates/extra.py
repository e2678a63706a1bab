"""Is what certificates ask for installed? It comes with the extra, and is imported when it is wanted."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from dyade.errors import ExtraMissing

EXTRA = "certificates"


def imported(name: str) -> Any:
    """A module of a library that comes with the extra; `ExtraMissing` says how to install it."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != name.split(".")[0]:
            raise
        raise ExtraMissing(EXTRA) from None
