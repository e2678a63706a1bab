"""What becomes of the dyads that come to the present version of their program? `migrate`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dyade.cli.declare import KEEPING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.progress import waiting
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.service.migrating import Move

COMMANDS: Family = {}


@command(COMMANDS, "migrate", KEEPING)
@argument("program", completer="programs")
@option("--dry-run", "dry_run", is_flag=True)
@option("--dyad", "only", multiple=True, completer="dyads")
@option("--beyond-places", "beyond", is_flag=True)
def migrate(session: Session, program: str, dry_run: bool, only: tuple[str, ...], beyond: bool) -> Page:
    """Bring dyads to the present version."""
    with session.engine() as engine, waiting(session, engine, say("worker.progress")):
        moves = engine.foresee_migration(program, only, lang=lang(), beyond=beyond)
        blocked = any(move.status == "blocked" for move in moves)
        moved = () if dry_run or blocked else engine.migrate(program, only, beyond=beyond)
        version = engine.program(program).version
    done = {one.dyad: one.status for one in moved}
    stopped = blocked or any(one.status == "blocked" for one in moved)
    data = {
        "outcome": "refused" if stopped else "foreseen" if dry_run else "done",
        "program": program,
        "version": version,
        "dyads": [_move(move, done.get(move.dyad)) for move in moves],
    }
    lines = lambda: list(_migrated(moves, done, version, dry_run=dry_run, blocked=blocked))  # noqa: E731
    return Page(data, lines, REFUSED if stopped else DONE)


def _move(move: Move, done: str | None) -> dict[str, Any]:
    told = move.told
    assert told is not None
    return {
        "dyad": move.dyad,
        "version": move.version,
        "status": done or move.status,
        "through": list(move.through),
        "before": list(told.before),
        "after": list(told.after),
        "reasons": [{"code": code, "message": message} for code, message in told.reasons],
        "due": [due._asdict() for due in told.due],
        "blocked": [
            {**one._asdict(), "clauses": list(one.clauses), "sentences": list(one.sentences)} for one in told.blocked
        ],
        "lost": list(told.lost),
    }


def _migrated(
    moves: Sequence[Move], done: Mapping[str, str], version: str, *, dry_run: bool, blocked: bool
) -> Iterator[str]:
    if not moves:
        yield from flow(Span(say("migrate.nothing", version=clean(version)), "quiet"))
        return
    for move in moves:
        yield from _one(move, done.get(move.dyad))
    if blocked:
        yield from flow(Span(say("migrate.refused"), "no"), lead=[Span(mark("✘", "x"), "no"), " "])
    elif dry_run:
        ready = sum(move.status == "moves" for move in moves)
        yield from flow(say("migrate.foreseen", ready, version=clean(version)))
    else:
        count = sum(status == "moved" for status in done.values())
        yield from flow(say("migrate.done", count, version=clean(version)), lead=[Span(mark("✔", "+"), "yes"), " "])


def _one(move: Move, done: str | None) -> Iterator[str]:
    told = move.told
    assert told is not None
    arrow = mark("→", "->")
    where = [clean(place) for place in (told.before, told.after)[0]]
    there = f" {arrow} {clean(', '.join(told.after))}" if told.after else ""
    status = say(f"migrate.{done or move.status}", version=clean(move.version))
    yield from flow(Span(move.dyad, "title"), f" ({clean(move.version)}) ", ", ".join(where), there, f"  {status}")
    if move.through:
        versions = f" {arrow} ".join(clean(version) for version in move.through)
        yield from flow(say("migrate.through", versions=versions), lead=["  ", Span("~", "name"), " "])
    for _, message in told.reasons:
        yield from flow(clean(message), lead=["  ", Span("-", "no"), " "])
    for due in told.due:
        nothing = say("diff.nothing")
        moment = f"{due.before or nothing} {arrow} {due.after or nothing}"
        yield from flow(f"{clean(due.what)}  {moment}", lead=["  ", Span("~", "name"), " "])
    for one in told.blocked:
        said = say("migrate.blocks", act=clean(one.label), clauses=clean("; ".join(one.sentences)))
        yield from flow(said, lead=["  ", Span("!", "warn"), " "])
    for label in told.lost:
        yield from flow(say("migrate.lost", what=clean(label)), lead=["  ", Span("!", "warn"), " "])
