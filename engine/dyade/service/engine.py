"""The embedding API: what a host application, a command line or a web handler calls.

An `Engine` may be shared by many threads, and a store by many processes. What someone asks is answered by a `Decision`
or by a `Refusal` that says why: neither is an exception. What goes wrong is a `DyadeError`.

    with Engine.open("sqlite:///dyade.db", programs="programs") as engine:
        engine.add_person("amelie", "Amélie")
        begun = engine.start("program", "amelie", {"mentee": "amelie"})
        outcome = engine.fire("D-1", "begin", "amelie")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from dyade.errors import NotFound
from dyade.flow import messages as m
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Decision, Reason, Refusal
from dyade.program.program import Program
from dyade.service import door, queries, registry, starting, verify
from dyade.service.desk import Desk
from dyade.service.journal import Kept
from dyade.service.ports import ACTIVE, Enrolment, Filter, Listed, Outgoing, Person
from dyade.service.tick import Ticked, tick

if TYPE_CHECKING:
    from dyade.flow.telling.cards import Card, Due
    from dyade.flow.telling.explain import Explanation
    from dyade.flow.telling.timeline import Event

Outcome = Decision | Refusal
Values = Mapping[str, Any]
"""Names and values, as JSON; dates and decimals of Python are understood too."""


class Told(TypedDict, total=False):
    """What may be told with any command."""

    recorded_by: str | None
    """Who typed it in for the one who acts."""
    on: date | int | None
    """The day on which it happened, when it was not today."""
    id: str | None
    """Chosen by the sender: the same command under the same id is accepted once and answered alike."""
    expects: int | None
    """The revision that the sender saw; `Conflict` if the dyad has changed since."""


class Engine:
    """Dyads, people and programs of one store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self._desk.store.close()

    # ------------------------------------------------------------------------------------------------------- commands

    def start(
        self,
        program: str,
        actor: str,
        people: Mapping[str, str | Sequence[str]],
        fields: Values | None = None,
        *,
        recorded_by: str | None = None,
        on: date | int | None = None,
        id: str | None = None,  # noqa: A002 (one word for it everywhere)
    ) -> Outcome:
        """Begin a dyad of a program, with these people in these roles; its id is `decision.dyad.id`."""
        held = {role: (who,) if isinstance(who, str) else tuple(who) for role, who in people.items()}
        command = m.Start(actor, held, dict(fields or {}), recorded_by, _day(on))
        return self._followed(door.start(self._desk, program, command, id))

    def act(self, dyad: str, command: m.Command, *, id: str | None = None, expects: int | None = None) -> Outcome:  # noqa: A002
        """Do what a command asks of a dyad, or say why not: the one door, which every other call goes through."""
        if isinstance(command, m.Start):
            raise TypeError("a dyad begins by `start`")
        return self._followed(door.act(self._desk, dyad, command, id, expects))

    def _followed(self, outcome: Outcome) -> Outcome:
        """Begin the dyads that this one asked for."""
        decision = outcome if isinstance(outcome, Decision) else outcome.time
        if decision is not None and any(isinstance(effect, m.NewDyad) for _, effect in decision.effects):
            starting.begin_waiting(self._desk, decision.dyad.id)
        return outcome

    def _do(self, dyad: str, command: m.Command, told: Told) -> Outcome:
        recorded_by, on = told.get("recorded_by"), told.get("on")
        if recorded_by is not None or on is not None:
            command = command._replace(recorded_by=recorded_by, on=_day(on))
        return self.act(dyad, command, id=told.get("id"), expects=told.get("expects"))

    def fire(
        self,
        dyad: str,
        event: str,
        actor: str,
        input: Values | None = None,  # noqa: A002
        **told: Unpack[Told],
    ) -> Outcome:
        """Fire an event, or assent to a joint one."""
        return self._do(dyad, m.Fire(actor, event, dict(input or {})), told)

    def withdraw(self, dyad: str, event: str, actor: str, **told: Unpack[Told]) -> Outcome:
        """Take back one's assent to a joint act that has not happened yet."""
        return self._do(dyad, m.WithdrawAssent(actor, event), told)

    def fill(
        self,
        dyad: str,
        form: str,
        actor: str,
        data: Values,
        *,
        submit: bool = True,
        entry: int | None = None,
        **told: Unpack[Told],
    ) -> Outcome:
        """Fill a form: an entry, or a draft of one."""
        return self._do(dyad, m.Fill(actor, form, dict(data), submit, entry), told)

    def sign(self, dyad: str, form: str, actor: str, *, entry: int | None = None, **told: Unpack[Told]) -> Outcome:
        """Sign an entry: the last one that waits for it, unless named."""
        return self._do(dyad, m.Sign(actor, form, entry), told)

    def unsign(self, dyad: str, form: str, actor: str, *, entry: int | None = None, **told: Unpack[Told]) -> Outcome:
        """Withdraw a signature from an entry that is not complete yet."""
        return self._do(dyad, m.Unsign(actor, form, entry), told)

    def confirm(self, dyad: str, form: str, actor: str, *, entry: int | None = None, **told: Unpack[Told]) -> Outcome:
        """Confirm what another role submitted."""
        return self._do(dyad, m.Confirm(actor, form, entry), told)

    def step(
        self,
        dyad: str,
        form: str,
        step: str,
        actor: str,
        input: Values | None = None,  # noqa: A002
        *,
        entry: int | None = None,
        **told: Unpack[Told],
    ) -> Outcome:
        """Move an entry through its own small life."""
        return self._do(dyad, m.Step(actor, form, step, entry, dict(input or {})), told)

    def correct(
        self,
        dyad: str,
        form: str,
        actor: str,
        data: Values,
        reason: str,
        *,
        entry: int | None = None,
        **told: Unpack[Told],
    ) -> Outcome:
        """Put right a complete entry; the old one stays in the history."""
        return self._do(dyad, m.Correct(actor, form, dict(data), reason, entry), told)

    def set(self, dyad: str, field: str, value: Any, actor: str, **told: Unpack[Told]) -> Outcome:
        """Give a field its value, or empty it (`None`)."""
        return self._do(dyad, m.SetField(actor, field, value), told)

    def assign(
        self, dyad: str, role: str, person: str, actor: str, attributes: Values | None = None, **told: Unpack[Told]
    ) -> Outcome:
        """Give a role to a person."""
        return self._do(dyad, m.Assign(actor, role, person, dict(attributes or {})), told)

    def unassign(self, dyad: str, role: str, person: str, actor: str, **told: Unpack[Told]) -> Outcome:
        """Take a role from a person."""
        return self._do(dyad, m.Unassign(actor, role, person), told)

    def replace(
        self,
        dyad: str,
        role: str,
        old: str,
        new: str,
        actor: str,
        attributes: Values | None = None,
        **told: Unpack[Told],
    ) -> Outcome:
        """Give to one person the role of another; the facts stay."""
        return self._do(dyad, m.Replace(actor, role, old, new, dict(attributes or {})), told)

    def answer(self, dyad: str, role: str, accepted: bool, actor: str, **told: Unpack[Told]) -> Outcome:
        """Accept, or decline, an assignment that waits for its person."""
        return self._do(dyad, m.Answer(actor, role, accepted), told)

    def waive(self, dyad: str, rule: str, clause: str, reason: str, actor: str, **told: Unpack[Told]) -> Outcome:
        """Lift one clause of one transition, or one limit of one form, for the present visit."""
        return self._do(dyad, m.Waive(actor, rule, clause, reason), told)

    def tick(self, now: int | None = None, limit: int | None = None) -> Ticked:
        """Let time do what is due (at `now`, in microseconds since 1970), oldest first; a worker calls this."""
        done = tick(self._desk, now, limit)
        starting.begin_waiting(self._desk)
        return done

    # --------------------------------------------------------------------------------------------------------- people

    def add_person(
        self,
        id: str,  # noqa: A002
        name: str,
        *,
        address: str | None = None,
        lang: str = "fr",
        attributes: Values | None = None,
    ) -> Person:
        """Add someone; the same person twice is one, and `Taken` says that the id is another's."""
        return registry.add_person(self._desk, Person(id, name, address, lang, dict(attributes or {})))

    def change_person(
        self,
        id: str,  # noqa: A002
        *,
        name: str | None = None,
        address: str | None = None,
        lang: str | None = None,
    ) -> Person:
        """Change how someone is named, reached or spoken to; what is not given stays."""

        def change(known: Person) -> Person:
            return known._replace(name=name or known.name, address=address or known.address, lang=lang or known.lang)

        return registry.change_person(self._desk, id, change)

    def set_attributes(self, person: str, attributes: Values, actor: str = m.SYSTEM) -> tuple[Outcome, ...]:
        """Change what is known of someone (`None` forgets it) and tell each dyad that reads it."""
        return registry.set_attributes(self._desk, person, attributes, actor)

    def enrol(
        self,
        person: str,
        program: str,
        role: str,
        *,
        capacity: int | None = None,
        profile: Values | None = None,
        status: str = ACTIVE,
        actor: str = m.SYSTEM,
    ) -> tuple[Outcome, ...]:
        """Enrol someone in a program, or change their enrolment; it grants the roles that all its dyads share."""
        enrolment = Enrolment(person, program, role, capacity, dict(profile or {}), status)
        return registry.enrol(self._desk, enrolment, actor)

    def person(self, id: str) -> Person:  # noqa: A002
        """Find someone."""
        found = self._desk.look(lambda view: view.person(id))
        if found is None:
            raise NotFound("person", id)
        return found

    def people(self) -> list[Person]:
        """List everyone, by name."""
        return self._desk.look(lambda view: view.people())

    def enrolments(self, *, person: str | None = None, program: str | None = None) -> list[Enrolment]:
        """List enrolments, of a person, in a program, or both."""
        return queries.enrolments(self._desk, person, program)

    # ------------------------------------------------------------------------------------------------------ questions

    def dyad(self, id: str) -> Dyad:  # noqa: A002
        """Find a dyad, as it stands."""
        return self.show(id).dyad

    def ask(self, dyad: str, question: queries.Asked[queries.Result], reader: str | None = None) -> queries.Result:
        """Ask a question of one's own about a dyad as it is now: a function of its program, itself and its context.

        For a reader who takes no part in it, the dyad is not there: `NotFound`.
        """
        return queries.at_present(self._desk, dyad, question, reader)

    def show(self, id: str) -> queries.Shown:  # noqa: A002
        """Find a dyad with its program, the names of its people, and when time next does something."""
        return queries.show(self._desk, id)

    def dyads(
        self,
        *,
        program: str | None = None,
        person: str | None = None,
        role: str | None = None,
        state: str | None = None,
        ended: bool | None = None,
        due_by: int | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> list[Listed]:
        """List dyads, by number; `after` and `limit` turn the pages."""
        return self._desk.look(
            lambda view: view.dyads(Filter(program, person, role, state, ended, due_by, after, limit))
        )

    def history(self, id: str) -> tuple[Kept, ...]:  # noqa: A002
        """List everything that happened to a dyad, in order."""
        return queries.history(self._desk, id)

    def explain(
        self, dyad: str, *, reader: str | None = None, lang: str = "fr", transition: str | None = None
    ) -> Explanation:
        """Tell what may happen next, what blocks the rest and with which numbers, and the shortest way out.

        `reader` is the person it is told to, who learns only what they may see; without one, whoever holds the store.
        """
        from dyade.flow.telling.explain import explain

        return queries.at_present(self._desk, dyad, lambda p, d, c: explain(p, d, c, reader, lang, transition), reader)

    def card(self, dyad: str, *, reader: str | None = None, lang: str = "fr") -> Card:
        """Show a dyad at a glance: its people, where it stands, what is due, what is next."""
        from dyade.flow.telling.cards import card

        return queries.at_present(self._desk, dyad, lambda p, d, c: card(p, d, c, reader, lang), reader)

    def due(self, dyad: str, until: int, *, reader: str | None = None, lang: str = "fr") -> tuple[Due, ...]:
        """List what time will do to a dyad until an instant, if nothing changes."""
        from dyade.flow.telling.cards import calendar

        return queries.at_present(self._desk, dyad, lambda p, d, c: calendar(p, d, c, reader, lang, until), reader)

    def timeline(self, dyad: str, *, reader: str | None = None, lang: str = "fr") -> tuple[Event, ...]:
        """Tell the history of a dyad in words."""
        from dyade.flow.telling.timeline import timeline

        records = [kept.record for kept in self.history(dyad)]
        return queries.at_present(self._desk, dyad, lambda p, d, c: timeline(p, d, records, c, reader, lang), reader)

    def sentences(
        self, reasons: tuple[Reason, ...], lang: str = "fr", *, dyad: str | None = None, program: str | None = None
    ) -> tuple[str, ...]:
        """Say reasons, of a refusal or of an advice, in words: those about a dyad, or about starting one."""
        return queries.sentences(self._desk, reasons, lang, dyad, program)

    def outbox(self, dyad: str | None = None, *, status: str | None = None, limit: int | None = None) -> list[Outgoing]:
        """List the messages of a dyad or of all, as they were worded."""
        return self._desk.look(lambda view: view.outbox(dyad, status, limit))

    def program(self, id: str) -> Program:  # noqa: A002
        """Read a program as a new dyad would take it; `ProgramInvalid` tells its mistakes."""
        return self._desk.look(lambda _: self._desk.programs.current(id)).program

    def programs(self) -> tuple[str, ...]:
        """List the programs that a dyad may be started in."""
        return self._desk.programs.offered()

    def known_ids(self, kind: str, prefix: str = "", limit: int = 100) -> list[str]:
        """List ids that begin so: of `dyad`, `person` or `program`."""
        return self._desk.look(lambda view: view.known_ids(kind, prefix, limit))

    def verify(self) -> verify.Verified:
        """Follow every chain, fold every dyad again, and tell what is not as it was kept."""
        return self._desk.look(lambda view: verify.verify(view, self._desk.programs))


def _day(day: date | int | None) -> int | None:
    return day.toordinal() if isinstance(day, date) else day
