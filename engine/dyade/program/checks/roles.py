"""Can somebody hold each role that is asked for, by then, and see what they decide on?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.checks.names import SYSTEM
from dyade.program.typed import actors


def check(ground: Ground) -> None:
    """Tell where nobody can act, and who would judge their own work or judge unseen."""
    held = possible(ground)
    for index, transition in enumerate(ground.model.transitions):
        if transition.by is not None:
            _fired(ground, index, transition, held)
        elif transition.upon is not None and transition.upon.startswith("roles."):
            _answered(ground, index, transition.upon)
    if ground.ways.complete and not ground.misses("roles"):
        _assigned_late(ground, held)
    for form_id, form in ground.model.forms.items():
        _judges(ground, form_id, form)
    for name, role in ground.model.roles.items():
        _assigned(ground, name, role)


def possible(ground: Ground) -> frozenset[str]:
    """The roles that somebody may come to hold."""
    return _closure(ground, _from_the_start(ground) | {role for role, _ in _assignments(ground)})


def _from_the_start(ground: Ground) -> set[str]:
    enrolled = {name for name, role in ground.model.roles.items() if role.scope == "program"}
    return enrolled | set(ground.model.started_by)


def _closure(ground: Ground, held: Iterable[str], *, anywhere: bool = True) -> frozenset[str]:
    """These roles, and those that their holders may assign (in some states only, where `anywhere`), and so on."""
    found = set(held)
    may_assign: dict[str, list[str]] = {}
    for name, role in ground.model.roles.items():
        for by in role.assigned_by or () if anywhere or role.assigned_in is None else ():
            may_assign.setdefault(by, []).append(name)
    waiting = list(found)
    while waiting:
        for name in may_assign.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


def _assignments(ground: Ground) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(role, states that one is in afterwards) for each effect that assigns."""
    for path, effect in ground.of(m.Effect):
        if effect.assign:
            states = _after(ground, path)
            yield from ((role, states) for role in effect.assign)


def _after(ground: Ground, path: tuple[str | int, ...]) -> tuple[str, ...]:
    match path:
        case ("transitions", int(index), *_):
            way = ground.ways.all[index]
            return (way.target,) if way.target is not None else tuple(_leaves(ground, way.sources))
        case ("forms", str(form), *_):
            return ground.states(ground.model.forms[form].available_in)
    return (ground.state_at[path[:-2]],)


def _leaves(ground: Ground, sources: Iterable[str]) -> Iterator[str]:
    for source in sources:
        yield from ground.ways.main_leaves(source)


# ----------------------------------------------------------------------------------------------------------- who acts


def _fired(ground: Ground, index: int, transition: m.Transition, held: frozenset[str]) -> None:
    roles = actors(transition)
    if any(role not in ground.model.roles and role != SYSTEM for role in roles):
        return
    able = [role for role in roles if role in held or role == SYSTEM]
    every = isinstance(transition.by, m.JointAll | m.JointEach)
    if not able or (every and len(able) < len(roles)):
        ground.tell("R001", ("transitions", index, "by"), transition=transition.id)


def _answered(ground: Ground, index: int, upon: str) -> None:
    """A transition that waits for the answer of someone who is never asked."""
    role = upon.split(".")[1]
    if role in ground.model.roles and not ground.model.roles[role].accepts:
        ground.tell("R006", ("transitions", index, "upon"), variant="upon", role=role)


def _assigned_late(ground: Ground, held: frozenset[str]) -> None:
    """Roles that only effects assign, or people in some states, asked to act where nobody can have been named."""
    soon = _closure(ground, _from_the_start(ground), anywhere=False)
    late = (held - soon) & ground.model.roles.keys()
    if not late:
        return
    where = {role: _reach(ground, role) for role in sorted(late)}
    for way in ground.ways.all:
        if way.number < 0:
            continue
        transition = ground.model.transitions[way.number]
        for role in actors(transition):
            if role in late and where[role].isdisjoint(way.sources):
                ground.tell("R002", ("transitions", way.number, "by"), role=role, transition=transition.id)


def _reach(ground: Ground, role: str) -> set[str]:
    """The states where somebody may hold a role that is given late, to it or to those that assign it."""
    givers, waiting = {role}, [role]
    while waiting:
        declared = ground.model.roles[waiting.pop()]
        for by in declared.assigned_by or ():
            if by in ground.model.roles and by not in givers:
                givers.add(by)
                waiting.append(by)
    starts = [state for name, states in _assignments(ground) if name in givers for state in states]
    for name in givers:
        for path in ground.states(ground.model.roles[name].assigned_in or ()):
            starts += ground.ways.inside(path)
    return ground.ways.forward(starts, back_inside=True)


# ---------------------------------------------------------------------------------------------------------- who judges


def _judges(ground: Ground, form_id: str, form: m.Form) -> None:
    place = ("forms", form_id)
    fillers = form.filled_by.each if isinstance(form.filled_by, m.EachOf) else form.filled_by
    seen_by = ground.seen_by(form.visibility)
    for at, role in enumerate(form.confirmed_by or ()):
        alone = set(fillers) == {role} == set(form.confirmed_by or ())
        if alone and _holds_alone(ground, role):
            ground.tell("R003", (*place, "confirmed_by", at), role=role)
    deciding = [("confirmed_by", form.confirmed_by), ("corrected_by", form.corrected_by)]
    named: list[tuple[Path, str]] = [
        ((*place, key, at), role) for key, roles in deciding for at, role in enumerate(roles or ())
    ]
    for i, step in enumerate(form.steps):
        named += [((*place, "steps", i, "by", at), role) for at, role in enumerate(step.by)]
    for path, role in named:
        if role in ground.model.roles and role not in seen_by and role not in fillers:
            ground.tell("R005", path, role=role, item=form_id)


# ----------------------------------------------------------------------------------------------------- how one is named


def _assigned(ground: Ground, name: str, role: m.Role) -> None:
    """What is said of a naming that never takes place."""
    place = ("roles", name)
    if role.invitation is not None and not role.accepts:
        ground.tell("R006", (*place, "invitation"), at_key=True, role=name)
    if role.assigned_in is None:
        return
    if not role.assigned_by:
        ground.tell("R007", (*place, "assigned_in"), at_key=True, role=name)
    for at, state in enumerate(role.assigned_in):
        for path in ground.states([state]):
            if ground.graph.nodes[path].model.final:
                ground.tell("R007", (*place, "assigned_in", at), variant="final", role=name, state=path)


def _holds_alone(ground: Ground, role: str) -> bool:
    declared = ground.model.roles.get(role)
    return declared is not None and declared.scope == "dyad" and declared.count.max == 1
