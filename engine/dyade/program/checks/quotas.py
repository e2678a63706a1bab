"""Can the places and the money that dyads share be counted, and are they given back?"""

from __future__ import annotations

from decimal import Decimal

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.conditions.tree import reads
from dyade.program.conditions.types import INT, MONEY
from dyade.program.diagnostics import Term

NOT_COUNTED = frozenset(("today", "now", "state", "deadlines", "quotas", "budgets"))
"""What changes without a command: a sum that reads it could not be kept."""


def check(ground: Ground) -> None:
    """Tell what cannot be counted, and what is never given back."""
    for name, quota in ground.model.quotas.items():
        _quota(ground, ("quotas", name), name, quota)
    for name, budget in ground.model.budgets.items():
        _budget(ground, ("budgets", name), name, budget)


# --------------------------------------------------------------------------------------------------------------- quotas


def _quota(ground: Ground, path: Path, name: str, quota: m.Quota) -> None:
    known = {transition.id: transition for transition in ground.model.transitions}
    reserving = []
    for at, rule in enumerate(quota.reserve_on):
        if rule in known:
            reserving.append(known[rule])
            if quota.when_full == "waitlist" and known[rule].by is None:
                ground.tell("Q003", (*path, "reserve_on", at), transition=rule, quota=name)
        elif not ground.misses("transitions"):
            ground.unknown("D016", (*path, "reserve_on", at), rule, known, kind=Term("kind.transition"))
    if not quota.release_on and not any(broken[:3] == (*path, "release_on") for broken in ground.broken):
        ground.tell("Q001", path, at_key=True, quota=name)
    for one in reserving:
        _beside(ground, path, name, quota, one)
    _most(ground, (*path, "max"), quota.max, whole=True)


def _beside(ground: Ground, path: Path, name: str, quota: m.Quota, rule: m.Transition) -> None:
    """Tell another way from and to the same states, by which no place is taken."""
    for other in ground.model.transitions:
        if other.id in quota.reserve_on or other.to is None or other.to != rule.to:
            continue
        if set(other.from_) & set(rule.from_):
            where = (*path, "reserve_on", quota.reserve_on.index(rule.id))
            ground.tell("Q002", where, transition=rule.id, other=other.id, quota=name)


# -------------------------------------------------------------------------------------------------------------- budgets


def _budget(ground: Ground, path: Path, name: str, budget: m.Budget) -> None:
    _most(ground, (*path, "max"), budget.max, whole=False)
    for at, figure in enumerate(budget.spent):
        _figure(ground, (*path, "spent", at), name, figure)
    transitions = {transition.id for transition in ground.model.transitions}
    for at, act in enumerate(budget.blocks):
        parts = act.split(".")
        where = (*path, "blocks", at)
        if len(parts) == 1:
            if act not in transitions and not ground.misses("transitions"):
                ground.unknown("D016", where, act, transitions, kind=Term("kind.transition"))
            continue
        form = ground.model.forms.get(parts[1])
        if form is None:
            ground.unknown("D014", where, parts[1], ground.model.forms, inside=_inside(act, 1))
        elif parts[2] not in (known := ("filled", *(step.id for step in form.steps))):
            ground.unknown(
                "D016", where, parts[2], known, inside=_inside(act, 2), expected=known, kind=Term("kind.event")
            )


def _inside(name: str, part: int) -> tuple[int, int]:
    """Where a part of a dotted name stands in it."""
    parts = name.split(".")
    start = len(".".join(parts[:part])) + 1
    return start, start + len(parts[part])


def _figure(ground: Ground, where: Path, name: str, said: str) -> None:
    _, form_id, figure = said.split(".")
    form = ground.model.forms.get(form_id)
    if form is None:
        ground.unknown("D014", where, form_id, ground.model.forms, inside=_inside(said, 1))
        return
    aggregate = form.aggregates.get(figure)
    if aggregate is None:
        inside = _inside(said, 2)
        ground.unknown("D016", where, figure, form.aggregates, inside=inside, kind=Term("kind.aggregate"))
        return
    datum = ground.data.all.get(("forms", form_id, aggregate.sum or ""))
    if aggregate.sum is None or (datum is not None and datum.type != MONEY):
        ground.tell("Q004", where, budget=name, figure=figure, variant="sum")
    elif _changes_with_time(ground, form_id, figure, aggregate):
        ground.tell("Q004", where, budget=name, figure=figure, variant="time")


def _changes_with_time(ground: Ground, form: str, figure: str, aggregate: m.Aggregate) -> bool:
    if aggregate.window is not None or aggregate.since is not None:
        return True
    node = ground.typed.nodes.get(("forms", form, "aggregates", figure, "where"))
    return node is not None and any(read.parts[0] in NOT_COUNTED for read in reads(node))


def _most(ground: Ground, path: Path, said: int | Decimal | str, *, whole: bool) -> None:
    """The most there is, in places or in money."""
    if not isinstance(said, str):
        return
    name = said.removeprefix("params.")
    found = ground.declared.params.get(name)
    if found is None:
        known = tuple(f"params.{param}" for param in ground.model.params)
        ground.unknown("E102", path, said, known)
        return
    kind, value = found
    wanted = kind == INT if whole else kind in (INT, MONEY)
    if not wanted or not isinstance(value, int | Decimal) or value < 0:
        ground.tell("Q005", path, param=name, variant="places" if whole else "money")
