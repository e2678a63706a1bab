"""The embedding API: what a host application, a command line or a web handler calls.

An `Engine` may be shared by many threads, and a store by many processes. What someone asks is answered by a `Decision`
or by a `Refusal` that says why: neither is an exception. What goes wrong is a `DyadeError`.

    with Engine.open("sqlite:///dyade.db", programs="programs") as engine:
        engine.add_person("amelie", "Amélie")
        begun = engine.start("program", "amelie", {"mentee": "amelie"})
        outcome = engine.fire("D-1", "begin", "amelie")
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from dyade.errors import NotFound
from dyade.flow import messages as m
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Decision, Reason, Refusal
from dyade.program.program import Program
from dyade.service import access, door, erasing, queries, registry, starting, unpaired, verify
from dyade.service.counted import Heard, counted
from dyade.service.counting import Shared, offer_places, shared
from dyade.service.desk import Desk
from dyade.service.journal import Kept
from dyade.service.looking_on import Onlooker, during, kind_of
from dyade.service.ports import (
    ACTIVE,
    Closure,
    Endpoint,
    Enrolment,
    Filter,
    Listed,
    Outgoing,
    Person,
    Posted,
    Preference,
    StoredCertificate,
    Watch,
    Withdrawal,
)
from dyade.service.tick import Ticked, batches, next_due, tick

if TYPE_CHECKING:
    from dyade.flow.renaming import Renaming
    from dyade.flow.telling.cards import Card, Due
    from dyade.flow.telling.explain import Explanation
    from dyade.flow.telling.meetings import Told as Meeting
    from dyade.flow.telling.timeline import Event
    from dyade.flow.telling.trail import Trail
    from dyade.flow.telling.worklist import Task
    from dyade.service.agenda import Planned
    from dyade.service.anonymising import Registered
    from dyade.service.attaching import Attachment
    from dyade.service.certificates import Attested
    from dyade.service.cohort import Order, Reached
    from dyade.service.doctor import Finding
    from dyade.service.files import Filed
    from dyade.service.importing import Arrival, Arrived
    from dyade.service.merging import Merging
    from dyade.service.migrating import Move, Moved
    from dyade.service.pairing import Pair, Proposals
    from dyade.service.replaying import Lived
    from dyade.service.report import Report
    from dyade.service.standing import Standing

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
        return self._begun(program, command, id)

    def _begun(self, program: str, command: m.Start, id_: str | None) -> Outcome:
        with during(self._desk, "start", kind_of(command), program):
            return self._followed(door.start(self._desk, program, command, id_))

    def act(self, dyad: str, command: m.Command, *, id: str | None = None, expects: int | None = None) -> Outcome:  # noqa: A002
        """Do what a command asks of a dyad, or say why not: the one door, which every other call goes through."""
        if isinstance(command, m.Start):
            raise TypeError("a dyad begins by `start`")
        if not self._desk.onlookers:
            return self._followed(door.act(self._desk, dyad, command, id, expects))
        with during(self._desk, "act", kind_of(command), dyad):
            return self._followed(door.act(self._desk, dyad, command, id, expects))

    def _followed(self, outcome: Outcome) -> Outcome:
        """Begin the dyads that this one asked for."""
        decision = outcome if isinstance(outcome, Decision) else outcome.time
        if decision is not None:
            if decision.effects and any(isinstance(effect, m.NewDyad) for _, effect in decision.effects):
                starting.begin_waiting(self._desk, decision.dyad.id)
            if m.Released in map(type, decision.records):
                offer_places(self._desk)
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

    def reveal(self, dyad: str, item: str, reason: str, actor: str, **told: Unpack[Told]) -> Outcome:
        """Open, in an emergency, what one may not see; it is written, noted, told, and ends by itself."""
        return self._do(dyad, m.Reveal(actor, item, reason), told)

    def revoke_certificate(self, dyad: str, certificate: str, reason: str, actor: str, **told: Unpack[Told]) -> Outcome:
        """Say that a certificate no longer attests to anything."""
        return self._do(dyad, m.RevokeCertificate(actor, certificate, reason), told)

    def reissue_certificate(
        self, dyad: str, certificate: str, reason: str, actor: str, **told: Unpack[Told]
    ) -> Outcome:
        """Issue a certificate anew, under the present name of its holder, with a number that names the old one."""
        return self._do(dyad, m.ReissueCertificate(actor, certificate, reason), told)

    def foresee_migration(
        self, program: str, only: Collection[str] = (), *, lang: str | None = None, beyond: bool = False
    ) -> list[Move]:
        """Look at what would become of each dyad of another version; in words, where a language is given.

        `beyond`: places that they have by the new version are counted even where none is left.
        """
        from dyade.service import migrating

        return migrating.foresee(self._desk, program, only, lang, beyond=beyond)

    def migrate(self, program: str, only: Collection[str] = (), *, beyond: bool = False) -> tuple[Moved, ...]:
        """Bring dyads to the present version of their program; if one of them is blocked, none is moved."""
        from dyade.service import migrating

        moves = migrating.foresee(self._desk, program, only, beyond=beyond)
        if any(move.status == "blocked" for move in moves):
            blocked = (move for move in moves if move.status == "blocked")
            return tuple(migrating.Moved(m.dyad, "blocked", m.reasons) for m in blocked)
        return tuple(migrating.carry_out(self._desk, program, moves, beyond=beyond))

    def renaming(self, old: Program, new: Program) -> Renaming:
        """Tell what is called otherwise in another version, by all the steps that lead there."""
        from dyade.service.passing import called_in
        from dyade.service.programs import Known

        return self._desk.look(lambda view: called_in(self._desk, view, old, Known(new, {}, None)))

    def replay(self, program: str, new: Program, only: Collection[str] = ()) -> list[Lived]:
        """Live the dyads of a program again under another version, and tell where it decides otherwise.

        Nothing is kept. A life is followed up to its first migration.
        """
        from dyade.service import replaying

        return replaying.against(self._desk, program, new, only)

    def withdraw_version(self, program: str, version: str, reason: str) -> Withdrawal:
        """Let no dyad begin in a version any more; those that live by it go on."""
        from dyade.service import migrating

        return migrating.withdraw(self._desk, program, version, reason)

    def restore_version(self, program: str, version: str) -> bool:
        """Let dyads begin in a version again; `False` if it was not withdrawn."""
        from dyade.service import migrating

        return migrating.restore(self._desk, program, version)

    def close_program(self, program: str, reason: str) -> Closure:
        """Let no dyad begin in a program until it is opened again; those that live in it go on."""
        from dyade.service import seasons

        return seasons.close(self._desk, program, reason)

    def open_program(self, program: str) -> bool:
        """Let dyads begin in a program again; `False` if it was not closed."""
        from dyade.service import seasons

        return seasons.reopen(self._desk, program)

    def closures(self) -> list[Closure]:
        """List the programs in which no dyad begins for now."""
        return self._desk.look(lambda view: view.closures())

    def plan_meetings(
        self,
        dyad: str,
        series: str,
        days: Sequence[date | int],
        actor: str,
        *,
        until: date | int | None = None,
        at: time | None = None,
        **told: Unpack[Told],
    ) -> Outcome:
        """Plan meetings on these days; with `until`, also at the series' interval after the last of them."""
        planned = m.PlanMeetings(actor, series, tuple(map(_a_day, days)), _day(until), at=_minutes(at))
        return self._do(dyad, planned, told)

    def move_meeting(
        self,
        dyad: str,
        series: str,
        day: date | int,
        to: date | int,
        actor: str,
        *,
        at: time | None = None,
        **told: Unpack[Told],
    ) -> Outcome:
        """Give another day to a planned meeting, or another hour on the same day."""
        return self._do(dyad, m.MoveMeeting(actor, series, _a_day(day), _a_day(to), at=_minutes(at)), told)

    def cancel_meeting(self, dyad: str, series: str, day: date | int, actor: str, **told: Unpack[Told]) -> Outcome:
        """Cancel a planned meeting."""
        return self._do(dyad, m.CancelMeeting(actor, series, _a_day(day)), told)

    def attend(
        self,
        dyad: str,
        series: str,
        present: Sequence[str],
        actor: str,
        *,
        day: date | int | None = None,
        **told: Unpack[Told],
    ) -> Outcome:
        """Say that a meeting was held and who was there; without a day, the oldest one that waits for it."""
        return self._do(dyad, m.Attend(actor, series, _day(day), tuple(present)), told)

    def excuse(self, dyad: str, series: str, day: date | int, person: str, actor: str, **told: Unpack[Told]) -> Outcome:
        """Excuse someone beforehand from a meeting."""
        return self._do(dyad, m.Excuse(actor, series, _a_day(day), person), told)

    def meet(self, program: str, cohort: str, order: Order, *, id: str | None = None) -> tuple[Reached, ...]:  # noqa: A002
        """Do to each dyad of a cohort what an order asks of one meeting: each its own command, and its own answer.

        Under the same id, what was done is answered again, and what was not is done.
        """
        from dyade.service.cohort import reach

        return reach(self._desk, program, cohort, order, id, lambda dyad, command, own: self.act(dyad, command, id=own))

    def choose(
        self, program: str, *, state: str | None = None, where: Values | None = None, reader: str | None = None
    ) -> list[tuple[str, int]]:
        """Choose the dyads that go on, stand in a state and have these values, as far as a reader may know.

        Each comes with its revision.
        """
        from dyade.service import several

        return several.choose(self._desk, program, state, dict(where or {}), reader)

    def foresee_on_all(
        self, program: str, chosen: Sequence[tuple[str, int]], command: m.Command
    ) -> tuple[str, tuple[Reached, ...]]:
        """Look at what would come of a command in each dyad, and propose an id for doing it; nothing is kept."""
        from dyade.service import several

        return several.batch_id(program, command, chosen), tuple(several.foresee(self._desk, chosen, command))

    def act_on_all(
        self,
        chosen: Sequence[tuple[str, int]],
        command: m.Command,
        *,
        id: str,  # noqa: A002
    ) -> tuple[Reached, ...]:
        """Do a command in each dyad, each in its own transaction; under the same id, nothing is done twice."""
        from dyade.service import several

        parts = counted(self._desk.heard, chosen)
        return tuple(several.carry_out(parts, command, id, lambda dyad, order, own: self.act(dyad, order, id=own)))

    def import_dyads(
        self, program: str, arrivals: Sequence[Arrival], *, lang: str = "fr", keep: bool = False, beyond: bool = False
    ) -> list[Arrived]:
        """Bring in dyads that are already under way, all or none; without `keep`, only look at what would come of it.

        Whoever becomes known by it is written to in `lang`. No message leaves for what is past. The shared places that
        they have are counted: one that finds none is refused, unless they may go `beyond`.
        """
        from dyade.service.importing import import_all

        return import_all(self._desk, program, arrivals, lang, keep=keep, beyond=beyond)

    def meetings(self, dyad: str, *, reader: str | None = None, lang: str = "fr") -> tuple[Meeting, ...]:
        """List the meetings of a dyad, and what became of each."""
        from dyade.flow.telling.meetings import meetings

        return queries.at_present(self._desk, dyad, lambda p, d, c: meetings(p, d, c, reader, lang), reader)

    def tick(self, now: int | None = None, limit: int | None = None) -> Ticked:
        """Let time do what is due (at `now`, in microseconds since 1970), oldest first; a worker calls this."""
        done = tick(self._desk, now, limit)
        self._follow_time()
        return done

    def ticking(self, now: int | None = None, limit: int | None = None, *, abreast: bool = False) -> Iterator[Ticked]:
        """Let time do the same, and tell after each transaction: whoever asks may wait between two, or stop.

        `abreast`, several transactions are under way at once where the store is a server, which is quicker.
        """
        yield from batches(self._desk, now, limit, abreast=abreast)
        self._follow_time()

    def _follow_time(self) -> None:
        unpaired.forget(self._desk)
        offer_places(self._desk)
        starting.begin_waiting(self._desk)

    def next_due(self, besides: Collection[str] = ()) -> int | None:
        """The next instant at which time has something to do, in other dyads than these."""
        return next_due(self._desk, besides)

    def due_count(self, now: int | None = None) -> int:
        """Count the dyads for which time has something to do."""
        instant = self._desk.now() if now is None else now
        return self._desk.look(lambda view: view.due_count(instant))

    def watch(self) -> Watch:
        """Watch the store: what is given tells whether anything was kept since it was last asked."""
        return self._desk.store.watch()

    # --------------------------------------------------------------------------------------------------------- pairs

    def propose(self, program: str, *, reader: str | None = None) -> Proposals:
        """Propose pairs for the dyads that wait; `ExtraMissing` says what to install."""
        from dyade.service import pairing

        return pairing.propose(self._desk, program, reader)

    def explain_pairs(self, program: str, who: str, *, reader: str | None = None) -> tuple[Pair, ...]:
        """Tell of everybody who could be paired with a person, or with a dyad, and why they are proposed or not."""
        from dyade.service import pairing

        return pairing.explain(self._desk, program, who, reader)

    def decide_pair(self, program: str, who: str, person: str, actor: str, **told: Unpack[Told]) -> Outcome:
        """Offer a person to a dyad that waits (or to the one who waits in it), or assign them, as the program says."""
        from dyade.service import pair_acts

        id_, recorded = told.get("id"), (told.get("recorded_by"), _day(told.get("on")))
        found = pair_acts.decision(self._desk, program, who, person, actor, id_, recorded)
        dyad = found.dyad
        if found.begins is not None:
            own = id_ if id_ is None or found.order is None else f"{id_}:begin"
            begun = self._begun(program, found.begins, own)
            if found.order is None or isinstance(begun, Refusal):
                return begun
            dyad = begun.dyad.id
        if found.order is None or dyad is None:
            return Refusal(found.reasons)
        return self._do(dyad, found.order, told)

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

    def enrolment_misfits(
        self,
        person: str,
        program: str,
        role: str,
        *,
        profile: Values | None = None,
        status: str = ACTIVE,
        actor: str = m.SYSTEM,
    ) -> tuple[Reason, ...]:
        """Tell why an enrolment would be refused; nothing where it would not."""
        enrolment = Enrolment(person, program, role, None, dict(profile or {}), status)
        return registry.enrolment_misfits(self._desk, enrolment, actor)

    def person(self, id: str) -> Person:  # noqa: A002
        """Find someone."""
        found = self._desk.look(lambda view: view.person(id))
        if found is None:
            raise NotFound("person", id)
        return found

    def people(self) -> list[Person]:
        """List everyone, by name."""
        return self._desk.look(lambda view: view.people())

    def export_person(self, id: str, *, reader: str = m.SYSTEM) -> dict[str, Any]:  # noqa: A002
        """Give everything that is held on a person, and nothing of anybody else, as JSON: a reading that is noted."""
        return access.exported(self._desk, id, reader)

    def accesses(self, dyad: str | None = None) -> list[access.Access]:
        """List who read what is confidential, of a dyad or of all."""
        return access.accesses(self._desk, dyad)

    def erasures(self) -> dict[int, tuple[int, int, int]]:
        """The erasures that were done, by number: when, in how many dyads, how many values; never whose."""
        return self._desk.look(lambda view: view.erasures())

    def register_incident(
        self, what: str, *, people: int, risk: str, occurred_on: date, told: str = ""
    ) -> access.Incident:
        """Register a breach of confidentiality; `risk` is `low` or `serious`. Nothing ever removes one."""
        return access.register(self._desk, occurred_on.isoformat(), risk, told, people, what)

    def anonymisations(self) -> list[Registered]:
        """List the dyads whose history is of nobody in particular any more."""
        from dyade.service.anonymising import anonymisations

        return anonymisations(self._desk)

    def incidents(self) -> list[access.Incident]:
        """List the breaches of confidentiality."""
        return access.incidents(self._desk)

    def now(self) -> int:
        """The present instant, in microseconds since 1970, UTC."""
        return self._desk.now()

    def erase_person(self, id: str, reason: str) -> erasing.Erased:  # noqa: A002
        """Erase the data of a person everywhere, for ever; their id stays where the journal names it."""
        return erasing.erase(self._desk, id, reason)

    def merge_persons(self, kept: str, dropped: str, *, keep: bool = True) -> Merging:
        """Bring two ids of one person together under the first; without `keep`, only look at what would come of it."""
        from dyade.service.merging import merge

        return merge(self._desk, kept, dropped, keep=keep)

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

    def history(self, id: str, *, reader: str = m.SYSTEM) -> tuple[Kept, ...]:  # noqa: A002
        """List everything that happened to a dyad, in order, whoever may see what: a reading that is noted."""
        return access.raw(self._desk, id, reader)

    def explain(
        self, dyad: str, *, reader: str | None = None, lang: str = "fr", transition: str | None = None
    ) -> Explanation:
        """Tell what may happen next, what blocks the rest and with which numbers, and the shortest way out.

        `reader` is the person it is told to, who learns only what they may see; without one, whoever holds the store.
        """
        from dyade.flow.telling.confidential import told_in
        from dyade.flow.telling.explain import explain

        return access.noted(
            self._desk, dyad, lambda p, d, c: explain(p, d, c, reader, lang, transition), reader, among=told_in
        )

    def card(self, dyad: str, *, reader: str | None = None, lang: str = "fr") -> Card:
        """Show a dyad at a glance: its people, where it stands, what is due, what is next."""
        from dyade.flow.telling.cards import card

        return access.noted(self._desk, dyad, lambda p, d, c: card(p, d, c, reader, lang), reader)

    def due(self, dyad: str, until: int, *, reader: str | None = None, lang: str = "fr") -> tuple[Due, ...]:
        """List what time will do to a dyad until an instant, if nothing changes."""
        from dyade.flow.telling.cards import calendar

        return queries.at_present(self._desk, dyad, lambda p, d, c: calendar(p, d, c, reader, lang, until), reader)

    def agenda(
        self,
        *,
        dyad: str | None = None,
        person: str | None = None,
        program: str | None = None,
        until: date | int | None = None,
        reader: str | None = None,
        lang: str = "fr",
    ) -> list[Planned]:
        """List what time will do in a dyad, for a person, in a program or everywhere, in order; a year unless `until`.

        What is for a person is told as they may see it, unless a reader is named.
        """
        from dyade.service.agenda import agenda

        return agenda(
            self._desk, dyad=dyad, person=person, program=program, until=_day(until), reader=reader, lang=lang
        )

    def worklist(
        self, program: str | None = None, *, reader: str | None = None, lang: str = "fr", idle: int | None = None
    ) -> list[Task]:
        """List what is late, what the reader can do and is waited for, and what is stuck, the most urgent first.

        A dyad is stuck when nothing has happened in it for `idle` days, and no act is late or has a day.
        """
        from dyade.service.worklist import IDLE, worklist

        return worklist(self._desk, program, reader, lang, idle or IDLE)

    def report(
        self, program: str, *, first: date | int | None = None, last: date | int | None = None, by: str | None = None
    ) -> Report:
        """Count the dyads of a program that lived between two days; `by` names a field that is a choice."""
        from dyade.service.report import report

        return report(self._desk, program, _day(first), _day(last), by)

    def timeline(self, dyad: str, *, reader: str | None = None, lang: str = "fr") -> tuple[Event, ...]:
        """Tell the history of a dyad in words: what happened under another version, in the words of that version."""
        from dyade.flow.telling.chapters import told

        chapters = queries.chapters(self._desk, dyad)
        records = [record for chapter in chapters for record in chapter.records]
        return access.noted(self._desk, dyad, lambda p, d, c: told(p, d, chapters, c, reader, lang), reader, records)

    def trail(self, dyad: str, *, reader: str | None = None) -> tuple[Trail, tuple[str, ...]]:
        """Tell where a dyad stands and by which way it came under its present version, and the reader's roles in it."""
        from dyade.flow.telling.trail import trail

        records = queries.chapters(self._desk, dyad)[-1].records
        return queries.at_present(self._desk, dyad, lambda p, d, c: trail(p, d, records, c, reader), reader)

    def attested(self, dyad: str, *, reader: str | None = None) -> tuple[Attested, ...]:
        """List what the certificates of a dyad say, oldest first: those that a reader may see."""
        from dyade.service.certificates import attested

        records = [kept.record for kept in queries.history(self._desk, dyad)]

        def name_of(person: str) -> str:
            known = self._desk.look(lambda view: view.person(person))
            return known.name if known is not None else ""

        return queries.at_present(self._desk, dyad, lambda p, d, c: attested(p, d, c, records, reader, name_of), reader)

    def files(self, dyad: str, *, reader: str | None = None, lang: str = "fr") -> tuple[Filed, ...]:
        """List the files that are attached to a dyad: those that a reader may see, each once."""
        from dyade.service import files

        return files.attached(self._desk, dyad, reader, lang)

    def file(self, dyad: str, n: int, *, reader: str | None = None) -> Attachment:
        """Give a file that is attached to a dyad, by its number; reading what is confidential is noted."""
        from dyade.service import files

        return files.opened(self._desk, dyad, n, reader)

    def certificates(self, program: str | None = None, *, number: str | None = None) -> list[StoredCertificate]:
        """List the numbers that were given, of a program or of all; revoked ones say since when."""
        return self._desk.look(lambda view: view.certificates(program, number))

    def sentences(
        self, reasons: tuple[Reason, ...], lang: str = "fr", *, dyad: str | None = None, program: str | None = None
    ) -> tuple[str, ...]:
        """Say reasons, of a refusal or of an advice, in words: those about a dyad, or about starting one."""
        return queries.sentences(self._desk, reasons, lang, dyad, program)

    def shared(self, program: str, *, reader: str | None = None) -> tuple[Shared, ...]:
        """Tell how much of the places and the money that the dyads of a program share is used, and who waits."""
        return shared(self._desk, program, reader)

    def outbox(self, dyad: str | None = None, *, status: str | None = None, limit: int | None = None) -> list[Outgoing]:
        """List the messages of a dyad or of all, as they were worded."""
        return self._desk.look(lambda view: view.outbox(dyad, status, limit))

    def posted(self, *statuses: str, dyad: str | None = None, limit: int | None = None) -> list[Posted]:
        """List messages, with how far each has come on its way out; of these statuses, or all."""
        from dyade.service import outbox

        return outbox.posted(self._desk, statuses, dyad, limit)

    def message(self, id: str) -> Posted:  # noqa: A002
        """Find a message, by its id or by how that begins."""
        from dyade.service import outbox

        return outbox.one(self._desk, id)

    def send_again(self, messages: Sequence[str]) -> list[str]:
        """Let messages that did not leave be tried again at once; give the ids of those that can be."""
        from dyade.service import outbox

        return outbox.send_again(self._desk, list(messages))

    def drop_messages(self, messages: Sequence[str], reason: str) -> list[str]:
        """Let messages never leave; give the ids of those that had not left."""
        from dyade.service import outbox

        return outbox.drop(self._desk, list(messages), reason)

    def endpoints(self) -> list[Endpoint]:
        """List where messages went, and how that goes."""
        return self._desk.look(lambda view: view.endpoints())

    def resume_endpoint(self, name: str) -> Endpoint:
        """Send again to an endpoint that rests, or that wanted to receive nothing any more."""
        from dyade.service import outbox

        return outbox.resume(self._desk, name)

    def preference(self, person: str) -> Preference:
        """When someone wants to be written to."""
        from dyade.service import outbox

        return outbox.preference(self._desk, person)

    def prefer(self, person: str, change: Callable[[Preference], Preference]) -> Preference:
        """Change when someone wants to be written to: their zone, their quiet hours, the hour of their digest."""
        from dyade.service import outbox

        return outbox.prefer(self._desk, person, change)

    def versions(self, program: str) -> tuple[queries.Version, ...]:
        """List the versions of a program, the file's first, then the newest, with how many dyads live by each."""
        return queries.versions(self._desk, program)

    def version(self, program: str, version: str = "") -> Program:
        """Read one version of a program, by its name or the beginning of its digest; by default, the file's."""
        from dyade.service import migrating

        return migrating.find_version(self._desk, program, version).program

    def program(self, id: str) -> Program:  # noqa: A002
        """Read a program as a new dyad would take it; `ProgramInvalid` tells its mistakes."""
        return self._desk.look(lambda _: self._desk.programs.current(id)).program

    def programs(self) -> tuple[str, ...]:
        """List the programs that a dyad may be started in."""
        return self._desk.programs.offered()

    def known_ids(self, kind: str, prefix: str = "", limit: int = 100) -> list[str]:
        """List ids that begin so: of `dyad`, `person` or `program`."""
        return self._desk.look(lambda view: view.known_ids(kind, prefix, limit))

    def watched_by(self, *onlookers: Onlooker) -> Self:
        """Let others look on from now on: figures, spans, the log (`dyade.watching`)."""
        self._desk.onlookers += onlookers
        return self

    def tells(self, heard: Heard | None) -> Self:
        """Let somebody hear how far what takes long has come: (how much is done, of how much)."""
        self._desk.heard = heard
        return self

    def standing(self) -> Standing:
        """Tell how much is late, how much waits to leave, and since when."""
        from dyade.service.standing import standing

        return standing(self._desk)

    def examine(self, *, late: int | None = None, chains: bool = True) -> list[Finding]:
        """Look for what is late, stuck, ahead of its time or broken; `late` is what time may be, in microseconds."""
        from dyade.service import doctor

        return doctor.examine(self._desk, late=doctor.LATE if late is None else late, chains=chains)

    def verify(self) -> verify.Verified:
        """Follow every chain, fold every dyad again, and tell what is not as it was kept."""
        strays = self._desk.look(lambda view: view.stray_files())
        found = self._desk.look(lambda view: verify.verify(view, self._desk.programs, self._desk.heard))
        # What stood there before a later look, and is named by nothing in it, is of nobody.
        left = self._desk.look(lambda view: view.stray_files()) if strays else []
        problems = tuple(verify.Problem("file_stray", "-", 0, place) for place in strays if place in left)
        return found._replace(problems=(*found.problems, *problems))


def _minutes(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute


def _a_day(day: date | int) -> int:
    return day.toordinal() if isinstance(day, date) else day


def _day(day: date | int | None) -> int | None:
    return day.toordinal() if isinstance(day, date) else day
