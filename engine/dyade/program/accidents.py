"""What went wrong where YAML cannot be read? The parser's words, turned into the usual accidents of people who write.

Colons in a text, apostrophes that close a quote, tabs, a space that was forgotten: each has its sentence, its place,
and where it can be told for sure, its fix.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from dyade.program.diagnostics import Fix, Place
from dyade.program.indents import untabbed

Mark: TypeAlias = tuple[int, int]
"""A line and a column, from 0, as the parser counts."""


class Trouble(NamedTuple):
    """What the parser says, where it stopped, and what it was reading."""

    problem: str
    at: Mark
    within: Mark | None
    opened: Mark | None
    """The innermost bracket or brace that is still open."""
    quoted: tuple[Mark, Mark] | None
    """The last quoted text that was read, from its first quote to its last."""


class Accident(NamedTuple):
    """What happened: the variant of the sentence, its place, its fact and its fix."""

    place: Place
    variant: str = ""
    facts: dict[str, str | int] = {}  # noqa: RUF012 (a NamedTuple's default, never changed)
    fixes: tuple[Fix, ...] = ()


LONGEST = 500
"""Characters of a line that is looked into: a hostile one must stay cheap."""

Reader: TypeAlias = Callable[[Trouble, Sequence[str]], Accident | None]

# An entry of a block: its dashes, its key, the colon, and its value without a comment.
_ENTRY = re.compile(r"^( *(?:- +)*)([^\s:#'\"{}\[\],&*!|>%@`-][^:#'\"{}\[\]]*?) *:(?: +(\S.*?))?\s*(?:\s#.*)?$")
_GLUED = re.compile(r"^ *(?:- +)*[\w-]+(:)(?!//)\S")
_SPACED = re.compile(r"^ *(?:- +)*[\w-]+ *:?([\u00a0\u202f\u2000-\u200a\u3000])|^ *([\u00a0\u202f\u2000-\u200a\u3000])")
_QUOTED_TO_DELIMITER = re.compile(r"'([^\"\\]*?)'(?=\s*(?:[,}\]]|\s#|$))")


def accident(trouble: Trouble, lines: Sequence[str]) -> Accident:
    """Say what probably happened."""
    if len(lines[trouble.at[0]] if trouble.at[0] < len(lines) else "") > LONGEST:
        return Accident(_on(*trouble.at, trouble.at[1] + 1))
    for words, readers in _READERS:
        if trouble.problem.startswith(words):
            found = (reader(trouble, lines) for reader in readers)
            return next((one for one in found if one), _somewhere(trouble, lines))
    return _somewhere(trouble, lines)


def quoted(text: str) -> str:
    """A text between the quotes that need no escape."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number][:LONGEST] if 0 <= number < len(lines) else ""


def _on(line: int, start: int, end: int) -> Place:
    """A place on one line; from numbers that count from 0."""
    return Place(line + 1, start + 1, line + 1, max(start, end) + 1)


def _somewhere(trouble: Trouble, lines: Sequence[str]) -> Accident:
    line, column = trouble.at
    if not _line(lines, line).strip():
        # The end of the file says nothing: what was being read does.
        line, column = _last_written(trouble.at, lines)
    return Accident(_on(line, column, column + 1))


def _last_written(at: Mark, lines: Sequence[str]) -> Mark:
    for number in range(min(at[0], len(lines) - 1), -1, -1):
        if text := _line(lines, number).rstrip():
            return number, len(text) - 1
    return 0, 0


# Colons.


