"""What does `--format json` say of a dyad: ids and values, only those that the reader may see?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from dyade.program.conditions.values import dump_value

if TYPE_CHECKING:
    from dyade.flow.dyad import Dyad, Entry
    from dyade.flow.outcome import Context
    from dyade.flow.telling.visibility import Reader
    from dyade.program.program import Program


def plain(view: Any) -> Any:
    """A view of the engine as JSON: its own names, `from_` without its underscore."""
    if hasattr(view, "_asdict"):
        return {name.rstrip("_"): plain(value) for name, value in view._asdict().items()}
    if isinstance(view, Mapping):
        return {str(key): plain(value) for key, value in view.items()}
    return [plain(item) for item in view] if isinstance(view, tuple | list) else view


def of(program: Program, dyad: Dyad, context: Context, reader: str | None) -> dict[str, Any]:
    """A dyad as it stands."""
    from dyade.flow.draft import Draft
    from dyade.flow.plan import plan_of
    from dyade.flow.telling.visibility import Reader

    sight = Reader(Draft(plan_of(program), dyad, context), reader)
    return {
        "dyad": dyad.id,
        "program": dyad.program,
        "version": program.version,
        "behaviour": dyad.behaviour,
        "revision": dyad.revision,
        "state": dyad.leaves[""],
        "tracks": tracks(sight),
        "outcome": program.graph.nodes[dyad.leaves[""]].model.outcome,
        "people": _people(program, dyad, context),
        "fields": _fields(program, sight),
        "forms": {
            form: [_entry(program, form, entry, sight) for entry in seen]
            for form in program.model.forms
            if (seen := [entry for entry in dyad.entries.get(form, ()) if sight.sees_entry(form, entry.by)])
            or sight.sees_form(form)
        },
        "broken": [
            one.model.id
            for one in sight.draft.plan.invariants
            if one.model.id in dyad.broken and sight.sees_invariant(one)
        ],
        **_shared(sight),
        **_certificates(sight),
    }


def tracks(sight: Reader) -> dict[str, str]:
    """Where the tracks stand that a reader sees."""
    return {region: leaf for region, leaf in sight.draft.leaves.items() if region and sight.sees_track(region)}


def _certificates(sight: Reader) -> dict[str, Any]:
    """The certificates of a dyad, where its program has any: each number that was given, oldest first."""
    if not sight.draft.plan.program.model.certificates:
        return {}
    found = {
        name: [
            {
                "number": one.number,
                "person": one.person,
                "on": date.fromordinal(one.on).isoformat(),
                "replaces": one.replaces,
                "revoked_on": None if one.revoked_on is None else date.fromordinal(one.revoked_on).isoformat(),
            }
            for one in several
            if sight.sees_certificate(name, one.person)
        ]
        for name, several in sight.draft.certificates.items()
    }
    return {"certificates": {name: several for name, several in found.items() if several}}


def _shared(sight: Reader) -> dict[str, Any]:
    """What a dyad has of what is shared, where its program shares anything."""
    from dyade.flow.quotas import money

    shared = sight.draft.plan.shared
    if shared is None:
        return {}
    shares = sight.draft.shares
    quotas = {
        quota.id: {person or "program": "held" if share else "waiting" for (name, person), share in shares.items()
                   if name == quota.name and (person or quota.role is None)}
        for quota in shared.quotas
        if sight.sees_listed(quota.model.visibility)
    }  # fmt: skip
    budgets = {
        budget.id: str(money(shares.get((budget.name, ""), 0)))
        for budget in shared.budgets
        if sight.sees_budget(budget.id)
    }
    return {"quotas": quotas, "budgets": budgets}


def _people(program: Program, dyad: Dyad, context: Context) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for role, declared in program.model.roles.items():
        if declared.scope == "program":
            shared = context.program_roles.get(role, ())
            found[role] = [{"person": person, "pending": False} for person in shared]
        else:
            held = dyad.holdings.get(role, ())
            found[role] = [{"person": one.person, "pending": one.pending} for one in held]
    return found


def _fields(program: Program, sight: Reader) -> dict[str, Any]:
    """Fields that hold a value, those that are computed too."""
    found: dict[str, Any] = {}
    for name in program.model.fields:
        datum = program.data["fields", name]
        if sight.sees_datum(datum.path):
            found[name] = value(datum.type, sight.draft.plan.field(name)(sight.draft))
    return found


def _entry(program: Program, form: str, entry: Entry, sight: Reader) -> dict[str, Any]:
    seen = {
        name: value(program.data["forms", form, name].type, held)
        for name, held in entry.data.items()
        if sight.sees_entry_datum(form, name, entry.by)
    }
    return {
        "entry": entry.n,
        "by": entry.by,
        "role": entry.role,
        "on": date.fromordinal(entry.on).isoformat(),
        "status": "complete" if entry.complete else "submitted" if entry.submitted else "draft",
        "step": entry.step,
        "signed_by": [signature.person for signature in entry.signatures],
        "confirmed_by": list(entry.confirmed),
        "data": seen,
    }


def value(kind: Any, held: Any) -> Any:
    """A value as JSON; what was erased is said to be, without a word of what it was."""
    return {"erased": True} if repr(held) == "ERASED" else dump_value(kind, held)
