"""Does the one door keep what was accepted, all of it and once, and leave nothing of what was refused?"""

from datetime import date

import pytest

from dyade.errors import CommandReused, Conflict, NotFound, Taken
from dyade.flow import messages as m
from dyade.flow.outcome import Refusal
from dyade.program.conditions.values import ValueRefused
from dyade.service import door
from dyade.store.writing import Transaction
from tests.service.lives import DAY, begin, breaking_after, done, kinds, refused, running

# ------------------------------------------------------------------------------------------------------------- commands


def test_dyads_are_numbered_from_one(engine):
    assert [begin(engine), begin(engine)] == ["D-1", "D-2"]
    assert [(one.id, one.program, one.leaf, one.outcome) for one in engine.dyads()] == [
        ("D-1", "small", "waiting", None),
        ("D-2", "small", "waiting", None),
    ]


def test_what_was_answered_is_there_for_another_process(engine, again):
    dyad = running(engine)
    filled = done(engine.fill(dyad, "log", "ana", {"hours": 2, "comment": "Première rencontre"}))

    other = again()

    assert other.dyad(dyad) == filled.dyad
    assert kinds(kept.record for kept in other.history(dyad)) == ["Started", *["Assigned"] * 3, "Moved", "Filled"]
    assert other.history(dyad)[-1].record == filled.records[0]


def test_a_refusal_changes_nothing(engine):
    dyad = begin(engine)
    before, history = engine.show(dyad), engine.history(dyad)

    assert refused(engine.fire(dyad, "finish", "ana")) == {"not_available"}
    assert (engine.show(dyad), engine.history(dyad)) == (before, history)


def test_a_start_that_is_refused_leaves_no_dyad(engine):
    assert refused(engine.start("small", "bob", {"mentor": "bob"}))
    assert engine.dyads() == []
    assert begin(engine) == "D-1"


def test_what_time_did_before_a_refused_command_stands(engine, clock):
    dyad = running(engine)
    clock.pass_days(3)

    outcome = engine.fire(dyad, "begin", "ana")

    assert isinstance(outcome, Refusal)
    assert outcome.time is not None
    assert kinds(outcome.time.records) == ["Reminded"]
    assert engine.dyad(dyad) == outcome.time.dyad
    assert [message.kind for message in engine.outbox(dyad)][-1] == "reminder"


def test_someone_unknown_is_refused_and_named(engine):
    dyad = begin(engine)
    assigned = engine.assign(dyad, "mentor", "zoe", "cleo")
    named = engine.set(dyad, "proposed", "zoe", "ana")
    typed = engine.fire(dyad, "begin", "ana", recorded_by="zoe")
    starting = engine.start("small", "ana", {"mentee": "ana", "mentor": "zoe"})

    for outcome in (assigned, named, typed, starting):
        assert isinstance(outcome, Refusal)
        assert [(reason.code, reason.about) for reason in outcome.reasons] == [("unknown_person", "zoe")]
    assert engine.sentences(outcome.reasons, "en", program="small") == ('There is no person "zoe": add them first.',)


def test_a_dyad_does_not_begin_twice(engine):
    dyad = begin(engine)

    with pytest.raises(TypeError):
        engine.act(dyad, m.Start("ana", {}))

    assert engine.dyad(dyad).revision == 1


@pytest.mark.parametrize("stranger", ["zoe", "gil", m.CLOCK])
def test_a_dyad_is_not_there_for_those_who_take_no_part(engine, stranger):
    """Someone unknown, someone known, and whoever calls themselves the clock get the answer of an unknown id."""
    engine.add_person("gil", "Gil")
    dyad = begin(engine)

    for id_ in (dyad, "D-99"):
        with pytest.raises(NotFound) as acting:
            engine.fire(id_, "begin", stranger)
        with pytest.raises(NotFound) as reading:
            engine.explain(id_, reader=stranger)
        assert [told.value.facts for told in (acting, reading)] == [{"kind": "dyad", "id": id_}] * 2


@pytest.mark.parametrize("id_", [m.CLOCK, m.SYSTEM])
def test_nobody_is_called_like_what_is_no_person(engine, id_):
    with pytest.raises(Taken):
        engine.add_person(id_, "Personne")


@pytest.mark.parametrize("id_", ["", "a\nb", "x" * 201])
def test_an_id_of_a_person_can_be_shown(engine, id_):
    with pytest.raises(ValueRefused):
        engine.add_person(id_, "Personne")


