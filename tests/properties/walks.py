"""A walk at random: legal and illegal commands at a dyad, and time that jumps.

What is drawn follows from a seed; a walk is a plain loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

from dyade.flow import messages as c
from dyade.flow.decide import decide
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context, Decision, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.rules import Rule
from dyade.program.conditions.values import dump_value
from dyade.program.data import TypedDatum
from dyade.program.program import Program
from tests.flow.living import DAY, HOUR, MINUTE, at
from tests.properties.programs import PEOPLE

START = at("2026-08-31 09:30")
ID = "D-1"


class Step(NamedTuple):
    """What was asked, in what circumstances, and what came of it."""

    before: Dyad | None
    command: c.Command
    context: Context
    outcome: Decision | Refusal
    after: Dyad | None

    @property
    def kept(self) -> Decision | None:
        """What is to be kept: a decision, or what time did before a refusal."""
        return self.outcome if isinstance(self.outcome, Decision) else self.outcome.time


class Walk:
    """One dyad of one program, walking."""

    def __init__(self, program: Program, seed: int) -> None:
        self.program = program
        self.plan = plan_of(program)
        self.rng = Random(seed)
        self.now = START + self.rng.randint(0, 200) * DAY
        self.dyad: Dyad | None = None
        self.records: list[c.Record] = []
        self.past: list[tuple[Dyad, list[c.Record]]] = []
        """The lives before this one."""
        self.profiles: Mapping[str, Mapping[str, Any]] = {
            person: {
                "level": i,
                "apt": bool(i % 3),
                "discipline": ("a", "b")[i % 2],
                "superieur": PEOPLE[i - 1],
                "experimente": i % 4 > 0,
            }
            for i, person in enumerate(PEOPLE)
        }
        self.shared = dict.fromkeys(self.plan.program_roles, ("olga",))

    # ---------------------------------------------------------------------------------------------------------- walking

    def steps(self, many: int) -> Iterator[Step]:
        """So many steps, through one life after the other: a dyad that has ended is soon left for a new one."""
        for _ in range(many):
            if self.dyad is not None and self.draft().is_final and self.rng.random() < 0.25:
                self.bury()
            yield self.step(self.command() if self.dyad is not None else self.start())

    def bury(self) -> None:
        """Leave this life for another."""
        if self.dyad is not None:
            self.past.append((self.dyad, self.records))
        self.dyad, self.records = None, []

    def step(self, command: c.Command) -> Step:
        """Decide one command, and keep what follows."""
        context = Context(self.now, self.shared, self.profiles)
        before = self.dyad
        outcome = decide(self.program, before, command, context, ID)
        kept = outcome if isinstance(outcome, Decision) else outcome.time
        if kept is not None:
            self.dyad = kept.dyad
            self.records += kept.records
        return Step(before, command, context, outcome, self.dyad)

    # --------------------------------------------------------------------------------------------------------- commands

    def start(self) -> c.Command:
        roles = [role for role in self.plan.roles if role not in self.plan.program_roles]
        people = {role: self._people(role) for role in roles if self.rng.random() < 0.85}
        return c.Start(self.rng.choice((c.SYSTEM, c.SYSTEM, "ana")), people, self._fields())

    def _people(self, role: str) -> tuple[str, ...]:
        most = self.program.model.roles[role].count.max
        return tuple(self.rng.sample(PEOPLE[:6], self.rng.randint(1, min(3, most))))

    def _fields(self) -> dict[str, Any]:
        paths = [path for path in self.program.data if path[0] == "fields"]
        return {path[1]: self._value(path) for path in paths if self.rng.random() < 0.3}

    def command(self) -> c.Command:
        """Something that somebody asks, often what might be granted; sometimes time jumps before."""
        self._pass_time()
        kinds = (
            *(self._fire,) * 10,
            *(self._fill,) * 8,
            *(self._sign,) * 5,
            *(self._set,) * 4,
            *(self._people_command,) * 3,
            self._unsign,
            *(self._confirm,) * 2,
            *(self._step,) * 2,
            self._correct,
            self._waive,
            self._withdraw,
            self._tick,
            self._inform,
            self._absurd,
        )
        command: c.Command = self.rng.choice(kinds)()
        return self._embellished(command)

    def _embellished(self, command: c.Command) -> c.Command:
        """Now and then typed in by someone else, or said to have happened another day."""
        often = isinstance(command, c.Fill | c.Sign)
        if isinstance(command, c.Tick) or self.rng.random() > (0.08 if often else 0.02):
            return command
        today = self.plan.calendar.local_date(self.now)
        return command._replace(recorded_by=self._person(), on=today + self.rng.choice((-400, -30, -1, 0, 0, 1)))

    def _pass_time(self) -> None:
        roll = self.rng.random()
        if roll < 0.55:
            self.now += self.rng.randint(0, 20) * MINUTE
        elif roll < 0.8:
            self.now += self.rng.randint(1, 30) * HOUR
        elif roll < 0.95:
            self.now += self.rng.randint(1, 12) * DAY
        elif roll < 0.97:
            self.now += self.rng.randint(1, 9) * 30 * DAY
        elif roll < 0.985:
            # The clock of a machine is put back.
            self.now -= self.rng.randint(1, 3 * 24) * HOUR

    def _person(self) -> str:
        assert self.dyad is not None
        held = [holding.person for held in self.dyad.holdings.values() for holding in held]
        return self.rng.choice((*held, *held, *PEOPLE)) if held else self.rng.choice(PEOPLE)

    def _one_of(self, roles: tuple[str, ...]) -> str:
        """Often a holder of one of these roles."""
        draft = self.draft()
        held = [person for role in roles for person in draft.holders(role)]
        return self.rng.choice(held) if held and self.rng.random() < 0.85 else self._person()

    def draft(self) -> Draft:
        assert self.dyad is not None
        return Draft(self.plan, self.dyad, Context(self.now, self.shared, self.profiles))

    def _fire(self) -> c.Command:
        assert self.dyad is not None
        here = [e for leaf in self.dyad.leaves.values() for e in self.plan.events_at[leaf]]
        everywhere = [rule.event_name for rule in self.plan.rules.values()]
        event = self._event(here) if here and self.rng.random() < 0.93 else self.rng.choice(everywhere)
        rules = self.plan.rules_of(event)
        actor = self._one_of(tuple(role for rule in rules for role in rule.by))
        path = rules[0].input_path if rules else ("transitions", event)
        return c.Fire(
            actor, event, self._data({n: self.program.data[(*path, n)] for n in (rules[0].data if rules else {})})
        )

    def _event(self, here: list[str]) -> str:
        """One that leads on, mostly: a life that ends at once shows little."""
        going_on = [event for event in here if not any(self._ends(rule) for rule in self.plan.rules_of(event))]
        return self.rng.choice(going_on if going_on and self.rng.random() < 0.9 else here)

    def _ends(self, rule: Rule) -> bool:
        return rule.target is not None and self.plan.is_final(rule.target.state)

    def _form(self) -> str:
        forms = tuple(self.plan.forms)
        open_ = [f for f in forms if any(self.draft().is_in(state) for state in self.plan.forms[f].states)]
        return self.rng.choice(open_ if open_ and self.rng.random() < 0.9 else forms)

    def _fill(self) -> c.Command:
        form = self._form()
        plan = self.plan.forms[form]
        entry = self.rng.choice((None,) * 30 + (0, 1, 2, 7))
        return c.Fill(self._one_of(plan.fillers), form, self._data(plan.data), self.rng.random() < 0.9, entry)

    def _sign(self) -> c.Command:
        assert self.dyad is not None
        signed = [form for form in self.plan.forms if self.plan.forms[form].signers]
        waiting = [form for form in signed if self.dyad.entries.get(form)]
        form = self.rng.choice(waiting or signed) if signed and self.rng.random() < 0.9 else self._form()
        return c.Sign(self._one_of(self.plan.forms[form].signers), form, self.rng.choice((None,) * 9 + (1, 2)))

    def _unsign(self) -> c.Command:
        return c.Unsign(self._person(), self._form())

    def _confirm(self) -> c.Command:
        form = self.rng.choice([f for f in self.plan.forms if self.plan.forms[f].confirmed_by] or list(self.plan.forms))
        return c.Confirm(self._one_of(self.plan.forms[form].confirmed_by), form, self.rng.choice((None, None, 1)))

    def _step(self) -> c.Command:
        steps = [(form, step) for form, plan in self.plan.forms.items() for step in plan.steps]
        if not steps:
            return c.Step(self._person(), self._form(), "none")
        form, step = self.rng.choice(steps)
        plan = self.plan.forms[form].steps[step]
        return c.Step(self._one_of(tuple(plan.model.by)), form, step, None, self._data(plan.data))

    def _correct(self) -> c.Command:
        form = self._form()
        plan = self.plan.forms[form]
        by = tuple(plan.model.corrected_by or ())
        return c.Correct(
            self._one_of(by), form, self._data(plan.data), self.rng.choice(("An error.", "An error.", " "))
        )

    def _set(self) -> c.Command:
        field = self.rng.choice(list(self.program.model.fields))
        by = tuple(self.program.model.fields[field].set_by or ())
        return c.SetField(self._one_of(by), field, self._value(("fields", field)))

    def _people_command(self) -> c.Command:
        role = self.rng.choice(self.plan.roles)
        actor = self._one_of(tuple(self.program.model.roles[role].assigned_by or ()))
        person = self.rng.choice(PEOPLE)
        return self.rng.choice(
            (
                c.Assign(actor, role, person, {}),
                c.Assign(actor, role, person, {"level": self.rng.choice((3, "x", None))}),
                c.Unassign(actor, role, self._person()),
                c.Replace(actor, role, self._person(), person),
                c.Answer(self._person(), role, self.rng.random() < 0.7),
            )
        )

    def _waive(self) -> c.Command:
        waivable = [
            (rule.id, clause, by) for rule in self.plan.rules.values() for clause, by in rule.guard.waivable.items()
        ]
        limits = [(form, "hours", ("coordinator",)) for form, plan in self.plan.forms.items() if plan.model.limits]
        rule, clause, by = self.rng.choice([*waivable, *limits] or [("quit", "none", ())])
        return c.Waive(self._one_of(by), rule, clause, self.rng.choice(("Agreed.", "Agreed.", "")))

    def _withdraw(self) -> c.Command:
        return c.WithdrawAssent(self._person(), self.rng.choice(list(self.plan.rules)))

    def _tick(self) -> c.Command:
        return c.Tick()

    def _inform(self) -> c.Command:
        actor = self.rng.choice((c.SYSTEM, c.SYSTEM, self._person()))
        return c.ChangeAttributes(
            actor, self._person(), {"level": self.rng.randint(0, 9), "apt": self.rng.random() < 0.5}
        )

    def _absurd(self) -> c.Command:
        """Names that nobody has declared."""
        someone, odd = self._person(), self.rng.choice(("", "none", "a.b", "__class__", "to_s0", "é\0", "any", "clock"))
        return self.rng.choice(
            (
                c.Fire(someone, odd, {odd: odd}),
                c.Fill(odd, self._form(), {odd: 1}),
                c.Fill(someone, odd, {}),
                c.Sign(someone, odd),
                c.SetField(someone, odd, 1),
                c.Assign(someone, odd, odd),
                c.Waive(someone, odd, odd, odd),
                c.Step(someone, self._form(), odd),
                c.Correct(someone, odd, {}, odd),
                c.Answer(odd, odd, True),
                c.Start(someone, {}),
            )
        )

    # ------------------------------------------------------------------------------------------------------------- data

    def _data(self, asked: Mapping[str, TypedDatum]) -> dict[str, Any]:
        """Values for what is asked, one in a while missing or of another kind."""
        given = {name: self._value(datum.path) for name, datum in asked.items() if self.rng.random() < 0.97}
        return given if self.rng.random() < 0.97 else given | {"surplus": 1}

    def _value(self, path: tuple[str, ...]) -> Any:
        datum = self.program.data[path]
        kind = datum.type.name
        if self.rng.random() < 0.03:
            return self.rng.choice(("", None, "x", -1, True, [], {}, 1.5, "2026-02-30"))
        if kind == "list":
            item = datum.type.item  # type: ignore[union-attr]
            words = getattr(item, "values", ("one", "two"))
            return self.rng.sample(list(words), self.rng.randint(1, len(words)))
        return self._scalar(kind, datum)

    def _scalar(self, kind: str, datum: TypedDatum) -> Any:
        match kind:
            case "bool":
                return self.rng.random() < 0.6
            case "int":
                return self.rng.randint(0, 20)
            case "decimal" | "money":
                return f"{self.rng.randint(0, 90)}.{self.rng.choice(('5', '25', '00'))}"
            case "date":
                return self._date(datum)
            case "enum":
                return self.rng.choice(datum.type.values)  # type: ignore[union-attr]
            case "person":
                return self.rng.choice(PEOPLE)
        return self.rng.choice(("words", "mots choisis", "x" * 40))

    def _date(self, datum: TypedDatum) -> str:
        """A day near today; what is dated by itself is seldom in the future."""
        past = datum.path[0] == "forms" and datum.path[-1] == self.program.model.forms[datum.path[1]].dated_by
        away = self.rng.randint(-20, 0 if past and self.rng.random() < 0.9 else 120)
        return str(dump_value(datum.type, self.plan.calendar.local_date(self.now) + away))
