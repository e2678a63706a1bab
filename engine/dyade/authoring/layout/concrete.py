"""What does a text hold, letter for letter? Its groups, its values as they are written, and every comment.

Only a text that `program.text.read` reads without complaint comes here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from dyade.program.letters import Lines
from dyade.program.text import events

BLOCKS = ("|", ">")


class Leaf:
    """A value as it is written: one line, or several."""

    __slots__ = ("end", "lines", "start", "style", "value")

    def __init__(self, start: int, end: int, lines: Sequence[str], style: str, value: str) -> None:
        self.start = start
        self.end = end
        self.lines = lines
        """Of a block, its header and its lines; of another, what is written, line by line."""
        self.style = style
        self.value = value


class Entry:
    """A key with its value, or an item; and the comments that belong to it."""

    __slots__ = ("after_key", "at", "below", "column", "key", "lead", "tail", "value")

    def __init__(self, at: int, column: int, key: Leaf | None) -> None:
        self.at = at
        """Where its key or its dash stands."""
        self.column = column
        self.key = key
        self.value: Leaf | Group = Leaf(at, at, ("",), "", "")
        self.lead: list[str] = []
        """Comments above it; an empty one is a blank line."""
        self.after_key: Comment | None = None
        self.tail: Comment | None = None
        self.below: list[str] = []
        """Comments where its value would be: it has none, and they are indented more than it is."""


class Group:
    """Keys, or items."""

    __slots__ = ("column", "end", "entries", "flow", "foot", "is_list", "one_line", "start")

    def __init__(self, start: int, column: int, *, is_list: bool, flow: bool) -> None:
        self.start = start
        self.end = start
        self.column = column
        self.is_list = is_list
        self.flow = flow
        self.one_line = False
        """Whether it begins and ends on one line."""
        self.entries: list[Entry] = []
        self.foot: list[str] = []
        """Comments below the last entry."""


class Comment(NamedTuple):
    """A comment at the end of a line, and the column in which it begins."""

    text: str
    column: int


class Written(NamedTuple):
    """A text: what is above everything, then everything."""

    head: list[str]
    top: Group


class Solid(NamedTuple):
    """A stretch of the text that is no punctuation: between two of them stand comments."""

    start: int
    end: int
    entry: Entry | None
    is_key: bool


class NotPlain(Exception):
    """The text is laid out in a way that is left as it is: markers of documents, keys that are groups."""


def written(text: str) -> Written:
    """Read a text with its comments; raise `NotPlain` for what is better left alone."""
    reading = _Reading(text)
    for event in events(text):
        reading.take(type(event).__name__, event)
    if not isinstance(reading.top, Group) or reading.top.flow or reading.top.is_list:
        raise NotPlain
    return _Comments(text, reading, reading.top).placed()


class _Reading:
    """One pass over the events."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self.solids: list[Solid] = []
        self.groups: list[Group] = []
        """All groups, in the order in which they begin."""
        self.top: Group | Leaf | None = None
        self.open: list[Group] = []
        self.pending: Entry | None = None

    def take(self, kind: str, event: Any) -> None:
        if (kind == "DocumentStartEvent" and event.explicit) or (kind == "DocumentEndEvent" and event.explicit):
            raise NotPlain
        if kind == "ScalarEvent":
            self.scalar(event)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self.begin(event, is_list=kind == "SequenceStartEvent")
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.finish(event)

    def offset(self, mark: Any) -> int:
        return min(self.lines.offset(mark.line + 1, mark.column + 1), len(self.text))

    def scalar(self, event: Any) -> None:
        start, end = self.offset(event.start_mark), self.offset(event.end_mark)
        if event.style in BLOCKS:
            end = start + len(self.text[start:end].rstrip())
            if "+" in self.text[start : start + 3]:
                raise NotPlain
        lines = self.text[start:end].replace("\r\n", "\n").split("\n")
        leaf = Leaf(start, end, lines, event.style or "", event.value)
        group = self.open[-1] if self.open else None
        if group is not None and not group.is_list and self.pending is None:
            if len(lines) > 1:
                raise NotPlain
            self.pending = Entry(start, event.start_mark.column, leaf)
            group.entries.append(self.pending)
            self.solids.append(Solid(start, end, self.pending, True))
            return
        key = self.pending.key if self.pending is not None else None
        if end == start and key is not None and "\n" in self.text[key.end : start]:
            # Without a colon, the reader ends it where the next key begins: below its comments.
            leaf.start = leaf.end = start = end = key.end
        entry = self.put(leaf, start, event.start_mark.column)
        # What has no value ends at its colon or its dash: what stands below is not between it and a value.
        self.solids.append(Solid(start, end, entry, False))

    def begin(self, event: Any, *, is_list: bool) -> None:
        start = self.offset(event.start_mark)
        flow = bool(event.flow_style) and self.text[start : start + 1] in {"{", "["}
        in_flow = bool(self.open and self.open[-1].flow)
        group = Group(start, event.start_mark.column, is_list=is_list, flow=flow or in_flow)
        above = self.open[-1] if self.open else None
        if above is not None and not above.is_list and self.pending is None:
            raise NotPlain
        entry = self.put(group, start, event.start_mark.column)
        self.open.append(group)
        self.groups.append(group)
        if flow:
            self.solids.append(Solid(start, start + 1, entry, False))

    def finish(self, event: Any) -> None:
        group = self.open.pop()
        group.end = self.offset(event.end_mark)
        if group.flow and self.text[group.start] in "{[":
            entry = next(
                (one for one in (self.open[-1].entries if self.open else ())[::-1] if one.value is group), None
            )
            self.solids.append(Solid(group.end - 1, group.end, entry, False))
        elif self.solids:
            group.end = self.solids[-1].end
        group.one_line = "\n" not in self.text[group.start : group.end]

    def put(self, value: Leaf | Group, start: int, column: int) -> Entry | None:
        """Give a value its place; the entry that holds it."""
        if not self.open:
            self.top = value
            return None
        group = self.open[-1]
        if group.is_list:
            dash = start if group.flow else self.dash(start)
            at = column if group.flow else dash - self.text.rfind("\n", 0, dash) - 1
            entry = Entry(dash, at, None)
            group.entries.append(entry)
        else:
            assert self.pending is not None
            entry, self.pending = self.pending, None
        entry.value = value
        return entry

    def dash(self, start: int) -> int:
        """Where the dash of an item stands, before its value: no comment between them may hold one."""
        after = max(self.solids[-1].end if self.solids else 0, self.open[-1].start)
        at = after if self.text[after : after + 1] == "-" and not self.open[-1].entries else -1
        while at < 0 or not self.is_dash(at):
            found = self.text.find("-", max(after, at + 1), start + 1)
            if found < 0:
                raise NotPlain
            at = found
        return at

    def is_dash(self, at: int) -> bool:
        line = self.text.rfind("\n", 0, at) + 1
        return not self.text[line:at].strip(" -") and self.text[at + 1 : at + 2] in {" ", "\n", "\r", ""}


