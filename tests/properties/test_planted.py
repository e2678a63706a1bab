"""Would a walk notice? Each fault is planted in the engine for one test, and the walks must turn red."""

from random import Random

import pytest
from transitions import MachineError

from dyade.flow import (
    carrying,
    certifying,
    clockwork,
    decide,
    evolve,
    firing,
    migrating,
    people,
    recording,
    retention,
    schedule,
    sending,
    sharing,
)
from dyade.flow import messages as c
from dyade.flow.codec import RecordCodec
from dyade.flow.draft import Draft
from dyade.flow.machine import Trigger
from dyade.flow.outcome import Reason, Refusal
from dyade.flow.snapshot import SnapshotCodec
from dyade.flow.tagged import ERASED
from dyade.flow.telling import explain, visibility
from dyade.program.graph import Graph
from dyade.program.restore import restore
from tests.flow.living import shipped
from tests.properties.living import hold_all
from tests.properties.programs import drawn, later
from tests.properties.walks import Walk

PROGRAMS = (17, 5, 21, 2, 3)
"""Drawn programs in which each fault shows: with reminders that come late, guards that time opens, timers."""
BESIDE = (336, 253, 6, 202, 163, 22, 44)
"""Those in which each fault beside the states shows."""


def walk_everywhere() -> None:
    """A few walks, over the program that we ship and over some that are drawn."""
    for program in (shipped(), *map(drawn, PROGRAMS)):
        # Read anew: what was compiled before the fault was planted would not have it.
        anew = restore(program.canonical())
        for seed in range(6):
            hold_all(Walk(anew, seed), 400)


def walk_beside() -> None:
    """A few walks over programs that have much beside their states, and over their next versions."""
    for seed in BESIDE:
        program, next_one = restore(drawn(seed).canonical()), later(seed)
        for n in range(4):
            hold_all(Walk(program, n, next_one), 250)


def test_without_a_fault_the_same_walks_find_nothing():
    walk_everywhere()
    walk_beside()


def _record_that_reads_the_context(monkeypatch):
    sound = evolve._APPLY[c.Filled]

    def apply(draft, record):
        sound(draft, record)
        draft.fields = {**draft.fields, "seen": draft.context.now}

    monkeypatch.setitem(evolve._APPLY, c.Filled, apply)


def _change_without_a_record(monkeypatch):
    sound = firing.fire

    def fire(draft, rule, leaf, due=None):
        sound(draft, rule, leaf, due)
        draft.fields = {**draft.fields, "noted": 1}

    monkeypatch.setattr(firing, "fire", fire)


def _refusal_that_keeps_what_it_tried(monkeypatch):
    def refuse(reasons, time):
        return Refusal(reasons, time._replace(dyad=time.dyad._replace(rank=time.dyad.rank + 1)) if time else None)

    monkeypatch.setattr(decide, "Refusal", refuse)


def _final_state_that_is_left(monkeypatch):
    sound = Graph.sources

    def sources(graph, reference):
        yield from sound(graph, reference)
        if reference == "any":
            yield from ((leaf, "") for leaf in graph.regions[""].leaves if graph.nodes[leaf].model.final)

    monkeypatch.setattr(Graph, "sources", sources)


def _reminders_that_forget(monkeypatch):
    sound = evolve._APPLY[c.Moved]

    def apply(draft, record):
        sound(draft, record)
        draft.marks = {}

    monkeypatch.setitem(evolve._APPLY, c.Moved, apply)


def _late_reminders_that_are_all_missed(monkeypatch):
    sound = clockwork._missed_through

    def missed(draft, occurrence, wall, foreseen):
        found = sound(draft, occurrence, wall, foreseen)
        return None if found is None else found + 3

    monkeypatch.setattr(clockwork, "_missed_through", missed)


def _revision_that_skips(monkeypatch):
    sound = recording.open_head

    def open_head(draft, actor, recorded_at, recorded_by=None, on=None):
        sound(draft, actor, recorded_at, recorded_by, on)
        draft.head = draft.head._replace(revision=draft.head.revision + (draft.rank % 7 == 3))

    monkeypatch.setattr(decide, "open_head", open_head)


