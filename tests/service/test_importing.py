"""Do dyads under way come in as if they had lived here, all or none, once, and without a word about the past?"""

from datetime import date

import pytest

from dyade.flow.outcome import Decision
from dyade.service.importing import Arrival
from tests.service.lives import MONDAY, SECOND, begin, done

TODAY = date.fromtimestamp(MONDAY // SECOND).toordinal()
PAIR = {"mentee": ("ana",), "mentor": ("bob",), "coordinator": ("cleo",)}


def arrival(line=2, leaf="running", people=PAIR, since=10, began=20, names=None, **fields):
    """A dyad that has stood in a state for ten days, and began ten days before."""
    return Arrival(line, leaf, people, fields, TODAY - since, TODAY - began, names or {})


def test_a_dyad_stands_where_it_did_since_the_day_that_it_did(engine):
    [arrived] = engine.import_dyads("small", [arrival(remark="soon")], keep=True)

    dyad = engine.dyad(arrived.dyad)
    assert dyad.leaves[""] == "running"
    assert dyad.stays["running"].entered_on == TODAY - 10
    assert dyad.fields["remark"] == "soon"
    assert engine.report("small").months[0].month == "2026-09"


def test_its_records_say_when_they_were_written(engine):
    [arrived] = engine.import_dyads("small", [arrival()], keep=True)

    heads = [kept.record.head for kept in engine.history(arrived.dyad)]

    assert {head.recorded_at for head in heads} == {MONDAY}
    assert heads[0].on == TODAY - 20
    assert heads[1].on == TODAY - 10


def test_no_message_leaves_for_the_past_and_those_to_come_do(engine, clock):
    """Those of two, five and eight days after it entered its state are missed."""
    engine.import_dyads("small", [arrival()], keep=True)
    assert engine.outbox() == []
    assert engine.tick().done == ()

    clock.pass_days(3)
    engine.tick()

    assert [message.rule for message in engine.outbox()] == ["nudge"]


def test_its_delays_end_as_if_it_had_been_lived_here(engine, clock):
    ends = date.fromordinal(TODAY + 5).isoformat()
    [arrived] = engine.import_dyads("small", [arrival(ends=ends)], keep=True)

    clock.pass_days(6)
    engine.tick()

    assert engine.dyad(arrived.dyad).leaves[""] == "closed"


def test_one_that_time_would_have_led_elsewhere_is_refused(engine):
    ends = date.fromordinal(TODAY - 2).isoformat()

    [arrived] = engine.import_dyads("small", [arrival(ends=ends)], keep=True)

    assert [reason.code for reason in arrived.reasons] == ["time_moved"]
    assert engine.dyads() == []


def test_all_come_in_or_none(engine):
    lines = [arrival(2), arrival(3, people={"mentee": ("nobody",)}), arrival(4, since=5)]

    arrived = engine.import_dyads("small", lines, keep=True)

    assert [[reason.code for reason in one.reasons] for one in arrived] == [[], ["unknown_person"], []]
    assert engine.dyads() == []


def test_looking_first_keeps_nothing(engine):
    lines = [arrival(2, people={**PAIR, "mentor": ("dan",)}, names={"dan": "Dan"}), arrival(3, since=5)]

    arrived = engine.import_dyads("small", lines)

    assert [one.dyad for one in arrived] == ["D-1", "D-2"]
    assert engine.dyads() == []
    assert "dan" not in {person.id for person in engine.people()}


def test_a_dyad_comes_in_once_whatever_the_file(engine, again):
    engine.import_dyads("small", [arrival()], keep=True)

    [arrived] = again().import_dyads("small", [arrival(line=7, remark="put right")], keep=True)
    twice = again().import_dyads("small", [arrival(2, since=4), arrival(3, since=4)], keep=True)

    assert [(reason.code, reason.about) for reason in arrived.reasons] == [("imported_before", "D-1")]
    assert [len(one.reasons) for one in twice] == [0, 1]
    assert len(engine.dyads()) == 1


def test_a_person_becomes_known_by_the_file_and_keeps_the_name_that_they_had(engine):
    people = {**PAIR, "mentor": ("dan",)}

    engine.import_dyads("small", [arrival(people=people, names={"dan": "Dan", "ana": "X"})], keep=True)

    assert engine.person("dan").name == "Dan"
    assert engine.person("ana").name == "Ana"


def test_values_that_cannot_be_read_are_told(engine):
    [arrived] = engine.import_dyads("small", [arrival(ends="soon")], keep=True)

    assert [(reason.code, reason.about) for reason in arrived.reasons] == [("datum_type", "ends")]


def test_what_came_in_lives_on_and_is_sound(engine):
    [arrived] = engine.import_dyads("small", [arrival()], keep=True)

    assert isinstance(engine.fill(arrived.dyad, "log", "ana", {"hours": 2}), Decision)
    assert engine.verify().problems == ()


def test_a_closed_program_still_takes_those_under_way(engine):
    engine.close_program("small", "Over.")

    [arrived] = engine.import_dyads("small", [arrival()], keep=True)

    assert arrived.dyad == "D-1"


def test_numbers_go_on_after_those_that_came_in(engine):
    engine.import_dyads("small", [arrival(2), arrival(3, since=4)], keep=True)

    assert begin(engine) == "D-3"


@pytest.mark.parametrize("since", [0, 1])
def test_one_that_entered_its_state_today_comes_in(engine, since):
    [arrived] = engine.import_dyads("small", [arrival(since=since, began=since)], keep=True)

    done(engine.fire(arrived.dyad, "touch", "ana"))
