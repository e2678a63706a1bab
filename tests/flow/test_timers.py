"""When does a transition that waits for time fire?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.outcome import Decision, Refusal
from tests.flow.living import Life, at, codes, day, done, moment, program


def leaving(when: str, **more: str) -> str:
    """A program of two states, left by time; `more` adds a guard, effects, another target."""
    extra = "".join(f", {key}: {value}" for key, value in ({"to": "gone"} | more).items() if value)
    return f"""
fields:
  ends: {{type: date, set_by: [coordinator]}}
  ready: {{type: bool, default: false, set_by: [coordinator]}}
initial: here
states: {{here: {{}}, away: {{}}, gone: {{final: true}}}}
transitions:
  - {{id: leave, from: here, {when}{extra}}}
  - {{id: go_away, from: here, to: away, by: [coordinator]}}
  - {{id: come_back, from: away, to: here, by: [coordinator]}}
"""


READY = "[{id: is_ready, when: fields.ready}]"


def fired(life: Life) -> list[tuple[str | None, str]]:
    """(moment, transition) of every move of time."""
    return [(moment(r.head.at), r.transition) for r in life.records if isinstance(r, c.Moved)]


# --------------------------------------------------------------------------------------------------------------- arming


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ("after: 2 weeks", "2026-10-05 10:00"),
        ("after: 1 day", "2026-09-22 10:00"),
        ("after: 36 hours", "2026-09-22 22:00"),
        ("after: 10 business days", "2026-10-05 10:00"),
        ("after: 1 month", "2026-10-21 10:00"),
        ("at: fields.ends", "2026-10-12 00:00"),
        ("at: fields.ends + 1 week", "2026-10-19 00:00"),
        ("at: state.entered + 3 days", "2026-09-24 00:00"),
    ],
)
def test_it_fires_at_its_instant_and_not_one_moment_before(when, due):
    """A delay keeps the hour of the entry; a date begins at midnight."""
    life = Life(program(leaving(when)), fields={"ends": "2026-10-12"})

    assert moment(life.due) == due
    assert life.due is not None
    life.now = life.due - 1
    life.tick()
    assert life.moves() == []
    life.now += 1
    life.tick()
    assert fired(life) == [(due, "leave")]


def test_the_record_of_a_late_tick_bears_the_instant_at_which_it_was_due():
    life = Life(program(leaving("after: 2 weeks")))

    life.tick("2026-11-02 08:00")

    [moved] = [record for record in life.records if isinstance(record, c.Moved)]
    assert (moment(moved.head.at), moment(moved.head.recorded_at)) == ("2026-10-05 10:00", "2026-11-02 08:00")
    assert (moved.due, moved.head.on, moved.head.actor) == (at("2026-10-05 10:00"), day("2026-10-05"), c.CLOCK)


def test_an_unknown_date_never_comes():
    life = Life(program(leaving("at: fields.ends")))

    assert life.due is None
    life.tick("2036-01-01")
    assert life.moves() == []


def test_an_armed_transition_waits_for_its_guard_and_fires_with_the_fact():
    life = Life(program(leaving("after: 2 weeks", guard=READY)))
    life.tick("2026-10-10")
    assert life.state == "here"

    done(life.on("2026-10-20 15:30").set("cleo", "ready", True))

    assert fired(life) == [("2026-10-20 15:30", "leave")]


def test_the_guard_alone_opens_nothing_before_the_date():
    life = Life(program(leaving("after: 2 weeks", guard=READY)))

    done(life.set("cleo", "ready", True))

    assert life.moves() == []
    assert fired(life.live("2026-12-01")) == [("2026-10-05 10:00", "leave")]


def test_a_date_that_moves_into_the_future_disarms():
    """It was armed, and closed by its guard; the new date is waited for."""
    life = Life(program(leaving("at: fields.ends", guard=READY)), fields={"ends": "2026-09-28"})
    life.tick("2026-10-01")

    done(life.set("cleo", "ends", "2026-11-02"))
    done(life.set("cleo", "ready", True))

    assert life.moves() == []
    assert fired(life.live("2026-12-01")) == [("2026-11-02 00:00", "leave")]


def test_a_date_that_is_emptied_disarms():
    life = Life(program(leaving("at: fields.ends", guard=READY)), fields={"ends": "2026-09-28"})
    life.tick("2026-10-01")

    done(life.set("cleo", "ends", None))
    done(life.set("cleo", "ready", True))

    assert life.live("2027-10-01").moves() == []


def test_a_date_that_is_set_in_the_past_fires_at_once():
    life = Life(program(leaving("at: fields.ends")))

    done(life.set("cleo", "ends", "2026-09-01"))

    assert fired(life) == [("2026-09-21 10:00", "leave")]


def test_today_has_begun_so_that_todays_date_fires_at_once():
    life = Life(program(leaving("at: fields.ends")))

    done(life.set("cleo", "ends", "2026-09-21"))

    assert life.state == "gone"


def test_leaving_the_state_disarms_and_coming_back_starts_the_delay_anew():
    life = Life(program(leaving("after: 2 weeks")))
    done(life.on("2026-10-01").fire("cleo", "go_away"))
    assert life.due is None

    done(life.on("2026-10-20 09:00").fire("cleo", "come_back"))

    assert moment(life.due) == "2026-11-03 09:00"


def test_a_date_that_came_while_away_fires_on_coming_back():
    life = Life(program(leaving("at: fields.ends")), fields={"ends": "2026-10-01"})
    done(life.on("2026-09-25").fire("cleo", "go_away"))

    done(life.on("2026-10-20 09:00").fire("cleo", "come_back"))

    assert fired(life)[-1] == ("2026-10-20 09:00", "leave")


def test_a_state_that_pauses_another_moves_its_delay_by_whole_days():
    life = Life(
        program("""
