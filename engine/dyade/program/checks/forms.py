"""Can each form be filled, signed, and on time?"""

from __future__ import annotations

from collections.abc import Iterator

from dyade.program import model as m
from dyade.program.checks.anchors import Anchored, anchored, gap, same_base
from dyade.program.checks.ground import Ground
from dyade.program.checks.guards import constant, is_open
from dyade.program.checks.roles import possible


def check(ground: Ground) -> None:
    """Tell the forms that nobody can complete, or not when they are wanted."""
    held = possible(ground)
    reached = ground.ways.forward([ground.ways.start()]) if ground.ways.complete else None
    for form_id, form in ground.model.forms.items():
        _filled(ground, form_id, form, held)
        _signed(ground, form_id, form, held)
        if reached is not None:
            _available(ground, form_id, form, reached)
        if form.due is not None:
            _in_time(ground, form_id, form)
        if isinstance(form.repeat, m.Every):
            _begins(ground, form_id)


def fillers(form: m.Form) -> list[str]:
    """The roles that fill a form."""
    return form.filled_by.each if isinstance(form.filled_by, m.EachOf) else form.filled_by


def signers(form: m.Form) -> list[str]:
    """The roles that sign a form."""
    match form.signed_by:
        case None:
            return []
        case m.AllRoles():
            return form.signed_by.all
        case m.EachOf():
            return form.signed_by.each
        case m.QuorumOf():
            return form.signed_by.of
    return form.signed_by


def _filled(ground: Ground, form_id: str, form: m.Form, held: frozenset[str]) -> None:
    for key, roles in (("filled_by", fillers(form)), ("confirmed_by", form.confirmed_by)):
        known = roles is None or all(role in ground.model.roles for role in roles)
        if roles is not None and known and held.isdisjoint(roles):
            ground.tell("F001", ("forms", form_id, key), form=form_id, roles=", ".join(roles))


def _signed(ground: Ground, form_id: str, form: m.Form, held: frozenset[str]) -> None:
    place = ("forms", form_id, "signed_by")
    seen_by, roles = ground.seen_by(form.visibility), signers(form)
    known = [role for role in roles if role in ground.model.roles]
    for role in known:
        if role not in seen_by and role not in fillers(form):
            ground.tell("F003", place, role=role, form=form_id)
    any_will_do = isinstance(form.signed_by, list | m.QuorumOf)
    missing = [role for role in known if role not in held]
    if missing and len(known) == len(roles) and (not any_will_do or len(missing) == len(roles)):
        for role in missing:
            ground.tell("F003", place, variant="nobody", role=role, form=form_id)


def _available(ground: Ground, form_id: str, form: m.Form, reached: set[str]) -> None:
    states = ground.states(form.available_in)
    if len(states) == len(form.available_in) and reached.isdisjoint(states):
        ground.tell("F002", ("forms", form_id, "available_in"), form=form_id)


def _begins(ground: Ground, form_id: str) -> None:
    """Periods of which the first would begin when they are over."""
    place = ("forms", form_id, "repeat")
    begin, end = anchored(ground, (*place, "from")), anchored(ground, (*place, "until"))
    if begin is None or end is None:
        return
    if same_base(begin, end):
        never = gap(begin, end) >= 0
    else:
        days = [constant(ground.typed.nodes[*place, key]) for key in ("from", "until")]
        never = isinstance(days[0], int) and isinstance(days[1], int) and days[0] >= days[1]
    if never:
        ground.tell("F013", (*place, "until"), form=form_id)


def _in_time(ground: Ground, form_id: str, form: m.Form) -> None:
    """A form that is due after time has led out of every state where it is filled."""
    place = ("forms", form_id)
    due = anchored(ground, (*place, "due"))
    states = ground.states(form.available_in)
    if due is None or not states or isinstance(due.base, str):
        return
    open_in = frozenset(state for path in states for state in ground.ways.inside(path))
    closing = [
        state
        for state in states
        for exit_ in _timed_exits(ground, state, open_in)
        if same_base(due, exit_) and gap(due, exit_) > 0
    ]
    if len(set(closing)) == len(set(states)):
        ground.tell("F007", (*place, "due"), form=form_id)


def _timed_exits(ground: Ground, state: str, open_in: frozenset[str]) -> Iterator[Anchored]:
    for around in ground.graph.around(state):
        for way in ground.ways.of_source.get(around, ()):
            if way.number < 0 or way.target is None or way.target in open_in or way.history:
                continue
            place = ("transitions", way.number)
            found = anchored(ground, (*place, "at"))
            if found is not None and is_open(ground.typed.guards[*place, "guard"]):
                yield found
