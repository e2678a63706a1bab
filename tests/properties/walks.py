"""A walk at random: legal and illegal commands at a dyad, and time that jumps.

What is drawn follows from a seed; a walk is a plain loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random
from typing import Any, NamedTuple

from dyade.flow import limits
from dyade.flow import messages as c
from dyade.flow.decide import decide
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.migrating import migrate
from dyade.flow.outcome import Context, Decision, Refusal
from dyade.flow.placing import Placement, place
from dyade.flow.plan import plan_of
from dyade.flow.rules import Rule
from dyade.program.conditions.values import dump_value
from dyade.program.data import TypedDatum
from dyade.program.program import Program
from tests.flow.living import DAY, HOUR, MINUTE, at
from tests.properties.beside import Forget, Migrate, Turn, act
from tests.properties.journal import Journal
from tests.properties.programs import PEOPLE
from tests.properties.world import Others, World

START = at("2026-08-31 09:30")


Asked = c.Command | Placement | Forget | Migrate | Turn
SECRET = "zzz"
"""How a text begins that not everybody sees."""
NEVER = 2**62
"""Later than anything: time has nothing to do."""


class Where(NamedTuple):
    """Which dyad, by which version of its program, beside which others."""

    id: str
    program: Program
    later: Program | None
    others: Others

    def outcome(self, dyad: Dyad | None, command: Asked, context: Context) -> Decision | Refusal:
        """What comes of a command, of a dyad that is put where it stands, or of its coming to another version."""
        context = self.others.around(dyad, context)
        if isinstance(command, Placement):
            return place(self.program, self.id, command, context)
        if isinstance(command, Migrate):
            return self._brought(dyad, context)
        assert not isinstance(command, Forget | Turn)
        return decide(self.program, dyad, command, context, self.id)

    def _brought(self, dyad: Dyad | None, context: Context) -> Decision | Refusal:
        """Time first, by the rules that it leaves."""
        assert dyad is not None
        assert self.later is not None
        time = decide(self.program, dyad, c.Tick(), context)
        assert isinstance(time, Decision)
        if Draft(plan_of(self.program), time.dyad, context).is_final:
            return time
        around = self.others.around(time.dyad, context._replace(quiet_until=None))
        [came, _] = migrate(self.program, self.later, self.later.behaviour, time.dyad, around)
        if isinstance(came, Refusal):
            return came._replace(time=time if time.records else None)
        effects = (*time.effects, *((n + len(time.records), effect) for n, effect in came.effects))
        return came._replace(records=(*time.records, *came.records), effects=effects)


class Step(NamedTuple):
    """What was asked, in what circumstances, and what came of it."""

    where: Where
    before: Dyad | None
    command: Asked
    context: Context
    outcome: Decision | Refusal
    after: Dyad | None
    then: Where
    """The same once it was done."""
    forgot: tuple[str, Dyad, list[c.Record]] | None = None
    """Whose data were erased just before, from which dyad; what its records still say."""

    @property
    def kept(self) -> Decision | None:
        """What is to be kept: a decision, or what time did before a refusal."""
        return self.outcome if isinstance(self.outcome, Decision) else self.outcome.time


class Life(NamedTuple):
    """One dyad that was left: how it stands, its records, and what was asked of it, with the instants."""

    where: Where
    dyad: Dyad
    records: list[c.Record]
    asked: list[tuple[int, Asked]]
    journal: Journal
    quiet_until: int | None


class Walk:
    """One dyad of one program, walking."""

    def __init__(self, program: Program, seed: int, later: Program | None = None) -> None:
        self.first, self.later = program, later
        self.seed = seed
        self.rng = Random(seed)
        self.more = Random(f"{seed} beside")
        """Chance for what stands beside the states."""
        self.world = World()
        self.away: dict[str, Life] = {}
        """The dyads that were left where they stand."""
        self.lives = 0
        self.secrets = 0
        self.asked: list[tuple[int, Asked]] = []
        self.live_by(program)
        self.now = START + self.rng.randint(0, 200) * DAY
        self.past: list[Life] = []
        """The lives before this one."""
        self.begin()
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

    def live_by(self, program: Program) -> None:
        """Read the rules that the dyad lives by."""
        self.program = program
        self.plan = plan_of(program)
        self.wanted: dict[tuple[str, ...], dict[str, TypedDatum]] = {}
        """What each form, transition and step asks for."""
        for path, datum in program.data.items():
            self.wanted.setdefault(path[:-1], {})[path[-1]] = datum

    def begin(self) -> None:
        """Wait for a new life."""
        self.dyad: Dyad | None = None
        self.records: list[c.Record] = []
        if self.plan.shared is None:
            self.asked = []
        if self.program is not self.first:
            self.live_by(self.first)
        self.quiet_until: int | None = None
        self.journal = Journal(self.program)
        self.lives += 1
        self.id = f"D-{self.lives}"
        self.others = self.world.others(self.id)

    @property
    def where(self) -> Where:
        """Where the walk is."""
        return Where(self.id, self.program, self.later, self.others)

    def may_turn(self) -> bool:
        """Whether other dyads are lived meanwhile: those of a program that share something."""
        return self.plan.shared is not None

    def can_forget(self) -> bool:
        """Whether there is anything of anybody to erase."""
        return bool(self.journal.subjects())

    def can_migrate(self) -> bool:
        """Whether the dyad may come to another version."""
        if self.later is None or self.program is not self.first or self.dyad is None:
            return False
        return not self.is_final

    @property
    def is_final(self) -> bool:
        """Whether the dyad has ended."""
        return self.dyad is not None and self.plan.is_final(self.dyad.leaves[""])

    @property
    def context(self) -> Context:
        """The circumstances; as in a store, it is known until when time has nothing to do."""
        found = Context(self.now, self.shared, self.profiles, quiet_until=self.quiet_until)
        return self.others.around(self.dyad, found._replace(certified={**self.world.certified}))

    # ---------------------------------------------------------------------------------------------------------- walking

    def steps(self, many: int) -> Iterator[Step]:
        """So many steps, through one life after the other: a dyad that has ended is soon left for a new one."""
        for _ in range(many):
            if self.is_final and self.rng.random() < self._weary():
                self.bury()
            elif self.dyad is not None and self.may_turn() and self.more.random() < 0.05:
                self.turn(self.more.choice((*self.away, f"D-{self.lives + 1}")))
            yield self.step(self.command() if self.dyad is not None else self.start())

    def _weary(self) -> float:
        """How soon a dyad that has ended is left: where time erases it, its walk waits for that."""
        return 0.08 if self.plan.retention else 0.25

    def turn(self, to: str) -> None:
        """Leave the dyad where it stands, for another one or for a new one."""
        self.asked.append((self.now, Turn(to)))
        if self.dyad is not None:
            self.away[self.id] = self._life(self.dyad)
        found = self.away.pop(to, None)
        if found is None:
            self.begin()
            return
        self.id, self.dyad, self.records = found.where.id, found.dyad, found.records
        self.journal, self.quiet_until = found.journal, found.quiet_until
        self.live_by(found.where.program)
        self.others = self.world.others(self.id)

    def bury(self) -> None:
        """Leave this life for another."""
        if self.dyad is not None:
            self.past.append(self._life(self.dyad))
        if self.plan.shared is not None:
            self.asked.append((self.now, Turn("")))
        self.begin()

    def bury_all(self) -> None:
        """Leave every life."""
        self.bury()
        self.past += self.away.values()
        self.away = {}

    def _life(self, dyad: Dyad) -> Life:
        return Life(self.where, dyad, self.records, self.asked, self.journal, self.quiet_until)

    def step(self, command: Asked) -> Step:
        """Decide one command, and keep what follows."""
        where, forgot = self.where, None
        self.asked.append((self.now, command))
        if isinstance(command, Forget):
            assert self.dyad is not None
            was, values = self.dyad, self.journal.forget(command.person)
            self.dyad, self.records = self.journal.fold(self.id), [*self.journal.read()]
            forgot = command.person, was, self.records
            command = c.NoteErasure(c.SYSTEM, "request", values)
        context = self.context
        before = self.dyad
        outcome = self.decided(command, context)
        kept = outcome if isinstance(outcome, Decision) else outcome.time
        if kept is not None:
            self._keep(kept)
        return Step(where, before, command, context, outcome, self.dyad, self.where, forgot)

    def _keep(self, kept: Decision) -> None:
        if any(isinstance(record, c.Migrated) for record in kept.records):
            assert self.later is not None
            self.live_by(self.later)
        self.journal.write(kept.records, self.dyad, kept.dyad, self.program)
        self.dyad = kept.dyad
        self.records += kept.records
        self.quiet_until = NEVER if kept.next_due is None else kept.next_due
        self.world.takes(self.id, kept.dyad, kept.records)
        if kept.dyad.shares:
            self.others = self.world.others(self.id)

    def decided(self, command: Asked, context: Context) -> Decision | Refusal:
        """What comes of a command."""
        return self.where.outcome(self.dyad, command, context)

    # --------------------------------------------------------------------------------------------------------- commands

    def start(self) -> Asked:
        roles = [role for role in self.plan.roles if role not in self.plan.program_roles]
        if self.rng.random() < 0.15:
            return self._placement(roles)
        people = {role: self._people(role) for role in roles if self.rng.random() < 0.85}
        return c.Start(self.rng.choice((c.SYSTEM, c.SYSTEM, "ana")), people, self._fields())

    def _placement(self, roles: list[str]) -> Placement:
        """A dyad that stands somewhere without having lived."""
        regions = self.plan.graph.regions
        main = self.rng.choice(regions[""].leaves)
        tracks = [self.rng.choice(regions[region].leaves) for region in regions if region.startswith(f"{main}.")]
        people = {role: self._people(role) for role in roles}
        filled = [form for form in self.plan.forms if self.rng.random() < 0.3]
        forms = {form: (self._data("forms", form),) for form in filled}
        return Placement((main, *tracks), people, self._fields(), forms)

    def _people(self, role: str) -> tuple[str, ...]:
        most = self.program.model.roles[role].count.max
        return tuple(self.rng.sample(PEOPLE[:6], self.rng.randint(1, min(3, most))))

    def _fields(self) -> dict[str, Any]:
        paths = [path for path in self.program.data if path[0] == "fields"]
        return {path[1]: self._value(path) for path in paths if self.rng.random() < 0.3}

    def command(self) -> Asked:
        """Something that somebody asks, often what might be granted; sometimes time jumps before."""
        self._pass_time()
        beside = act(self)
        if beside is not None:
            return beside
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
        return command._replace(recorded_by=self.person(), on=today + self.rng.choice((-400, -30, -1, 0, 0, 1)))

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

    def person(self, rng: Random | None = None) -> str:
        """Somebody, often one who takes part."""
        assert self.dyad is not None
        held = [holding.person for held in self.dyad.holdings.values() for holding in held]
        return (rng or self.rng).choice((*held, *held, *PEOPLE)) if held else (rng or self.rng).choice(PEOPLE)

    def one_of(self, roles: tuple[str, ...], rng: Random | None = None) -> str:
        """Often a holder of one of these roles."""
        rng = rng or self.rng
        draft = self.draft()
        held = [person for role in roles for person in ((c.SYSTEM,) if role == c.SYSTEM else draft.holders(role))]
        return rng.choice(held) if held and rng.random() < 0.85 else self.person(rng)

    def draft(self) -> Draft:
        assert self.dyad is not None
        return Draft(self.plan, self.dyad, self.context)

    def _fire(self) -> c.Command:
        assert self.dyad is not None
        here = [e for leaf in self.dyad.leaves.values() for e in self.plan.events_at[leaf]]
        everywhere = [rule.event_name for rule in self.plan.rules.values()]
        event = self._event(here) if here and self.rng.random() < 0.93 else self.rng.choice(everywhere)
        rules = self.plan.rules_of(event)
        actor = self.one_of(tuple(role for rule in rules for role in rule.by))
        return c.Fire(actor, event, self.data_of(rules[0]) if rules else {})

    def data_of(self, rule: Rule) -> dict[str, Any]:
        """Values for what a transition asks for."""
        return self._data(*rule.input_path)

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
        return c.Fill(self.one_of(plan.fillers), form, self._data("forms", form), self.rng.random() < 0.9, entry)

    def _sign(self) -> c.Command:
        assert self.dyad is not None
        signed = [form for form in self.plan.forms if self.plan.forms[form].signers]
        waiting = [form for form in signed if self.dyad.entries.get(form)]
        form = self.rng.choice(waiting or signed) if signed and self.rng.random() < 0.9 else self._form()
        return c.Sign(self.one_of(self.plan.forms[form].signers), form, self.rng.choice((None,) * 9 + (1, 2)))

    def _unsign(self) -> c.Command:
        assert self.dyad is not None
        unsigned = [(s.person, form) for form, es in self.dyad.entries.items() for e in es for s in e.signatures]
        person, form = self.rng.choice(unsigned or [(self.person(), self._form())])
        return c.Unsign(person if self.rng.random() < 0.8 else self.person(), form)

    def _confirm(self) -> c.Command:
        form = self.rng.choice([f for f in self.plan.forms if self.plan.forms[f].confirmed_by] or list(self.plan.forms))
        return c.Confirm(self.one_of(self.plan.forms[form].confirmed_by), form, self.rng.choice((None, None, 1)))

    def _step(self) -> c.Command:
        steps = [(form, step) for form, plan in self.plan.forms.items() for step in plan.steps]
        if not steps:
            return c.Step(self.person(), self._form(), "none")
        form, step = self.rng.choice(steps)
        by = next(one.by for one in self.program.model.forms[form].steps if one.id == step)
        return c.Step(self.one_of(tuple(by)), form, step, None, self._data("steps", form, step))

    def _correct(self) -> c.Command:
        put_right = [form for form, plan in self.plan.forms.items() if plan.model.corrected_by]
        form = self.rng.choice(put_right or list(self.plan.forms))
        plan = self.plan.forms[form]
        by = tuple(plan.model.corrected_by or ())
        return c.Correct(
            self.one_of(by), form, self._data("forms", form), self.rng.choice(("An error.", "An error.", " "))
        )

    def _set(self) -> c.Command:
        field = self.rng.choice(list(self.program.model.fields))
        by = tuple(self.program.model.fields[field].set_by or ())
        return c.SetField(self.one_of(by), field, self._value(("fields", field)))

    def _people_command(self) -> c.Command:
        assert self.dyad is not None
        offered = [(one.person, role) for role, held in self.dyad.holdings.items() for one in held if one.pending]
        if offered and self.rng.random() < 0.7:
            person, role = self.rng.choice(offered)
            return c.Answer(person, role, self.rng.random() < 0.7)
        role = self.rng.choice(self.plan.roles)
        actor = self.one_of(tuple(self.program.model.roles[role].assigned_by or ()))
        person = self.rng.choice(PEOPLE)
        return self.rng.choice(
            (
                c.Assign(actor, role, person, {}),
                c.Assign(actor, role, person, {"level": self.rng.choice((3, "x", None))}),
                c.Unassign(actor, role, self.person()),
                c.Replace(actor, role, self.person(), person),
                c.Answer(self.person(), role, self.rng.random() < 0.7),
            )
        )

    def _waive(self) -> c.Command:
        waivable = [
            (rule.id, clause, by) for rule in self.plan.rules.values() for clause, by in rule.guard.waivable.items()
        ]
        of_forms = [
            (form, clause, by) for form, plan in self.plan.forms.items() for clause, by in limits.waivable(plan).items()
        ]
        rule, clause, by = self.rng.choice([*waivable, *of_forms] or [("quit", "none", ())])
        return c.Waive(self.one_of(by), rule, clause, self.rng.choice(("Agreed.", "Agreed.", "")))

    def _withdraw(self) -> c.Command:
        assert self.dyad is not None
        given = [(one.person, rule) for rule, assents in self.dyad.assents.items() for one in assents]
        person, rule = self.rng.choice(given or [(self.person(), self.rng.choice(list(self.plan.rules)))])
        return c.WithdrawAssent(person if self.rng.random() < 0.8 else self.person(), self.plan.rules[rule].event_name)

    def _tick(self) -> c.Command:
        return c.Tick()

    def _inform(self) -> c.Command:
        actor = self.rng.choice((c.SYSTEM, c.SYSTEM, self.person()))
        return c.ChangeAttributes(
            actor, self.person(), {"level": self.rng.randint(0, 9), "apt": self.rng.random() < 0.5}
        )

    def _absurd(self) -> c.Command:
        """Names that nobody has declared."""
        someone, odd = self.person(), self.rng.choice(("", "none", "a.b", "__class__", "to_s0", "é\0", "any", "clock"))
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

    def _data(self, *path: str) -> dict[str, Any]:
        """Values for what is asked for, one in a while missing or of another kind."""
        asked = self.wanted.get(path, {})
        given = {name: self._value(datum.path) for name, datum in asked.items() if self.rng.random() < 0.97}
        return given if self.rng.random() < 0.97 else given | {"surplus": 1}

    def _value(self, path: tuple[str, ...]) -> Any:
        datum = self.program.data[path]
        kind = datum.type.name
        if self.rng.random() < 0.03:
            return self.rng.choice(("", None, "x", -1, True, [], {}, 1.5, "2026-02-30"))
        if kind == "list":
            item = datum.type.item  # type: ignore[union-attr]
            words = PEOPLE if item.name == "person" else getattr(item, "values", ("one", "two"))
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
            case "time":
                return f"{self.rng.randint(0, 23):02}:30"
            case "datetime":
                return f"{self._date(datum)}T12:00:00Z"
            case "duration":
                return self.rng.choice(("3 days", "2 weeks", "1 month", "4 business days"))
            case "file":
                name = self.rng.choice(("paper.pdf", "paper.jpg", "paper.pdf", "paper.txt"))
                return {"name": name, "size": self.rng.choice((1, 9, 9, 2_000_000))}
        words = self.rng.choice(("words", "mots choisis", "x" * 40))
        return self._secret() if self._is_narrowed(datum) else words

    def _is_narrowed(self, datum: TypedDatum) -> bool:
        around = self.program.model.forms[datum.path[1]].visibility if datum.path[0] == "forms" else None
        return datum.model.visibility is not None or around is not None

    def _secret(self) -> str:
        """A text that is given once in a walk: wherever it is told, it was known from there."""
        self.secrets += 1
        return f"{SECRET}{self.secrets:05}{SECRET}"

    def _date(self, datum: TypedDatum) -> str:
        """A day near today; what is dated by itself is seldom in the future."""
        if datum.type.name == "datetime":
            return str(date.fromordinal(self.plan.calendar.local_date(self.now) + self.rng.randint(-20, 60)))
        past = datum.path[0] == "forms" and datum.path[-1] == self.program.model.forms[datum.path[1]].dated_by
        away = self.rng.randint(-20, 0 if past and self.rng.random() < 0.9 else 120)
        return str(dump_value(datum.type, self.plan.calendar.local_date(self.now) + away))