initial: here
states:
  here: {initial: calm, states: {calm: {}}}
  away: {delays: {here: pause}}
  gone: {final: true}
transitions:
  - {id: leave, from: here, to: gone, after: 2 weeks}
  - {id: go_away, from: here, to: away, by: [coordinator]}
  - {id: resume, from: away, to: history(here), by: [coordinator]}
""")
    )
    done(life.on("2026-09-28 23:00").fire("cleo", "go_away"))

    done(life.on("2026-10-03 01:00").fire("cleo", "resume"))

    assert moment(life.due) == "2026-10-10 10:00"


# ----------------------------------------------------------------------------------------------- several, in what order

CHAIN = program("""
initial: one
states: {one: {}, two: {}, three: {}, end: {final: true}}
transitions:
  - {id: to_two, from: one, to: two, after: 1 week}
  - {id: to_three, from: two, to: three, after: 1 week}
  - {id: to_end, from: three, to: end, by: [coordinator]}
""")


def test_after_a_long_silence_each_delay_counts_from_the_instant_of_the_one_before():
    life = Life(CHAIN)

    life.tick("2027-01-01")

    assert fired(life) == [("2026-09-28 10:00", "to_two"), ("2026-10-05 10:00", "to_three")]


@pytest.mark.parametrize(("guarded", "wins"), [("first", "second"), ("second", "first"), ("", "first")])
def test_of_two_due_at_one_instant_the_first_that_is_open_wins_in_document_order(guarded, wins):
    guard = {name: READY if name == guarded else "[]" for name in ("first", "second")}
    life = Life(
        program(f"""
fields: {{ready: {{type: bool, default: false, set_by: [coordinator]}}}}
initial: here
states: {{here: {{}}, a: {{final: true}}, b: {{final: true}}}}
transitions:
  - {{id: first, from: here, to: a, after: 1 week, guard: {guard["first"]}}}
  - {{id: second, from: here, to: b, after: 1 week, guard: {guard["second"]}}}
