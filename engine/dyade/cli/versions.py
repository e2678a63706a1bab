"""What changes from one version of a program to another, and for whom? `diff`, `migrate`, `replay`, `version`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dyade.cli.declare import KEEPING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.errors import NotFound

if TYPE_CHECKING:
    from dyade.authoring.consequences import Consequence
    from dyade.authoring.differences import Change
    from dyade.flow.replaying import Divergence
    from dyade.program.program import Program
    from dyade.service.migrating import Move
    from dyade.service.queries import Version
    from dyade.service.replaying import Lived

COMMANDS: Family = {}
VERSION: Family = {}
SIGNS: Mapping[str, tuple[str, str]] = {"removed": ("-", "no"), "added": ("+", "yes")}


# ---------------------------------------------------------------------------------------------------------------- diff


@command(COMMANDS, "diff", KEEPING)
@argument("older", completer="program_files")
@argument("newer", completer="program_files")
def diff(session: Session, older: str, newer: str) -> Page:
    """Compare two versions in meaning."""
    from dyade.authoring.consequences import consequences
    from dyade.authoring.differences import differences

    old, new = _program(session, older), _program(session, newer)
    changes = differences(old, new)
    standing = _standing(session, old)
    effects = consequences(old, new, changes, standing)
    code = REFUSED if any(effect.stops for effect in effects) else DONE
    data = {
        "outcome": "done" if code == DONE else "refused",
        "before": {"program": old.id, "version": old.version, "behaviour": old.behaviour},
        "after": {"program": new.id, "version": new.version, "behaviour": new.behaviour},
        "changes": [{**change._asdict(), "label": _label(change)} for change in changes],
        "dyads": dict(standing),
        "effects": [{**effect._asdict(), "message": _effect(effect)} for effect in effects],
    }
    return Page(data, lambda: [*_compared(old, new, changes), *_effects(old, standing, effects)], code)


def _program(session: Session, name: str) -> Program:
    """A program by its file, by its id, or, of the store, by `id@version`."""
    program, at, version = name.partition("@")
    if at and not Path(name).is_file():
        with session.engine() as engine:
            return engine.version(program, version)
    from dyade.cli.programs import PROGRAM, content, found
    from dyade.program.load import load
    from dyade.service.folder import Folder

    [path] = found(session.programs, (name,), PROGRAM)
    return load(content(path), path.as_posix(), Folder(path.parent).read)


def _standing(session: Session, old: Program) -> Mapping[str, int]:
    """Where the running dyads of a version stand, as far as there is a store."""
    from dyade.store.sqlite import Address

    if not Address(session.db).exists:
        return {}
    with session.engine() as engine:
        running = engine.dyads(program=old.id, ended=False)
    return Counter(one.leaf for one in running if one.behaviour == old.behaviour)


def _label(change: Change) -> str:
    from dyade.flow.telling.words import said

    return said(change.label, lang())


def _compared(old: Program, new: Program, changes: Sequence[Change]) -> Iterator[str]:
    head = f"{old.id} {old.version} → {new.id} {new.version}"
    yield from flow(Span(clean(head), "title"))
    if not changes:
        yield from flow(Span(say("diff.none"), "quiet"))
    for kind in dict.fromkeys(change.kind for change in changes):
        yield from flow(Span(say(f"diff.{kind}"), "strong"))
        sign, style = SIGNS.get(kind, ("~", "name"))
        for change in (one for one in changes if one.kind == kind):
            yield from flow(*_change(change), lead=["  ", Span(sign, style), " "])


def _change(change: Change) -> Iterator[str | Span]:
    """Where, what people call it, and what it was and is."""
    place = ".".join(part for part in (change.section, change.id, change.what) if part)
    yield Span(clean(place), "name")
    if label := _label(change):
        yield f" « {clean(label)} »" if lang() == "fr" else f' "{clean(label)}"'
    if change.before or change.after:
        nothing = say("diff.nothing")
        yield f"  {_short(change.before) or nothing} {mark('→', '->')} {_short(change.after) or nothing}"


def _short(text: str) -> str:
    return clean(text if len(text) <= 120 else f"{text[:119]}…")


def _effects(old: Program, standing: Mapping[str, int], effects: Iterable[Consequence]) -> Iterator[str]:
    running = sum(standing.values())
    if running:
        yield from flow(Span(say("diff.dyads", running, version=clean(old.version)), "strong"))
        for leaf, n in sorted(standing.items()):
            yield from flow(
                f"{_state(old, leaf)} ({leaf}) : {n}" if lang() == "fr" else f"{_state(old, leaf)} ({leaf}): {n}",
                lead=["  "],
            )
    for effect in effects:
        style = "no" if effect.stops else "warn"
        yield from flow(_effect(effect), lead=[Span("!", style), " "])


def _effect(effect: Consequence) -> str:
    return say(f"diff.{effect.code}", effect.n, about=clean(effect.about), code=effect.code)


def _state(program: Program, path: str) -> str:
    from dyade.flow.telling.words import said

    node = program.graph.nodes.get(path)
    return clean(said(node.model.label, lang(), path)) if node is not None else path


# ------------------------------------------------------------------------------------------------------------- migrate


@command(COMMANDS, "migrate", KEEPING)
@argument("program", completer="programs")
@option("--dry-run", "dry_run", is_flag=True)
@option("--dyad", "only", multiple=True, completer="dyads")
def migrate(session: Session, program: str, dry_run: bool, only: tuple[str, ...]) -> Page:
    """Bring dyads to the present version."""
    with session.engine() as engine:
        moves = engine.foresee_migration(program, only, lang=lang())
        blocked = any(move.status == "blocked" for move in moves)
        moved = () if dry_run or blocked else engine.migrate(program, only)
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


# -------------------------------------------------------------------------------------------------------------- replay


@command(COMMANDS, "replay", KEEPING)
@argument("program", completer="programs")
@option("--against", required=True, completer="program_files")
@option("--dyad", "only", multiple=True, completer="dyads")
def replay(session: Session, program: str, against: str, only: tuple[str, ...]) -> Page:
    """Live histories again under another version."""
    new = _program(session, against)
    if new.id != program:
        raise NotFound("version", f"{program}@{against}")
    with session.engine() as engine:
        lived = engine.replay(program, new, only)
        told = [(one, [(d, _parting(one, d, new)) for d in one.replayed.divergences]) for one in lived]
    parts = any(one.replayed.divergences for one in lived)
    data = {
        "outcome": "diverges" if parts else "same",
        "version": new.version,
        "dyads": [
            {
                "dyad": one.dyad,
                "version": one.version,
                "commands": one.replayed.commands,
                "divergences": [{**_divergence(d), "message": message} for d, message in found],
            }
            for one, found in told
        ],
    }
    return Page(data, lambda: list(_lived(told, new)), REFUSED if parts else DONE)


def _divergence(found: Divergence) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "revision": found.revision,
        "record": found.name,
        "about": found.about,
        "before": found.before,
        "after": found.after,
        "reasons": [{"code": reason.code, "about": reason.about} for reason in found.reasons],
    }


def _parting(lived: Lived, found: Divergence, new: Program) -> str:
    """One divergence, in words."""
    from dyade.flow.plan import plan_of
    from dyade.flow.telling.refusals import refusal_sentences
    from dyade.flow.telling.words import Words

    words = Words(plan_of(lived.old), lang(), {})
    names: Mapping[str, Callable[[str], str]] = {
        "Filled": words.form,
        "Signed": words.form,
        "Moved": words.transition,
        "Assented": words.transition,
    }
    label = names.get(found.name, str)
    what = label(found.about) if found.about else found.name
    nothing = say("diff.nothing")
    before, after = found.before or nothing, found.after or nothing
    if found.kind == "due":
        before, after = (words.moment(int(due)) if due.isdigit() else nothing for due in (found.before, found.after))
    if found.kind == "state":
        before = ", ".join(f"{_state(lived.old, leaf)} ({leaf})" for leaf in found.before.split(", "))
        after = ", ".join(f"{_state(new, leaf)} ({leaf})" for leaf in found.after.split(", "))
    program = new if found.kind == "refused" else lived.old
    why = " ".join(refusal_sentences(program, found.reasons, lang(), {})) if found.reasons else found.before
    day = words.moment(found.at)
    return say(f"replay.{found.kind}", what=what, before=before, after=after, why=why, day=day)


def _lived(told: Sequence[tuple[Lived, list[tuple[Divergence, str]]]], new: Program) -> Iterator[str]:
    for one, found in told:
        counted = say("replay.commands", one.replayed.commands)
        parted = say("replay.parted", len(found)) if found else say("replay.same", version=clean(new.version))
        yield from flow(Span(one.dyad, "title"), f" ({clean(one.version)}) {counted}, {parted}")
        for divergence, message in found:
            yield from flow(clean(message), lead=["  ", Span(str(divergence.revision), "quiet"), " "])
    if not told:
        yield from flow(Span(say("replay.nothing"), "quiet"))


# ------------------------------------------------------------------------------------------------------------- version


class Versions(Telling):
    """`dyade version`."""

    key = "version"


COMMANDS["version"] = Versions("version", commands=VERSION)


@command(VERSION, "list", KEEPING, key="version.list")
@argument("program", completer="programs")
def list_versions(session: Session, program: str) -> Page:
    """List the versions of a program."""
    with session.engine() as engine:
        found = engine.versions(program)
    return Page({"versions": [one._asdict() for one in found]}, lambda: _table(found))


def _table(found: Iterable[Version]) -> list[str]:
    from dyade.cli.tables import table

    titles = [say(f"version.{name}") for name in ("name", "digest", "running", "ended", "note")]
    rows = [
        (one.version, (one.behaviour[:12], "dim"), str(one.running), str(one.ended), ", ".join(_notes(one)))
        for one in found
    ]
    return table(titles, rows, right=(2, 3))


def _notes(one: Version) -> Iterator[str]:
    if one.current and one.withdrawn is None:
        yield say("version.current")
    if one.withdrawn is not None:
        yield say("version.is_withdrawn", reason=one.withdrawn)


@command(VERSION, "withdraw", KEEPING, key="version.withdraw")
@argument("program", completer="programs")
@argument("chosen")
@option("--reason", required=True)
def withdraw(session: Session, program: str, chosen: str, reason: str) -> Page:
    """Let no dyad begin in a version any more."""
    with session.engine() as engine:
        made = engine.withdraw_version(program, chosen, reason)
    said = say("version.withdrawn", program=clean(program), version=clean(made.version))
    data = {"outcome": "done", "program": program, "version": made.version, "behaviour": made.behaviour}
    return Page(data, lambda: flow(said, lead=[Span(mark("✔", "+"), "yes"), " "]))


@command(VERSION, "restore", KEEPING, key="version.restore")
@argument("program", completer="programs")
@argument("chosen")
def restore(session: Session, program: str, chosen: str) -> Page:
    """Let dyads begin in a version again."""
    with session.engine() as engine:
        done = engine.restore_version(program, chosen)
    key = "version.restored" if done else "version.was_not_withdrawn"
    said = say(key, program=clean(program), version=clean(chosen))
    sign = Span(mark("✔", "+"), "yes") if done else Span("!", "warn")
    return Page({"outcome": "done", "restored": done}, lambda: flow(said, lead=[sign, " "]))
