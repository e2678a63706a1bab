"""How are a dyad's card, its history and what time will do drawn?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from dyade.cli.paper import Span, Text, flow, mark, pad, room, width
from dyade.cli.picture import STATUS_STYLES, listed, sign_of
from dyade.cli.words import say

if TYPE_CHECKING:
    from dyade.flow.telling.cards import Card, Due, Line, Next
    from dyade.flow.telling.timeline import Event

OUTCOME_STYLES = {"success": "yes", "failure": "no", "rejected": "no", "withdrawn": "warn", "expired": "warn"}
DOT = Span(" · ", "quiet")
SHORTEST_LABEL = 8


def card(card: Card) -> list[str]:
    """People, state, what is known, what is due, what is next."""
    title = f"{card.program} {card.version}"
    lines = flow(Span(say("why.dyad", dyad=card.dyad), "title"), DOT, Span(title, "title"))
    labels = _column([*card.people, *card.fields, *card.forms, *card.meetings, *card.certificates, *card.shared])
    lines += _state(card, labels)
    sections = (
        ("card.people", card.people),
        ("card.fields", card.fields),
        ("card.forms", card.forms),
        ("card.meetings", card.meetings),
        ("card.certificates", card.certificates),
        ("card.shared", card.shared),
    )
    for heading, rows in sections:
        if rows:
            lines += ["", *flow(Span(say(heading), "strong"))]
            for row in rows:
                lines += _row(row.label, [row.value], labels)
    lines += _section("card.due", calendar(card.due))
    lines += _section("card.next", [line for step in card.next for line in _next(step)])
    lines += _section("card.guidance", [line for text in card.guidance for line in flow(text, lead=["  ", "- "])])
    broken = [line for name in card.broken for line in flow(name, lead=["  ", Span(mark("✘", "x"), "no"), " "])]
    return lines + _section("card.broken", broken)


def _column(rows: Iterable[Line]) -> int:
    """How wide the column of labels is: what a narrow terminal lets."""
    widest = max((width(row.label) for row in rows), default=0)
    return max(SHORTEST_LABEL, min(widest, room() // 4))


def _row(label: str, value: Sequence[Text], labels: int) -> list[str]:
    if width(label) > labels:
        return flow(Span(label, "quiet"), lead=["  "]) + flow(*value, lead=[" " * (labels + 4)])
    return flow(*value, lead=["  ", Span(pad(label, labels), "quiet"), "  "])


def _state(card: Card, labels: int) -> list[str]:
    style = OUTCOME_STYLES.get(card.outcome, "name")
    lines: list[str] = []
    for region, state in card.states:
        said: list[Text] = [Span(state, style)]
        if not region and card.since:
            said.append(Span(f" ({say('card.since', day=card.since)})", "quiet"))
        lines += _row(region or say("card.state"), said, labels)
    if card.outcome:
        lines += _row(say("card.outcome"), [Span(say(f"outcome.{card.outcome}"), style)], labels)
    return lines


def _section(heading: str, lines: list[str]) -> list[str]:
    return ["", *flow(Span(say(heading), "strong")), *lines] if lines else []


def _next(step: Next) -> list[str]:
    sign, style = sign_of(step.status)
    said: list[Text] = [step.label, " ", Span(f"({step.id})", "quiet"), DOT, Span(listed(step.who), "quiet")]
    if step.status != "open":
        said += [DOT, Span(say(f"status.{step.status}"), STATUS_STYLES.get(step.status, ""))]
    return flow(*said, lead=["  ", Span(sign, style), " "])


def calendar(dues: Iterable[Due]) -> list[str]:
    """What time will do, day by day."""
    lines: list[str] = []
    for day, group in groupby(dues, key=lambda due: due.when[:10]):
        for position, due in enumerate(group):
            hour = due.when[11:]
            shown = day if position == 0 else " " * 10
            said: list[Text] = [due.text]
            if due.late:
                said += ["  ", Span(say("card.late"), "no")]
            lines += flow(
                *said, lead=["  ", Span(shown, "no" if due.late else "name"), " ", Span(pad(hour, 5), "quiet"), "  "]
            )
    return lines


def history(events: Sequence[Event]) -> list[str]:
    """Who did what, when and why, day by day."""
    lines: list[str] = []
    for day, group in groupby(events, key=lambda event: event.when[:10]):
        lines += [*flow(Span(day, "title")), *hours(group)]
    return lines


def hours(events: Iterable[Event]) -> list[str]:
    """What happened on one day; an hour and a person are said once for what follows from one act."""
    lines: list[str] = []
    before = ("", "", 0)
    for event in events:
        here = (event.when[11:16], event.who, event.revision)
        lines += _event(event, here[0] if here != before else "")
        before = here
    return lines


def _event(event: Event, hour: str) -> list[str]:
    who: list[Text] = [Span(event.who, "name"), Span(" — ", "quiet")] if hour else []
    lines = flow(*who, event.what, lead=["  ", Span(pad(hour, 5), "quiet"), "  "], hang=11)
    for detail in event.details:
        lines += flow(Span(detail, "quiet"), lead=[" " * 11])
    return lines
