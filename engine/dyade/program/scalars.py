"""What does an unquoted word of YAML mean? The core rules of YAML 1.2, and none of the surprises of 1.1.

`null`, `~` and nothing are empty; `true` and `false` are truths; numbers are int or Decimal; all the rest is text, and
what another reader would take for something else is told.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

Scalar: TypeAlias = str | int | Decimal | bool | None

MOST_DIGITS = 18
LARGEST_POWER = 30

_PLAIN: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}
_LIKE_TRUTHS = {"yes", "no", "on", "off", "oui", "non", "vrai", "faux", "true", "false"}
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE]([-+]?[0-9]+))?")
_COMMA = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,8}),[0-9]{1,9}")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}")
_BASED = re.compile(r"0(?:x[0-9a-fA-F]+|o[0-7]+)")
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Meaning(NamedTuple):
    """A value, and what there is to say about the way it was written."""

    value: Scalar
    code: str = ""
    variant: str = ""
    mended: str = ""
    """What would be written instead."""


def meaning(text: str) -> Meaning:
    """Read an unquoted word."""
    if text in _PLAIN:
        return Meaning(_PLAIN[text])
    if text[0] in "-+.0123456789":
        return _number(text)
    if len(text) <= 5 and text.casefold() in _LIKE_TRUTHS:
        return Meaning(text, "Y010", mended=_truth(text.casefold()))
    return Meaning(text)


def pointed(text: str) -> str | None:
    """A number whose decimals follow a comma, with a point; nothing where it may be a number of thousands."""
    return text.replace(",", ".") if _COMMA.fullmatch(text) and not _THOUSANDS.fullmatch(text) else None


def _truth(word: str) -> str:
    return "true" if word in {"yes", "on", "oui", "vrai", "true"} else "false"


def _number(text: str) -> Meaning:
    found = _NUMBER.fullmatch(text)
    if found:
        return _decimal(text, found[1], found[2])
    if _BASED.fullmatch(text):
        return Meaning(int(text, 0)) if len(text) <= MOST_DIGITS - 2 else Meaning(0, "D008", "digits")
    if _ENDLESS.fullmatch(text):
        return Meaning(0, "D008", "digits")
    if _DAY.fullmatch(text) and not _is_day(text):
        return Meaning(text, "Y013")
    return Meaning(text)


def _decimal(text: str, digits: str, power: str | None) -> Meaning:
    """A number whose value stays small enough to compute with, whatever is written."""
    if digits[0] == "0" and digits[1:2].isdigit():
        bare = digits.lstrip("0")
        bare = text.replace(digits, bare if bare[:1].isdigit() else f"0{bare}", 1)
        return Meaning(meaning(bare).value, "Y011", mended=bare)
    if len(digits) - ("." in digits) > MOST_DIGITS or (power and (len(power) > 3 or abs(int(power)) > LARGEST_POWER)):
        return Meaning(0, "D008", "digits")
    if digits.isdigit() and not power:
        return Meaning(int(text))
    return Meaning(Decimal(text))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
