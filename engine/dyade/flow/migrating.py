"""How does a dyad come to live by another version of its program? Where it will stand, what it keeps, what follows.

It is decided like a command: refused where the dyad stands in a state that leads nowhere in the new version, where
somebody holds a role that is gone, where a field has changed its type and nothing says its new value; else recorded,
and what follows by itself in the new version does follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dyade.flow import clockwork, footing, granting
from dyade.flow import messages as r
from dyade.flow.carrying import SAME, Names, called, carried, lost
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.firing import settle
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.plan import Plan, plan_of
from dyade.flow.reads import Binder
from dyade.flow.recording import record
from dyade.flow.schedule import next_due
from dyade.program import model as m
from dyade.program.conditions.check import check
from dyade.program.conditions.tree import reads
from dyade.program.conditions.types import EMPTY, Enum
from dyade.program.conditions.values import ValueRefused, dump_value, parse_value
from dyade.program.data import DatumPath, TypedDatum
from dyade.program.graph import MAIN
from dyade.program.names import Site, SiteScope
from dyade.program.program import Program


class Passage(NamedTuple):
    """What comes of a migration, before anything is kept."""

    outcome: Decision | Refusal
    lost: tuple[DatumPath, ...]
    """Data that the new version has no place for; their records stay."""


class Given(NamedTuple):
    """What a migration gives to fields."""

    values: Mapping[str, Any]
    reasons: tuple[Reason, ...]
    read: frozenset[DatumPath]
    """The fields of which something is made, or that receive another value: they are not lost."""


def migration_from(program: Program, version: str) -> m.Migration:
    """What a version says of the dyads of another; where it says nothing, all keeps its name."""
    found = (one for one in program.model.migrations if one.from_ == version)
    return next(found, m.Migration.model_construct(from_=version, to=program.version))


def names_of(migration: m.Migration) -> Names:
    """What a migration calls otherwise: roles and forms, and the data of both."""
    said = {"roles": migration.roles, "forms": migration.forms}
    return {f"{kind}.{name}": new for kind, names in said.items() for name, new in names.items()}


def renamed(old: Program, new: Program, migration: m.Migration | None = None) -> dict[str, str]:
    """{state: state of the new version}, for those that are still there, under the same name or another."""
    return _states(plan_of(old), plan_of(new), migration or migration_from(new, old.version))


def destinations(old: Program, new: Program, migration: m.Migration | None = None) -> dict[str, str]:
    """{leaf of the main region: leaf of the new version}, for those that lead somewhere."""
    plan = plan_of(new)
    states = renamed(old, new, migration)
    found = {leaf: _leaf(plan, states.get(leaf), MAIN) for leaf in old.graph.regions[MAIN].leaves}
    return {leaf: target for leaf, target in found.items() if target is not None}


def migrate(
    old: Program,
    new: Program,
    behaviour: str,
    dyad: Dyad,
    context: Context,
    migration: m.Migration | None = None,
    *,
    stops: bool = True,
    beyond: bool = False,
) -> Passage:
    """Decide how a dyad comes from one version to another, kept under that digest; time has done its work before.

    Where it only passes through a version, nothing follows there (`stops`). `beyond`: shared places that it has in the
    new version are counted even where none is left.
    """
    migration = migration or migration_from(new, old.version)
    draft = Draft(plan_of(old), dyad, context)
    names = names_of(migration)
    states = renamed(old, new, migration)
    places = tuple(_places(draft, plan_of(new), states))
    given = _given(draft, new, migration)
    gone = tuple(path for path in lost(draft, new, names) if path not in given.read)
    people = _roles_gone(draft, new, names)
    reasons = (
        *_unmapped(places), *_unknown(old, names), *people, *_bound(draft, new), *given.reasons, *_retyped(new, gone)
    )  # fmt: skip
    if reasons:
        return Passage(Refusal(reasons), gone)
    head = r.Head(dyad.revision + 1, draft.now, draft.now, r.SYSTEM, None, plan_of(new).calendar.local_date(draft.now))
    known = {name: states[name] for name in _remembered(dyad) if name in states}
    leaves = tuple(leaf for _, leaf in places if leaf is not None)
    moved = r.Migrated(head, behaviour, new.version, leaves, known, migration.delays, names or None)
    after = carried(draft, new, moved)
    after.records.append(moved)
    after.head = head
    _learn(draft, after, given.values, names)
    lacking = _places_taken(draft, after, beyond=beyond) if stops else ()
    return Passage(Refusal(lacking) if lacking else _follow(after, stops=stops), gone)


def _learn(before: Draft, after: Draft, values: Mapping[str, Any], names: Names) -> None:
    """The values that the migration gives, and what the new version reads of people."""
    for name, value in values.items():
        record(after, r.FieldSet, name, value, "")
    for person, attributes in _learned(before, after, names):
        record(after, r.AttributesChanged, person, attributes)


def _places_taken(before: Draft, after: Draft, *, beyond: bool) -> tuple[Reason, ...]:
    """Take the places of what is shared in the new version only; of the rest, a dyad has what it has."""
    if after.plan.shared is None:
        return ()
    shared = before.plan.shared
    but = frozenset(quota.name for quota in shared.quotas) if shared is not None else frozenset()
    return footing.stood(after, after.plan.shared, beyond=beyond, but=but)


def _follow(after: Draft, *, stops: bool) -> Decision:
    """What then follows by itself."""
    if stops:
        settle(after)
    occurrences = clockwork.miss_what_has_passed(after)
    clockwork.watch(after)
    due = next_due(after, occurrences)
    return Decision(after.frozen(), tuple(after.records), tuple(after.effects), due, bounds=after.bounds)


def _learned(before: Draft, after: Draft, names: Names) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the new version reads of who holds a role, and the old one did not."""
    found: dict[str, dict[str, Any]] = {}
    known = {called(names, path) for path in before.plan.program.data}
    for role, held in after.holdings.items():
        for holding in held:
            profile = granting.profile(after, role, holding.person)
            fresh = {name: value for name, value in profile.items() if ("roles", role, name) not in known}
            if fresh:
                found.setdefault(holding.person, {}).update(fresh)
    yield from found.items()