class _Comments:
    """Gives each comment and each blank line to what it belongs to."""

    def __init__(self, text: str, reading: _Reading, top: Group) -> None:
        self.text = text
        self.solids = reading.solids
        self.groups = reading.groups
        self.top = top
        self.entries = sorted((entry for group in reading.groups for entry in group.entries), key=lambda one: one.at)
        self.head: list[str] = []

    def placed(self) -> Written:
        ends = [0, *(solid.end for solid in self.solids)]
        starts = [*(solid.start for solid in self.solids), len(self.text)]
        for number, (start, end) in enumerate(zip(ends, starts, strict=True)):
            self.gap(self.solids[number - 1] if number else None, start, end)
        first = self.top.entries[0].lead if self.top.entries else []
        if first[:1] == [""]:
            # The blank line below what is above everything stays there, whichever key comes first.
            self.head.append(first.pop(0))
        return Written(self.head, self.top)

    def gap(self, before: Solid | None, start: int, end: int) -> None:
        """What stands between two solids."""
        blanks = False
        left = len(self.text)
        for at, column, comment in _trivia(self.text, start, end):
            if comment is None:
                blanks = True
            elif before is not None and "\n" not in self.text[before.end : at]:
                self.at_end(before, Comment(comment, column), at)
            else:
                # One that is indented more than the one above it belongs with that one.
                left = min(left, column)
                self.alone(before, comment, at, left, blank=blanks)
                blanks = False
        entry = self.next_entry(start) if blanks else None
        # Between a key and its value, a blank line belongs to nothing.
        if entry is not None and entry.at <= end:
            entry.lead.append("")

    def at_end(self, before: Solid, comment: Comment, at: int) -> None:
        """A comment at the end of a line."""
        group = self.flow_around(at)
        if before.entry is None:
            raise NotPlain
        if before.is_key and before.entry.value.start >= at:
            before.entry.after_key = comment
        elif group is not None and before.start == group.start:
            first = group.entries[0] if group.entries else None
            (group.foot if first is None else first.lead).append(comment.text)
        elif before.entry.tail is not None:
            raise NotPlain
        else:
            before.entry.tail = comment

    def alone(self, before: Solid | None, comment: str, at: int, column: int, *, blank: bool) -> None:
        """A comment on a line of its own."""
        told = ["", comment] if blank else [comment]
        if before is None:
            self.head += told
            return
        if before.is_key and before.entry is not None and isinstance(before.entry.value, Leaf):
            before.entry.lead += told
            return
        flow = self.flow_around(at)
        entry = self.next_entry(at)
        if flow is not None:
            inside = entry is not None and entry.at < flow.end
            (entry.lead if entry is not None and inside else flow.foot).extend(told)
            return
        if before.entry is not None and before.start == before.end and column > before.entry.column:
            before.entry.below += told
            return
        foot = self.ended_before(at, column, entry)
        if foot is not None:
            foot.foot += told
        elif entry is not None:
            entry.lead += told
        else:
            self.top.foot += told

    def ended_before(self, at: int, column: int, entry: Entry | None) -> Group | None:
        """The innermost group that ends just before a comment, and that the comment is indented like."""
        floor = entry.column if entry is not None else -1
        if column <= floor:
            return None
        ended = [
            group for group in self.groups if not group.flow and group.start < at and floor < group.column <= column
        ]
        return max((group for group in ended if self.is_last(group, at)), key=lambda one: one.column, default=None)

    def is_last(self, group: Group, at: int) -> bool:
        """Whether a group ends at the last solid before a place."""
        found = bisect_left(self.solids, at, key=lambda solid: solid.end)
        return found > 0 and self.solids[found - 1].end == group.end

    def next_entry(self, at: int) -> Entry | None:
        """The first key or dash from a place on."""
        found = bisect_left(self.entries, at, key=lambda entry: entry.at)
        return self.entries[found] if found < len(self.entries) else None

    def flow_around(self, at: int) -> Group | None:
        around: Iterable[Group] = (
            group
            for group in self.groups
            if group.flow and group.start < at < group.end and self.text[group.start] in "{["
        )
        return max(around, key=lambda group: group.start, default=None)


def _trivia(text: str, start: int, end: int) -> Iterator[tuple[int, int, str | None]]:
    """(where, in which column, the comment) for each comment and blank line of a stretch without values."""
    at = start
    first = True
    while at <= end:
        stop = text.find("\n", at, end)
        line_end = end if stop < 0 else stop
        line = text[at:line_end]
        mark = line.find("#")
        if mark >= 0:
            begins = text.rfind("\n", 0, at) + 1
            yield at + mark, at + mark - begins, line[mark:].rstrip()
        elif not first and stop >= 0 and not line.strip():
            yield at, 0, None
        if stop < 0:
            return
        at, first = stop + 1, False
