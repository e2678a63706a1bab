"""Where does each part of a picture stand? Graphviz lays the chart out, in this process; sizes are ours alone.

No word of a program reaches Graphviz: it is given numbers, and gives numbers back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from dyade.authoring.pictures.chart import Arrow, Box, Chart, Place
from dyade.errors import ExtraMissing

EXTRA = "docs"
Point = tuple[float, float]
Size = tuple[float, float]


class Curve(NamedTuple):
    """The way of an arrow: Bézier points, then the point of its head."""

    points: tuple[Point, ...]
    head: Point | None
    label: Point | None
    """The middle of its words."""


class Frame(NamedTuple):
    """The room of a box."""

    left: float
    top: float
    right: float
    bottom: float


class Layout(NamedTuple):
    """Where everything stands, in points from the top left."""

    width: float
    height: float
    places: Mapping[str, Point]
    """The middle of each card."""
    boxes: Mapping[str, Frame]
    arrows: Mapping[str, Curve]


class Way(NamedTuple):
    """One way of laying a chart out: none is the best for every chart."""

    whole: bool
    """Ranks count through the boxes, not inside each."""
    downward: bool
    """What comes later in the file stands lower, even where an arrow goes back up."""


WAYS = (Way(False, False), Way(False, True), Way(True, True), Way(True, False))
SHEET = (540.0, 770.0)
"""The room of an A4 page between its margins."""
FAR = 26.0
"""Words farther from their arrow are lost."""


def laid_out(chart: Chart, cards: Mapping[str, Size], labels: Mapping[str, Size], titles: Mapping[str, Size]) -> Layout:
    """Lay a chart out; the sizes are those of cards, of the words of arrows, of the titles of boxes.

    Raises ExtraMissing where the library is not installed.
    """
    try:
        graphviz = import_module("pygraphviz")
    except ModuleNotFoundError as error:
        if error.name != "pygraphviz":
            raise
        raise ExtraMissing(EXTRA) from None

    def laid(way: Way) -> Layout:
        text = "\n".join(_written(chart, cards, labels, titles, way))
        return _read(json.loads(graphviz.AGraph(text).draw(format="json0", prog="dot")), chart)

    return min(map(laid, WAYS), key=lambda found: faults(chart, found, cards, labels))


def faults(chart: Chart, found: Layout, cards: Mapping[str, Size], labels: Mapping[str, Size]) -> tuple[int, float]:
    """(words that stand on something else, or far from their arrow; how much an A4 page has to shrink it)."""
    around = {place.key: place.box for place in chart.places} | {box.key: box.box for box in chart.boxes}
    said = {key: around_(curve.label, labels[key]) for key, curve in found.arrows.items() if curve.label is not None}
    shown = [around_(middle, cards[key]) for key, middle in found.places.items()]
    words = list(said.values())
    hit = sum(overlap(one, other) for i, one in enumerate(words) for other in (*words[i + 1 :], *shown))
    for arrow in chart.arrows:
        ends = {*_chain(around, arrow.source), arrow.source} & {*_chain(around, arrow.target), arrow.target}
        for key, frame in found.boxes.items():
            if arrow.key in said and key not in ends:
                hit += overlap(said[arrow.key], frame)
        if arrow.key in said:
            hit += is_astray(said[arrow.key], found.arrows[arrow.key])
    return hit, max(found.width / SHEET[0], found.height / SHEET[1])


def is_astray(words: Frame, curve: Curve) -> bool:
    """Whether words stand so far from their arrow that one would not know whose they are."""
    return all(
        max(words.left - x, x - words.right, words.top - y, y - words.bottom) > FAR for x, y in _along(curve.points)
    )


def _along(points: tuple[Point, ...]) -> Iterator[Point]:
    """Points of a curve, near one another."""
    for i in range(0, len(points) - 3, 3):
        a, b, c, d = points[i : i + 4]
        for step in range(9):
            t = step / 8
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            pairs = list(zip(weights, (a, b, c, d), strict=True))
            yield sum(w * x for w, (x, _) in pairs), sum(w * y for w, (_, y) in pairs)


def around_(middle: Point, size: Size) -> Frame:
    """The room that something takes around its middle."""
    (x, y), (wide, high) = middle, size
    return Frame(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def overlap(one: Frame, other: Frame) -> bool:
    """Whether two rooms share more than an edge."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 1 and down > 1


# ------------------------------------------------------------------------------------------------------------- question


def _parts(chart: Chart) -> tuple[Place | Box, ...]:
    return (*chart.places, *chart.boxes)


