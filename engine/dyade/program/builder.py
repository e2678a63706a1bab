"""How do the events of a YAML text become values that know their place?

Nothing is built that the text does not say in plain words: a name for later, a type, a merged group or a key written
twice is told instead. Where a comma or a brace cut a text, it is told, and read as it was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from dyade.program.accidents import quoted
from dyade.program.diagnostics import Findings, Fix, Place
from dyade.program.letters import ODD, SPACES, cleaned, named, piled
from dyade.program.scalars import Scalar, meaning, pointed
from dyade.program.tree import Mark, Node, extent

DEEPEST: Final = 40
MOST: Final = 20_000
"""Values and keys of a file."""

_COLON = re.compile(r"\s*:")
_GLUED = re.compile(r"[\w-]+:[^\s/]")


class Enough(Exception):
    """Nothing more can be read; the findings say why."""


class _Frame:
    """A group or a list that is being read."""

    __slots__ = ("bare", "data", "drop", "flow", "is_key", "key", "node", "run", "text")

    def __init__(self, data: dict[str, Any] | list[Any], node: Node, *, flow: bool, is_key: bool) -> None:
        self.data = data
        self.node = node
        self.flow = flow
        self.is_key = is_key
        self.key: tuple[str, Mark, Mark] | None = None
        self.drop = False
        """The value to come has no place in the tree."""
        self.text: tuple[str, Mark] | None = None
        """The key and the start of the last unquoted text, which a comma may have cut."""
        self.run: tuple[Mark, Mark, str] | None = None
        """A text that commas have cut: its extent, and the first piece that reads as a key."""
        self.bare = 0
        """Keys between braces that have neither colon nor value."""


class Builder:
    """Takes the events of one document, in order. An event is the parser's: this file does not import it."""

    def __init__(self, lines: Sequence[str], findings: Findings) -> None:
        self.lines = lines
        self.findings = findings
        self.frames: list[_Frame] = []
        self.found: tuple[Any, Node] | None = None
        self.last_quoted: tuple[Mark, Mark] | None = None
        self.count = 0

    @property
    def opened_at(self) -> Mark | None:
        """Where the innermost bracket or brace that is still open stands."""
        return next((frame.node.start for frame in reversed(self.frames) if frame.flow), None)

    def counted(self, event: Any) -> None:
        self.count += 1
        if self.count > MOST:
            self.refuse("Y007", place_of(event), "many", limit=MOST)

    def refuse(self, code: str, place: Place, variant: str, limit: int) -> None:
        self.findings.add(code, place, variant=variant, limit=limit)
        self.found = None
        raise Enough

    def marked(self, event: Any) -> None:
        """Tell what gives a value a name or a type."""
        if event.anchor is not None:
            self.findings.add("Y005", place_of(event), name=event.anchor)
        if getattr(event, "tag", None) is not None:
            self.findings.add("Y006", place_of(event), tag=event.tag.replace("tag:yaml.org,2002:", "!!"))

    # Groups and lists.

    def opened(self, event: Any, data: dict[str, Any] | list[Any]) -> None:
        self.counted(event)
        if len(self.frames) >= DEEPEST:
            self.refuse("Y007", place_of(event), "", limit=DEEPEST)
        if event.anchor is not None or event.tag is not None:
            self.marked(event)
        frame = self.frames[-1] if self.frames else None
        is_key = frame is not None and isinstance(frame.data, dict) and frame.key is None
        if is_key:
            self.findings.add("Y002", place_of(event), variant="complex_key")
        elif frame is not None and frame.key is not None:
            self.keep_key(frame)
        node = Node(mark_of(event.start_mark), mark_of(event.end_mark))
        self.frames.append(_Frame(data, node, flow=bool(event.flow_style), is_key=is_key))

    def closed(self, start: Mark, end: Mark) -> None:
        frame = self.frames.pop()
        node = frame.node
        # The end that the parser gives to a block is the start of what follows it.
        node.end = end if end > start else max((item.end for item in reversed(node.items.values())), default=node.end)
        self.end_run(frame)
        if frame.is_key:
            self.frames[-1].key = ("", node.start, node.end)
            self.frames[-1].drop = True
        elif len(node.items) == frame.bare == 1 and node.start[0] == node.end[0]:
            self.put(self.placeholder(node), node)
        else:
            self.put(frame.data, node)

    def placeholder(self, node: Node) -> str:
        """A text such as {fields.x} was taken for a group of keys."""
        line = self.lines[node.start[0]]
        text = line[node.start[1] : node.end[1]]
        # Where more text follows, the parser stops, and that is told instead.
        if line[node.end[1] :].lstrip()[:1] in {"", ",", "}", "]", "#"}:
            fixes = [Fix(place=node.place, text=quoted(text))]
            self.findings.add("Y012", node.place, variant="placeholder", fixes=fixes)
        return text

    def put(self, value: Any, node: Node) -> None:
        """Give a value its place in what holds it."""
        if not self.frames:
            self.found = value, node
            return
        frame = self.frames[-1]
        if isinstance(frame.data, list):
            frame.node.items[len(frame.data)] = node
            frame.data.append(value)
            return
        if frame.key is not None and not frame.drop:
            key, start, end = frame.key
            frame.data[key] = value
            frame.node.items[key] = node
            frame.node.keys[key] = start, end
        frame.key = None
        frame.drop = False

    # Keys.

    def key(self, frame: _Frame, event: Any) -> None:
        text = cleaned(event.value)
        start, end = mark_of(event.start_mark), mark_of(event.end_mark)
        if not event.style and SPACES.search(text):
            self.odd_spaces(start, end)
            text = SPACES.sub(" ", text).strip()
        if not event.style and text == "<<":
            self.findings.add("Y005", extent(start, end), variant="merge", name=text)
            frame.drop = True
        frame.key = text, start, end

    def keep_key(self, frame: _Frame) -> None:
        """Look at a key whose value has come: the same one twice keeps its first value."""
        self.end_run(frame)
        if frame.key is None or frame.drop:
            return
        key, start, end = frame.key
        if key in frame.node.keys:
            first = extent(*frame.node.keys[key])
            self.findings.add("Y003", extent(start, end), key=key, related=[(first, "related.first")])
            frame.drop = True

    def odd_spaces(self, start: Mark, end: Mark, *, edges: bool = False) -> None:
        """Tell the spaces that YAML takes for letters, in a key, or at the edges of a text."""
        for number in range(start[0], end[0] + 1):
            first = start[1] if number == start[0] else 0
            last = end[1] if number == end[0] else len(self.lines[number])
            for space in SPACES.finditer(self.lines[number], first, last):
                if edges and (number, space.start()) != start and (number, space.end()) != end:
                    continue
                place = extent((number, space.start()), (number, space.end()))
                fixes = [Fix(place=place, text=" ")]
                self.findings.add("Y008", place, variant="space", character=named(space[0][0]), fixes=fixes)

    # Values.

    def scalar(self, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self.marked(event)
        frame = self.frames[-1] if self.frames else None
        start, end = mark_of(event.start_mark), mark_of(event.end_mark)
        if event.style:
            self.last_quoted = (start, end) if event.style in "'\"" else self.last_quoted
            self.escaped(event, start, end)
        if frame is not None and frame.key is None and isinstance(frame.data, dict):
            self.key(frame, event)
        elif frame is not None and frame.flow and frame.key is not None and not event.value and self.no_colon(frame):
            self.without_value(frame)
        else:
            if frame is not None:
                self.keep_key(frame)
            self.put(self.value(frame, event, start, end), self.node(event.style or "", start, end))

    def node(self, style: str, start: Mark, end: Mark) -> Node:
        if style in ("|", ">") and end > start:
            # The end that the parser gives to a block is the start of what follows it.
            last = end[0] - (end[1] == 0)
            while last > start[0] and not self.lines[last].strip():
                last -= 1
            end = last, len(self.lines[last].rstrip())
        return Node(start, end, style)

    def value(self, frame: _Frame | None, event: Any, start: Mark, end: Mark) -> Scalar:
        text = cleaned(event.value)
        key = frame.key[0] if frame is not None and frame.key is not None else ""
        if event.style or event.tag is not None:
            return text
        if frame is not None and start[0] == end[0] and text:
            frame.text = key, start
        if start[0] != end[0]:
            self.list_in_text(start, end)
        # Before a colon, as French wants it, the colon is what the parser will stop at.
        if text != text.strip() and not _COLON.match(self.lines[end[0]], end[1]):
            self.odd_spaces(start, end, edges=True)
            text = text.strip()
        return self.understood(text, key, extent(start, end))

    def understood(self, text: str, key: str, place: Place) -> Scalar:
        found = meaning(text)
        # In a label, « Oui » is only a word.
        if found.code and not (found.code == "Y010" and key in {"fr", "en"}):
            fixes = [Fix(place=place, text=found.mended)] if found.mended else ()
            self.findings.add(found.code, place, variant=found.variant, text=text, fixes=fixes)
        return found.value

    def list_in_text(self, start: Mark, end: Mark) -> None:
        """A dash that is not below the others goes on with the text of the item above, in silence."""
        for number in range(start[0] + 1, end[0] + 1):
            line = self.lines[number].rstrip()
            if line.lstrip().startswith("- "):
                indent = len(line) - len(line.lstrip())
                self.findings.add("Y002", extent((number, indent), (number, len(line))), variant="list_item")

    def escaped(self, event: Any, start: Mark, end: Mark) -> None:
        """An escape may write what the file itself may not hold."""
        if event.style == '"' and not event.value.isprintable():
            odd = ODD.search(event.value)
            written = "\n".join(self.lines[start[0] : end[0] + 1])
            if odd and not ODD.search(written):
                self.findings.add("Y008", extent(start, end), character=named(odd[0]))
        if event.style == '"' and piled(event.value) is not None:
            self.findings.add("Y008", extent(start, end), variant="accents")

    def alias(self, event: Any) -> None:
        frame = self.frames[-1] if self.frames else None
        start, end = mark_of(event.start_mark), mark_of(event.end_mark)
        if frame is not None and frame.key is None and isinstance(frame.data, dict):
            frame.key, frame.drop = ("", start, end), True
        else:
            self.put(None, Node(start, end))

    # Commas between braces.

    def no_colon(self, frame: _Frame) -> bool:
        """Whether a key between braces ends at a comma: `{fr: Agent (APPR, DSM), en: …}` has `DSM)` for a key."""
        if frame.key is None:
            return False
        _, _, (line, column) = frame.key
        return not _COLON.match(self.lines[line], column)

    def without_value(self, frame: _Frame) -> None:
        if frame.key is None:
            return
        key, start, end = frame.key
        if _GLUED.match(key):
            self.glued(frame, key, start)
        elif frame.text and frame.text[1][0] == end[0] and isinstance(frame.data, dict):
            frame.run = frame.text[1], end, frame.run[2] if frame.run else key
            frame.key, frame.drop = None, False
        else:
            self.keep_key(frame)
            frame.bare += 1
            self.put(None, Node(end, end))

    def glued(self, frame: _Frame, key: str, start: Mark) -> None:
        """`{max:1}` has `max:1` for a key."""
        name, _, rest = key.partition(":")
        colon = start[0], start[1] + len(name)
        after = colon[0], colon[1] + 1
        fixes = [Fix(place=extent(after, after), text=" ")]
        self.findings.add("Y002", extent(colon, after), variant="space", fixes=fixes)
        frame.key = name, start, colon
        self.keep_key(frame)
        self.put(meaning(rest).value, Node(after, (after[0], after[1] + len(rest))))

    def end_run(self, frame: _Frame) -> None:
        """Tell, once, a text that its commas have cut, and read it as it was meant."""
        if frame.run is None or frame.text is None or not isinstance(frame.data, dict):
            return
        first, end, piece = frame.run
        text = self.lines[first[0]][first[1] : end[1]]
        cut = first[0], first[1] + max(0, text.find(piece))
        number = pointed(text) if frame.text[0] not in {"fr", "en"} else None
        if number is not None:
            place = extent(first, end)
            fixes = [Fix(place=place, text=number)]
            self.findings.add("Y012", place, variant="decimal", text=text, suggestion=number, fixes=fixes)
            frame.data[frame.text[0]] = meaning(number).value
            frame.run = frame.text = None
            return
        fixes = [Fix(place=extent(first, end), text=quoted(text))]
        self.findings.add("Y012", extent(cut, end), text=piece, fixes=fixes)
        frame.data[frame.text[0]] = cleaned(text)
        frame.run = frame.text = None


def mark_of(mark: Any) -> Mark:
    return mark.line, mark.column


def place_of(event: Any) -> Place:
    return extent(mark_of(event.start_mark), mark_of(event.end_mark))
