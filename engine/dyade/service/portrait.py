"""What does a store hold on one person, and on nobody else? What was collected stands apart from what was worked out.

Other people are not named, not even by id: what they are to this person is said by "another".
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from json import loads
from typing import Any, Final

from dyade.errors import NotFound
from dyade.flow.codec import normal
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.messages import CLOCK, SYSTEM, Record
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.tagged import ERASED, sorted_json
from dyade.program.conditions.types import EMPTY, ListOf
from dyade.program.conditions.types import Person as PersonType
from dyade.program.conditions.values import dump_value
from dyade.program.data import is_file
from dyade.program.program import Program
from dyade.service.attaching import KeptFiles
from dyade.service.desk import Desk
from dyade.service.journal import Lives, records_of
from dyade.service.ports import Preference, Reading, SealedOf, StoredDyad

FORMAT: Final = "dyade person 1"
ANOTHER: Final = "another"
Json = dict[str, Any]
Ids = tuple[str, ...]
"""The ids of one person: the one that is kept, then those that stand for it."""


def portrait(desk: Desk, person: str) -> Json:
    """Gather everything on a person, as JSON."""

    def look(view: Reading) -> Json:
        found = view.person(normal(person))
        if found is None:
            raise NotFound("person", person)
        # Whoever was entered twice is the same person under each id.
        ids = (found.id, *view.aliases(found.id))
        values: dict[str, list[SealedOf]] = {}
        for one in (one for id_ in ids for one in view.sealed_of(id_)):
            values.setdefault(one.dyad, []).append(one)
        dyads = tuple(dict.fromkeys(dyad for id_ in ids for dyad in view.dyads_about(id_)))
        return {
            "format": FORMAT,
            "exported_at": _moment(desk.now()),
            "collected": {
                "person": {
                    "id": found.id,
                    "name": found.name,
                    "address": found.address,
                    "language": found.lang,
                    "attributes": dict(found.attributes),
                },
                "reached": _hours(view, found.id),
                "enrolments": [
                    {"program": e.program, "role": e.role, "status": e.status, "profile": dict(e.profile)}
                    for e in view.enrolments_of(found.id)
                ],
                "dyads": [_collected(view, desk, view.dyad(id_), ids, values.get(id_, [])) for id_ in dyads],
            },
            "inferred": [one for id_ in dyads for one in _inferred(desk, view.dyad(id_), found.id)],
        }

    return desk.look(look)


def _hours(view: Reading, person: str) -> Json:
    """When they want to be written to, in minutes of their day."""
    wish = view.preference(person) or Preference(person)
    quiet = None if wish.quiet_from is None else [wish.quiet_from, wish.quiet_until]
    return {"timezone": wish.timezone, "quiet": quiet, "digest": wish.digest_at}


def _moment(at: int) -> str:
    from datetime import UTC, datetime, timedelta

    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).isoformat()


def _collected(view: Reading, desk: Desk, row: StoredDyad | None, ids: Ids, sealed: list[SealedOf]) -> Json:
    """What was told of a person, or by them, in one dyad."""
    assert row is not None
    lives = Lives.of(view, desk.programs, row)
    program = desk.programs.pinned(row.program, row.behaviour).program
    records = records_of(view, lives, row.id, view.records(row.id))
    files = KeptFiles(view, row.id)
    return {
        "dyad": row.id,
        "program": row.program,
        "values": [
            {
                "path": one.path,
                "value": _with_contents(program, files, one.path, _own(program, one.path, loads(one.value), ids)),
                "at": _moment(one.at),
                "given_by": _giver(one.actor, ids),
            }
            for one in sealed
        ],
        "acts": [_act(program, record, ids) for record in records if record.head.actor in ids],
        "messages": [
            {"at": _moment(m.created_at), "channel": m.channel, "template": m.template, "status": m.status}
            for m in view.outbox(row.id, None, None)
            if m.recipient in ids
        ],
    }


def _with_contents(program: Program, files: KeptFiles, path: str, value: Any) -> Any:
    """What is said of an attached file, with its content the first time."""
    datum = program.data.get(tuple(path.split(".")))
    if datum is None or not is_file(datum.type):
        return value
    told = []
    for said in value if isinstance(value, list) else [value]:
        content = files.content(sorted_json(said), once=True)
        told.append(dict(said) if content is None else {**said, "content": b64encode(content).decode()})
    return told if isinstance(value, list) else told[0]


def _giver(actor: str, ids: Ids) -> str:
    return "self" if actor in ids else "host" if actor in (SYSTEM, CLOCK) else ANOTHER


def _own(program: Program, path: str, value: Any, ids: Ids) -> Any:
    """A value, where it does not name somebody else."""
    datum = program.data.get(tuple(path.split(".")))
    if datum is None:
        return value
    kind = datum.type.item if isinstance(datum.type, ListOf) else datum.type
    if not isinstance(kind, PersonType):
        return value
    if isinstance(value, list):
        return [ids[0] if one in ids else ANOTHER for one in value]
    return ids[0] if value in ids else ANOTHER


_SHOWN: Final = ("form", "entry", "field", "transition", "role", "step", "to", "rule", "clause", "submitted")
"""What a record says of an act, besides values: names of the program and numbers, and no person."""


def _act(program: Program, record: Record, ids: Ids) -> Json:
    said = record._asdict()
    act: Json = {"kind": type(record).__name__, "at": _moment(record.head.at)}
    act |= {name: said[name] for name in _SHOWN if isinstance(said.get(name), (str, int))}
    for key, base in (("data", ("forms", said.get("form"))), ("input", ("transitions", said.get("transition")))):
        if isinstance(said.get(key), Mapping):
            act[key] = dict(_values(program, base, said[key], ids))
    return act


def _values(program: Program, base: tuple[Any, ...], values: Mapping[str, Any], ids: Ids) -> Iterator[tuple[str, Any]]:
    """What a person gave that says nothing of anybody: what concerns someone is told under whom it concerns."""
    for name, value in values.items():
        datum = program.data.get((*base, name))
        if datum is not None and not datum.private and value not in (None, EMPTY, ERASED):
            yield name, _own(program, ".".join(datum.path), dump_value(datum.type, value), ids)


def _inferred(desk: Desk, row: StoredDyad | None, person: str) -> Iterator[Json]:
    """What was worked out from what was collected: where they stand, and computed values about them."""
    assert row is not None
    known, before = desk.opened(row)
    dyad: Dyad = before.snapshot.dyad
    roles = [role for role, held in dyad.holdings.items() if any(h.person == person for h in held)]
    if not roles:
        return
    plan = plan_of(known.program)
    draft = Draft(plan, dyad, Context(desk.now()))
    computed = {}
    for path, datum in known.program.data.items():
        if path[0] == "fields" and datum.model.formula is not None and datum.subject in roles:
            value = plan.field(path[1])(draft)
            computed[path[1]] = None if value in (None, EMPTY) else dump_value(datum.type, value)
    yield {
        "dyad": row.id,
        "program": row.program,
        "roles": roles,
        "states": sorted(set(dyad.leaves.values())),
        "outcome": known.ending(dyad.leaves[""]),
        "computed": computed,
    }
