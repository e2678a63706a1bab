"""How much is used of what dyads share? `quotas`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dyade.cli.declare import READING, Family, argument, command
from dyade.cli.paper import flow
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyade.flow.telling.words import Words
    from dyade.program.program import Program
    from dyade.service.counting import Shared

COMMANDS: Family = {}


@command(COMMANDS, "quotas", READING)
@argument("program", completer="programs")
def quotas(session: Session, program: str) -> Page:
    """List the places and the money that dyads share."""
    with session.engine() as engine:
        found = engine.shared(program, reader=session.reader)
        declared = engine.program(program)
        names = {one.id: one.name for one in engine.people()}
    return Page(
        {"program": program, "shared": [shared_data(one) for one in found]}, lambda: _table(found, declared, names)
    )


def shared_data(one: Shared) -> dict[str, Any]:
    """What is used of something, for tools."""
    from dyade.flow.quotas import money

    shown = {"used": one.used, "max": one.max, "left": one.max - one.used}
    if one.kind == "budget":
        return {"kind": one.kind, "id": one.id, **{key: str(money(cents)) for key, cents in shown.items()}}
    return {"kind": one.kind, "id": one.id, "person": one.person or None, **shown, "waiting": list(one.waiting)}


def _table(found: tuple[Shared, ...], program: Program, names: Mapping[str, str]) -> list[str]:
    from dyade.cli.tables import table
    from dyade.flow.plan import plan_of
    from dyade.flow.telling.words import Words

    if not found:
        return flow(say("quotas.none"))
    words = Words(plan_of(program), lang(), names)
    titles = [say(f"quotas.{title}") for title in ("what", "used", "max", "left", "waiting")]
    return table(titles, [_row(one, words) for one in found], right=(1, 2, 3))


def _row(one: Shared, words: Words) -> list[str]:
    from dyade.flow.quotas import money
    from dyade.program.conditions.types import INT, MONEY

    budget = one.kind == "budget"
    label = words.budget(one.id) if budget else words.quota(one.id)
    amounts = [one.used, one.max, one.max - one.used]
    shown = [words.value(money(cents), MONEY) if budget else words.value(cents, INT) for cents in amounts]
    return [f"{label} ({words.person(one.person)})" if one.person else label, *shown, ", ".join(one.waiting)]