def _time_that_goes_back(monkeypatch):
    monkeypatch.setattr(Draft, "at", property(lambda _draft: 0, lambda _draft, _at: None), raising=True)


def _flips_that_nobody_announces(monkeypatch):
    monkeypatch.setattr(schedule, "_flips", lambda _draft, _flips: iter(()))


def _timer_that_is_announced_late(monkeypatch):
    sound = firing.due_of

    def due_of(draft, rule, leaf):
        found = sound(draft, rule, leaf)
        return None if found is None else found + (86_400_000_000 if found > draft.now else 0)

    monkeypatch.setattr(firing, "due_of", due_of)


def _explanation_that_flatters(monkeypatch):
    sound = explain._View._status

    def status(view, rule, leaf, assented):
        return sound(view, rule, leaf, assented).replace("blocked", "open")

    monkeypatch.setattr(explain._View, "_status", status)


def _decision_by_lot(monkeypatch):
    sound, lots = people.entitled, Random(1)

    def entitled(draft, command):
        return sound(draft, command) or ((Reason("hidden"),) if lots.random() < 0.1 else ())

    monkeypatch.setattr(people, "entitled", entitled)


def _journal_that_loses_a_word(monkeypatch):
    sound = RecordCodec.decode

    def decode(codec, kind, head, body, sealed):
        record = sound(codec, kind, head, body, sealed)
        return record._replace(advice=()) if isinstance(record, c.Moved) else record

    monkeypatch.setattr(RecordCodec, "decode", decode)


def _store_that_loses_a_mark(monkeypatch):
    sound = SnapshotCodec.decode
    monkeypatch.setattr(SnapshotCodec, "decode", lambda codec, *texts: sound(codec, *texts)._replace(memory={}))


def _store_that_is_told_not_to_look(monkeypatch):
    sound = clockwork.run

    def run(draft, wall):
        if draft.context.quiet_until is None:
            sound(draft, wall)
        else:
            draft.turn_to(wall)

    monkeypatch.setattr(clockwork, "run", run)


def _command_refused_where_no_worker_ticked(monkeypatch):
    sound = decide.HANDLERS[c.Fill]
    monkeypatch.setitem(
        decide.HANDLERS,
        c.Fill,
        lambda draft, command: (Reason("hidden"),) if draft.records else sound(draft, command),
    )


def _look_in_vain_that_leaves_a_trace(monkeypatch):
    sound = clockwork.run

    def run(draft, wall):
        sound(draft, wall)
        if not draft.records and draft.plan.calendar.start_of_day(draft.today) == wall:
            draft.fields = {**draft.fields, "looked": wall}

    monkeypatch.setattr(clockwork, "run", run)


def _occurrence_that_leaves_two_records(monkeypatch):
    sound = firing.fire

    def fire(draft, rule, leaf, due=None):
        sound(draft, rule, leaf, due)
        if due is not None and rule.target is None:
            recording.record(draft, c.Moved, rule.id, leaf, None, {}, due, (), ())

    monkeypatch.setattr(firing, "fire", fire)


def _explanation_that_leaves_out_a_clause(monkeypatch):
    sound = explain._View._judged
    monkeypatch.setattr(explain._View, "_judged", lambda view, rule, leaf: sound(view, rule, leaf)[1:])


def _explanation_that_blames_a_clause_that_holds(monkeypatch):
    sound = explain._View.clause

    def clause(view, row):
        told = sound(view, row)
        return told._replace(verdict="no") if told.verdict == "yes" else told

    monkeypatch.setattr(explain._View, "clause", clause)


def _place_that_is_given_twice(monkeypatch):
    monkeypatch.setattr(sharing, "has_room", lambda *_: True)


def _place_that_is_not_given_back(monkeypatch):
    monkeypatch.setitem(evolve._APPLY, c.Released, lambda _draft, _record: None)


def _money_that_passes_its_limit(monkeypatch):
    monkeypatch.setattr(sharing, "_budgeted", lambda draft, budget, _: (sharing._spend(draft, budget), ())[1])


