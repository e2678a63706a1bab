"""Is it as the scenario says? Each key of `then` against the dyad, and each refusal against its reasons.

What differs is told in the notation of the file, so that the line can be mended by copying.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dyade.authoring import scenario_model as s
from dyade.authoring.life import Life
from dyade.authoring.notation import Difference, line
from dyade.authoring.proposing import proposed
from dyade.authoring.reasons import Told, author, is_told, reason_line, written
from dyade.flow import advancing, certifying
from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.outcome import Reason
from dyade.flow.quotas import budget_read, quota_read
from dyade.flow.rules import Rule
from dyade.flow.series import of_series
from dyade.flow.telling.phrases import clause_reason
from dyade.flow.telling.upcoming import Coming, upcoming
from dyade.flow.telling.visibility import Reader, audiences
from dyade.flow.telling.words import day
from dyade.program.conditions.values import ValueRefused, dump_value, parse_value
from dyade.program.graph import MAIN
from dyade.program.names import SERIES_READS
from dyade.program.tree import Path

Differences = Iterator[Difference]


def differences(life: Life, then: s.Then) -> tuple[Difference, ...]:
    """Everything that is not as a look expects it."""
    found: list[Difference] = []
    for key, look in LOOKS.items():
        wanted = getattr(then, key)
        if key in then.model_fields_set and wanted is not None:
            found += look(life, wanted)
    return tuple(found)


# ---------------------------------------------------------------------------------------------------------------- looks


def _state(life: Life, wanted: str) -> Differences:
    draft = life.draft()
    if not draft.is_in(life.plan.graph.path(wanted)):
        yield line("state", (), wanted, _named_like(wanted, draft.leaves[MAIN]))


def _named_like(wanted: str, path: str | None) -> str | None:
    """A state, by its last name where the scenario calls them so."""
    return path if path is None or "." in wanted else path.rpartition(".")[2]


def _tracks(life: Life, wanted: Mapping[str, str]) -> Differences:
    draft = life.draft()
    for track, state in wanted.items():
        region = region_of(life, track)
        if not draft.is_in(life.plan.graph.path(state)):
            yield line("tracks", (track,), state, _named_like(state, draft.leaves.get(region or "")))


def region_of(life: Life, track: str) -> str | None:
    """The region of a track, named in full or by its last name."""
    regions = [name for name in life.plan.graph.regions if name]
    return next((name for name in regions if track in (name, name.rpartition(".")[2])), None)


def _outcome(life: Life, wanted: str) -> Differences:
    got = life.plan.graph.nodes[life.draft().leaves[MAIN]].model.outcome
    if got != wanted:
        yield line("outcome", (), wanted, got)


def _fields(life: Life, wanted: Mapping[str, Any]) -> Differences:
    draft = life.draft()
    for name, value in wanted.items():
        kind = life.program.data["fields", name].type
        got = dump_value(kind, life.plan.field(name)(draft))
        if got != _written(kind, value):
            yield line("fields", (name,), value, got)


def _written(kind: Any, value: Any) -> Any:
    try:
        return dump_value(kind, parse_value(kind, value))
    except ValueRefused:
        return value


def _notified(life: Life, wanted: list[str] | Mapping[str, list[str]]) -> Differences:
    sent = [notice for notice in life.notices if notice.kind == "notice"]
    if isinstance(wanted, list):
        got = _people(life, (notice.to for notice in sent))
        if set(got) != set(wanted):
            yield line("notified", (), _people(life, wanted), got)
    else:
        yield from _by_name(life, "notified", wanted, [(notice.template, notice.to) for notice in sent])


def _reminded(life: Life, wanted: Mapping[str, list[str]]) -> Differences:
    sent = [(notice.rule, notice.to) for notice in life.notices if notice.kind == "reminder"]
    yield from _by_name(life, "reminded", wanted, sent)


def _escalated(life: Life, wanted: Mapping[str, list[str]]) -> Differences:
    sent = [(notice.rule, notice.to) for notice in life.notices if notice.kind == "escalation"]
    yield from _by_name(life, "escalated", wanted, sent)


def _certificate(life: Life, wanted: Mapping[str, str | None]) -> Differences:
    draft = life.draft()
    for name, number in wanted.items():
        standing = certifying.standing(draft, name)
        got = standing.number if standing else None
        if got != number:
            yield line("certificate", (name,), number, got)


def _purged(life: Life, wanted: list[str]) -> Differences:
    got = [record.rule for record in life.records if isinstance(record, c.Purged)]
    if set(got) != set(wanted):
        yield line("purged", (), wanted, got)


def _waiting_for(life: Life, wanted: Mapping[str, list[str]]) -> Differences:
    draft = life.draft()
    found: list[tuple[str, str]] = []
    for rule in life.plan.rules.values():
        standing = advancing.assents(draft, rule) if rule.joint and _leaf(draft, rule) else ()
        for name in advancing.missing(draft, rule, standing) if standing else ():
            held = draft.holders(name) if name in life.plan.roles else ()
            found.append((rule.id, held[0] if len(held) == 1 else name))
    yield from _by_name(life, "waiting_for", wanted, found)


def _by_name(life: Life, key: str, wanted: Mapping[str, list[str]], found: Iterable[tuple[str, str]]) -> Differences:
    """People under names: those that are named, exactly; nothing at all where none is."""
    got: dict[str, list[str]] = {}
    for name, person in found:
        got.setdefault(name, []).append(person)
    if not wanted and got:
        yield line(key, (), {}, {name: _people(life, people) for name, people in got.items()})
    for name, people in wanted.items():
        if set(got.get(name, ())) != set(people):
            yield line(key, (name,), _people(life, people), _people(life, got.get(name, ())))


def _people(life: Life, people: Iterable[str]) -> list[str]:
    order = list(life.cast.names)
    return sorted(dict.fromkeys(people), key=lambda name: (order.index(name) if name in order else len(order), name))


# -------------------------------------------------------------------------------------------------------------- clauses


def _blocked(life: Life, wanted: Mapping[str, Mapping[str, Told]]) -> Differences:
    draft = life.draft()
    if not wanted:
        found = {rule.id: _blocking(draft, rule) for rule in life.plan.rules.values() if _leaf(draft, rule)}
        yield from _nothing(life, "blocked", found)
    for name, clauses in wanted.items():
        reasons = [reason for rule in _rules(life, name) for reason in _blocking(draft, rule)]
        yield from _clauses(life, "blocked", name, clauses, reasons)


def _blocking(draft: Draft, rule: Rule) -> tuple[Reason, ...]:
    leaf = _leaf(draft, rule)
    if leaf is None:
        return (Reason("not_available", rule.id, {"from": rule.states, "here": tuple(draft.leaves.values())}),)
    return advancing.blocked(draft, rule, leaf)


def _advised(life: Life, wanted: Mapping[str, Mapping[str, Told]]) -> Differences:
    given: dict[str, list[Reason]] = {}
    for reason in life.advice:
        given.setdefault(_about(reason), []).append(reason)
    if not wanted:
        yield from _nothing(life, "advised", {name: tuple(reasons) for name, reasons in given.items()})
    for name, clauses in wanted.items():
        reasons = given.get(name) or _advising(life.draft(), _rules(life, name))
        yield from _clauses(life, "advised", name, clauses, reasons)


def _about(reason: Reason) -> str:
    """The rule that advises: a transition, a form or a role."""
    return str(reason.facts.get("transition") or reason.facts.get("form") or reason.about)


def _advising(draft: Draft, rules: Iterable[Rule]) -> list[Reason]:
    """What would be advised against, if one acted now."""
    found: list[Reason] = []
    for rule in rules:
        leaf = _leaf(draft, rule)
        if leaf is not None:
            draft.entered = draft.stays.get(rule.sources[leaf] or leaf)
            found += [clause_reason(draft, row, rule.id) for row in rule.guard.advised(draft)]
            draft.entered = None
    return found


def _nothing(life: Life, key: str, found: Mapping[str, tuple[Reason, ...]]) -> Differences:
    lines = [f"{key}.{name}: {{{reason_line(life, reason)}}}" for name, some in found.items() for reason in some]
    if lines:
        yield Difference((key,), (f"{key}: {{}}",), tuple(lines))


def _clauses(life: Life, key: str, name: str, wanted: Mapping[str, Told], reasons: Sequence[Reason]) -> Differences:
    """The clauses that are named must be among those found; none may be where none is named."""
    path: Path = (key, name)
    got = tuple(f"{key}.{name}: {{{reason_line(life, reason)}}}" for reason in reasons) or (f"{key}.{name}: {{}}",)
    if not wanted and reasons:
        yield Difference(path, (f"{key}.{name}: {{}}",), got)
    missing = {clause: told for clause, told in wanted.items() if not is_told(life, clause, told, reasons)}
    if missing:
        expected = tuple(f"{key}.{name}: {{{clause}: {written(told)}}}" for clause, told in missing.items())
        yield Difference((*path, next(iter(missing))), expected, got)


def _rules(life: Life, name: str) -> list[Rule]:
    return [rule for rule in life.plan.rules.values() if name in (rule.id, rule.event_name)]


def _leaf(draft: Draft, rule: Rule) -> str | None:
    return next((leaf for leaf in draft.leaves.values() if leaf in rule.sources), None)


# ------------------------------------------------------------------------------------------------------------ who sees


def _visible(life: Life, wanted: Mapping[str, list[str]]) -> Differences:
    for person, items in wanted.items():
        seen = [item for item in items if sees(life, person, item)]
        if seen != items:
            yield line("visible", (person,), items, seen)


def _hidden(life: Life, wanted: Mapping[str, list[str]]) -> Differences:
    for person, items in wanted.items():
        unseen = [item for item in items if not sees(life, person, item)]
        if unseen != items:
            yield line("hidden", (person,), items, unseen)


def sees(life: Life, person: str, item: str) -> bool:
    """Whether a person sees an item: `forms.x`, `forms.x.datum`, `fields.x`, `transitions.x`, `transitions.x.input`."""
    draft = life.draft()
    reader = Reader(draft, person)
    parts = tuple(item.split("."))
    match parts:
        case ("transitions", name):
            return reader.sees_transition(name, _last_author(life, name))
        case ("transitions", name, _):
            return reader.sees_transition(name, _last_author(life, name)) and reader.sees_datum(parts)
        case ("forms", name):
            return reader.sees_entry(name, _last_filler(life, name))
        case ("forms", name, datum) if datum in life.program.model.forms[name].entry:
            return reader.sees_entry_datum(name, datum, _last_filler(life, name))
    if parts in life.program.data and parts[0] != "roles" and life.program.data[parts].model.formula is None:
        return reader.sees_datum(parts)
    return all(reader.sees(roles) for roles in audiences(life.plan, parts)) and reader.sees(None)


def _last_author(life: Life, transition: str) -> str | None:
    """Who fired it last."""
    fired = (r for r in reversed(life.records) if isinstance(r, c.Moved | c.Assented) and r.transition == transition)
    return next((record.head.actor for record in fired), None)


def _last_filler(life: Life, form: str) -> str:
    """Who filled its last entry."""
    filled = life.dyad.entries.get(form, ()) if life.dyad is not None else ()
    return filled[-1].by if filled else ""


# ------------------------------------------------------------------------------------------------------------------ due


def _due(life: Life, wanted: Mapping[str, str | None]) -> Differences:
    draft = life.draft()
    coming = upcoming(draft, Reader(draft, None, everything=True))
    for name, moment in wanted.items():
        found = [_when(life, one, moment) for one in coming if one.id == name]
        if found if moment is None else _spelled(moment) not in found:
            yield line("due", (name,), moment, found[0] if len(found) == 1 else found or None)


def _when(life: Life, coming: Coming, like: str | None) -> str:
    """When it is due, as closely as the scenario says."""
    if like is not None and len(like) > len("2026-09-01"):
        return life.words(author(life)).moment(coming.at)
    return day(life.plan.calendar.local_date(coming.at))


def _spelled(moment: str) -> str:
    return moment.replace("T", " ")


def _series(life: Life, wanted: Mapping[str, Mapping[str, Any]]) -> Differences:
    draft = life.draft()
    for name, reads in wanted.items():
        for what, value in reads.items():
            got = dump_value(SERIES_READS[what], of_series(name, what)(draft))
            if got != _written(SERIES_READS[what], value):
                yield line("series", (name, what), value, got)


def _quota(life: Life, wanted: Mapping[str, Any]) -> Differences:
    draft = life.draft()
    for name, value in wanted.items():
        if name in life.program.model.budgets:
            got: Any = str(budget_read(life.plan, name, "left")(draft))
            same = Decimal(got) == Decimal(value)
        elif value is None or isinstance(value, str):
            got = _share(draft, f"quotas.{name}")
            same = got == value
        else:
            got = quota_read(life.plan, name, "left")(draft)
            same = got == value
        if not same:
            yield line("quota", (name,), value, got)


def _enrolled(life: Life, wanted: Mapping[str, str | None]) -> Differences:
    enrolled = (record for record in life.records if isinstance(record, c.Enrolled))
    given = {record.person: record.status for record in enrolled if record.status is not None}
    for person, status in wanted.items():
        if given.get(person) != status:
            yield line("enrolled", (person,), status, given.get(person))


def _share(draft: Draft, counter: str) -> str | None:
    """What a dyad has of a quota."""
    shares = [share for (name, _), share in draft.shares.items() if name == counter]
    return None if not shares else "waiting" if 0 in shares else "held"


LOOKS: Mapping[str, Callable[[Life, Any], Differences]] = {
    "state": _state,
    "tracks": _tracks,
    "outcome": _outcome,
    "fields": _fields,
    "certificate": _certificate,
    "notified": _notified,
    "reminded": _reminded,
    "escalated": _escalated,
    "purged": _purged,
    "waiting_for": _waiting_for,
    "blocked": _blocked,
    "advised": _advised,
    "visible": _visible,
    "hidden": _hidden,
    "due": _due,
    "quota": _quota,
    "series": _series,
    "proposed": proposed,
    "enrolled": _enrolled,
}
