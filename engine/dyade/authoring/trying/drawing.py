"""What could be asked next of a dyad, as it stands? Steps at random: mostly what might be granted, some that is not.

The same seed draws the same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from dyade.authoring.trying.aiming import Aim
from dyade.authoring.trying.trial import Step, Trial, moment_text
from dyade.authoring.trying.values import Values
from dyade.flow import entries, limits
from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.forms import FormPlan, StepPlan
from dyade.flow.plan import Plan
from dyade.flow.rules import Rule
from dyade.flow.telling.words import day
from dyade.program.data import TypedDatum
from dyade.program.program import Program

REASONS = {"fr": "Entendu entre les personnes", "en": "Agreed between them"}
Draws = Callable[["_Moment"], "Step | None"]
NOWHERE = Aim()
AIMED = 0.5
"""How often a step is one that the aim hangs on."""
ONWARD = 0.8
"""How often, of several transitions, one that does not end the dyad is fired."""
TRIES = 12
"""Kinds of steps that are drawn before time passes instead."""


class Drawer:
    """Draws steps for the lives of one program."""

    def __init__(
        self, program: Program, plan: Plan, people: Iterable[str], rng: Random, lang: str, bold: float = 0.08
    ) -> None:
        self.program = program
        self.plan = plan
        self.rng = rng
        self.bold = bold
        """How often somebody asks for what is not theirs, or not for now."""
        self.reason = REASONS.get(lang, REASONS["en"])
        self.people = [*people]
        self.values = Values(program, plan, self.people, rng, lang)
        self.asked: dict[tuple[str, ...], dict[str, TypedDatum]] = {}
        """What each form, transition and step asks for."""
        for path, datum in program.data.items():
            self.asked.setdefault(path[:-1], {})[path[-1]] = datum
        self._kinds, self._weights = zip(*_kinds(program), strict=True)

    def draw(self, trial: Trial, aim: Aim = NOWHERE) -> Step:
        """A step that somebody, or time, might take now; often one that an aim hangs on."""
        self.people = self.values.people = [*trial.cast.names]
        moment = _Moment(self, trial)
        if aim is not NOWHERE and self.rng.random() < AIMED:
            aimed = moment.aimed(aim)
            if aimed is not None:
                return aimed
        if moment.draft.is_final and self.rng.random() < 0.6:
            return moment.passes()
        for _ in range(TRIES):
            [kind] = self.rng.choices(self._kinds, self._weights)
            step: Step | None = kind(moment)
            if step is not None:
                return step
        return moment.passes()

    def given(self, *path: str, today: int, whole: bool = False) -> dict[str, Any]:
        """Values for what is asked for at a path."""
        found: dict[str, Any] = {}
        for name, datum in self.asked.get(path, {}).items():
            if datum.model.formula is not None or (not datum.required and self.rng.random() < 0.35):
                continue
            if datum.required and not whole and self.rng.random() < self.bold / 4:
                continue
            value = self.values.of(datum, today)
            if value is not None:
                found[name] = value
        return found


def _kinds(program: Program) -> list[tuple[Draws, int]]:
    """Kinds of steps that a program knows, and how often each is drawn."""
    model = program.model
    found: list[tuple[Draws, int]] = [(_Moment.passes, 24), (_Moment.fires, 26)]
    if model.forms:
        found += [(_Moment.fills, 18), (_Moment.assents, 14)]
    if any(form.steps for form in model.forms.values()):
        found.append((_Moment.steps, 6))
    if any(form.corrected_by for form in model.forms.values()):
        found.append((_Moment.corrects, 2))
    if any(field.set_by for field in model.fields.values()):
        found.append((_Moment.sets, 5))
    found += [(_Moment.people, 7), (_Moment.informs, 3), (_Moment.waives, 3)]
    if model.series:
        found.append((_Moment.meets, 9))
    if model.quotas or model.budgets:
        found.append((_Moment.shares, 3))
    if model.certificates:
        found.append((_Moment.attests, 1))
    if model.matching is not None:
        found.append((_Moment.pairs, 2))
    return found


class _Moment:
    """One dyad, at one instant."""

    def __init__(self, drawer: Drawer, trial: Trial) -> None:
        self.drawer = drawer
        self.rng = drawer.rng
        self.trial = trial
        self.plan = drawer.plan
        self.model = drawer.program.model
        self.draft: Draft = trial.draft()
        self.today = self.plan.calendar.local_date(trial.now)

    @property
    def is_bold(self) -> bool:
        """Whether what is asked is not theirs, or not for now."""
        return self.rng.random() < self.drawer.bold

    def one_of(self, roles: Iterable[str]) -> str:
        """A holder of one of these roles, mostly."""
        held = [person for role in roles if role != c.SYSTEM for person in self.draft.holders(role)]
        return self.rng.choice(held if held and not self.is_bold else self.drawer.people)

    def aimed(self, aim: Aim) -> Step | None:
        """A step about something that the aim hangs on."""
        found: list[Callable[[], Step | None]] = []
        rules = [self.plan.rules[name] for name in aim.rules]
        found += [lambda rule=rule: self.fired(rule) for rule in rules if self._is_here(rule)] * 2
        found += [lambda form=form: self._about_form(form) for form in aim.forms]  # type: ignore[misc]
        found += [lambda name=name: self._about_field(name) for name in aim.fields]  # type: ignore[misc]
        found += [self.people, self.informs] if aim.roles else []
        return self.rng.choice(found)() if found else None

    def _is_here(self, rule: Rule) -> bool:
        return bool(rule.roles) and any(leaf in rule.sources for leaf in self.draft.leaves.values())

    def _about_form(self, name: str) -> Step | None:
        """Somebody fills a form, signs or confirms what waits there, or moves it on."""
        form = self.plan.forms[name]
        waiting = self._awaited(form)
        if waiting and self.rng.random() < 0.8:
            person, verb = self.rng.choice(waiting)
            return {person: {verb: name}}
        if form.steps and self.draft.entries.get(name) and self.rng.random() < 0.6:
            return self._stepped(form, self.rng.choice([*form.steps.values()]))
        return self._filled(form) if any(map(self.draft.is_in, form.states)) else None

    def _about_field(self, name: str) -> Step | None:
        """Somebody sets a field, or gives what sets it."""
        field = self.model.fields[name]
        forms = [form for form in self._open_forms() if any(to == name for _, to in form.sets)]
        if forms:
            return self._about_form(self.rng.choice(forms).id)
        return self._set(name) if field.set_by else None

    # ------------------------------------------------------------------------------------------------------------- time

    def passes(self) -> Step:
        """Time: up to what is due, to just before it, or for so long as the program counts somewhere."""
        trial, rng, calendar = self.trial, self.rng, self.plan.calendar
        words = trial.transcript.words
        roll = rng.random()
        if trial.next_due is not None and trial.next_due > trial.now and roll < 0.6:
            if roll < 0.5:
                return {"clock": moment_text(words, trial.next_due)}
            before = calendar.instant(calendar.local_date(trial.next_due) - 1, self.plan.day_time)
            if before is not None and before > trial.now:
                return {"clock": moment_text(words, before)}
        on = self._known_day() if roll > 0.8 else self.drawer.values.day(self.today)
        hour = 0 if rng.random() < 0.2 else self.plan.day_time
        at = calendar.instant(on, hour) if on > self.today else None
        return {"clock": moment_text(words, at)} if at is not None and at > trial.now else {"clock": "+1 day"}

    def _known_day(self) -> int:
        """A day that the dyad knows of, or one beside it."""
        assert self.trial.dyad is not None
        dyad = self.trial.dyad
        known = [self._day_of(("fields", name), value) for name, value in dyad.fields.items()]
        for form, log in dyad.entries.items():
            known += [self._day_of(("forms", form, name), value) for e in log for name, value in e.data.items()]
        days = [on for on in known if on is not None and on >= self.today]
        return self.rng.choice(days) + self.rng.choice((-1, 0, 1)) if days else self.today + 1

    def _day_of(self, path: tuple[str, ...], value: Any) -> int | None:
        datum = self.drawer.program.data.get(path)
        return value if datum is not None and datum.type.name == "date" and isinstance(value, int) else None

    # ------------------------------------------------------------------------------------------------------ transitions

    def fires(self) -> Step | None:
        """Somebody fires an event from where the dyad stands."""
        rules = [rule for rule in self.plan.rules.values() if rule.roles]
        here = [rule for rule in rules if any(leaf in rule.sources for leaf in self.draft.leaves.values())]
        if not rules:
            return None
        onward = [rule for rule in here if rule.leaf is None or not self.plan.is_final(rule.leaf)]
        # A life that ends at once shows little.
        here = onward if onward and self.rng.random() < ONWARD else here
        return self.fired(self.rng.choice(here if here and not self.is_bold else rules))

    def fired(self, rule: Rule) -> Step:
        """Somebody fires a transition."""
        given = self.drawer.given(*rule.input_path, today=self.today)
        return {self.one_of(rule.roles): {"do": rule.event_name, "with": given} if given else rule.event_name}

    def waives(self) -> Step | None:
        """Somebody lifts a clause."""
        here = [r for r in self.plan.rules.values() if any(leaf in r.sources for leaf in self.draft.leaves.values())]
        found = [(rule.id, clause, by) for rule in here for clause, by in rule.guard.waivable.items()]
        found += [(f.id, clause, by) for f in self._open_forms() for clause, by in limits.waivable(f).items()]
        if not found:
            return None
        rule, clause, by = self.rng.choice(found)
        return {self.one_of(by): {"waive": clause, "rule": rule, "reason": self.drawer.reason}}

    # ------------------------------------------------------------------------------------------------------------ forms

    def _open_forms(self) -> list[FormPlan]:
        return [form for form in self.plan.forms.values() if any(map(self.draft.is_in, form.states))]

    def fills(self) -> Step | None:
        """Somebody fills a form."""
        forms = self._open_forms() if not self.is_bold else [*self.plan.forms.values()]
        if not forms:
            return None
        return self._filled(self.rng.choice(forms))

    def _filled(self, form: FormPlan) -> Step:
        who = self.one_of(form.fillers)
        given = self.drawer.given("forms", form.id, today=self.today)
        dated = form.model.dated_by
        if dated in given and self.rng.random() < 0.8:
            given[dated] = day(max(1, self.today - self.rng.choice((0, 0, 1, 7))))
        return {who: {"fill": form.id, "with": given}}

    def assents(self) -> Step | None:
        """Somebody signs or confirms what waits for them."""
        forms = self.plan.forms.values()
        found = [(person, verb, form.id) for form in forms for person, verb in self._awaited(form)]
        if not found:
            return None
        person, verb, name = self.rng.choice(found)
        if self.is_bold:
            person, verb = self.rng.choice(self.drawer.people), self.rng.choice((verb, "unsign"))
        return {person: {verb: name}}

    def _awaited(self, form: FormPlan) -> list[tuple[str, str]]:
        """Who is to sign, or to confirm, the entries of a form that wait."""
        found: list[tuple[str, str]] = []
        for entry in entries.waiting(self.draft, form.id):
            unsigned = form.signers and not entries.is_signed(self.draft, form, entry)
            found += [(one, "sign" if unsigned else "confirm") for one in entries.awaited(self.draft, form, entry)]
        return found

    def steps(self) -> Step | None:
        """Somebody moves an entry through its small life."""
        found = [
            (form, step)
            for form in self.plan.forms.values()
            if self.draft.entries.get(form.id)
            for step in form.steps.values()
        ]
        if not found:
            return None
        return self._stepped(*self.rng.choice(found))

    def _stepped(self, form: FormPlan, step: StepPlan) -> Step:
        given = self.drawer.given("steps", form.id, step.model.id, today=self.today)
        act: dict[str, Any] = {"step": step.model.id, "form": form.id}
        same = [form for form in self.plan.forms.values() if step.model.id in form.steps]
        if len(same) == 1:
            del act["form"]
        return {self.one_of(step.model.by): {**act, "with": given} if given else act}

    def corrects(self) -> Step | None:
        """Somebody puts right a complete entry."""
        found = [f for f in self.plan.forms.values() if f.model.corrected_by and entries.complete(self.draft, f.id)]
        if not found:
            return None
        form = self.rng.choice(found)
        given = self.drawer.given("forms", form.id, today=self.today, whole=True)
        if not given:
            return None
        name = self.rng.choice([*given])
        act = {"correct": form.id, "with": {name: given[name]}, "reason": self.drawer.reason}
        return {self.one_of(form.model.corrected_by or ()): act}

    def sets(self) -> Step | None:
        """Somebody sets a field."""
        names = [name for name, field in self.model.fields.items() if field.set_by]
        return self._set(self.rng.choice(names))

    def _set(self, name: str) -> Step | None:
        value = self.drawer.values.of(self.drawer.program.data["fields", name], self.today)
        return None if value is None else {self.one_of(self.model.fields[name].set_by or ()): {"set": {name: value}}}

    # ----------------------------------------------------------------------------------------------------------- people

    def people(self) -> Step | None:
        """Somebody gives, takes, accepts or declines a role."""
        assert self.trial.dyad is not None
        offered = [(one.person, role) for role, held in self.trial.dyad.holdings.items() for one in held if one.pending]
        if offered and self.rng.random() < 0.75:
            person, role = self.rng.choice(offered)
            return {person: {"accept" if self.rng.random() < 0.7 else "decline": role}}
        roles = [role for role, declared in self.model.roles.items() if declared.assigned_by]
        if not roles:
            return None
        role = self.rng.choice(roles)
        may = [p for p, held in self.trial.cast.roles.items() if role in held and self.rng.random() < 0.8]
        actor, person = (
            self.one_of(self.model.roles[role].assigned_by or ()),
            self.rng.choice(may or self.drawer.people),
        )
        held = self.draft.holders(role)
        if held and self.rng.random() < 0.4:
            return {actor: {"unassign": {role: self.rng.choice(held)}}}
        verb = "replace" if held and self.rng.random() < 0.5 else "assign"
        return {actor: {verb: {role: person}}}

    def informs(self) -> Step | None:
        """Something else is known of a person."""
        found = [
            (person, path)
            for person, roles in self.trial.cast.roles.items()
            for path, datum in self.drawer.program.data.items()
            if path[0] == "roles" and path[1] in roles and datum.model.formula is None
        ]
        if not found or (self.draft.is_final):
            return None
        person, path = self.rng.choice(found)
        unknown = self.rng.random() < 0.1
        value = None if unknown else self.drawer.values.of(self.drawer.program.data[path], self.today)
        if value == self.trial.cast.profiles.get(person, {}).get(path[2]):
            return None
        return {"attributes": {person: {path[2]: value}}}

    def pairs(self) -> Step | None:
        """The proposals are looked at."""
        return {"then": {"proposed": []}} if self.trial.cast.waiting and not self.draft.is_final else None

    # --------------------------------------------------------------------------------------------- meetings, and shares

    def meets(self) -> Step | None:
        """Somebody plans, moves, cancels, attends or excuses."""
        open_ = [one for one in self.model.series.items() if any(map(self._is_in, one[1].within))]
        if not open_:
            return None
        name, series = self.rng.choice(open_)
        assert self.trial.dyad is not None
        planned = [m.on for m in self.trial.dyad.meetings.get(name, ()) if m.status == "planned"]
        if not planned or self.rng.random() < 0.15:
            return {self.one_of(series.dates_set_by): {"plan": name, "days": [day(self.values_day())]}}
        first = min(planned)
        roll = self.rng.random()
        if roll < 0.55:
            held = sorted({p for role in self.plan.roles for p in self.draft.holders(role)})
            mandatory = [p for role in series.mandatory or () for p in self.draft.holders(role)]
            wanted = mandatory or held
            present = wanted if self.rng.random() < 0.6 else self.rng.sample(wanted, self.rng.randint(0, len(wanted)))
            return {self.one_of(series.attendance_by): {"attend": name, "present": sorted(present)}}
        if roll < 0.8 and series.absence is not None:
            return {self.one_of(series.absence.by): {"excuse": name, "day": day(max(planned))}}
        if roll < 0.9:
            return {self.one_of(series.dates_set_by): {"move": name, "day": day(first), "to": day(self.values_day())}}
        return {self.one_of(series.dates_set_by): {"cancel": name, "day": day(first)}}

    def values_day(self) -> int:
        """A day to meet: soon, mostly."""
        return self.today + self.rng.choice((0, 1, 3, 7, 10, 14, 21))

    def _is_in(self, state: str) -> bool:
        return self.draft.is_in(self.plan.graph.path(state))

    def shares(self) -> Step | None:
        """The other dyads take all that is shared, or nearly, or give it back."""
        names = [*self.model.quotas, *self.model.budgets]
        name = self.rng.choice(names)
        quota = self.model.quotas.get(name)
        most = self._most(quota.max if quota is not None else self.model.budgets[name].max)
        used = self.rng.choice((most, most, max(0, most - 1), 0))
        if quota is not None and quota.per in self.plan.roles:
            people = [p for p, roles in self.trial.cast.roles.items() if quota.per in roles]
            return {"others": {name: {self.rng.choice(people): used}}} if people else None
        return {"others": {name: used}}

    def _most(self, said: Any) -> int:
        if isinstance(said, str) and said.startswith("params."):
            return int(self.drawer.program.declared.params[said.removeprefix("params.")][1])  # type: ignore[arg-type]
        return int(said)

    def attests(self) -> Step | None:
        """Somebody revokes a certificate, or issues it anew."""
        issued = self.trial.dyad.certificates if self.trial.dyad is not None else {}
        names: Mapping[str, Any] = {name: one for name, one in self.model.certificates.items() if name in issued}
        if not names:
            return None
        name = self.rng.choice([*names])
        verb = self.rng.choice(("revoke", "reissue"))
        return {self.one_of(names[name].revoked_by): {verb: name, "reason": self.drawer.reason}}