""")
    )

    life.tick("2026-12-01")

    assert [name for _, name in fired(life)] == [wins]


def test_of_two_that_wait_for_one_fact_the_earlier_due_wins_whatever_its_place_in_the_file():
    life = Life(
        program(f"""
fields: {{ready: {{type: bool, default: false, set_by: [coordinator]}}}}
initial: here
states: {{here: {{}}, a: {{final: true}}, b: {{final: true}}}}
transitions:
  - {{id: later, from: here, to: a, after: 2 weeks, guard: {READY}}}
  - {{id: sooner, from: here, to: b, after: 1 week, guard: {READY}}}
""")
    )
    life.tick("2026-12-01")

    done(life.set("cleo", "ready", True))

    assert [name for _, name in fired(life)] == ["sooner"]


def test_at_one_instant_time_comes_before_what_is_automatic_and_both_before_reminders():
    """The reminder of that morning finds the state left, and is dropped without a record."""
    life = Life(
        program("""
day_time: "00:00"
fields: {ends: {type: date}, nudged_on: {type: date}}
initial: here
states: {here: {}, a: {final: true}, b: {final: true}}
transitions:
  - {id: automatic, from: here, to: b, auto: true, guard: [{id: now_is, when: today >= fields.ends}]}
  - {id: timed, from: here, to: a, at: fields.ends}
reminders: [{id: nudge, to: [mentor], while: here, at: fields.nudged_on, template: nudge}]
"""),
        fields={"ends": "2026-10-01", "nudged_on": "2026-10-01"},
    )

    life.live("2026-11-01")

    assert fired(life) == [("2026-10-01 00:00", "timed")]
    assert life.reminded() == []


def test_the_delay_of_a_track_ends_while_the_other_track_goes_on():
    life = Life(
        program("""
initial: work
states:
  work:
    tracks:
      left: {initial: calm, states: {calm: {}, worn: {}}}
      right: {initial: slow, states: {slow: {}, fast: {}}}
  end: {final: true}
transitions:
  - {id: stop, from: work, to: end, by: [coordinator]}
  - {id: wear, from: calm, to: worn, after: 1 week}
  - {id: hurry, from: slow, to: fast, by: [mentor]}
""")
    )
    done(life.on("2026-09-25").fire("bob", "hurry"))

    life.live("2026-10-01")

    assert fired(life)[-1] == ("2026-09-28 10:00", "wear")
    assert life.leaves == {"": "work", "work.left": "work.left.worn", "work.right": "work.right.fast"}


# -------------------------------------------------------------------------------------------------------------- staying

INTERNAL = """
fields:
  ends: {type: date, set_by: [coordinator]}
  told: {type: int, default: 0}
initial: here
states:
  here: {initial: calm, states: {calm: {}}}
  away: {delays: {here: run}}
  end: {final: true}
transitions:
  - {id: stop, from: here, to: end, by: [coordinator]}
  - {id: tell, from: here, WHEN, effects: [{set: {told: fields.told + 1}}]}
  - {id: go_away, from: here, to: away, by: [coordinator]}
  - {id: come_back, from: away, to: here, by: [coordinator]}
  - {id: resume, from: away, to: history(here), by: [coordinator]}
