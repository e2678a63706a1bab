"""What becomes of a dyad once two ids are found to be of one person? What stood under the one stands under the other.

Records before that keep the id that they were written with; whoever reads them finds the same person under both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dyade.flow import messages as c
from dyade.flow.anonymous import Rename, renamed_value
from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry, Holding, Log, Meeting


def merged(draft: Draft, record: c.Merged) -> None:
    """Everything of the dyad that named the dropped id names the kept one."""
    kept, dropped = record.kept, record.dropped

    def rename(person: str) -> str:
        return kept if person == dropped else person

    draft.holdings = {role: _holdings(held, kept, dropped) for role, held in draft.holdings.items()}
    draft.fields = _values(draft, ("fields",), draft.fields, rename)
    draft.entries = {
        form: Log.of(_entry(draft, form, entry, rename) for entry in log) for form, log in draft.entries.items()
    }
    draft.assents = {
        rule: tuple(
            one._replace(person=rename(one.person), input=_values(draft, ("transitions", rule), one.input, rename))
            for one in given
            if not (one.person == dropped and any(other.person == kept for other in given))
        )
        for rule, given in draft.assents.items()
    }
    draft.certificates = {
        name: tuple(one._replace(person=rename(one.person)) for one in issued)
        for name, issued in draft.certificates.items()
    }
    draft.meetings = {series: tuple(_meeting(one, rename) for one in held) for series, held in draft.meetings.items()}
    if any(person == dropped for _, person in draft.shares):
        shares: dict[tuple[str, str], int] = {}
        for (name, person), share in draft.shares.items():
            key = (name, rename(person))
            shares[key] = max(share, shares.get(key, 0))
        draft.shares = shares


def _holdings(held: tuple[Holding, ...], kept: str, dropped: str) -> tuple[Holding, ...]:
    if not any(one.person == dropped for one in held):
        return held
    if any(one.person == kept for one in held):
        return tuple(one for one in held if one.person != dropped)
    return tuple(one._replace(person=kept) if one.person == dropped else one for one in held)


def _values(draft: Draft, base: tuple[str, ...], values: Mapping[str, Any], rename: Rename) -> Mapping[str, Any]:
    data = draft.plan.program.data
    found = {}
    for name, value in values.items():
        datum = data.get((*base, name))
        found[name] = value if datum is None else renamed_value(datum.type, value, rename)
    return found


def _entry(draft: Draft, form: str, entry: Entry, rename: Rename) -> Entry:
    signatures = {rename(one.person): one._replace(person=rename(one.person)) for one in entry.signatures}
    return entry._replace(
        data=_values(draft, ("forms", form), entry.data, rename),
        by=rename(entry.by),
        signatures=tuple(signatures.values()),
        confirmed=tuple(dict.fromkeys(map(rename, entry.confirmed))),
    )


def _meeting(one: Meeting, rename: Rename) -> Meeting:
    def renamed(people: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(rename, people)))

    return one._replace(present=renamed(one.present), missed=renamed(one.missed), excused=renamed(one.excused))