def _number_that_two_certificates_bear(monkeypatch):
    monkeypatch.setattr(certifying, "_numbered", lambda _draft, _name: ("B-1", 1))


def _erasure_by_time_that_leaves_something(monkeypatch):
    sound = retention.purged

    def purged(draft, record):
        fields = draft.fields
        entries = draft.entries
        sound(draft, record)
        draft.fields, draft.entries = fields, entries

    monkeypatch.setitem(evolve._APPLY, c.Purged, purged)


def _erasure_that_moves_a_dyad(monkeypatch):
    sound = RecordCodec.decode

    def decode(codec, kind, head, body, sealed):
        record = sound(codec, kind, head, body, sealed)
        if isinstance(record, c.FieldSet) and record.value is ERASED:
            return record._replace(field="points", value=1)
        return record

    monkeypatch.setattr(RecordCodec, "decode", decode)


def _attendance_that_nobody_records(monkeypatch):
    sound = evolve._APPLY[c.MeetingHeld]

    def apply(draft, record):
        sound(draft, record._replace(present=tuple(sorted(draft.context.profiles))[:2]))

    monkeypatch.setitem(evolve._APPLY, c.MeetingHeld, apply)


def _version_that_drops_what_it_carries(monkeypatch):
    sound = carrying.carried

    def carried(draft, program, record):
        after = sound(draft, program, record)
        after.marks = {}
        after.fields = {name: value for name, value in after.fields.items() if name != "starts"}
        return after

    monkeypatch.setattr(migrating, "carried", carried)


def _reader_who_sees_everything(monkeypatch):
    monkeypatch.setattr(visibility.Reader, "sees", lambda _reader, _roles: True)


def _message_that_hides_nothing(monkeypatch):
    monkeypatch.setattr(sending, "facts_for", lambda _draft, _person, _template, _key, facts: facts)


def _explanation_that_finds_places(monkeypatch):
    monkeypatch.setattr(sharing, "reasons", lambda *_: ())


@pytest.mark.parametrize(
    "plant",
    [
        _place_that_is_given_twice,
        _place_that_is_not_given_back,
        _money_that_passes_its_limit,
        _number_that_two_certificates_bear,
        _erasure_by_time_that_leaves_something,
        _erasure_that_moves_a_dyad,
        _attendance_that_nobody_records,
        _version_that_drops_what_it_carries,
        _reader_who_sees_everything,
        _message_that_hides_nothing,
        _explanation_that_finds_places,
    ],
)
def test_a_walk_beside_the_states_notices(plant, monkeypatch):
    """The same for what stands beside the states: meetings, places, money, certificates, secrets, versions."""
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        walk_beside()


@pytest.mark.parametrize(
    "plant",
    [
        _record_that_reads_the_context,
        _change_without_a_record,
        _refusal_that_keeps_what_it_tried,
        _final_state_that_is_left,
        _reminders_that_forget,
        _late_reminders_that_are_all_missed,
        _revision_that_skips,
        _time_that_goes_back,
        _flips_that_nobody_announces,
        _timer_that_is_announced_late,
        _explanation_that_flatters,
        _decision_by_lot,
        _journal_that_loses_a_word,
        _store_that_loses_a_mark,
        _store_that_is_told_not_to_look,
        _command_refused_where_no_worker_ticked,
        _look_in_vain_that_leaves_a_trace,
        _occurrence_that_leaves_two_records,
        _explanation_that_leaves_out_a_clause,
        _explanation_that_blames_a_clause_that_holds,
    ],
)
def test_a_walk_notices(plant, monkeypatch):
    """A fault that no walk can see would make its property worth nothing."""
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        walk_everywhere()


def test_a_machine_that_moves_elsewhere_is_noticed(monkeypatch):
    """The machine makes every change of state: where it is broken, lives are."""

    def trigger(event, model, *_args, **_kwargs):
        model.state = min(event.transitions, key=lambda state: state != model.state)
        return True

    monkeypatch.setattr(Trigger, "trigger", trigger)

    with pytest.raises((AssertionError, LookupError, RuntimeError, MachineError)):
        walk_everywhere()
