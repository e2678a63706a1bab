"""Which words and signs is a condition made of?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple, NoReturn, TypeAlias

from dyade.program.conditions.problems import ConditionError

LONGEST: Final = 200
MOST_DIGITS: Final = 15

Kind: TypeAlias = Literal["number", "text", "date", "word", "sign", "end"]


class Token(NamedTuple):
    """A word or a sign, and the characters that it covers."""

    kind: Kind
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9]))
      | (?P<thousands>[0-9]{1,3}(?:\s[0-9]{3})+(?![0-9]))
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<word>[^\W\d]\w*)
      | (?P<text>"[^"]*")
      | (?P<wrong>===|!==|<>|=>|=<|&&?|\|\|?|\*\*|=(?!=)|!(?!=)|[≥≤≠×÷−–—%^;:{}$?'’‘“”«»„])
      | (?P<sign>==|!=|<=|>=|[<>+\-*/()\[\],.])
    """,
    re.VERBOSE,
)
_MEANT: Final[Mapping[str, str]] = {
    "===": "==", "!==": "!=", "<>": "!=", "=>": ">=", "=<": "<=", "&": "and", "&&": "and", "|": "or", "||": "or",
    "=": "==", "!": "not", "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "–": "-", "—": "-", ";": ",",
    **dict.fromkeys("'’‘“”«»„", '"'),
}  # fmt: skip


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a condition into tokens, the last of kind `end`; raise the first `ConditionError` met."""
    if len(text) > LONGEST:
        raise ConditionError(
            "E100", LONGEST, len(text), {"found": text[LONGEST : LONGEST + 20], "most": LONGEST}, variant="too_long"
        )
    return (*_cut(text), Token("end", "", len(text), len(text)))


def _cut(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        kind = found.lastgroup if found else None
        if found is None or kind is None:
            _refuse(text, at, at + 1)
        at = found.end()
        match kind:
            case "space":
                continue
            case "wrong":
                _refuse(text, found.start(), at)
            case "thousands":
                meant = "".join(found[0].split())
                raise ConditionError("E100", found.start(), at, {"found": found[0]}, meant, variant="thousands")
            case "number":
                _check_number(found[0], found.start(), at)
            case "date" if at - found.start() != 10:
                year, month, day = found[0].split("-")
                meant = f"{year}-{month:0>2}-{day:0>2}"
                raise ConditionError("E100", found.start(), at, {"found": found[0]}, meant, variant="date")
        yield Token(kind, found[0], found.start(), at)  # type: ignore[arg-type]


def _check_number(number: str, start: int, end: int) -> None:
    if len(number) > MOST_DIGITS:
        raise ConditionError("E100", start, end, {"found": number[:20], "most": MOST_DIGITS}, variant="number")
    if number[0] == "0" and number[1:2].isdigit():
        raise ConditionError("E100", start, end, {"found": number}, number.lstrip("0") or "0", variant="zero")


def _refuse(text: str, start: int, end: int) -> NoReturn:
    found = text[start:end]
    if found == '"':
        raise ConditionError("E100", start, len(text), {"found": found}, variant="quote")
    quotes = _MEANT.get(found) == '"'
    shown = found if found.isprintable() else f"U+{ord(found[0]):04X}"
    raise ConditionError("E100", start, end, {"found": shown}, _MEANT.get(found), variant="quotes" if quotes else "")
