"""How is what a text holds written again? In order, indented by two, side by side where that fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dyade.authoring.layout.concrete import BLOCKS, Comment, Entry, Group, Leaf, Written
from dyade.authoring.layout.order import BELOW, TOLD, Schema, Shapes
from dyade.program.accidents import quoted

STEP = 2
JOINED = 120
"""What was written over several lines comes side by side up to this column."""
KEPT = 150
"""What was written on one line stays so up to this column."""


class Printer:
    """Writes the groups of one text."""

    def __init__(self, shapes: Shapes, sections: frozenset[str]) -> None:
        self.shapes = shapes
        self.sections = sections
        """The keys of the top above which stands a blank line."""

    def whole(self, written: Written, first: str) -> str:
        """The text, its first line given."""
        head = _tidy([first, *(line for line in written.head if not line.startswith(MODELINE))])
        body = self.entries(written.top, self.shapes.schema, 0, top=True)
        return "\n".join([*head, *body]) + "\n"

    # Groups over several lines.

    def entries(self, group: Group, schema: Schema | None, indent: int, *, top: bool = False) -> list[str]:
        """The lines of a group, one entry below the other."""
        lines: list[str] = []
        for position, (entry, inner) in enumerate(self.ordered(group, schema)):
            lead = _tidy(entry.lead)
            if top and position and self.begins_section(group, entry) and "" not in lead[:1]:
                lead = ["", *lead]
            if not position:
                lead = lead[1:] if lead[:1] == [""] else lead
            lines += [" " * indent + line if line else "" for line in lead]
            lines += self.entry(entry, inner, indent)
        foot = _without_end(_tidy(group.foot))
        return [*lines, *(" " * indent + line if line else "" for line in foot)]

    def begins_section(self, group: Group, entry: Entry) -> bool:
        """Whether a blank line stands above a key of the top; `initial` belongs to the states that follow it."""
        key = entry.key.value if entry.key is not None else ""
        if key == "states" and any(one.key is not None and one.key.value == "initial" for one in group.entries):
            return False
        return key in self.sections

    def ordered(self, group: Group, schema: Schema | None) -> Sequence[tuple[Entry, Schema | None]]:
        """The entries in their order, each with the schema of its value."""
        if group.is_list:
            item = self.shapes.of_item(schema)
            return [(entry, item) for entry in group.entries]
        keys = [entry.key.value for entry in group.entries if entry.key is not None]
        name, own = self.shapes.of_group(schema, keys) if schema is not self.shapes.schema else ("", schema)
        entries = list(group.entries)
        if name is not None and own is not None:
            ranks: Mapping[str, int] = self.shapes.order(name, own)
            entries.sort(key=lambda entry: ranks.get(entry.key.value if entry.key else "", len(ranks)))
        return [(entry, self.shapes.of_key(own, entry.key.value if entry.key else "")) for entry in entries]

    def entry(self, entry: Entry, schema: Schema | None, indent: int) -> list[str]:
        """The lines of one entry: its key or its dash, then its value."""
        if entry.key is None:
            return self.item(entry, schema, indent)
        head = f"{' ' * indent}{_scalar(entry.key)}:"
        return self.after(head, entry, schema, indent + STEP)

    def item(self, entry: Entry, schema: Schema | None, indent: int) -> list[str]:
        """An item: its first line takes the dash."""
        dash = f"{' ' * indent}-"
        value = entry.value
        if isinstance(value, Leaf) or self.fits(entry, schema, len(dash) + 1):
            return self.after(dash, entry, schema, indent + STEP)
        inside = self.entries(value, schema, indent + STEP)
        first = next(number for number, line in enumerate(inside) if line and not line.lstrip().startswith("#"))
        above = [line[STEP:] for line in inside[:first] if line]
        above += _told([*_comment(entry.after_key), *_comment(entry.tail)], indent)
        return [*above, f"{dash} {inside[first].lstrip()}", *inside[first + 1 :]]

    def after(self, head: str, entry: Entry, schema: Schema | None, indent: int) -> list[str]:
        """What comes after a key or a dash."""
        value = entry.value
        if isinstance(value, Leaf):
            return self.leaf(head, entry, value, indent)
        if self.fits(entry, schema, len(head) + 1, key=entry.key.value if entry.key else ""):
            side = f"{head} {self.side_by_side(value, schema)}"
            return [*_told([*_comment(entry.after_key), *value.foot], indent - STEP), _with(side, entry.tail)]
        below = self.entries(value, schema, indent)
        tails = [comment for comment in (entry.after_key, entry.tail) if comment is not None]
        more = _told([comment.text for comment in tails[1:]], indent)
        return [_with(head, tails[0] if tails else None), *more, *below]

    def leaf(self, head: str, entry: Entry, leaf: Leaf, indent: int) -> list[str]:
        above = _told(_comment(entry.after_key), indent - STEP)
        if leaf.style in BLOCKS:
            return [*above, f"{head} {leaf.lines[0].rstrip()}", *_indented(leaf, indent)]
        first = f"{head} {_scalar(leaf) if len(leaf.lines) == 1 else leaf.lines[0].rstrip()}".rstrip()
        rest = [" " * indent + line.strip() if line.strip() else "" for line in leaf.lines[1:]]
        lines = [first, *rest]
        below = [" " * indent + line if line else "" for line in _tidy(entry.below)]
        return [*above, *lines[:-1], _with(lines[-1], entry.tail), *below]

    # Groups on one line.

    def fits(self, entry: Entry, schema: Schema | None, column: int, key: str = "") -> bool:
        """Whether a group stays, or comes, on the line of its key."""
        group = entry.value
        if not isinstance(group, Group) or not group.entries:
            return True
        if not group.flow or _has_comments(group) or not _single_lines(group):
            return False
        if _stands_below(group, key):
            return False
        width = column + len(self.side_by_side(group, schema))
        return width <= (KEPT if group.one_line else JOINED)

    def side_by_side(self, group: Group, schema: Schema | None) -> str:
        """A group between brackets or braces."""
        parts = []
        for entry, inner in self.ordered(group, schema):
            value = entry.value
            said = _scalar(value) if isinstance(value, Leaf) else self.side_by_side(value, inner)
            parts.append(said if entry.key is None else f"{_scalar(entry.key)}: {said}".rstrip())
        return f"[{', '.join(parts)}]" if group.is_list else f"{{{', '.join(parts)}}}"


MODELINE = "# yaml-language-server:"


def _scalar(leaf: Leaf) -> str:
    """A value of one line as it is written; a doubled apostrophe is told better between the other quotes."""
    written = leaf.lines[0].rstrip()
    if leaf.style == "'" and "''" in written and leaf.value.isprintable():
        return quoted(leaf.value)
    return written


def _indented(leaf: Leaf, indent: int) -> list[str]:
    """The lines of a block, moved together."""
    base = min((len(line) - len(line.lstrip(" ")) for line in leaf.lines[1:] if line.strip()), default=0)
    explicit = next((int(letter) for letter in leaf.lines[0][1:3] if letter.isdigit()), None)
    indent = indent if explicit is None else indent - STEP + explicit
    if explicit is not None:
        first = next((line for line in leaf.lines[1:] if line.strip()), "")
        base = min(base, len(first) - len(first.lstrip(" ")))
    return [f"{' ' * indent}{line[base:].rstrip()}" if line.strip() else "" for line in leaf.lines[1:]]


def _with(line: str, comment: Comment | None) -> str:
    """A line with the comment at its end, in its column where there is room."""
    if comment is None:
        return line
    return f"{line.ljust(comment.column) if comment.column > len(line) + 1 else f'{line}  '}{comment.text}"


def _comment(comment: Comment | None) -> list[str]:
    return [comment.text] if comment is not None else []


def _told(comments: Sequence[str], indent: int) -> list[str]:
    return [" " * indent + comment for comment in comments]


def _tidy(lines: Any) -> list[str]:
    """Comments and blank lines, never two blank lines together."""
    tidy: list[str] = []
    for line in lines:
        if line or not tidy or tidy[-1]:
            tidy.append(line)
    return tidy


def _without_end(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


def _inside(group: Group) -> Iterator[Entry]:
    for entry in group.entries:
        yield entry
        if isinstance(entry.value, Group):
            yield from _inside(entry.value)


def _has_comments(group: Group) -> bool:
    if group.foot:
        return True
    for entry in group.entries:
        if any(entry.lead) or entry.after_key or entry.tail or entry.below:
            return True
        if isinstance(entry.value, Group) and _has_comments(entry.value):
            return True
    return False


def _single_lines(group: Group) -> bool:
    """Whether no value of a group is written over several lines."""
    return all(len(entry.value.lines) == 1 for entry in _inside(group) if isinstance(entry.value, Leaf))


def _stands_below(group: Group, key: str) -> bool:
    """Whether a group holds clauses side by side, or one with sentences of its own."""
    if group.is_list and key in BELOW and any(isinstance(entry.value, Group) for entry in group.entries):
        return True
    keys = {entry.key.value for entry in group.entries if entry.key is not None}
    if "when" in keys and keys & TOLD:
        return True
    return any(
        _stands_below(entry.value, entry.key.value if entry.key is not None else "")
        for entry in group.entries
        if isinstance(entry.value, Group)
    )
