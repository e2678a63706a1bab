"""A life led by hand: steps taken, told and taken back, and kept as a scenario in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dyade.authoring.trying.setting import Setting
from dyade.authoring.trying.telling import expected
from dyade.authoring.trying.trial import Step, Taken, Trial, moment_text, starts
from dyade.authoring.trying.writing import added, begun
from dyade.flow import entries
from dyade.flow.outcome import Reason
from dyade.flow.telling.explain import explain
from dyade.flow.telling.upcoming import Coming, upcoming
from dyade.flow.telling.visibility import Reader
from dyade.program.program import Program


class Heard(NamedTuple):
    """What came of a step: what is told of it, and why it was refused, if it was."""

    lines: tuple[str, ...]
    reasons: tuple[Reason, ...]


class Simulation:
    """One dyad, lived step by step in memory."""

    def __init__(self, program: Program, setting: Setting, lang: str) -> None:
        self.program = program
        self.setting = setting
        self.lang = lang
        self.taken: list[Taken] = []
        self.trial = Trial(program, setting, lang, aloud=True)
        self._before: list[Trial] = []

    def begin(self) -> tuple[str, ...]:
        """Put the dyad where its setting says; tell where that is. Raise `Unsound` where it cannot be."""
        self.trial.begun()
        return tuple(self.trial.transcript.lines)

    def take(self, step: Step) -> Heard:
        """Take a step; raise `Misread` or `Unsound`, and nothing has happened then."""
        trial = self.trial.split()
        told = len(trial.transcript.lines)
        taken = trial.take(step)
        self._before.append(self.trial)
        self.trial = trial
        self.taken.append(taken)
        lines = trial.transcript.lines[told:]
        return Heard(tuple(lines[1:] if lines[:1] == [""] else lines), taken.reasons)

    def undo(self) -> Step | None:
        """Take back the last step; tell which, if there is one."""
        if not self._before:
            return None
        self.trial = self._before.pop()
        return self.taken.pop().step

    def until_due(self) -> Step | None:
        """The step of time that leads to what is due next; nothing where nothing is."""
        due = self.trial.next_due
        if due is None:
            return None
        return {"clock": moment_text(self.trial.transcript.words, max(due, self.trial.now + 1))}

    # ---------------------------------------------------------------------------------------------------------- looking

    def coming(self) -> list[Coming]:
        """What time will do if nothing changes, the soonest first."""
        if self.trial.dyad is None:
            return []
        draft = self.trial.draft()
        found = upcoming(draft, Reader(draft, None, everything=True))
        return [one for one in found if not one.late and one.at > self.trial.now]

    def may(self, person: str) -> Iterator[tuple[str, str]]:
        """What a person can do now: the verb (`do`, `fill`, `sign`, `confirm`, `accept`), and of what."""
        trial = self.trial
        if trial.dyad is None:
            return
        draft = trial.draft()
        if not draft.is_final:
            told = explain(self.program, trial.dyad, trial.context(), person, self.lang)
            yield from (("do", one.event) for one in told.transitions if one.status in ("open", "waiting"))
        for form in trial.plan.forms.values():
            for entry in entries.waiting(draft, form.id):
                if person in entries.awaited(draft, form, entry):
                    unsigned = form.signers and not entries.is_signed(draft, form, entry)
                    yield "sign" if unsigned else "confirm", form.id
            fills = draft.role_among(person, form.fillers) is not None and any(map(draft.is_in, form.states))
            if fills and (form.repeats or not entries.is_done(draft, form)):
                yield "fill", form.id
        for role, held in trial.dyad.holdings.items():
            if any(one.person == person and one.pending for one in held):
                yield "accept", role

    # ---------------------------------------------------------------------------------------------------------- keeping

    def scenario(self, name: str) -> dict[str, Any]:
        """The steps so far as a scenario, with a look at the end."""
        own = self.setting.own()
        steps: list[Mapping[str, Any]] = [taken.told() for taken in self.taken]
        if starts([taken.step for taken in self.taken]):
            own.pop("given", None)
        look = expected(self.trial)
        return {"name": name, **own, "steps": [*steps, {"then": look}] if look else steps}

    def kept_in(self, stories: str | None, name: str) -> str:
        """The text of a scenarios file with these steps at its end; a new one where there is none."""
        if stories is None:
            self.setting = self.setting._replace(defaults=self.setting.data)
            stories = begun(self.program.id, self.setting.data)
        return added(stories, [self.scenario(name)])