def test_what_is_not_there_is_told(engine):
    with pytest.raises(NotFound, match='dyad "D-9"'):
        engine.fire("D-9", "begin", "ana")
    with pytest.raises(NotFound, match='dyad "D-9"'):
        engine.show("D-9")
    with pytest.raises(NotFound, match='program "none"'):
        engine.start("none", "ana", {})
    with pytest.raises(NotFound, match='person "zoe"'):
        engine.person("zoe")


# ------------------------------------------------------------------------------------------------- revisions and twins


def test_a_sender_who_saw_an_older_revision_is_told_the_present_one(engine):
    dyad = begin(engine)
    done(engine.fire(dyad, "touch", "ana", expects=1))

    with pytest.raises(Conflict) as stale:
        engine.fire(dyad, "touch", "ana", expects=1)

    assert (stale.value.expected, stale.value.actual) == (1, 2)
    assert engine.dyad(dyad).revision == 2


def test_the_same_command_twice_happens_once_and_is_answered_alike(engine, again):
    dyad = running(engine)
    first = done(engine.fill(dyad, "log", "ana", {"hours": 2, "comment": "été"}, id="one"))
    done(engine.fire(dyad, "touch", "ana"))

    for one in (engine, again()):
        second = done(one.fill(dyad, "log", "ana", {"comment": "été", "hours": 2}, id="one"))
        assert second == first
    assert engine.dyad(dyad).revision == first.dyad.revision + 1


def test_a_repeated_answer_tells_whom_it_told(engine):
    dyad = begin(engine)
    first = done(engine.fire(dyad, "begin", "ana", id="one"))
    second = done(engine.fire(dyad, "begin", "ana", id="one"))

    def told(decision):
        return [(index, notice.to, notice.template, notice.rule) for index, notice in decision.effects]

    assert told(second) == told(first) == [(0, "bob", "begun", "begin"), (0, "olga", "begun", "begin")]


def test_a_start_repeated_begins_one_dyad(engine):
    first, second = begin(engine, id="one"), begin(engine, id="one")

    assert first == second
    assert len(engine.dyads()) == 1


def test_an_id_is_not_for_two_requests(engine):
    dyad = begin(engine)
    done(engine.fire(dyad, "touch", "ana", id="one"))

    with pytest.raises(CommandReused):
        engine.fire(dyad, "begin", "ana", id="one")

    assert engine.dyad(dyad).revision == 2


def test_an_id_is_its_senders_own(engine):
    dyad = begin(engine)
    done(engine.fire(dyad, "touch", "ana", id="one"))
    done(engine.fire(dyad, "touch", "bob", id="one"))

    assert engine.dyad(dyad).revision == 3


def test_a_refused_command_may_be_tried_again_under_its_id(engine):
    dyad = begin(engine)
    assert refused(engine.fill(dyad, "log", "ana", {"hours": 1}, id="one"))
    done(engine.fire(dyad, "begin", "ana"))

    done(engine.fill(dyad, "log", "ana", {"hours": 1}, id="one"))


def test_two_spellings_of_a_text_are_one_request(engine):
    dyad = running(engine)
    first = engine.fill(dyad, "log", "ana", {"hours": 1, "comment": "\u00e9t\u00e9"}, id="one")
    second = engine.fill(dyad, "log", "ana", {"hours": 1, "comment": "e\u0301te\u0301"}, id="one")

    assert first == second


class _Hasty:
    """A store that finds out only as it keeps that someone else was first, so many times."""

    def __init__(self, store, times):
        self._store = store
        self.times = times

    def __getattr__(self, name):
        return getattr(self._store, name)

    def writing(self):
        if self.times:
            self.times -= 1
            raise Conflict("D-1", 1, 2)
        return self._store.writing()


def test_a_store_does_not_keep_what_was_decided_upon_an_older_revision(engine):
    """Were two writers ever to come in at once, the second would be told."""
    dyad = begin(engine)
    desk = engine._desk
    with desk.store.reading() as view:
        seen = view.dyad(dyad)
    done(engine.fire(dyad, "touch", "ana"))

    for late in (
        lambda t: door.act_within(desk, t, seen, m.Fire("ana", "touch"), desk.now()),
        lambda t: t.set_next_due(seen, 1),
    ):
        with pytest.raises(Conflict) as stale, desk.store.writing() as transaction:
            late(transaction)
        assert (stale.value.dyad, stale.value.expected, stale.value.actual) == (dyad, 1, 2)
    assert engine.verify().sound


