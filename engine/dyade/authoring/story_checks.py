"""Does everything in a story mean something: its people, what is given, its acts, its looks?

Only what no life could mend is told here; the rest is for the life itself to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dyade.authoring import scenario_model as s
from dyade.authoring.act_checks import ActCheck, roles_of
from dyade.authoring.look_checks import LookCheck, is_amount
from dyade.authoring.lookup import Lookup
from dyade.authoring.stories import Story
from dyade.program.diagnostics import Findings, Term
from dyade.program.names import form_steps
from dyade.program.program import Program
from dyade.program.tree import Path


def check_story(program: Program, story: Story, people: Mapping[str, s.Person], findings: Findings) -> None:
    """Tell everything in a story that leads nowhere; `people` are all of those who take part."""
    names = Lookup(program, story, people, findings)
    _Beginning(names).check()
    acts, looks = ActCheck(names), LookCheck(names)
    for i, step in enumerate(story.scenario.steps):
        match step:
            case s.ActStep():
                acts.check(("steps", i), step)
            case s.ThenStep():
                looks.check(("steps", i, "then"), step.then)
            case s.OthersStep():
                _others(names, step.others, ("steps", i, "others"))
            case s.AttributesStep():
                _attributes(names, ("steps", i, "attributes"), step)


def _attributes(names: Lookup, path: Path, step: s.AttributesStep) -> None:
    """Tell people and attributes that do not exist."""
    for person, values in step.attributes.items():
        names.someone(person, (*path, person), at_key=True)
        _known_of(names, values, (*path, person), tuple(names.model.roles))


def _others(names: Lookup, others: Mapping[str, Any], path: Path) -> None:
    """What the other dyads use of what is shared: an amount, or one for each person who has places."""
    quotas, budgets = names.model.quotas, names.model.budgets
    for name, used in others.items():
        if not names.known("quota", name, (*path, name), (*quotas, *budgets), at_key=True):
            continue
        if isinstance(used, dict):
            for person in used:
                names.someone(person, (*path, name, person), at_key=True)
        amounts = used if isinstance(used, dict) else {"": used}
        for person, amount in amounts.items():
            at = (*path, name, person) if isinstance(used, dict) else (*path, name)
            if not is_amount(amount) or (name in quotas and not isinstance(amount, int)):
                found = Term("shape.number" if is_amount(amount) else "shape.text")
                wanted = Term("shape.whole" if name in quotas else "shape.number")
                names.tell("D007", at, variant="shape", wanted=wanted, found=found)


def _known_of(names: Lookup, values: Mapping[str, Any], path: Path, roles: tuple[str, ...]) -> None:
    """What is known of a person: attributes of some roles and what enrolments say, and their values."""
    said = [path for path in names.data if path[0] in ("enrolments", "roles") and path[1] in roles]
    attributes = {path[2]: path for path in said}
    for name, value in values.items():
        if names.known("attribute", name, (*path, name), attributes, at_key=True) and value is not None:
            names.value(names.data[attributes[name]], value, (*path, name))


class _Beginning:
    """Looks at where one story begins."""

    def __init__(self, names: Lookup) -> None:
        self.names = names
        self.story = names.story

    def check(self) -> None:
        """Tell the people, then what is given."""
        for name, person in self.story.scenario.people.items():
            self._person(("people", name), person)
        self._holders()
        self._given(self.story.scenario.given)

    def _person(self, path: Path, person: s.Person) -> None:
        key = "roles" if person.roles is not None else "role"
        for i, role in enumerate(roles_of(person)):
            self.names.known("role", role, (*path, key, i) if key == "roles" else (*path, key), self.names.model.roles)
        mine = [role for role in roles_of(person) if role in self.names.model.roles] or list(self.names.model.roles)
        _known_of(self.names, person.model_extra or {}, path, tuple(mine))

    def _holders(self) -> None:
        """No more holders of a role than it has places."""
        if self.story.begins or self.story.scenario.given.after:
            return
        for role, declared in self.names.model.roles.items():
            held = [name for name, person in self.names.people.items() if role in roles_of(person) and not person.pool]
            if declared.scope == "dyad" and len(held) > declared.count.max:
                path: Path = ("people", held[-1])
                self.names.tell("K008", path, at_key=True, role=role, max=declared.count.max, people=", ".join(held))

    def _given(self, given: s.Given) -> None:
        if given.state:
            self.names.state(given.state, ("given", "state"))
        for track, state in given.tracks.items():
            self.names.track(track, state, ("given", "tracks", track))
        for name, value in given.fields.items():
            path: Path = ("given", "fields", name)
            if self.names.known("field", name, path, self.names.model.fields, at_key=True):
                if self.names.model.fields[name].formula is not None:
                    self.names.tell("D009", path, at_key=True, variant="computed", name=name)
                else:
                    self.names.value(self.names.data["fields", name], value, path)
        for name, filled in given.forms.items():
            if self.names.known("form", name, ("given", "forms", name), self.names.model.forms, at_key=True):
                for i, entry in enumerate(s.several(filled)):
                    at: Path = ("given", "forms", name, i) if isinstance(filled, list) else ("given", "forms", name)
                    self._entry(name, entry, at)

        for name, meetings in given.series.items():
            at = ("given", "series", name)
            if self.names.known("series", name, at, self.names.model.series, at_key=True):
                for i, one in enumerate(meetings):
                    self._meeting(one, (*at, i))

    def _meeting(self, one: s.GivenMeeting, at: Path) -> None:
        for key, people in (("present", one.present), ("excused", one.excused)):
            for i, person in enumerate(people or ()):
                self.names.someone(person, (*at, key, i))
        if one.present is not None and one.cancelled:
            self.names.tell("D009", (*at, "present"), at_key=True, variant="cancelled", name="present")

    def _entry(self, form: str, entry: s.Entry, at: Path) -> None:
        if not isinstance(entry, s.GivenEntry):
            self.names.values(("forms", form), entry, at, "entry", judged=True)
            return
        self.names.values(("forms", form), entry.with_, (*at, "with"), "entry", judged=True)
        if entry.by is not None:
            self.names.someone(entry.by, (*at, "by"))
        declared = self.names.model.forms[form]
        for key, people, asked in (
            ("signed_by", entry.signed_by, declared.signed_by),
            ("confirmed_by", entry.confirmed_by, declared.confirmed_by),
        ):
            if people and not asked:
                self.names.tell("D009", (*at, key), at_key=True, variant="unasked", name=key)
            for i, person in enumerate(people or ()):
                self.names.someone(person, (*at, key, i))
        if entry.step is not None:
            self.names.known("step", entry.step, (*at, "step"), form_steps(declared))
