"""How is a chart drawn as a picture? As SVG of our own, for any reader, screen or paper; nothing in it is looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from dyade.authoring.pictures.chart import Arrow, Aside, Box, Chart, Note, Place
from dyade.authoring.pictures.layout import Curve, Frame, Layout, Point, Size, laid_out
from dyade.authoring.pictures.lettering import broken, width

FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
INK, QUIET, LINE, PAPER = "#16222e", "#4a5a69", "#5b7288", "#ffffff"
HERE, MISSED, CAME = "#b45309", "#b3261e", "#b45309"
FILLS = {
    "first": ("#e3eefa", "#1f5fa8"),
    "state": ("#f6f8fa", "#5b7288"),
    "success": ("#e2f3e5", "#2b7a3d"),
    "plate": ("#ffffff", "#7a8a99"),
}
ENDED = ("#f1ecec", "#8a5a5a")
TITLE, NAME, SMALL = 10.5, 9.5, 8.5
"""Sizes of letters, in points: cards, arrows, the rest."""
CARD, LABEL, PLATE = 128.0, 118.0, 132.0
"""The widest words of a card, of an arrow, of a plate."""
PAGE = 540.0
"""The narrowest picture: an A4 page between its margins."""
EDGE, GAP = 6.0, 16.0


class _Words(NamedTuple):
    """Lines, each with its size, its colour and whether it is bold."""

    lines: tuple[tuple[str, float, str, bool], ...]

    @property
    def size(self) -> Size:
        return max((width(t, s, b) for t, s, _, b in self.lines), default=0), sum(s * 1.22 for _, s, _, _ in self.lines)


def svg(chart: Chart, *, notes: bool = False, ids: str = "") -> str:
    """Draw a chart; alone, for a sheet of A4, or with its conditions and what moves nothing under it.

    `ids` keeps two pictures of one page apart. Raises ExtraMissing where the library that lays it out is not installed.
    """
    return _Canvas(chart, ids, notes=notes).drawn()


class _Canvas:
    def __init__(self, chart: Chart, ids: str, *, notes: bool) -> None:
        self.chart = chart
        self.notes = notes
        self.ids = ids
        self.cards = {place.key: self._card(place) for place in chart.places}
        self.labels = {arrow.key: self._label(arrow) for arrow in chart.arrows}
        self.titles = {box.key: self._title(box) for box in chart.boxes}

    # ------------------------------------------------------------------------------------------------------------ words

    def _card(self, place: Place) -> _Words:
        plate = place.kind == "plate"
        room, bold = (PLATE, True) if plate else (CARD, True)
        head = place.label if plate else f"{place.number}. {place.label}"
        colour = MISSED if place.untouched else INK
        lines = [(line, NAME if plate else TITLE, colour, bold) for line in broken(head, TITLE, room, bold, 4)]
        lines += [(line, SMALL, QUIET, False) for text in place.lines for line in broken(text, SMALL, room, most=4)]
        if place.here:
            lines.append((f"● {self.chart.words.say('picture.here')}", SMALL, HERE, True))
        return _Words(tuple(lines))

    def _label(self, arrow: Arrow) -> _Words:
        mark = f" [{arrow.note}]" if arrow.note and self.notes else ""
        colour = MISSED if arrow.untouched else CAME if arrow.visited else INK
        lines = [(line, NAME, colour, True) for line in broken(f"{arrow.label}{mark}".strip(), NAME, LABEL, True, 4)]
        lines += [(line, SMALL, QUIET, False) for line in broken(arrow.who, SMALL, LABEL, most=5)]
        if arrow.back:
            lines += [(line, SMALL, QUIET, False) for line in broken(self._back(), SMALL, LABEL)]
        return _Words(tuple(lines))

    def _back(self) -> str:
        return self.chart.words.say("picture.back")

    def _title(self, box: Box) -> _Words:
        text = box.label if box.track else f"{box.number}. {box.label}"
        return _Words(tuple((line, SMALL if box.track else TITLE, INK, not box.track) for line in [text]))

    # ---------------------------------------------------------------------------------------------------------- picture

    def drawn(self) -> str:
        """The whole picture."""
        place = self._laid_out()
        wide = max(PAGE, place.width + 2 * EDGE)
        shift = (wide - place.width) / 2
        parts = [f'<g transform="translate({shift:.1f} {EDGE + 24:.1f})">', *self._graph(place), "</g>"]
        high = place.height + EDGE + 24 + GAP
        under = list(self._under(wide, high))
        parts += [line for _, line in under]
        high = max(bottom for bottom, _ in under) + EDGE
        parts.insert(0, self._text(self.chart.title, EDGE, 16, 14, INK, bold=True, middle=False))
        return "\n".join([*self._head(wide, high), *parts, "</svg>"]) + "\n"

    def _laid_out(self) -> Layout:
        cards = {key: (words.size[0] + 16, words.size[1] + 12) for key, words in self.cards.items()}
        for key, (wide, high) in cards.items():
            cards[key] = (max(wide, 76), max(high, 26))
        self.sizes = cards
        labels = {key: self._roomy(arrow) for arrow in self.chart.arrows if self.labels[key := arrow.key].lines}
        titles = {key: (words.size[0] + 8, words.size[1] + 4) for key, words in self.titles.items()}
        return laid_out(self.chart, cards, labels, titles)

    def _roomy(self, arrow: Arrow) -> Size:
        wide, high = self.labels[arrow.key].size
        return wide + (26 if arrow.timed else 12), high + 4

    def _head(self, wide: float, high: float) -> Iterator[str]:
        chart = self.chart
        title, told = f"{self.ids}title", f"{self.ids}desc"
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" '
            f'viewBox="0 0 {wide:.0f} {high:.0f}" role="img" aria-labelledby="{title} {told}" '
            f'lang="{chart.lang}" font-family="{FONT}">'
        )
        yield f'<title id="{title}">{escape(chart.words.say("picture.title", title=chart.title))}</title>'
        yield f'<desc id="{told}">{escape(chart.alternative())}</desc>'
        yield f'<rect width="{wide:.0f}" height="{high:.0f}" fill="{PAPER}"/>'

    def _graph(self, place: Layout) -> Iterator[str]:
        for box in sorted(self.chart.boxes, key=lambda box: box.box.count(".")):
            if box.key in place.boxes:
                yield from self._box(box, place.boxes[box.key])
        for arrow in self.chart.arrows:
            yield self._way(arrow, place.arrows[arrow.key])
        # The ground of a label never covers the words of a card, nor of another label.
        for arrow in self.chart.arrows:
            yield from self._ground(arrow, place.arrows[arrow.key])
        for arrow in self.chart.arrows:
            yield from self._drawn_label(arrow, place.arrows[arrow.key])
        for one in self.chart.places:
            yield from self._drawn_card(one, place.places[one.key])

    def _box(self, box: Box, frame: Frame) -> Iterator[str]:
        stroke, dash = (HERE, "") if box.here else (LINE, ' stroke-dasharray="2 3"' if box.track else "")
        fill = "#ffffff" if box.track else "#fbfcfd"
        yield (
            f'<rect x="{frame.left:.1f}" y="{frame.top:.1f}" width="{frame.right - frame.left:.1f}" '
            f'height="{frame.bottom - frame.top:.1f}" rx="8" fill="{fill}" stroke="{stroke}"{dash}/>'
        )
        y = frame.top + 4
        for text, size, colour, bold in self.titles[box.key].lines:
            y += size * 1.22
            yield self._text(text, frame.left + 9, y, size, colour, bold=bold, middle=False)

    def _drawn_card(self, place: Place, middle: Point) -> Iterator[str]:
        wide, high = self.sizes[place.key]
        x, y = middle[0] - wide / 2, middle[1] - high / 2
        fill, stroke = FILLS.get(place.kind, ENDED)
        thick = 1.2
        if place.here or place.visited:
            stroke, thick = HERE, 2.6 if place.here else 1.6
        dash = ' stroke-dasharray="5 3"' if place.untouched or place.kind == "plate" else ""
        shape = f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="6"'
        yield f'{shape} fill="{fill}" stroke="{stroke}" stroke-width="{thick}"{dash}/>'
        if place.kind not in ("first", "state", "plate"):
            yield (
                f'<rect x="{x + 2.5:.1f}" y="{y + 2.5:.1f}" width="{wide - 5:.1f}" height="{high - 5:.1f}" rx="4" '
                f'fill="none" stroke="{stroke}" stroke-width="0.7"/>'
            )
        yield from self._lines(self.cards[place.key], middle)

    def _way(self, arrow: Arrow, curve: Curve) -> str:
        colour = CAME if arrow.visited else MISSED if arrow.untouched else LINE
        thick = 2.0 if arrow.visited else 1.0
        dash = ' stroke-dasharray="5 3"' if arrow.untouched else ""
        start, rest = curve.points[0], curve.points[1:]
        way = f"M{start[0]} {start[1]} C" + " ".join(f"{x} {y}" for x, y in rest)
        head = ""
        if curve.head is not None:
            (x, y), (fx, fy) = curve.head, rest[-1]
            way += f" L{x} {y}"
            dx, dy = x - fx, y - fy
            far = (dx * dx + dy * dy) ** 0.5 or 1
            ux, uy = dx / far, dy / far
            bx, by = x - ux * 7, y - uy * 7
            points = f"{x:.1f},{y:.1f} {bx - uy * 3:.1f},{by + ux * 3:.1f} {bx + uy * 3:.1f},{by - ux * 3:.1f}"
            head = f'<polygon points="{points}" fill="{colour}"/>'
        return f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{thick}"{dash}/>{head}'

    def _middle(self, arrow: Arrow, label: Point) -> Point:
        """The middle of the words of an arrow: beside its clock, where it has one."""
        return (label[0] + 6, label[1]) if arrow.timed else label

    def _ground(self, arrow: Arrow, curve: Curve) -> Iterator[str]:
        if curve.label is None:
            return
        (x, y), (wide, high) = self._middle(arrow, curve.label), self.labels[arrow.key].size
        yield (
            f'<rect x="{x - wide / 2 - 2:.1f}" y="{y - high / 2:.1f}" width="{wide + 4:.1f}" height="{high:.1f}" '
            f'fill="{PAPER}" fill-opacity="0.82"/>'
        )

    def _drawn_label(self, arrow: Arrow, curve: Curve) -> Iterator[str]:
        if curve.label is None:
            return
        words = self.labels[arrow.key]
        x, y = self._middle(arrow, curve.label)
        wide, high = words.size
        if arrow.timed:
            yield _clock(x - wide / 2 - 8, y - high / 2 + NAME * 0.62)
        yield from self._lines(words, (x, y))

    def _lines(self, words: _Words, middle: Point) -> Iterator[str]:
        y = middle[1] - words.size[1] / 2
        for text, size, colour, bold in words.lines:
            y += size * 1.22
            yield self._text(text, middle[0], y - size * 0.3, size, colour, bold=bold, middle=True)

    def _text(self, text: str, x: float, y: float, size: float, colour: str, *, bold: bool, middle: bool) -> str:
        weight = ' font-weight="bold"' if bold else ""
        anchor = ' text-anchor="middle"' if middle else ""
        return (
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"{weight}{anchor}>'
            f"{escape(text, quote=False)}</text>"
        )

    # ------------------------------------------------------------------------------------------------------------ under

    def _under(self, wide: float, top: float) -> Iterator[tuple[float, str]]:
        """(bottom, line) of what is told under the picture, in two columns."""
        if not self.notes:
            for text, dx, dy, size, bold, colour in (
                line for _, lines in self._legend(wide - 2 * EDGE) for line in lines
            ):
                yield top + dy + 4, self._text(text, EDGE + dx, top + dy, size, colour, bold=bold, middle=False)
            return
        column = (wide - 2 * EDGE - GAP) / 2
        blocks = [*self._asides(column), *self._notes(column), *self._legend(column)]
        whole = sum(block[0] for block in blocks)
        x, y, tallest = EDGE, top, 0.0
        for high, lines in blocks:
            if x == EDGE and y > top and y - top + high / 2 > whole / 2:
                x, y = EDGE + column + GAP, top
            for text, dx, dy, size, bold, colour in lines:
                yield y + high, self._text(text, x + dx, y + dy, size, colour, bold=bold, middle=False)
            y += high
            tallest = max(tallest, y)

    def _asides(self, column: float) -> Iterator[_Block]:
        if self.chart.asides:
            yield _block([(self.chart.words.say("picture.asides"), 0, TITLE, True, INK)], after=2)
        for one in self.chart.asides:
            colour = MISSED if one.untouched else INK
            yield _block(_told(self._aside(one), column, colour), after=2)

    def _aside(self, one: Aside) -> str:
        mark = f" [{one.note}]" if one.note else ""
        where = self.chart.words.say("picture.where", where=one.where)
        return f"• {one.label}{mark} — {one.who} ({where})"

    def _notes(self, column: float) -> Iterator[_Block]:
        if self.chart.notes:
            yield _block([(self.chart.words.say("picture.notes"), 0, TITLE, True, INK)], before=6, after=2)
        for note in self.chart.notes:
            yield _block(_noted(note, column), after=3)

    def _legend(self, column: float) -> Iterator[_Block]:
        say = self.chart.words.say
        keys = ["legend", *(["legend.notes"] if self.notes else [])]
        keys += ["legend.plate"] if any(place.kind == "plate" for place in self.chart.places) else []
        keys += ["legend.timed"] if any(arrow.timed for arrow in self.chart.arrows) else []
        keys += ["legend.live"] if self.chart.live else []
        keys += ["legend.measured"] if self.chart.measured else []
        text = " ".join(say(f"picture.{key}") for key in keys)
        yield _block([(line, 0.0, SMALL, False, QUIET) for line in broken(text, SMALL, column)], before=6)


_Line = tuple[str, float, float, bool, str]
_Block = tuple[float, list[tuple[str, float, float, float, bool, str]]]


def _block(lines: Sequence[_Line], before: float = 0, after: float = 0) -> _Block:
    """(height, lines with their places) of a paragraph that is not broken between columns."""
    y, found = before, []
    for text, dx, size, bold, colour in lines:
        y += size * 1.25
        found.append((text, dx, y - size * 0.3, size, bold, colour))
    return y + after, found


def _told(text: str, column: float, colour: str) -> list[_Line]:
    return [(line, 8.0 if i else 0.0, SMALL, False, colour) for i, line in enumerate(broken(text, SMALL, column - 10))]


def _noted(note: Note, column: float) -> list[_Line]:
    title = broken(f"[{note.number}] {note.title}", SMALL, column, True)
    lines: list[_Line] = [(line, 0.0, SMALL, True, INK) for line in title]
    for text in note.lines:
        depth = 0
        while text.startswith("– "):
            text, depth = text[2:], depth + 1
        dx = 10.0 + 10 * depth
        told = broken(f"• {text}", SMALL, column - dx - 8)
        lines += [(line, dx + (6 if i else 0), SMALL, False, INK) for i, line in enumerate(told)]
    return lines


def _clock(x: float, y: float) -> str:
    """A small clock: time does it."""
    return (
        f'<g stroke="{QUIET}" fill="{PAPER}" stroke-width="0.9"><circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        f'<path d="M{x:.1f} {y - 2.4:.1f} V{y:.1f} H{x + 2:.1f}" fill="none"/></g>'
    )
