"""Places and money that the dyads of a walk share: is each part counted once, and nothing given twice?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dyade.flow import messages as c
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Decision
from dyade.flow.placing import Placement
from dyade.flow.quotas import limits_of
from dyade.flow.tagged import ERASED
from tests.properties.walks import Step, Walk
from tests.properties.world import Key, World


def is_never_passed(step: Step) -> None:
    """A place is taken only where there is one; an act that money blocks does not spend what is not there."""
    model, kept = step.where.program.model, step.kept
    if kept is None or isinstance(step.command, Placement) or not (model.quotas or model.budgets):
        # A dyad that is put where it stands has what it has, be there room for it or not.
        return
    limits, totals = limits_of(step.then.program), _totals(step.then.others.used, kept.dyad)
    for record in kept.records:
        if isinstance(record, c.Reserved) and (record.person or model.quotas[record.quota].per == "program"):
            key = f"quotas.{record.quota}", record.person
            assert totals[key] <= limits[key[0]], (record, totals)
    if isinstance(step.command, c.Step) and isinstance(step.outcome, Decision):
        for name, budget in model.budgets.items():
            grown = any(isinstance(record, c.Spent) for record in _of_command(step.outcome))
            if grown and f"forms.{step.command.form}.{step.command.step}" in budget.blocks:
                assert totals[f"budgets.{name}", ""] <= limits[f"budgets.{name}"], totals


def _of_command(decision: Decision) -> list[c.Record]:
    """What a command left, after what time did."""
    last = decision.records[-1].head.revision if decision.records else 0
    return [record for record in decision.records if record.head.revision == last]


def is_counted_right(walk: Walk) -> None:
    """Everybody's parts, as their records tell, are what the dyad at hand is told; what it spent is what was paid."""
    if walk.plan.shared is None:
        return
    counted = _as_told(walk.world)
    shown = {key: one for key, one in walk.context.counters.items() if one.used or one.waiting}
    assert {key: one.used for key, one in shown.items() if one.used} == {k: n for k, n in counted.items() if n}
    if walk.dyad is not None:
        # What a program that we ship spends is added up otherwise.
        for name, budget in walk.program.model.budgets.items() if "claim" in walk.program.model.forms else ():
            paid = _paid(walk.dyad)
            assert paid is None or walk.dyad.shares.get((f"budgets.{name}", ""), 0) == paid, budget


def adds_up(world: World) -> None:
    """At the end of a walk, the parts that dyads have are those that their records tell; no number was given twice."""
    for id_, shares in world.shares.items():
        assert dict(shares) == world.told[id_], id_
    assert len(world.numbers) == len(set(world.numbers))


def _totals(used: Mapping[Key, int], dyad: Dyad) -> Counter[Key]:
    found = Counter(used)
    found.update(dyad.shares)
    return found


def _as_told(world: World) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for told in world.told.values():
        found.update(told)
    return found


def _paid(dyad: Dyad) -> int | None:
    """What the entries of a drawn program say was paid, in cents; `None` where some say nothing any more."""
    entries = [entry for entry in dyad.entries.get("claim", ()) if entry.complete]
    if any(value is ERASED for entry in entries for value in entry.data.values()):
        return None
    # A dyad that was put where it stands may lack what its entries ask for.
    return int(sum(entry.data.get("amount", 0) * 100 for entry in entries if entry.step == "paid"))