# -------------------------------------------------------------------------------------------------------------- states


def _states(old: Plan, new: Plan, migration: m.Migration) -> dict[str, str]:
    """{state of the old version: state of the new one}, for all that have one: by the migration, else by name."""
    said = {old.graph.find(name): new.graph.path(to) for name, to in migration.states.items()}
    found: dict[str, str] = {}
    for path in old.graph.nodes:
        for around in old.graph.around(path):
            if around in said:
                inside = said[around] + path.removeprefix(around)
                if inside in new.graph.nodes:
                    found[path] = inside
                elif old.graph.nodes[path].region == old.graph.nodes[around].region:
                    found[path] = said[around]
                break
        else:
            if path in new.graph.nodes:
                found[path] = path
    return found


def _places(draft: Draft, new: Plan, states: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """(leaf, leaf of the new version) of each region; a track that the new version does not have there is left out."""
    main = draft.leaves[MAIN]
    target = _leaf(new, states.get(main), MAIN)
    yield main, target
    if target is None:
        return
    tracks = {track for path in new.graph.around(target) for track in new.graph.nodes[path].tracks}
    for region, leaf in draft.leaves.items():
        name = states.get(leaf)
        inside = new.graph.nodes[name].region if name is not None else region
        if region != MAIN and inside in tracks:
            yield leaf, _leaf(new, name, inside)


def _leaf(new: Plan, name: str | None, region: str) -> str | None:
    if name is None or new.graph.nodes[name].region != region:
        return None
    return new.graph.entry_leaf(name)


def _remembered(dyad: Dyad) -> Iterator[str]:
    yield from dict.fromkeys((*dyad.stays, *dyad.memory, *dyad.memory.values()))


# ------------------------------------------------------------------------------------------------------------- reasons


def _unmapped(places: tuple[tuple[str, str | None], ...]) -> Iterator[Reason]:
    for leaf, target in places:
        if target is None:
            yield Reason("state_gone", leaf)


def _unknown(old: Program, names: Names) -> Iterator[Reason]:
    """What a migration calls otherwise, and the version that dyads leave does not have."""
    for name in names:
        kind, *path = name.split(".")
        if (path[0] not in getattr(old.model, kind)) if len(path) == 1 else ((kind, *path) not in old.data):
            yield Reason("name_not_there", name)


def _roles_gone(draft: Draft, new: Program, names: Names = SAME) -> Iterator[Reason]:
    for role, held in draft.holdings.items():
        there = new.model.roles.get(called(names, ("roles", role))[1])
        if held and (there is None or there.scope == "program"):
            yield Reason("role_gone", role)


def _bound(draft: Draft, new: Program) -> Iterator[Reason]:
    """What others count on: a certificate that was issued, a part of what dyads share."""
    yield from (Reason("certificate_gone", name) for name in draft.certificates if name not in new.model.certificates)
    known = {f"{kind}.{name}" for kind in ("quotas", "budgets") for name in getattr(new.model, kind)}
    yield from (Reason("share_gone", name) for (name, _), part in draft.shares.items() if part and name not in known)


def _retyped(new: Program, gone: tuple[DatumPath, ...]) -> Iterator[Reason]:
    """A field that is still there and cannot be read: nobody has said what becomes of its value."""
    for path in gone:
        if path[0] == "fields" and path in new.data and new.data[path].model.formula is None:
            yield Reason("field_retyped", path[1])


def _given(draft: Draft, new: Program, migration: m.Migration) -> Given:
    """The values that a migration gives, computed as the old version reads the dyad."""
    values: dict[str, Any] = {}
    reasons: list[Reason] = []
    read: set[DatumPath] = {("fields", name) for name in migration.fields}
    for name, text in migration.fields.items():
        try:
            values[name], made_of = _computed(draft, new.data["fields", name], text)
            read |= made_of
        except ValueRefused:
            reasons.append(Reason("field_not_read", name))
    return Given(values, tuple(reasons), frozenset(read))


def _computed(draft: Draft, wanted: TypedDatum, text: str) -> tuple[Any, set[DatumPath]]:
    """A value for a field of the new version, `None` where it cannot be told; and the fields that it is made of."""
    scope = SiteScope(draft.plan.program.declared, Site())
    checked = check(text, scope, wanted.type, clause=False)
    if checked.problems or checked.tree is None:
        # A choice of the old version may be one of the new version too: the values tell, not the types.
        checked = check(text, scope, None, clause=False)
    if checked.problems or checked.tree is None:
        raise ValueRefused("expression")
    made_of = {one.parts[:2] for one in reads(checked.tree) if one.parts[0] == "fields"}
    value = Binder(draft.plan, Site()).value(checked.tree)(draft)
    if value is None or value is EMPTY:
        return EMPTY if value is EMPTY and wanted.nullable else None, made_of
    kind = wanted.type if isinstance(wanted.type, Enum) else checked.tree.type
    return parse_value(wanted.type, dump_value(kind, value)), made_of
