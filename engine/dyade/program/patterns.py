"""Does a text match a program's pattern? In linear time, whatever the pattern: the door of RE2."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return re2.compile(pattern, options)


def is_valid(pattern: str) -> bool:
    """Whether RE2 accepts a pattern."""
    import re2

    try:
        _compiled(pattern)
    except re2.error:
        return False
    return True


def matches(pattern: str, text: str) -> bool:
    """Whether the whole of a text matches."""
    return _compiled(pattern).fullmatch(text) is not None
