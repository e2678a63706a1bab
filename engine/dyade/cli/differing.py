"""What differs between two versions of a program, and for whom? `diff`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dyade.cli.declare import KEEPING, Family, argument, command
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.naming import named_program, state_called
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.authoring.consequences import Consequence
    from dyade.authoring.differences import Change
    from dyade.flow.renaming import Renaming
    from dyade.program.program import Program

COMMANDS: Family = {}
SIGNS: Mapping[str, tuple[str, str]] = {"removed": ("-", "no"), "added": ("+", "yes")}


@command(COMMANDS, "diff", KEEPING)
@argument("older", completer="program_files")
@argument("newer", completer="program_files")
def diff(session: Session, older: str, newer: str) -> Page:
    """Compare two versions in meaning."""
    from dyade.authoring.consequences import consequences
    from dyade.authoring.differences import differences

    old, new = named_program(session, older), named_program(session, newer)
    standing, called = _standing(session, old), _called(session, old, new)
    changes = differences(old, new, called.names)
    effects = consequences(old, new, changes, standing, called)
    code = REFUSED if any(effect.stops for effect in effects) else DONE
    data = {
        "outcome": "done" if code == DONE else "refused",
        "before": {"program": old.id, "version": old.version, "behaviour": old.behaviour},
        "after": {"program": new.id, "version": new.version, "behaviour": new.behaviour},
        "changes": [{**change._asdict(), "label": _label(change)} for change in changes],
        "dyads": dict(standing),
        "effects": [{**effect._asdict(), **_coded(effect)} for effect in effects],
    }
    return Page(data, lambda: [*_compared(old, new, changes), *_effects(old, standing, effects)], code)


def _standing(session: Session, old: Program) -> Mapping[str, int]:
    """Where the running dyads of a version stand, as far as there is a store."""
    if not session.has_store:
        return {}
    with session.engine() as engine:
        running = engine.dyads(program=old.id, ended=False)
    return Counter(one.leaf for one in running if one.behaviour == old.behaviour)


def _called(session: Session, old: Program, new: Program) -> Renaming:
    """What is called otherwise, by all the steps between the two as far as there is a store."""
    from dyade.flow.renaming import straight

    if not session.has_store or any(one.from_ == old.version for one in new.model.migrations):
        return straight(old, new)
    with session.engine() as engine:
        return engine.renaming(old, new)


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
                f"{state_called(old, leaf)} ({leaf}) : {n}"
                if lang() == "fr"
                else f"{state_called(old, leaf)} ({leaf}): {n}",
                lead=["  "],
            )
    for effect in effects:
        style = "no" if effect.stops else "warn"
        yield from flow(f"{_effect(effect)} [{effect.code} {effect.slug}]", lead=[Span("!", style), " "])


def _effect(effect: Consequence) -> str:
    from dyade.texts import sentence

    return sentence("diagnostics", effect.code, lang(), effect.n, about=clean(effect.about))


def _coded(effect: Consequence) -> dict[str, str]:
    return {"slug": effect.slug, "severity": effect.severity.value, "message": _effect(effect)}