def test_an_instant_that_comes_to_nothing_is_passed_and_not_come_to_again(engine, clock):
    """Nothing happens at it: no record, no revision, and the next instant is kept."""
    dyad = running(engine)
    due = engine.show(dyad).next_due
    with engine._desk.store.writing() as transaction:
        transaction.set_next_due(transaction.dyad(dyad), clock.now)
        transaction.commit()

    assert engine.tick().done == ()
    assert (engine.show(dyad).next_due, engine.dyad(dyad).revision) == (due, 2)
    assert engine.verify().sound


def test_a_command_that_expects_nothing_is_tried_again_after_another(engine):
    dyad = begin(engine)
    engine._desk.store = hasty = _Hasty(engine._desk.store, door.ATTEMPTS - 1)

    done(engine.fire(dyad, "touch", "ana"))

    assert hasty.times == 0


def test_a_command_is_not_tried_for_ever(engine):
    dyad = begin(engine)
    engine._desk.store = _Hasty(engine._desk.store, door.ATTEMPTS)

    with pytest.raises(Conflict):
        engine.fire(dyad, "touch", "ana")


def test_a_command_that_expects_a_revision_is_tried_once(engine):
    dyad = begin(engine)
    engine._desk.store = hasty = _Hasty(engine._desk.store, 2)

    with pytest.raises(Conflict):
        engine.fire(dyad, "touch", "ana", expects=1)

    assert hasty.times == 1


# --------------------------------------------------------------------------------------------------- values and wording


def test_the_host_may_give_its_own_dates(engine):
    dyad = begin(engine)

    decided = done(engine.set(dyad, "ends", date(2026, 12, 1), "cleo", on=date(2026, 9, 20)))

    assert decided.dyad.fields["ends"] == date(2026, 12, 1).toordinal()
    assert decided.records[0].head.on == date(2026, 9, 20).toordinal()


def test_a_notice_is_worded_in_the_language_of_its_reader(engine):
    dyad = running(engine)

    assert [(m.recipient, m.subject, m.status) for m in engine.outbox(dyad)] == [
        ("bob", "Début avec Ana", "waiting"),
        ("olga", "Begun with Ana", "waiting"),
    ]


def test_a_notice_stays_as_it_was_worded(engine):
    dyad = running(engine)
    worded = engine.outbox(dyad)
    engine.change_person("ana", name="Anastasia")

    assert engine.outbox(dyad) == worded
    assert engine.person("ana").name == "Anastasia"


def test_no_two_messages_have_one_id(engine, clock):
    """An id comes from the hash of the record that caused it, and that covers the dyad and the time."""
    first = [message.id for message in engine.outbox(running(engine))]
    clock.pass_days(1)
    second = [message.id for message in engine.outbox(running(engine))]

    assert len({*first, *second}) == 4


# ---------------------------------------------------------------------------------------------------------- other dyads


def test_a_dyad_that_another_asks_for_begins_once(engine):
    dyad = running(engine)
    done(engine.fire(dyad, "follow", "cleo", id="one"))
    done(engine.fire(dyad, "follow", "cleo", id="one"))
    engine.tick()

    assert [(one.id, one.people) for one in engine.dyads(ended=False)] == [("D-2", (("mentee", "ana"),))]
    assert {m.kind: m.status for m in engine.outbox(dyad)} == {"notice": "waiting", "start": "sent", "emit": "waiting"}


def test_a_dyad_that_could_not_begin_at_once_begins_with_time(engine, again, monkeypatch):
    """As if the process had died between the command and what it asked for."""
    dyad = running(engine)
    with monkeypatch.context() as dying:
        dying.setattr("dyade.service.starting.begin_waiting", lambda *_: ())
        done(engine.fire(dyad, "follow", "cleo"))
    assert len(engine.dyads()) == 1

    again().tick()

    assert [one.id for one in engine.dyads(ended=False)] == ["D-2"]


def test_a_dyad_that_began_without_being_noted_does_not_begin_again(engine, again, monkeypatch):
    """As if the process had died between the beginning and the note of it."""
    dyad = running(engine)

    def dying(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "mark", dying)
        with pytest.raises(KeyboardInterrupt):
            engine.fire(dyad, "follow", "cleo")
    assert {m.status for m in engine.outbox(dyad) if m.kind == "start"} == {"waiting"}

    again().tick()

    assert [one.id for one in engine.dyads(ended=False)] == ["D-2"]
    assert {m.status for m in engine.outbox(dyad) if m.kind == "start"} == {"sent"}


