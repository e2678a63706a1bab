"""How would real lives have gone under another version? `replay`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dyade.cli.declare import KEEPING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.naming import named_program, state_called
from dyade.cli.paper import Span, clean, flow
from dyade.cli.progress import waiting
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.errors import NotFound

if TYPE_CHECKING:
    from dyade.flow.replaying import Divergence
    from dyade.program.program import Program
    from dyade.service.replaying import Lived

COMMANDS: Family = {}


@command(COMMANDS, "replay", KEEPING)
@argument("program", completer="programs")
@option("--against", required=True, completer="program_files")
@option("--dyad", "only", multiple=True, completer="dyads")
def replay(session: Session, program: str, against: str, only: tuple[str, ...]) -> Page:
    """Live histories again under another version."""
    new = named_program(session, against)
    if new.id != program:
        raise NotFound("version", f"{program}@{against}")
    with session.engine() as engine, waiting(session, engine, say("worker.progress")):
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
        before = ", ".join(f"{state_called(lived.old, leaf)} ({leaf})" for leaf in found.before.split(", "))
        after = ", ".join(f"{state_called(new, leaf)} ({leaf})" for leaf in found.after.split(", "))
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
