"""What came of a command: done, with what it changed, or refused, with every reason?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.cli import facts
from dyade.cli.cards import hours
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, flow, mark
from dyade.cli.picture import listed
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.flow.draft import Draft
from dyade.flow.messages import Notice
from dyade.flow.outcome import Decision, Reason, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.telling.refusals import refusal_sentences
from dyade.flow.telling.timeline import timeline
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words

if TYPE_CHECKING:
    from dyade.flow.dyad import Dyad
    from dyade.flow.messages import Command, Effect
    from dyade.flow.outcome import Context
    from dyade.flow.telling.timeline import Event
    from dyade.program.program import Program
    from dyade.service.engine import Engine
    from dyade.service.queries import Shown


def act(session: Session, engine: Engine, dyad: str, order: Command) -> Page:
    """Do what a command asks, and tell what came of it."""
    outcome = engine.act(dyad, order, id=session.id, expects=session.expects)
    if isinstance(outcome, Refusal):
        return _refused(session, engine, engine.show(dyad), outcome)
    return done(session, engine, outcome)


def done(session: Session, engine: Engine, decision: Decision) -> Page:
    """Tell what changed, as the one who acts may see it."""
    shown = engine.show(decision.dyad.id)
    advice = _reasons(decision.advice, shown.program, shown.names)
    told_to = session.reader
    # Whoever has just left the dyad is still told what they did.
    events = engine.ask(shown.dyad.id, lambda p, d, c: timeline(p, d, decision.records, c, told_to, lang()))
    words = Words(plan_of(shown.program), lang(), shown.names)
    tracks = _tracks(session, engine, shown)
    sent = _sent(session, engine, decision)
    waiting = [_wanted(one, shown, words) for one in decision.waiting]
    data = {
        "outcome": "done",
        **_standing(shown, tracks),
        "records": [_event(event) for event in events],
        "advice": advice,
        "waiting": list(decision.waiting),
        "messages": len(sent),
    }
    to = tuple(dict.fromkeys(words.person(one.to) for one in sent if isinstance(one, Notice)))
    where = _where(decision.dyad, tracks, words)
    told = _Told(decision, events, [one["message"] for one in advice], waiting, to, where)
    return Page(data, lambda: _done_lines(told), DONE)


def _tracks(session: Session, engine: Engine, shown: Shown) -> dict[str, str]:
    """Where the tracks stand, those that whoever asked may see."""

    def seen(program: Program, dyad: Dyad, context: Context) -> dict[str, str]:
        return facts.tracks(Reader(Draft(plan_of(program), dyad, context), session.reader))

    # Most dyads have none, and need not be looked at again.
    return engine.ask(shown.dyad.id, seen) if any(shown.dyad.leaves) else {}


def _sent(session: Session, engine: Engine, decision: Decision) -> list[Effect]:
    """The messages that leave for what whoever asked may know of."""
    if not decision.effects:
        return []
    at = {index for index, _ in decision.effects}

    def told(program: Program, dyad: Dyad, context: Context) -> set[int]:
        of = {i: timeline(program, dyad, (decision.records[i],), context, session.reader, lang()) for i in at}
        return {i for i, events in of.items() if events}

    known = engine.ask(decision.dyad.id, told)
    return [effect for index, effect in decision.effects if index in known]


def _where(dyad: Dyad, tracks: Mapping[str, str], words: Words) -> str:
    """Where the dyad stands now, track by track."""
    said = [say("why.track", track=words.region(region), state=words.state(leaf)) for region, leaf in tracks.items()]
    return ", ".join([words.state(dyad.leaves[""]), *said])


def _wanted(one: str, shown: Shown, words: Words) -> str:
    """A person, or a role: told by its holder where there is only one."""
    if one not in words.plan.roles:
        return words.person(one)
    held = [holding.person for holding in shown.dyad.holdings.get(one, ()) if not holding.pending]
    return words.person(held[0]) if len(held) == 1 else words.role(one)


class _Told(NamedTuple):
    """What is said of an act that was done."""

    decision: Decision
    events: Sequence[Event]
    advice: Sequence[str]
    waiting: Sequence[str]
    sent: Sequence[str]
    """To whom messages go."""
    where: str


def _standing(shown: Shown, tracks: Mapping[str, str]) -> dict[str, Any]:
    dyad = shown.dyad
    return {"dyad": dyad.id, "revision": dyad.revision, "state": dyad.leaves[""], "tracks": dict(tracks)}


def _event(event: Event) -> dict[str, Any]:
    return {**event._asdict(), "details": list(event.details)}


def _reasons(reasons: Iterable[Reason], program: Program, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Reasons for tools: the code, what it is about, the sentence."""
    return [
        {
            "code": reason.code,
            "about": reason.about,
            "message": refusal_sentences(program, (reason,), lang(), names)[0],
        }
        for reason in reasons
    ]


def begun(session: Session, engine: Engine, program: str, outcome: Decision | Refusal) -> Page:
    """Tell what came of starting a dyad."""
    if not isinstance(outcome, Refusal):
        return done(session, engine, outcome)
    reasons = _reasons(outcome.reasons, engine.program(program), {})
    return _refused_page({"program": program}, reasons)


def refused(engine: Engine, program: str, reasons: tuple[Reason, ...]) -> Page:
    """Tell why something of a program, beside its dyads, is refused."""
    return _refused_page({"program": program}, _reasons(reasons, engine.program(program), {}))


def reasons_of(shown: Shown, refusal: Refusal) -> list[str]:
    """The reasons of a refusal, in words, each once."""
    return [one["message"] for one in _reasons(refusal.reasons, shown.program, shown.names)]


def _refused(session: Session, engine: Engine, shown: Shown, refusal: Refusal) -> Page:
    return _refused_page(
        _standing(shown, _tracks(session, engine, shown)), _reasons(refusal.reasons, shown.program, shown.names)
    )


def _refused_page(about: dict[str, Any], reasons: list[dict[str, Any]]) -> Page:
    data = {"outcome": "refused", **about, "reasons": reasons}
    return Page(data, lambda: refused_lines([reason["message"] for reason in reasons]), REFUSED)


def refused_lines(messages: Iterable[str]) -> list[str]:
    """Each reason, once."""
    lines = flow(Span(say("act.refused"), "no"), lead=[Span(mark("✘", "x"), "no"), " "])
    for message in dict.fromkeys(messages):
        lines += flow(message, lead=["  ", Span("-", "no"), " "])
    return lines


def _done_lines(told: _Told) -> list[str]:
    dyad = told.decision.dyad
    head = say("act.done", dyad=dyad.id, revision=dyad.revision)
    lines = flow(Span(head, "title"), lead=[Span(mark("✔", "+"), "yes"), " "])
    lines += hours(told.events)
    for message in dict.fromkeys(told.advice):
        lines += flow(message, lead=["  ", Span("!", "warn"), " "])
    if told.waiting:
        lines += flow(say("act.waiting", people=listed(told.waiting)), lead=["  ", Span(mark("◐", "~"), "warn"), " "])
    if told.sent:
        lines += flow(say("act.sent", people=listed(told.sent)), lead=["  ", Span(mark("✉", "@"), "name"), " "])
    return lines + flow(told.where, lead=["  ", Span(mark("→", "->"), "name"), " "])