def _written(
    chart: Chart, cards: Mapping[str, Size], labels: Mapping[str, Size], titles: Mapping[str, Size], way: Way
) -> Iterator[str]:
    yield "digraph {"
    yield f"compound=true; newrank={str(way.whole).lower()}; rankdir=TB; nodesep=0.24; ranksep=0.22; margin=0"
    yield 'node [shape=box, fixedsize=true, label=""]'
    numbers = {part.key: i for i, part in enumerate(_parts(chart))}
    yield from _inside(chart, "", numbers, cards, titles)
    for i, arrow in enumerate(chart.arrows):
        yield _edge(chart, arrow, i, numbers, labels, way)
    yield "}"


def _inside(
    chart: Chart, box: str, numbers: Mapping[str, int], cards: Mapping[str, Size], titles: Mapping[str, Size]
) -> Iterator[str]:
    for place in chart.places:
        if place.box == box:
            wide, high = cards[place.key]
            yield f"n{numbers[place.key]} [width={wide / 72:.4f}, height={high / 72:.4f}]"
    for inner in chart.boxes:
        if inner.box == box:
            yield f"subgraph cluster_{numbers[inner.key]} {{"
            yield f"margin=9; labeljust=l; label={_blank(titles[inner.key])}"
            yield from _inside(chart, inner.key, numbers, cards, titles)
            yield "}"


def _blank(size: Size) -> str:
    """Room for words, without any."""
    wide, high = size
    table = f'<TABLE FIXEDSIZE="TRUE" WIDTH="{wide:.0f}" HEIGHT="{high:.0f}" BORDER="0"><TR><TD></TD></TR></TABLE>'
    return f"<{table}>"


def _edge(chart: Chart, arrow: Arrow, i: int, numbers: Mapping[str, int], labels: Mapping[str, Size], way: Way) -> str:
    around = {place.key: place.box for place in chart.places} | {box.key: box.box for box in chart.boxes}
    tail, head = _end(chart, arrow.source, last=True), _end(chart, arrow.target, last=False)
    said = {"id": f"{i}"}
    if arrow.key in labels:
        said["label"] = _blank(labels[arrow.key])
    # Graphviz clips an arrow at a box only where its other end is outside.
    if tail != arrow.source and arrow.source not in _chain(around, head):
        said["ltail"] = f"cluster_{numbers[arrow.source]}"
    if head != arrow.target and arrow.target not in _chain(around, tail):
        said["lhead"] = f"cluster_{numbers[arrow.target]}"
    if way.downward and numbers[head] < numbers[tail] and not arrow.source.startswith("plate_"):
        swapped = {"ltail": "lhead", "lhead": "ltail"}
        said = {swapped.get(key, key): value for key, value in said.items()} | {"dir": "back"}
        tail, head = head, tail
    told = ", ".join(f"{key}={value}" for key, value in said.items())
    return f"n{numbers[tail]} -> n{numbers[head]} [{told}]"


def _chain(around: Mapping[str, str], key: str) -> Iterator[str]:
    while key := around[key]:
        yield key


def _end(chart: Chart, key: str, *, last: bool) -> str:
    """The card that an arrow of a box ends at: its last one where it leaves, its first one where it comes."""
    found = [place.key for place in chart.places if place.box == key]
    inner = [box for box in chart.boxes if box.box == key]
    if not found and inner:
        # Tracks stand side by side: what leaves all of them leaves from the first, which it came to.
        return _end(chart, inner[-1 if last and not inner[0].track else 0].key, last=last)
    return (found[-1] if last else found[0]) if found else key


# --------------------------------------------------------------------------------------------------------------- answer


def _read(drawn: Mapping[str, Any], chart: Chart) -> Layout:
    _, _, width, height = map(float, drawn["bb"].split(","))
    parts = {f"n{i}": part.key for i, part in enumerate(_parts(chart))}
    parts |= {f"cluster_{i}": key for i, key in ((i, parts[f"n{i}"]) for i in range(len(parts)))}
    places: dict[str, Point] = {}
    boxes: dict[str, Frame] = {}
    for found in drawn.get("objects", ()):
        if "pos" in found:
            places[parts[found["name"]]] = _point(found["pos"], height)
        elif "bb" in found:
            left, bottom, right, top = map(float, found["bb"].split(","))
            boxes[parts[found["name"]]] = Frame(left, height - top, right, height - bottom)
    arrows = {chart.arrows[int(edge["id"])].key: _curve(edge, height) for edge in drawn.get("edges", ())}
    return Layout(width, height, places, boxes, arrows)


def _curve(edge: Mapping[str, Any], height: float) -> Curve:
    points = edge["pos"].split(" ")
    head = next((_point(one[2:], height) for one in points if one[0] in "es"), None)
    way = tuple(_point(one, height) for one in points if one[0] not in "es")
    if edge.get("dir") == "back":
        way = way[::-1]
    return Curve(way, head, _point(edge["lp"], height) if "lp" in edge else None)


def _point(text: str, height: float) -> Point:
    x, y = text.split(",")[:2]
    return round(float(x), 1), round(height - float(y), 1)