"""


def test_one_that_stays_fires_once_for_each_instant():
    """The date that is given once more is the same instant; another date is another."""
    life = Life(program(INTERNAL.replace("WHEN", "at: fields.ends")), fields={"ends": "2026-10-01"})
    life.live("2026-10-10")
    done(life.set("cleo", "ends", "2026-10-01"))
    assert life.fields["told"] == 1

    done(life.set("cleo", "ends", "2026-10-20"))
    life.live("2026-11-01")

    assert life.fields["told"] == 2
    assert [when for when, _ in fired(life)] == ["2026-10-01 00:00", "2026-10-20 00:00"]


def test_one_that_stays_fires_once_a_visit_and_a_resumed_visit_is_the_same():
    life = Life(program(INTERNAL.replace("WHEN", "after: 1 week")))
    life.live("2026-11-01")
    assert life.fields["told"] == 1

    done(life.fire("cleo", "go_away"))
    done(life.fire("cleo", "resume"))
    life.live("2026-12-01")
    assert life.fields["told"] == 1

    done(life.fire("cleo", "go_away"))
    done(life.fire("cleo", "come_back"))
    life.live("2027-01-01")
    assert life.fields["told"] == 2


# ----------------------------------------------------------------------------------------------------------- time first


def test_the_answer_to_a_command_does_not_depend_on_whether_a_clock_had_ticked():
    ticked, sleepy = Life(CHAIN), Life(CHAIN)
    ticked.live("2026-10-20 09:00")

    outcomes = [life.on("2026-10-20 09:00").fire("cleo", "to_end") for life in (ticked, sleepy)]

    assert [type(outcome) for outcome in outcomes] == [Decision, Decision]
    assert fired(ticked) == fired(sleepy)
    assert [name for _, name in fired(sleepy)] == ["to_two", "to_three", "to_end"]


def test_what_time_has_ended_is_not_done_any_more():
    life = Life(program(leaving("after: 2 weeks")))

    outcome = life.on("2026-10-05 10:00").fire("cleo", "go_away")

    assert codes(outcome) == {"ended"}


def test_a_refusal_undoes_nothing_of_what_time_did_before_it():
    life = Life(CHAIN)

    outcome = life.on("2026-09-30").fire("bob", "to_end")

    assert isinstance(outcome, Refusal)
    assert outcome.time is not None
    assert outcome.time.dyad == life.dyad
    assert (life.state, fired(life)) == ("two", [("2026-09-28 10:00", "to_two")])
    assert moment(outcome.time.next_due) == "2026-10-05 10:00"


def test_a_refusal_before_which_time_had_nothing_to_do_keeps_nothing():
    life = Life(CHAIN)

    outcome = life.on("2026-09-25").fire("bob", "to_end")

    assert isinstance(outcome, Refusal)
    assert outcome.time is None
    assert life.dyad is not None
    assert life.dyad.revision == 1


def test_each_act_of_time_is_a_command_of_its_own():
    life = Life(CHAIN)

    life.on("2026-10-20").fire("cleo", "to_end")

    assert [(r.head.revision, r.head.actor) for r in life.records if isinstance(r, c.Moved)] == [
        (2, c.CLOCK), (3, c.CLOCK), (4, "cleo"),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------------ back, and again


def test_a_clock_set_back_neither_undoes_nor_writes_earlier():
    """What is told after the clock went back bears the instant of the last record."""
    life = Life(program(leaving("after: 2 weeks", guard=READY)))
    done(life.on("2026-10-10 12:00").fire("cleo", "go_away"))

    done(life.on("2026-09-22").fire("cleo", "come_back"))

    last = life.records[-1].head
    assert (moment(last.at), moment(last.recorded_at)) == ("2026-10-10 12:00", "2026-10-10 12:00")
    assert last.on == day("2026-10-10")


def test_a_clock_set_back_fires_nothing_twice():
    life = Life(program(INTERNAL.replace("WHEN", "after: 1 week")))
    life.tick("2026-10-01")

    life.tick("2026-09-22")
    life.tick("2026-09-28 10:00")
    life.tick("2026-10-01")

    assert life.fields["told"] == 1


@pytest.mark.parametrize("when", ["2026-09-21 10:00", "2026-09-30", "2026-10-05 10:00", "2027-01-01"])
def test_a_second_tick_at_the_same_time_does_nothing(when):
    life = Life(CHAIN)
    life.tick(when)
    before = life.dyad

    again = done(life.tick(when))

    assert (again.records, again.effects, again.dyad) == ((), (), before)


def test_a_tick_that_finds_nothing_to_do_is_no_revision():
    life = Life(CHAIN)

    tick = done(life.tick("2026-09-27"))

    assert (tick.records, tick.dyad.revision) == ((), 1)
