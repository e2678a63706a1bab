"""Who could be brought together? `match`: what is proposed, why others are not, and the decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.answers import begun
from dyade.cli.declare import ACTING, READING, Family, argument, command, option
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.progress import waiting
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.service.engine import Engine
    from dyade.service.pairing import Pair, Proposals

PROPOSE = "propose"
MATCH: Family = {}


class Match(Telling):
    """`dyade match`; what is no command of its own is a program, for which pairs are proposed."""

    key = "match"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Name the command that is meant where a program stands first."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [PROPOSE, *args]
        return super().parse_args(ctx, args)


@command(MATCH, PROPOSE, READING, key="match.propose")
@argument("program", completer="programs")
@option("--explain", "explained", completer="people")
def propose(session: Session, program: str, explained: str | None) -> Page:
    """Propose pairs for the dyads that wait, or tell of one person all that speaks for and against."""
    with session.engine() as engine, waiting(session, engine, say("worker.progress")):
        if explained is not None:
            pairs = engine.explain_pairs(program, explained, reader=session.reader)
            told = [_data(engine, program, pair) for pair in pairs]
            names = _names(engine)
            data = {"program": program, "person": explained, "pairs": told}
            return Page(data, lambda: list(_all_lines(told, names)))
        found = engine.propose(program, reader=session.reader)
        told = [_data(engine, program, pair) for pair in found.pairs]
        names = _names(engine)
    answer: dict[str, Any] = {
        "program": program,
        "pairs": told,
        "left_out": [one._asdict() for one in found.left_out],
        "room": dict(found.room),
    }
    return Page(answer, lambda: list(_proposed_lines(found, told, names)))


@command(MATCH, "accept", ACTING, key="match.accept")
@argument("program", completer="programs")
@argument("person", completer="people")
@argument("other_person", completer="people")
def accept(session: Session, program: str, person: str, other_person: str) -> Page:
    """Decide on a pair."""
    with session.engine() as engine:
        outcome = engine.decide_pair(
            program,
            person,
            other_person,
            session.actor,
            recorded_by=session.recorded_by,
            on=session.on,
            id=session.id,
            expects=session.expects,
        )
        return begun(session, engine, program, outcome)


COMMANDS: Family = {"match": Match("match", commands=MATCH)}


# ------------------------------------------------------------------------------------------------------- what is found


def _names(engine: Engine) -> dict[str, str]:
    return {one.id: one.name for one in engine.people()}


def _data(engine: Engine, program: str, pair: Pair) -> dict[str, Any]:
    """A pair, for tools; amounts are texts."""
    from dyade.flow.telling.words import said

    reasons = zip(pair.reasons, engine.sentences(pair.reasons, lang(), program=program), strict=False)
    return {
        "dyad": pair.dyad,
        "waiting": pair.waiting,
        "person": pair.person,
        "status": pair.status,
        "score": None if pair.score is None else _number(pair.score),
        "parts": [
            {
                "id": part.id,
                "label": said(part.label, lang()),
                "points": _number(part.points),
                "most": None if part.most is None else _number(part.most),
            }
            for part in pair.worth
        ],
        "reasons": [{"code": reason.code, "about": reason.about, "message": told} for reason, told in reasons],
    }


def _number(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return str(value.quantize(Decimal(1)) if whole else value.normalize())


def _shown(number: str) -> str:
    return number.replace(".", ",") if lang() == "fr" else number


# ------------------------------------------------------------------------------------------------------------ telling


def _proposed_lines(found: Proposals, told: Sequence[dict[str, Any]], names: dict[str, str]) -> Iterator[str]:
    if not found.waiting:
        yield from flow(say("match.nobody_waits"))
        return
    for pair in told:
        yield from _pair_lines(pair, names)
    if found.left_out:
        yield from flow(Span(say("match.left_out", len(found.left_out)), "warn"))
        for one in found.left_out:
            yield from flow(_waiting(one.dyad, one.person, names), lead=["  "])
    if told:
        yield from flow(Span(say("match.decide"), "quiet"))


def _all_lines(told: Sequence[dict[str, Any]], names: dict[str, str]) -> Iterator[str]:
    if not told:
        yield from flow(say("match.nobody_waits"))
    for pair in told:
        yield from _pair_lines(pair, names)


def _waiting(dyad: str | None, person: str | None, names: dict[str, str]) -> str:
    if person is None:
        return dyad or ""
    name = clean(names.get(person, person))
    return f"{name} ({dyad})" if dyad is not None else name


_SIGNS = {"proposed": ("✔", "+", "yes"), "blocked": ("✘", "x", "no")}


def _pair_lines(pair: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    good, plain, style = _SIGNS.get(pair["status"], ("·", "-", "quiet"))
    who = clean(names.get(pair["person"], pair["person"]))
    head = say(f"match.{pair['status']}", waiting=_waiting(pair["dyad"], pair["waiting"], names), person=who)
    score = () if pair["score"] is None else (Span(" " + say("match.score", score=_shown(pair["score"])), "strong"),)
    yield from flow(head, *score, lead=[Span(mark(good, plain), style), " "])
    for part in pair["parts"]:
        key = "match.part" if part["most"] is None else "match.part_of"
        most = _shown(part["most"] or "")
        yield from flow(say(key, label=clean(part["label"]), points=_shown(part["points"]), most=most), lead=["    "])
    for reason in pair["reasons"]:
        yield from flow(reason["message"], lead=["    ", Span("-", "no"), " "])
