"""What did an author decide to leave as it is, and why? Comments such as `# dyade: ignore[M004] the term has an end`.

At the end of a line, such a comment is about that line; on a line of its own, about the block below it. Only doubts can
be set aside, never an error, and never without a reason. A `#` inside a text is no comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from dyade.program.codes import CODES, Severity
from dyade.program.diagnostics import Diagnostic, Findings, Fix, Place
from dyade.program.nearest import fold, nearest
from dyade.program.tree import Mark, Tree

MARKER: Final = "dyade"
TOLD_ELSEWHERE: Final = re.compile(r"C00[1-4]|K00[12]|S\d+")
"""Codes that others tell, or that proofs settle (`diff`, `test --coverage`, `check --prove`): none shows as useless."""
SUSPECTED: Final = "S002"
"""What is suspected where nothing is proved: a proof that clears it makes no comment useless."""
OF_TODAY: Final = "M008"
"""Told where the day is known."""

_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*dyade:\s*ignore\b\s*(?:\[([^\]\n]*)\])?\s*(.*?)\s*$", re.IGNORECASE)
_LIKE_ONE = re.compile(
    r"(?P<head>#\s*dyade\b\s*:?\s*(?:(?P<word>\w+)\s*:?\s*)?(?:\[(?P<codes>[^\]\n]*)\])?)", re.IGNORECASE
)
"""What was perhaps meant to be such a comment; a dyad is also a word of whoever comments their program."""
_LIKE_IGNORE: Final = ("ignore", "ignorer")
_CODE = re.compile(r"([A-Za-z])0*([1-9]\d{0,2})")
_BY_SLUG: Mapping[str, str] = {code.slug: name for name, code in CODES.items()}


class Suppressed(NamedTuple):
    """A finding that was set aside, and the reason that was given."""

    diagnostic: Diagnostic
    reason: str


class _Comment(NamedTuple):
    """One code of one comment: where it stands, and the lines that it is about."""

    code: str
    place: Place
    """The comment, from its sign to its end."""
    whole: Place
    """What goes where the comment goes: its line, or the spaces before it."""
    first: int
    last: int
    reason: str


def set_aside(findings: Findings, tree: Tree, *, today: bool, proves: bool = False) -> tuple[Suppressed, ...]:
    """Take out of the findings what comments set aside; tell the comments that are wrong, or of no use."""
    if not any("#" in line and MARKER in line.casefold() for line in tree.lines):
        return ()
    comments = list(_comments(tree, findings))
    if not comments:
        return ()
    used: set[int] = set()
    taken: list[Suppressed] = []

    def is_set_aside(found: Diagnostic) -> bool:
        for at, comment in enumerate(comments):
            if comment.code == found.code and comment.first <= found.place.line <= comment.last:
                used.add(at)
                taken.append(Suppressed(found, comment.reason))
                return True
        return False

    findings.take_out(is_set_aside)
    if not findings.errors:
        if proves:
            used |= {at for at, comment in enumerate(comments) if comment.code == SUSPECTED}
        _useless(comments, used, findings, today=today)
    return tuple(sorted(taken, key=lambda one: one.diagnostic.place))


def _useless(comments: Sequence[_Comment], used: set[int], findings: Findings, *, today: bool) -> None:
    """Tell what silences nothing; a file with errors was not read to its end, and nothing can be said of it."""
    for at, comment in enumerate(comments):
        if at not in used and not TOLD_ELSEWHERE.match(comment.code) and (today or comment.code != OF_TODAY):
            alone = sum(other.place == comment.place for other in comments) == 1
            fixes = [Fix(place=comment.whole, text="")] if alone else ()
            findings.add("U010", comment.place, name=comment.code, fixes=fixes)


# Comments.


def _comments(tree: Tree, findings: Findings) -> Iterator[_Comment]:
    texts = list(tree.texts())
    for number, line in enumerate(tree.lines):
        for sign in _signs(line, number, texts):
            found = _COMMENT.search(line[sign:])
            if found:
                end = len(line.rstrip())
                place = Place(number + 1, sign + 1, number + 1, end + 1)
                own = not line[:sign].strip()
                before = len(line[:sign].rstrip())
                whole = Place(number + 1, 1, number + 2, 1) if own else place._replace(column=before + 1)
                first, last = _block_below(tree.lines, number) if own else (number, number)
                for code in _codes(found[1], found[2], place, findings):
                    yield _Comment(code, place, whole, first + 1, last + 1, found[2])
                break
            if like := _LIKE_ONE.match(line[sign:]):
                _misspelled(like, Place(number + 1, sign + 1, number + 1, len(line.rstrip()) + 1), findings)
                break


def _signs(line: str, number: int, texts: Sequence[tuple[Mark, Mark, str]]) -> Iterator[int]:
    """The `#` that begin a comment: after a space, and outside of every text."""
    if MARKER not in line.casefold():
        return
    for found in re.finditer(r"(?:^|(?<=\s))#", line):
        if not any(_holds(text, (number, found.start())) for text in texts):
            yield found.start()


def _holds(text: tuple[Mark, Mark, str], at: Mark) -> bool:
    start, end, style = text
    return (start[0] + 1, 0) <= at < end if style in ("|", ">") else start <= at < end


def _block_below(lines: Sequence[str], number: int) -> tuple[int, int]:
    """The first and the last line of the block under a comment, from 0; an empty stretch where there is none."""
    first = next((at for at in range(number + 1, len(lines)) if not _is_blank(lines[at])), None)
    if first is None:
        return number, number
    indent, is_item = _indent(lines[first]), lines[first].lstrip().startswith("- ")
    last = first
    for at in range(first + 1, len(lines)):
        if _is_blank(lines[at]):
            continue
        deeper = _indent(lines[at]) > indent
        listed = not is_item and _indent(lines[at]) == indent and lines[at].lstrip().startswith("- ")
        if not (deeper or listed):
            break
        last = at
    return first, last


def _is_blank(line: str) -> bool:
    return line.strip()[:1] in ("", "#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


# Codes.


def _misspelled(like: re.Match[str], comment: Place, findings: Findings) -> None:
    """Tell a comment that was probably meant to set something aside, and does not."""
    names = [name.strip() for name in (like["codes"] or "").split(",") if name.strip()]
    codes = [_known(name) or _padded(name) for name in names]
    word = fold(like["word"] or "")
    if not any(codes) and word not in _LIKE_IGNORE and nearest(word, _LIKE_IGNORE) is None:
        return
    said = ", ".join(code or name for code, name in zip(codes, names, strict=True))
    head = comment._replace(end_column=comment.column + len(like["head"].rstrip()))
    fixes = [Fix(place=head, text=f"# dyade: ignore[{said}]")] if names and all(codes) else ()
    findings.add("U011", comment, variant="form", codes=said or "CODE", fixes=fixes)


def _known(name: str) -> str:
    """The code that a name stands for: its own, or that of its slug."""
    return name.upper() if name.upper() in CODES else _BY_SLUG.get(name.lower(), "")


def _padded(name: str) -> str:
    """A code whose zeros were miscounted."""
    found = _CODE.fullmatch(name)
    code = f"{found[1].upper()}{found[2]:0>3}" if found else ""
    return code if code in CODES else ""


def _codes(named: str | None, reason: str, place: Place, findings: Findings) -> Iterator[str]:
    """The codes that a comment sets aside, where it says them well."""
    names = [name.strip() for name in (named or "").split(",") if name.strip()]
    if not names:
        findings.add("U011", place, variant="codes")
    elif not reason:
        findings.add("U011", place, variant="reason", name=names[0])
    for name in names:
        code = _known(name)
        if not code:
            meant = _padded(name) or nearest(name, (*CODES, *_BY_SLUG))
            findings.add("U011", place, name=name, suggestion=meant)
        elif CODES[code].severity is Severity.ERROR:
            findings.add("U011", place, variant="error", name=code)
        elif reason:
            yield code
