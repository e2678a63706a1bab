"""How is a forecast drawn? How lives end, how long they wait in each state, and the messages of each week; as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dyade.authoring.forecast.tally import OPEN, UNBEGUN, Forecast
from dyade.authoring.interchange.markup import Element, document
from dyade.authoring.plainly import Plainly

WIDE, LABEL, BAR, LINE = 720, 220, 400, 26
COLOURS = {"success": "#2f7d4f", OPEN: "#8a8f98", UNBEGUN: "#c9ccd1"}
OTHER = "#b4502f"
DARK, MILD, LIGHT = "#1f4e79", "#7ba3cc", "#d7e3f0"
HIGH = 110
"""Of the picture of the weeks."""


def svg(found: Forecast, words: Plainly, title: str) -> str:
    """Draw a forecast."""
    parts: list[Element] = [_text(20, 30, title, size=16, weight="bold")]
    y = 60
    for name, drawn, height in (
        ("ends", _ends(found, words), len(found.ends)),
        ("waited", _waited(found, words), len(found.waited)),
    ):
        parts.append(_text(20, y, words.say(f"forecast.plot.{name}"), weight="bold"))
        parts += [_moved(one, y + 10) for one in drawn]
        y += 10 + height * LINE + 30
    parts.append(_text(20, y, words.say("forecast.plot.weeks"), weight="bold"))
    parts += [_moved(one, y + 12) for one in _weeks(found)]
    height = y + HIGH + 50
    frame = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDE} {height}", "width": f"{WIDE}",
             "height": f"{height}", "role": "img", "font-family": "sans-serif", "font-size": "13"}  # fmt: skip
    paper = Element("rect", {"width": f"{WIDE}", "height": f"{height}", "fill": "#ffffff"})
    return document(Element("svg", frame, (Element("title", text=title), paper, *parts)))


def end_label(end: str, words: Plainly) -> str:
    """What becomes of a dyad, in words."""
    return words.say(f"forecast.{end}") if end in (OPEN, UNBEGUN) else words.say(f"outcome.{end}")


def _ends(found: Forecast, words: Plainly) -> Iterator[Element]:
    for row, (end, number) in enumerate(found.ends.items()):
        share = number / found.dyads
        yield _text(LABEL - 8, row * LINE + 17, end_label(end, words), anchor="end")
        yield _bar(row, share, COLOURS.get(end, OTHER))
        yield _text(LABEL + share * BAR + 8, row * LINE + 17, f"{number} ({share:.0%})")


def _waited(found: Forecast, words: Plainly) -> Iterator[Element]:
    longest = max((one.ninetieth for one in found.waited), default=0) or 1
    for row, one in enumerate(found.waited):
        yield _text(LABEL - 8, row * LINE + 17, _short(words.state(one.state)), anchor="end")
        yield _bar(row, one.ninetieth / longest, MILD)
        yield _bar(row, one.median / longest, DARK)
        said = f"{one.median:.0f} – {one.ninetieth:.0f}"
        yield _text(LABEL + one.ninetieth / longest * BAR + 8, row * LINE + 17, said)


def _weeks(found: Forecast) -> Iterator[Element]:
    most = max((week.messages for week in found.weeks), default=0) or 1
    room = WIDE - 80
    step = room / max(1, len(found.weeks))
    for number, week in enumerate(found.weeks):
        for count, colour in ((week.messages, LIGHT), (week.reminders, DARK)):
            high = count / most * HIGH
            if count:
                yield _box(60 + number * step, HIGH - high, max(step * 0.85, 0.5), high, colour)
    yield _box(60, HIGH, room, 1, "#555555")
    for share in (0, 0.5, 1):
        yield _text(52, HIGH - share * HIGH + 4, f"{share * most:.0f}", anchor="end", size=11)
    yield from _ticks(len(found.weeks), step)


def _ticks(weeks: int, step: float) -> Iterator[Element]:
    every = next((n for n in (1, 4, 13, 26, 52, 104) if weeks / n <= 14), 260)
    for number in range(0, weeks, every):
        yield _text(60 + number * step, HIGH + 16, f"{number + 1}", size=11)


def _bar(row: int, share: float, colour: str) -> Element:
    return _box(LABEL, row * LINE + 4, max(share * BAR, 1), LINE - 8, colour)


def _box(x: float, y: float, wide: float, high: float, colour: str) -> Element:
    sides = zip(("x", "y", "width", "height"), (x, y, wide, high), strict=True)
    return Element("rect", {name: f"{value:.1f}" for name, value in sides} | {"fill": colour})


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 13, weight: str | None = None
) -> Element:
    said = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "font-size": f"{size}", "font-weight": weight}
    return Element("text", said, text=text)


def _moved(element: Element, down: float) -> Element:
    y = float(element.attributes["y"] or 0)
    return element._replace(attributes={**element.attributes, "y": f"{y + down:.1f}"})


def _short(text: str, most: int = 32) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def sparks(values: Sequence[int], most: int) -> str:
    """A line of small bars, one for each stretch of time."""
    if not values:
        return ""
    wide = -(-len(values) // most)
    sums = [sum(values[i : i + wide]) for i in range(0, len(values), wide)]
    top = max(sums) or 1
    return "".join(" ▁▂▃▄▅▆▇█"[-(-8 * value // top)] for value in sums)
