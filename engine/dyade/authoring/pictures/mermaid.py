"""How is a chart written in Mermaid, for pages that draw it themselves? As a state diagram."""

from __future__ import annotations

from collections.abc import Iterator

from dyade.authoring.pictures.chart import Arrow, Box, Chart, Place

_SAFE = str.maketrans({"#": "#35;", ";": "#59;", ":": "#58;", "<": "#lt;", ">": "#gt;", '"': "#quot;", "`": "#96;",
                       "{": "#123;", "}": "#125;", "%": "#37;", "\\": "#92;"})  # fmt: skip
"""Characters that would end a label, or begin something else, by their numbers."""


def mermaid(chart: Chart) -> str:
    """Write a chart as a Mermaid state diagram."""
    return "\n".join(_lines(chart)) + "\n"


def _lines(chart: Chart) -> Iterator[str]:
    yield "---"
    yield f"title: '{_line(chart.title).replace(chr(39), chr(39) * 2)}'"
    yield "---"
    yield "stateDiagram-v2"
    yield f"    accTitle: {_line(chart.words.say('picture.title', title=chart.title))}"
    yield f"    accDescr: {_line(chart.alternative())}"
    first = next((place for place in chart.places if place.kind == "first"), None)
    if first is not None:
        yield f"    [*] --> {_id(first.key)}"
    yield from _inside(chart, "", 1)
    for arrow in chart.arrows:
        told = _label(arrow)
        yield f"    {_id(arrow.source)} --> {_id(arrow.target)}" + (f" : {told}" if told else "")
    for place in chart.places:
        if place.kind not in ("first", "state", "plate"):
            yield f"    {_id(place.key)} --> [*]"
    yield from _notes(chart)
    yield from _classes(chart)


def _inside(chart: Chart, box: str, depth: int) -> Iterator[str]:
    margin = "    " * depth
    for place in chart.places:
        if place.box == box:
            yield f'{margin}state "{_card(place)}" as {_id(place.key)}'
    tracks = 0
    for inner in (inner for inner in chart.boxes if inner.box == box):
        if inner.track and tracks:
            yield f"{margin}--"
        tracks += inner.track
        yield f'{margin}state "{_box(inner)}" as {_id(inner.key)}'
        yield f"{margin}state {_id(inner.key)} {{"
        yield from _inside(chart, inner.key, depth + 1)
        yield f"{margin}}}"


def _card(place: Place) -> str:
    head = _safe(place.label) if place.kind == "plate" else f"{place.number}. {_safe(place.label)}"
    return "<br/>".join([head, *map(_safe, place.lines)])


def _box(box: Box) -> str:
    return _safe(box.label) if box.track else f"{box.number}. {_safe(box.label)}"


def _label(arrow: Arrow) -> str:
    note = f" [{arrow.note}]" if arrow.note else ""
    parts = [_safe(arrow.label) + note if arrow.label else "", ("⏱ " if arrow.timed else "") + _safe(arrow.who)]
    return "<br/>".join(part for part in parts if part.strip())


def _notes(chart: Chart) -> Iterator[str]:
    """Conditions, and what moves nothing, as remarks: Mermaid has no room for them beside the arrows."""
    for note in chart.notes:
        yield f"    %% [{note.number}] {_line(note.title)}: {'; '.join(map(_line, note.lines))}"
    for one in chart.asides:
        told = f" [{one.note}]" if one.note else ""
        yield f"    %% {_line(one.label)}{told}: {_line(one.who)} ({_line(one.where)})"


def _classes(chart: Chart) -> Iterator[str]:
    kinds = {
        "here": [place.key for place in chart.places if place.here] + [box.key for box in chart.boxes if box.here],
        "visited": [place.key for place in chart.places if place.visited and not place.here],
        "untouched": [place.key for place in chart.places if place.untouched],
    }
    looks = {
        "here": "stroke:#b45309,stroke-width:4px",
        "visited": "stroke:#b45309,stroke-width:2px",
        "untouched": "stroke:#b3261e,stroke-dasharray:5 3",
    }
    for kind, keys in kinds.items():
        if keys:
            yield f"    classDef {kind} {looks[kind]}"
            yield from (f"    class {_id(key)} {kind}" for key in keys)


def _id(key: str) -> str:
    """A name that Mermaid takes; a state may be called `end`, hence the kind before it."""
    return key.replace(".", "__")


def _safe(text: str) -> str:
    return _line(text).translate(_SAFE)


def _line(text: str) -> str:
    return " ".join(text.split())
