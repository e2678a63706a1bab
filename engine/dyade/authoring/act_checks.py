"""Can an act of a scenario be taken at all: do its names exist, and is there a role that may do it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dyade.authoring import scenario_model as s
from dyade.authoring.lookup import Lookup
from dyade.authoring.reasons import FAMILIES, REASONS
from dyade.authoring.steps import forms_with_step, rules_with_clause
from dyade.flow.limits import limit_id, waivable
from dyade.program.tree import Path

Roles = tuple[str, ...] | None
"""Who may do it; `None` where that is not for names to tell."""


NAMING = (
    "do", "fill", "sign", "unsign", "confirm", "correct", "step", "accept", "decline", "waive", "reveal", "withdraw",
    "revoke",
    "reissue", "plan", "move", "cancel", "attend", "excuse",
)  # fmt: skip
"""The keys of acts under which a name stands."""


class ActCheck:
    """Looks at the acts of one story."""

    def __init__(self, names: Lookup) -> None:
        self.names = names
        self.plan = names.plan
        self.may_hold = self._may_hold()

    def _may_hold(self) -> Mapping[str, frozenset[str]]:
        """The roles that each person could have in the story, by its steps or by effects."""
        by_effect = {role for t in self.names.model.transitions for effect in t.effects for role in effect.assign or {}}
        given: dict[str, set[str]] = {
            name: {*roles_of(person), *by_effect} for name, person in self.names.people.items()
        }
        for step in self.names.story.scenario.steps:
            for role, person in _assigned(step):
                given.setdefault(person, set()).add(role)
        return {name: frozenset(roles) for name, roles in given.items()}

    def check(self, path: Path, step: s.ActStep) -> None:
        here = self.names.someone(step.person, (*path, step.person), at_key=True)
        act = step.act
        at: Path = (*path, step.person)
        if not isinstance(act, str):
            for key, name in (("for", act.for_),):
                if name is not None:
                    here = self.names.someone(name, (*at, key)) and here
        roles = self._act(at, act, strict=step.refused is None)
        if here and roles is not None and step.refused is None:
            self._possible(path, step, roles)
        if step.refused == {}:
            self.names.tell("D007", (*path, "refused"), at_key=True, variant="empty")
        for key in step.refused or {}:
            self.names.known("reason", key, (*path, "refused", key), self._reasons(act), at_key=True)

    def _possible(self, path: Path, step: s.ActStep, roles: Iterable[str]) -> None:
        """Somebody of that kind could do it, whatever came before."""
        act = step.act
        actor = act.for_ if not isinstance(act, str) and act.for_ else step.person
        if not self.may_hold[actor] & set(roles):
            action = act if isinstance(act, str) else " ".join(named(act)).removeprefix("do ")
            self.names.tell(
                "K003", (*path, step.person), at_key=True, person=actor, action=action, expected=tuple(roles)
            )

    def _act(self, at: Path, act: Any, *, strict: bool) -> Roles:
        """Tell the names of an act that lead nowhere; return the roles that may do it, where they are known."""
        match act:
            case str():
                return self._event(act, at)
            case s.Do():
                roles = self._event(act.do, (*at, "do"))
                if roles is not None and strict:
                    self._inputs(act.do, act.with_, (*at, "with"))
                return roles
            case s.WithdrawAssent():
                return self._event(act.withdraw, (*at, "withdraw"))
            case s.RevokeIt() | s.ReissueIt() | s.RevealIt():
                return self._reveal(at, act) if isinstance(act, s.RevealIt) else self._certificate(at, act)
            case s.StartDyad():
                self._start(at, act)
                return None
            case s.SetFields():
                return self._set(at, act)
            case s.WaiveClause():
                return self._waive(at, act)
            case s.TakeStep():
                return self._take_step(at, act, strict=strict)
            case s.AssignRole() | s.UnassignRole() | s.ReplaceHolder():
                return self._give(at, act)
            case s.AcceptRole() | s.DeclineRole():
                key, role = named(act)
                return (role,) if self.names.known("role", role, (*at, key), self.names.model.roles) else None
        return self._series(at, act) if isinstance(act, s.OnMeeting) else self._form(at, act, strict=strict)

    def _event(self, event: str, path: Path) -> Roles:
        events = {name for rule in self.plan.rules.values() if rule.by for name in (rule.event_name, rule.id)}
        if not self.names.known("transition", event, path, events):
            return None
        return tuple(dict.fromkeys(role for rule in self.plan.rules_of(event) for role in rule.by))

    def _certificate(self, at: Path, act: s.RevokeIt | s.ReissueIt) -> Roles:
        key, name = ("revoke", act.revoke) if isinstance(act, s.RevokeIt) else ("reissue", act.reissue)
        known = self.names.model.certificates
        return tuple(known[name].revoked_by) if self.names.known("certificate", name, (*at, key), known) else None

    def _inputs(self, event: str, given: Mapping[str, Any], path: Path) -> None:
        names = {name: rule for rule in self.plan.rules_of(event) for name in rule.data}
        for name in given:
            self.names.known("input", name, (*path, name), names, at_key=True)

    def _start(self, at: Path, act: s.StartDyad) -> None:
        named: Mapping[str, Any] = act.start if isinstance(act.start, dict) else {}
        for role, persons in named.items():
            path: Path = (*at, "start", role)
            self.names.known("role", role, path, self.names.model.roles, at_key=True)
            several = isinstance(persons, list)
            for i, person in enumerate(persons if several else [persons]):
                self.names.someone(person, (*path, i) if several else path)
        for name in act.with_:
            self.names.known("field", name, (*at, "with", name), self.names.model.fields, at_key=True)

    def _set(self, at: Path, act: s.SetFields) -> Roles:
        roles: list[str] = []
        for name in act.set:
            if not self.names.known("field", name, (*at, "set", name), self.names.model.fields, at_key=True):
                return None
            roles += self.names.model.fields[name].set_by or []
        return tuple(dict.fromkeys(roles))

    def _waive(self, at: Path, act: s.WaiveClause) -> Roles:
        rules = (*self.plan.rules, *self.plan.forms)
        if act.rule is not None and not self.names.known("transition", act.rule, (*at, "rule"), rules):
            return None
        found = rules_with_clause(self.plan, act.waive)
        if not found:
            known = {clause for rule in self.plan.rules.values() for clause in rule.guard.waivable}
            known |= {name for form in self.plan.forms.values() for name, by in waivable(form).items() if by}
            self.names.known("clause", act.waive, (*at, "waive"), known)
        elif act.rule is None and len(found) > 1:
            self.names.tell("D006", (*at, "waive"), variant="here", key="rule", expected=found)
        return None

    def _reveal(self, at: Path, act: s.RevealIt) -> Roles:
        glass = self.plan.glass
        known = {".".join(item.split(".")[:n]) for item in (glass.items if glass else ()) for n in (2, 3)}
        return tuple(glass.by) if self.names.known("item", act.reveal, (*at, "reveal"), known) and glass else None

    def _take_step(self, at: Path, act: s.TakeStep, *, strict: bool) -> Roles:
        if act.form is not None and not self.names.known("form", act.form, (*at, "form"), self.names.model.forms):
            return None
        steps = {step: form for form in self.plan.forms.values() for step in form.steps}
        if not self.names.known("step", act.step, (*at, "step"), steps):
            return None
        found = (act.form,) if act.form else forms_with_step(self.plan, act.step)
        if len(found) > 1:
            self.names.tell("D006", (*at, "step"), variant="here", key="form", expected=found)
            return None
        form = self.plan.forms[found[0]]
        if act.form and not self.names.known("step", act.step, (*at, "step"), form.steps):
            return None
        if strict:
            self.names.values(("steps", form.id, act.step), act.with_, (*at, "with"), "input", judged=False)
        return tuple(form.steps[act.step].model.by)

    def _give(self, at: Path, act: s.AssignRole | s.UnassignRole | s.ReplaceHolder) -> Roles:
        key = next(iter(act.model_fields_set & {"assign", "unassign", "replace"}))
        named: Mapping[str, str] = getattr(act, key)
        roles: list[str] = []
        for role, person in named.items():
            path: Path = (*at, key, role)
            self.names.someone(person, path)
            if not self.names.known("role", role, path, self.names.model.roles, at_key=True):
                return None
            roles += self.names.model.roles[role].assigned_by or []
        if isinstance(act, s.ReplaceHolder) and act.old is not None:
            self.names.someone(act.old, (*at, "old"))
        return tuple(dict.fromkeys(roles))

    def _series(self, at: Path, act: s.OnMeeting) -> Roles:
        key, name = named(act)
        if not self.names.known("series", name, (*at, key), self.names.model.series):
            return None
        series = self.names.model.series[name]
        if isinstance(act, s.AttendIt):
            for i, person in enumerate(act.present):
                self.names.someone(person, (*at, "present", i))
            return tuple(series.attendance_by)
        if isinstance(act, s.ExcuseIt):
            if act.person is not None:
                self.names.someone(act.person, (*at, "person"))
            return tuple(series.absence.by) if series.absence else None
        return tuple(series.dates_set_by)

    def _form(self, at: Path, act: Any, *, strict: bool) -> Roles:
        key, name = named(act)
        if not self.names.known("form", name, (*at, key), self.names.model.forms):
            return None
        form = self.plan.forms[name]
        if isinstance(act, s.FillIn | s.CorrectIt) and strict:
            self.names.values(("forms", name), act.with_, (*at, "with"), "entry", judged=False)
        return {
            "fill": form.fillers,
            "sign": form.signers,
            "unsign": form.signers,
            "confirm": form.confirmed_by,
            "correct": tuple(form.model.corrected_by or ()),
        }[key]

    def _reasons(self, act: Any) -> set[str]:
        """Everything that a refusal of this act may be called."""
        found = set(REASONS) | set(FAMILIES) | {i.model.id for i in self.plan.invariants}
        match act:
            case str() | s.Do():
                for rule in self.plan.rules_of(act if isinstance(act, str) else act.do):
                    found |= {leaf.id for leaf in rule.guard.clauses} | set(rule.data)
            case s.AssignRole() | s.ReplaceHolder() | s.StartDyad():
                for guard in self.plan.eligible.values():
                    found |= {leaf.id for leaf in guard.clauses}
                found |= set(self.names.model.fields)
            case s.FillIn() | s.CorrectIt():
                form = self.plan.forms.get(named(act)[1])
                if form is not None:
                    found |= {leaf.id for leaf in form.valid.clauses} | set(form.data)
                    found |= {limit_id(limit) for limit in form.model.limits}
            case s.TakeStep():
                for form in self.plan.forms.values():
                    if act.step in form.steps:
                        step = form.steps[act.step]
                        found |= {leaf.id for leaf in step.guard.clauses} | set(step.model.input)
            case s.SetFields():
                found |= set(act.set)
        return found


def roles_of(person: s.Person) -> tuple[str, ...]:
    """The roles that a person is said to have."""
    return tuple(person.roles or ([person.role] if person.role else ()))


def _assigned(step: s.Step) -> Iterator[tuple[str, str]]:
    """(role, person) for what a step gives."""
    match step.act if isinstance(step, s.ActStep) else None:
        case s.AssignRole(assign=named) | s.ReplaceHolder(replace=named):
            yield from named.items()
        case s.StartDyad(start=dict(named)):
            for role, persons in named.items():
                yield from ((role, person) for person in (persons if isinstance(persons, list) else [persons]))


def named(act: Any) -> tuple[str, str]:
    """The key of an act, and the name under it."""
    for key in NAMING:
        name = getattr(act, key, None)
        if isinstance(name, str) and key in act.model_fields_set:
            return key, name
    key = next(iter(act.model_fields_set & {"set", "assign", "unassign", "replace", "start"}))
    several = getattr(act, key)
    return key, ", ".join(several) if isinstance(several, dict) else ""
