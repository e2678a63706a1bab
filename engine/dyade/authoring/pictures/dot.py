"""How is a chart written in DOT, for those who lay it out with Graphviz themselves?"""

from __future__ import annotations

from collections.abc import Iterator

from dyade.authoring.pictures.chart import Arrow, Box, Chart, Place

_SHAPES = {"state": "box", "first": "box", "plate": "note"}


def dot(chart: Chart) -> str:
    """Write a chart as a directed graph."""
    return "\n".join(_lines(chart)) + "\n"


def _lines(chart: Chart) -> Iterator[str]:
    yield f"digraph {_quoted(chart.title)} {{"
    yield f"  label={_quoted(chart.title)}; labelloc=t; compound=true; rankdir=TB"
    yield '  node [shape=box, style=rounded, fontname="Helvetica"]'
    yield '  edge [fontname="Helvetica", fontsize=10]'
    yield from _inside(chart, "", 1)
    for arrow in chart.arrows:
        yield "  " + _edge(chart, arrow)
    for note in chart.notes:
        yield f"  // [{note.number}] {_line(note.title)}: {'; '.join(map(_line, note.lines))}"
    for one in chart.asides:
        yield f"  // {_line(one.label)}{f' [{one.note}]' if one.note else ''}: {_line(one.who)} ({_line(one.where)})"
    yield "}"


def _inside(chart: Chart, box: str, depth: int) -> Iterator[str]:
    margin = "  " * depth
    for place in chart.places:
        if place.box == box:
            yield f"{margin}{_quoted(place.key)} [{_card(place)}]"
    for inner in chart.boxes:
        if inner.box == box:
            yield f"{margin}subgraph {_quoted(f'cluster_{inner.key}')} {{"
            dashed = "; style=dashed" if inner.track else ""
            bold = "; penwidth=3" if inner.here else ""
            yield f"{margin}  label={_quoted(_title(inner))}{dashed}{bold}"
            yield from _inside(chart, inner.key, depth + 1)
            yield f"{margin}}}"


def _title(box: Box) -> str:
    return box.label if box.track else f"{box.number}. {box.label}"


def _card(place: Place) -> str:
    head = place.label if place.kind == "plate" else f"{place.number}. {place.label}"
    said = [f"label={_quoted(head, *place.lines)}", f"shape={_SHAPES.get(place.kind, 'doubleoctagon')}"]
    if place.here or place.visited:
        said.append(f"penwidth={3 if place.here else 2}")
    if place.untouched:
        said.append('style="rounded,dashed"')
    return ", ".join(said)


def _edge(chart: Chart, arrow: Arrow) -> str:
    cards = {place.key for place in chart.places}
    note = f" [{arrow.note}]" if arrow.note else ""
    clock = "⏱ " if arrow.timed else ""
    said = [f"label={_quoted(*(part for part in (arrow.label + note, clock + arrow.who) if part.strip()))}"]
    ends = []
    for key, name in ((arrow.source, "ltail"), (arrow.target, "lhead")):
        ends.append(_quoted(key if key in cards else _first(chart, key)))
        if key not in cards:
            said.append(f"{name}={_quoted(f'cluster_{key}')}")
    if arrow.visited:
        said.append("penwidth=2")
    if arrow.untouched:
        said.append("style=dashed")
    return f"{ends[0]} -> {ends[1]} [{', '.join(said)}]"


def _first(chart: Chart, box: str) -> str:
    """A card inside a box: an arrow needs one at its end."""
    found = [place.key for place in chart.places if place.box == box]
    return found[0] if found else next(_first(chart, one.key) for one in chart.boxes if one.box == box)


def _quoted(*lines: str) -> str:
    """Lines between quotes; a backslash of a program's text is no escape of DOT."""
    told = "\\n".join(_line(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return f'"{told}"'


def _line(text: str) -> str:
    return " ".join(text.split())
