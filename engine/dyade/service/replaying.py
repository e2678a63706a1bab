"""How would the real dyads of a program have lived under another version? Their histories are decided again; nothing is
kept.

Who held the roles of the whole program then is not kept: those who hold them now, and whoever acted in one, count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from dyade.errors import NotFound
from dyade.flow.messages import Record, Tick
from dyade.flow.outcome import Context
from dyade.flow.renaming import profile
from dyade.flow.replaying import Replayed, replay
from dyade.flow.retelling import Act, acts
from dyade.program.program import Program
from dyade.service.context import gathered
from dyade.service.counted import counted
from dyade.service.counting import counters_for
from dyade.service.desk import Desk
from dyade.service.journal import Lives, records_of
from dyade.service.passing import called_in
from dyade.service.ports import Filter, Reading
from dyade.service.programs import Known


class Lived(NamedTuple):
    """One dyad, lived again."""

    dyad: str
    version: str
    old: Program
    replayed: Replayed


def against(desk: Desk, program: str, new: Program, only: Collection[str] = ()) -> list[Lived]:
    """Live the dyads of a program again under another version: all, or those that are named."""
    listed = [line.id for line in desk.look(lambda view: view.dyads(Filter(program=program)))]
    unknown = set(only) - set(listed)
    if unknown:
        raise NotFound("dyad", min(unknown))
    known = Known(new, {}, None)
    wanted = [id_ for id_ in listed if not only or id_ in only]
    return [desk.look(lambda view, id_=id_: _lived(desk, view, id_, known)) for id_ in counted(desk.heard, wanted)]  # type: ignore[misc]


def _lived(desk: Desk, view: Reading, dyad_id: str, new: Known) -> Lived:
    """The first life of a dyad: what followed a migration was lived by other rules already."""
    row = view.dyad(dyad_id)
    assert row is not None
    lives = Lives.of(view, desk.programs, row)
    _, until, old = next(iter(lives))
    records = records_of(view, lives, dyad_id, view.records(dyad_id))
    mine = [record for record in records if record.head.revision < until]
    shared = {one.behaviour: _shared(view, one, mine) for one in (old, new)}
    names = called_in(desk, view, old.program, new)

    def around(program: Program, act: Act) -> Context:
        known = old if program is old.program else new
        context = gathered(view, known, None, Tick(), act.now, counters_for(desk, view, known))
        seen = {person: profile(known, names.names) for person, known in act.profiles.items()}
        return context._replace(program_roles=shared[known.behaviour], profiles={**context.profiles, **seen})

    told = replay(old.program, new.program, dyad_id, acts(old.program, mine), around, names)
    return Lived(dyad_id, old.program.version, old.program, told)


def _shared(view: Reading, known: Known, records: Collection[Record]) -> Mapping[str, tuple[str, ...]]:
    found = {role: list(people) for role, people in view.shared_roles(known.program.id, known.shared_roles).items()}
    for record in records:
        role = getattr(record, "role", None)
        if role in known.shared_roles and record.head.actor not in found.setdefault(role, []):
            found[role].append(record.head.actor)
    return {role: tuple(people) for role, people in found.items()}
