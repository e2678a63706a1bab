"""What does a dyad keep of its life under another version of its program, and what has no place there?

Nothing is decided here: the record says where the dyad stands. What is not declared any more is no part of the dyad
from then on; the records that told of it stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dyade.flow import messages as r
from dyade.flow import moves
from dyade.flow.draft import Draft
from dyade.flow.dyad import Assent, Dyad, Entry, Holding, Log, Stay
from dyade.flow.plan import Plan, plan_of
from dyade.flow.tagged import ERASED
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import ValueRefused, dump_value, parse_value
from dyade.program.data import DatumPath
from dyade.program.graph import MAIN
from dyade.program.names import form_steps
from dyade.program.program import Program

RECOMPUTE = "recompute"
Values = Mapping[str, Any]
Names = Mapping[str, str]
"""{dotted role, form, or datum of one: its last name in the new version}, for those that have another."""
SAME: Names = {}


def called(names: Names, path: DatumPath) -> DatumPath:
    """What the new version calls a role, a form, or a datum of one."""
    return tuple(names.get(".".join(path[: at + 1]), part) for at, part in enumerate(path))


def carried(draft: Draft, program: Program, record: r.Migrated) -> Draft:
    """A draft of the dyad that the record leads to, in the plan of its new version."""
    old, plan, head, names = draft.plan, plan_of(program), record.head, record.names or SAME
    dyad = draft.frozen()
    today = plan.calendar.local_date(head.at)
    leaves, entered = _standing(plan, record.leaves)
    stays = _stays(dyad, record, entered, head.at, today)
    roles = {role: called(names, ("roles", role))[1] for role in dyad.holdings}
    kept = {role: to for role, to in roles.items() if to in plan.roles and to not in plan.program_roles}
    forms = {form: called(names, ("forms", form))[1] for form in dyad.entries}
    moved = dyad._replace(
        behaviour=record.behaviour,
        revision=head.revision,
        at=head.recorded_at,
        rank=dyad.rank + 1,
        leaves=leaves,
        stays=stays,
        memory=_memory(old, plan, dyad.memory, record.states),
        holdings={
            to: tuple(_holding(old, plan, role, h, names) for h in dyad.holdings[role]) for role, to in kept.items()
        },
        fields=_values(old, plan, ("fields",), dyad.fields, names),
        entries={
            to: _log(old, plan, form, dyad.entries[form], names) for form, to in forms.items() if to in plan.forms
        },
        waivers=_waivers(plan, dyad.waivers, names),
        marks={key: done for key, done in dyad.marks.items() if key[0] in {one.id for one in plan.reminders}},
        fired={rule: last for rule, last in dyad.fired.items() if rule in plan.rules},
        opened={key: until for key, until in dyad.opened.items() if plan.glass and key[0] in plan.glass.items},
        meetings={series: held for series, held in dyad.meetings.items() if series in plan.program.model.series},
        broken=tuple(name for name in dyad.broken if any(name == one.model.id for one in plan.invariants)),
    )
    after = Draft(plan, moved, draft.context)
    after.turn_to(head.at)
    after.assents = {
        rule: found for rule, given in dyad.assents.items() if (found := _assents(old, after, rule, given))
    }
    return after


def lost(draft: Draft, program: Program, names: Names = SAME) -> Iterator[DatumPath]:
    """The data of a dyad that another version of its program cannot read as they are."""
    old, plan = draft.plan, plan_of(program)
    yield from _unread(old, plan, ("fields",), draft.fields, names)
    for form, log in draft.entries.items():
        unread = {path for entry in log for path in _unread(old, plan, ("forms", form), entry.data, names)}
        yield from sorted(unread) if called(names, ("forms", form))[1] in plan.forms else [("forms", form)]
    yield from (("series", series) for series in draft.meetings if series not in program.model.series)
    for role, held in draft.holdings.items():
        yield from sorted({path for h in held for path in _unread(old, plan, ("roles", role), h.attributes, names)})


# -------------------------------------------------------------------------------------------------------------- places


def _standing(plan: Plan, places: tuple[str, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    """region → leaf, and the states around those leaves."""
    main = next(path for path in places if plan.region_of(path) == MAIN)
    return moves.configuration(plan, main, places)


def _stays(dyad: Dyad, record: r.Migrated, entered: tuple[str, ...], now: int, today: int) -> dict[str, Stay]:
    """The stays under their new names; a state in which the dyad did not stand is entered now."""
    found: dict[str, Stay] = {}
    for path, stay in dyad.stays.items():
        name = record.states.get(path)
        if name is not None and (name not in found or _later(stay, found[name])):
            found[name] = stay
    rank = dyad.rank + 1
    for path in entered:
        last = found.get(path)
        if last is None:
            found[path] = Stay(1, now, today, rank, 0, None, today, 0)
        elif last.left_on is not None or record.delays == RECOMPUTE:
            found[path] = Stay(last.visit + 1, now, today, rank, 0, None, today, _days(last, today))
    for path, stay in found.items():
        if stay.left_on is None and path not in entered:
            found[path] = stay._replace(left_on=today, days_before=_days(stay, today))
    return found


def _later(one: Stay, other: Stay) -> bool:
    """Which of two states that became one says how long the dyad has been there: the one that it stands in."""
    return (one.left_on is None, one.entered_rank) > (other.left_on is None, other.entered_rank)


def _days(stay: Stay, today: int) -> int:
    return stay.days_before + (today - stay.since if stay.left_on is None else 0)


def _memory(old: Plan, plan: Plan, memory: Mapping[str, str], states: Mapping[str, str]) -> dict[str, str]:
    """What is remembered of each state and track that is still there, where it is still one of its leaves."""
    found: dict[str, str] = {}
    for place, leaf in memory.items():
        inside = states.get(leaf, leaf)
        if inside not in plan.graph.nodes:
            continue
        # A track has no name of its own: it is that of what was left in it.
        name = plan.graph.nodes[inside].region if place in old.graph.regions else states.get(place, place)
        covered = plan.graph.regions[name].leaves if name in plan.graph.regions else ()
        if name in plan.graph.nodes:
            covered = plan.graph.leaves(name)
        if inside in covered:
            found[name] = inside
    return found


# ---------------------------------------------------------------------------------------------------------------- data


def _read(old: Plan, plan: Plan, path: DatumPath, value: Any, names: Names) -> Any:
    """A value as the new version reads it; raise `ValueRefused` where it does not."""
    before, after = old.program.data[path], plan.program.data.get(called(names, path))
    if after is None or after.model.formula is not None:
        raise ValueRefused("gone")
    if value is None or value is ERASED:
        return value
    if value is EMPTY:
        return EMPTY if after.nullable else None
    return parse_value(after.type, dump_value(before.type, value))


def _values(old: Plan, plan: Plan, prefix: DatumPath, values: Values, names: Names) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        try:
            found[called(names, (*prefix, name))[-1]] = _read(old, plan, (*prefix, name), value, names)
        except ValueRefused:
            continue
    return found


def _unread(old: Plan, plan: Plan, prefix: DatumPath, values: Values, names: Names) -> Iterator[DatumPath]:
    for name, value in values.items():
        try:
            _read(old, plan, (*prefix, name), value, names)
        except ValueRefused:
            if value is not None and value is not EMPTY:
                yield (*prefix, name)


def _holding(old: Plan, plan: Plan, role: str, holding: Holding, names: Names) -> Holding:
    return holding._replace(attributes=_values(old, plan, ("roles", role), holding.attributes, names))


def _log(old: Plan, plan: Plan, form: str, log: Log, names: Names) -> Log:
    """The entries of a form; what was complete stays complete, whatever the form now asks for."""
    steps = form_steps(plan.forms[called(names, ("forms", form))[1]].model)

    def read(entry: Entry) -> Entry:
        step = entry.step if entry.step in steps else steps[0]
        role = called(names, ("roles", entry.role))[1]
        signed = tuple(one._replace(role=called(names, ("roles", one.role))[1]) for one in entry.signatures)
        data = _values(old, plan, ("forms", form), entry.data, names)
        return entry._replace(data=data, step=step, role=role, signatures=signed)

    return Log.of(map(read, log))


def _waivers(plan: Plan, waivers: Mapping[tuple[str, str], int], names: Names) -> dict[tuple[str, str], int]:
    """What was waived of a clause that is still there; those of a form go by its name."""
    found = {(names.get(f"forms.{rule}", rule), clause): visit for (rule, clause), visit in waivers.items()}
    return {key: visit for key, visit in found.items() if plan.clause(*key) is not None}


def _assents(old: Plan, after: Draft, rule: str, given: tuple[Assent, ...]) -> tuple[Assent, ...]:
    """Assents hold where the joint act is the same, asked of the same, in the same visit."""
    before, now = old.rules.get(rule), after.plan.rules.get(rule)
    if before is None or now is None or (before.model.by, before.model.input) != (now.model.by, now.model.input):
        return ()
    stay = after.stay_among(now.states)
    return tuple(assent for assent in given if stay is not None and assent.visit == stay.entered_rank)