def _colon_in_value(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    line, column = trouble.at
    entry = _ENTRY.match(_line(lines, line))
    if not entry or entry[3] is None or column < entry.start(3):
        return None
    place = _on(line, *entry.span(3))
    if entry[3][0] in "'\"":
        return Accident(place, "quote_inside")
    if entry[3][0] in "{[|>":
        return Accident(_on(line, column, column + 1))
    return Accident(place, "colon", fixes=(Fix(place=place, text=quoted(entry[3])),))


def _entry_in_text(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    """A line that holds a key went on with the text above it."""
    number = trouble.at[0]
    above = next((n for n in range(number - 1, max(-1, number - 50), -1) if _line(lines, n).strip()), None)
    if above is None:
        return None
    if found := _no_space(above, lines):
        return found
    line, text = _line(lines, number), _line(lines, above)
    indent = len(line) - len(line.lstrip(" "))
    if _ENTRY.match(text):
        return Accident(_on(number, indent, trouble.at[1]), "indent")
    return Accident(_on(above, len(text) - len(text.lstrip()), len(text.rstrip())), "no_colon")


def _no_space(number: int, lines: Sequence[str]) -> Accident | None:
    """A colon that touches its value, or a space that is not one."""
    line = _line(lines, number)
    if odd := _SPACED.match(line):
        place = _on(number, *odd.span(1 if odd[1] else 2))
        return Accident(place, "no_break_space", fixes=(Fix(place=place, text=" "),))
    if glued := _GLUED.match(line):
        after = _on(number, glued.end(1), glued.end(1))
        return Accident(_on(number, *glued.span(1)), "space", fixes=(Fix(place=after, text=" "),))
    return None


def _not_an_entry(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    if trouble.within is None:
        return None
    number, start = trouble.within
    line = _line(lines, number).rstrip()
    return _no_space(number, lines) or Accident(_on(number, start, len(line)), "no_colon")


def _colon_in_braces(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    line, column = trouble.at
    text = _line(lines, line)
    if text[column : column + 1] != ":":
        return None
    if trouble.opened and line > trouble.opened[0] and not re.search(r": |[{\[]", text[:column]):
        return _no_comma(trouble.opened, line, lines)
    start = max(text.rfind(": ", 0, column) + 2, text.rfind(", ", 0, column) + 2, text.rfind("{", 0, column) + 1)
    ends = [end for end in (text.find(mark, column) for mark in (",", "}", "]")) if end >= 0]
    end = min(ends, default=len(text.rstrip()))
    place = _on(line, start, end)
    value = text[start:end]
    fixes = (Fix(place=place, text=quoted(value)),) if value and value[0] not in "'\"{[" else ()
    return Accident(place, "colon", fixes=fixes)


def _no_comma(opened: Mark, number: int, lines: Sequence[str]) -> Accident | None:
    """A key began on a line of its own, inside braces; one that is not indented is outside of them."""
    indents = [len(line) - len(line.lstrip(" ")) for line in (_line(lines, opened[0]), _line(lines, number))]
    if indents[1] <= indents[0]:
        return None
    above, end = _last_written((number - 1, 0), lines)
    return Accident(_on(above, end, end + 1), "comma", fixes=(Fix(place=_on(above, end + 1, end + 1), text=","),))


# Quotes and brackets.


def _quote_inside(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    """The text stopped just after a quote: an apostrophe closed it, or a quote far above was never closed."""
    if not trouble.quoted:
        return None
    (first, start), (last, end) = trouble.quoted
    number, column = trouble.at
    if last != number or _line(lines, last)[end:column].strip():
        return None
    if first != last:
        return Accident(_on(first, start, start + 1), "quote_open")
    line = _line(lines, first)
    whole = _QUOTED_TO_DELIMITER.match(line, start)
    place = _on(first, start, whole.end() if whole else len(line.rstrip()))
    fixes = (Fix(place=place, text=f'"{whole[1]}"'),) if whole and whole.end() > end else ()
    return Accident(place, "quote_inside", fixes=fixes)


def _quote_open(trouble: Trouble, lines: Sequence[str]) -> Accident | None:  # noqa: ARG001 (one signature for all)
    if trouble.within is None:
        return None
    return Accident(_on(trouble.within[0], trouble.within[1], trouble.within[1] + 1), "quote_open")


def _after_bracket(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    number, column = trouble.at
    line = _line(lines, number)
    if line[:column].rstrip()[-1:] not in {"}", "]"}:
        return None
    entry = re.match(r"^ *(?:- +)*(?:[^\s:#'\"{}\[\]]+ *: +)?([{\[].*?)\s*(?:\s#.*)?$", line)
    if not entry:
        return Accident(_on(number, column, len(line.rstrip())), "after_bracket")
    place = _on(number, *entry.span(1))
    return Accident(place, "after_bracket", fixes=(Fix(place=place, text=quoted(entry[1])),))


def _unclosed(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    if trouble.opened is None:
        return None
    number, column = trouble.opened
    line = _line(lines, number)
    comment = re.compile(r"\s#").search(line, column)
    if comment and trouble.at[0] > number:
        return Accident(_on(number, comment.end() - 1, len(line.rstrip())), "hash")
    bracket = line[column : column + 1]
    closing = _line(lines, trouble.at[0])[trouble.at[1] : trouble.at[1] + 1]
    if trouble.at[0] == number and closing not in {"}", "]", ""}:
        return None
    return Accident(_on(number, column, column + 1), "unclosed", {"bracket": bracket})


def _unopened(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    number, column = trouble.at
    bracket = _line(lines, number)[column : column + 1]
    if bracket not in {"]", "}"} or trouble.opened:
        return None
    return Accident(_on(number, column, column + 1), "unopened", {"bracket": bracket})


# Indentation and first letters.


def _indent(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    number, column = trouble.at
    line = _line(lines, number)
    if not line.strip() or line[:column].strip(" -") or line[column] == ":":
        return None
    return Accident(_on(number, column, len(line.rstrip())), "indent")


def _first_letter(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    number, column = trouble.at
    line = _line(lines, number)
    letter = line[column : column + 1]
    if letter == "\t":
        return _tab(trouble, lines)
    end = len(re.split(r"\s#", line)[0].rstrip())
    place = _on(number, column, end)
    whole = not line[:column].strip() or line[:column].rstrip()[-1:] in {":", "-"}
    fixes = (Fix(place=place, text=quoted(line[column:end])),) if whole else ()
    return Accident(place, "first_letter", {"character": letter}, fixes)


def _tab(trouble: Trouble, lines: Sequence[str]) -> Accident | None:
    number, column = trouble.at
    line = _line(lines, number)
    tabs = re.compile(r"\t+").search(line, column)
    if not tabs:
        return None
    place = _on(number, *tabs.span())
    if not line[:column].strip():
        return Accident(place, "tab", fixes=untabbed(lines, number))
    return Accident(place, "tab", fixes=(Fix(place=place, text=" "),))


def _simply(variant: str) -> Reader:
    def read(trouble: Trouble, lines: Sequence[str]) -> Accident:
        return Accident(_somewhere(trouble, lines).place, variant)

    return read


_READERS: tuple[tuple[str, tuple[Reader, ...]], ...] = (
    ("mapping values are not allowed", (_colon_in_value, _entry_in_text)),
    ("could not find expected ':'", (_not_an_entry,)),
    ("did not find expected ','", (_colon_in_braces, _quote_inside, _unclosed)),
    ("did not find expected key", (_quote_inside, _after_bracket, _indent)),
    ("did not find expected '-'", (_quote_inside, _after_bracket, _indent)),
    ("did not find expected <document", (_quote_inside, _after_bracket, _indent)),
    ("did not find expected node content", (_unopened, _unclosed)),
    ("found unexpected end of stream", (_quote_open,)),
    ("found unexpected document indicator", (_quote_open,)),
    ("found character that cannot start", (_first_letter,)),
    ("found a tab character", (_tab,)),
    ("found unknown escape", (_simply("backslash"),)),
    ("did not find expected hexdecimal", (_simply("backslash"),)),
    ("found invalid Unicode", (_simply("backslash"),)),
    ("block sequence entries are not", (_simply("dash"),)),
    ("mapping keys are not allowed", (_first_letter,)),
)
