"""Where does a piece go in a file? After the last of its section, or in a section of its own, where that belongs."""

from __future__ import annotations

from collections.abc import Sequence

from dyade.authoring.layout.concrete import Entry, Group, NotPlain, Written, written
from dyade.authoring.layout.layout import SECTIONS, shapes
from dyade.authoring.layout.printing import Printer
from dyade.authoring.starting.pieces import Piece
from dyade.program import edits
from dyade.program.diagnostics import Findings, Fix
from dyade.program.letters import Lines
from dyade.program.text import read

INDENT = "  "


class NoRoom(Exception):
    """A piece cannot be added: the file cannot be read, or is laid out in a way that is better left alone."""


class AlreadyThere(Exception):
    """The section has something of that name."""


def inserted(text: str, pieces: Sequence[Piece]) -> str:
    """The text with pieces added; everything else stays as it is written, comments included."""
    for piece in pieces:
        text = _with(text, piece)
    return text


def _with(text: str, piece: Piece) -> str:
    before = _data(text)
    if piece.name in _names(before.get(piece.section)):
        raise AlreadyThere
    plain = text if text.endswith("\n") else f"{text}\n"
    try:
        found = written(plain)
    except NotPlain:
        raise NoRoom from None
    made = edits.apply(plain, [_edit(plain, found, piece)])
    after = _data(made)
    others = {key: value for key, value in after.items() if key != piece.section}
    kept = {key: value for key, value in before.items() if key != piece.section}
    if others != kept or _names(after.get(piece.section)) != [*_names(before.get(piece.section)), piece.name]:
        raise NoRoom
    return made


def _data(text: str) -> dict[str, object]:
    findings = Findings()
    tree = read(text, findings)
    if tree is None or findings.errors or not isinstance(tree.data, dict):
        raise NoRoom
    return tree.data


def _names(section: object) -> list[str]:
    """What a section holds already."""
    if isinstance(section, dict):
        return list(section)
    items = section if isinstance(section, list) else []
    return [str(item.get("id")) for item in items if isinstance(item, dict)]


def _edit(text: str, found: Written, piece: Piece) -> Fix:
    entry = next((one for one in found.top.entries if one.key is not None and one.key.value == piece.section), None)
    if entry is None:
        return _new_section(text, found, piece)
    group = entry.value
    if isinstance(group, Group) and group.entries and not group.flow:
        return _after_the_last(text, group, piece)
    return _opened(text, entry, piece)


def _after_the_last(text: str, group: Group, piece: Piece) -> Fix:
    end = text.find("\n", group.end)
    indent = " " * group.column
    apart = len(group.entries) > 1 and "" in group.entries[-1].lead
    lines = [*([""] if apart else []), *(indent + line for line in piece.lines)]
    return _at(text, end, end, "\n" + "\n".join(lines))


def _opened(text: str, entry: Entry, piece: Piece) -> Fix:
    """A section between braces, or with nothing in it: its entries come one below the other."""
    value = entry.value
    assert entry.key is not None
    start = entry.key.end + 1
    kept: list[str] = []
    if isinstance(value, Group):
        section = shapes("program").of_key(shapes("program").schema, entry.key.value)
        kept = Printer(shapes("program"), SECTIONS["program"]).entries(value, section, len(INDENT))
        end = value.end
    else:
        end = max(value.end, start)
        if text[start:end].strip():
            raise NoRoom
    lines = [*kept, *(INDENT + line for line in piece.lines)]
    tail = text[end : text.find("\n", end)].rstrip()
    return _at(text, start, end + len(text[end : text.find("\n", end)]), f"{tail}\n" + "\n".join(lines))


def _new_section(text: str, found: Written, piece: Piece) -> Fix:
    """A section that is not there stands before the first that comes after it."""
    ranks = shapes("program").order("", shapes("program").schema)
    rank = ranks[piece.section]
    after = [one for one in found.top.entries if one.key is not None and ranks.get(one.key.value, 0) <= rank]
    lines = "\n".join([f"{piece.section}:", *(INDENT + line for line in piece.lines)])
    if not after:
        raise NoRoom
    last = after[-1]
    value = last.value
    end = text.find("\n", max(value.end, last.key.end if last.key is not None else 0))
    return _at(text, end, end, f"\n\n{lines}" + ("" if text[end + 1 : end + 2] in ("", "\n") else "\n"))


def _at(text: str, start: int, end: int, said: str) -> Fix:
    return Fix(place=Lines(text).place(start, end), text=said)