def test_a_dyad_that_cannot_begin_is_told_as_failed(engine, folder):
    dyad = running(engine)
    (folder / "small.yaml").unlink()

    done(engine.fire(dyad, "follow", "cleo"))

    assert [m.status for m in engine.outbox(dyad) if m.kind == "start"] == ["failed"]


# ----------------------------------------------------------------------------------------------------------------- time


def test_time_does_what_is_due_and_once(engine, again, clock):
    dyads = [running(engine) for _ in range(3)]
    assert engine.tick().done == ()
    clock.pass_days(3)

    first, second = again().tick(), engine.tick()

    assert [(done.dyad, kinds(done.records)) for done in first.done] == [(dyad, ["Reminded"]) for dyad in dyads]
    assert second.done == ()
    assert engine.dyad(dyads[0]).revision == 3


def test_time_stops_at_its_limit_and_goes_on_from_the_oldest(engine, clock):
    late = running(engine)
    clock.pass_days(-1)
    early = running(engine)
    clock.pass_days(5)

    assert [done.dyad for done in engine.tick(limit=1).done] == [early]
    assert [done.dyad for done in engine.tick(limit=1).done] == [late]


def test_many_dyads_share_transactions(engine, clock):
    dyads = [running(engine) for _ in range(60)]
    clock.pass_days(3)

    assert [done.dyad for done in engine.tick().done] == dyads


def test_a_dyad_that_time_cannot_move_stops_no_other(engine, clock, monkeypatch):
    dyads = [running(engine) for _ in range(3)]
    clock.pass_days(3)
    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "keep", breaking_after(dyads[1]))
        ticked = engine.tick()

    assert [done.dyad for done in ticked.done] == [dyads[0], dyads[2]]
    assert [(failure.dyad, type(failure.error)) for failure in ticked.failures] == [(dyads[1], ZeroDivisionError)]
    assert engine.dyad(dyads[1]).revision == 2
    assert engine.verify().sound
    assert [done.dyad for done in engine.tick().done] == [dyads[1]]


def test_what_is_shown_does_not_wait_for_a_worker(engine, clock):
    dyad = running(engine)
    done(engine.set(dyad, "ends", "2026-09-22", "cleo"))
    clock.pass_days(2)

    assert [state for _, state in engine.card(dyad, lang="en").states] == ["Closed"]
    assert engine.explain(dyad, lang="en").outcome == "failure"
    assert engine.dyads()[0].outcome is None
    engine.tick()
    assert engine.dyads()[0].outcome == "failure"


def test_what_is_to_come_is_listed(engine, clock):
    dyad = running(engine)

    coming = engine.due(dyad, clock.now + 4 * DAY, lang="en")

    assert [due.when for due in coming] == ["2026-09-23 09:00"]
    assert "Think of it" in coming[0].text


def test_history_is_told_in_words(engine):
    dyad = running(engine)

    told = engine.timeline(dyad, lang="en")

    assert len(told) == len(engine.history(dyad))
    assert "Running" in told[-1].what


# ---------------------------------------------------------------------------------------------------------------- lists


def test_dyads_are_found_by_what_is_known_of_them(engine, clock):
    first, second = begin(engine), running(engine)
    done(engine.set(second, "ends", "2026-09-22", "cleo"))
    third = done(engine.start("small", "olga", {"mentee": "olga", "coordinator": "olga"})).dyad.id
    clock.pass_days(2)
    engine.tick()

    def found(**wanted):
        return [one.id for one in engine.dyads(**wanted)]

    assert found(person="bob") == [first, second]
    assert found(person="olga", role="mentee") == [third]
    assert found(person="olga", role="mentor") == []
    assert found(state="closed") == [second]
    assert found(ended=True) == [second]
    assert found(ended=False) == [first, third]
    assert found(program="other") == []
    assert found(after=1, limit=1) == [second]
    assert engine.dyads(person="olga")[0].people == (("coordinator", "olga"), ("mentee", "olga"))


def test_ids_are_completed(engine):
    begin(engine)

    assert engine.known_ids("dyad", "D-") == ["D-1"]
    assert engine.known_ids("person", "c") == ["cleo"]
    assert engine.known_ids("program") == ["small"]
    assert engine.programs() == ("small",)
