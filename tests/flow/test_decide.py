"""Time first, then the command: never back, never twice; what may not be broken is not broken by those who can be refused."""

from dyade.flow import messages as c
from dyade.flow.decide import decide
from dyade.flow.outcome import Refusal
from tests.flow.living import Life, at, codes, done, moment, program, refused

TIMED = """
fields: {ends: {type: date, set_by: [mentor]}}
initial: a
states: {a: {}, b: {}, z: {final: true}}
transitions:
  - {id: reach, from: a, to: b, at: fields.ends}
  - {id: go, from: a, to: z, by: [mentor]}
  - {id: end, from: b, to: z, by: [mentor]}
reminders: [{id: nudge, to: [mentor], while: a, after: 2 days, roll: none, template: nudge}]
"""


def test_what_was_due_is_decided_before_a_command_whoever_ticked():
    """The answer never depends on whether a worker had ticked."""
    for ticked in (True, False):
        life = Life(program(TIMED), fields={"ends": "2026-09-25"})
        if ticked:
            life.live("2026-09-26 10:00")
        life.on("2026-09-26 10:00")
        assert refused(life.fire("bob", "go")) == {("not_available", "go")}
        assert life.state == "b"
        assert life.moves() == [("reach", "b")]
        assert [moment(record.head.at) for record in life.records[-2:]] == ["2026-09-23 09:00", "2026-09-25 00:00"]


def test_a_refusal_undoes_none_of_what_time_did():
    life = Life(program(TIMED), fields={"ends": "2026-09-25"})
    outcome = life.on("2026-09-26 10:00").fire("bob", "go")
    assert isinstance(outcome, Refusal)
    assert outcome.time is not None
    assert [type(record).__name__ for record in outcome.time.records] == ["Reminded", "Moved"]
    assert outcome.time.dyad == life.dyad


def test_each_act_of_time_is_a_command_of_its_own():
    life = Life(program(TIMED), fields={"ends": "2026-09-25"})
    done(life.tick("2026-09-26 10:00"))
    assert [record.head.revision for record in life.records[-2:]] == [2, 3]
    assert all(record.head.actor == c.CLOCK for record in life.records[-2:])


def test_ticking_again_does_nothing():
    life = Life(program(TIMED), fields={"ends": "2026-09-25"})
    done(life.tick("2026-09-26 10:00"))
    for _ in range(3):
        assert done(life.tick()).records == ()


def test_now_never_goes_back_for_a_dyad():
    """Not behind what was written late, either."""
    life = Life(program(TIMED), fields={"ends": "2026-09-25"})
    done(life.tick("2026-09-28 10:00"))
    done(life.on("2026-09-26 10:00").fire("bob", "end"))
    heads = [record.head for record in life.records]
    assert moment(heads[-1].at) == "2026-09-28 10:00"
    assert [head.recorded_at for head in heads] == sorted(head.recorded_at for head in heads)
    assert [head.at for head in heads] == sorted(head.at for head in heads)


def test_a_decision_tells_when_time_must_look_again():
    life = Life(program(TIMED), fields={"ends": "2026-09-25"})
    assert moment(life.last.next_due) == "2026-09-23 09:00"
    assert moment(done(life.tick("2026-09-23 09:00")).next_due) == "2026-09-25 00:00"
    assert done(life.tick("2026-09-25 00:00")).next_due is None


def test_deciding_changes_nothing_that_it_is_given():
    life = Life(program(TIMED), fields={"ends": "2026-09-25"})
    before, text = life.dyad, repr(life.dyad)
    context = life.context._replace(now=at("2026-09-26 10:00"))
    first, second = (decide(life.program, before, c.SetField("bob", "ends", "2026-12-01"), context) for _ in range(2))
    assert first == second
    assert repr(before) == text


def test_where_time_is_known_to_be_quiet_it_is_not_looked_for():
    life = Life(program(TIMED), fields={"ends": "2026-09-25"})
    later = life.context._replace(now=at("2026-09-26 10:00"))
    hushed = decide(life.program, life.dyad, c.Tick(), later._replace(quiet_until=at("2026-09-27 00:00")))
    assert done(hushed).records == ()
    assert len(done(decide(life.program, life.dyad, c.Tick(), later._replace(quiet_until=at("2026-09-23 09:00")))).records) == 2


# ----------------------------------------------------------------------------------------------------------- invariants

WATCHED = """
roles: {mentor: {attributes: {boss: {type: person, nullable: true}}}, mentee: {}, coordinator: {}}
fields: {n: {type: int, default: 0, set_by: [mentor]}, ends: {type: date, set_by: [mentor]}}
initial: a
states: {a: {}, b: {}, z: {final: true}}
transitions:
  - {id: add, from: [a, b], by: [mentor], effects: [{set: {n: fields.n + 1}}]}
  - {id: go, from: a, to: b, by: [mentor]}
  - {id: expire, from: b, to: z, after: 3 days, effects: [{set: {n: 99}}]}
invariants:
  - {id: few, always: fields.n < 3, while: [a, z], message: "At most two; now {fields.n}."}
  - {id: in_time, always: today <= fields.ends}
  - {id: apart, always: roles.mentor.boss != roles.mentee.id}
"""


def test_an_act_that_would_break_an_invariant_is_refused():
    life = Life(program(WATCHED), fields={"n": 2})
    outcome = life.fire("bob", "add")
    assert refused(outcome) == {("invariant", "few")}
    assert outcome.reasons[0].sentence["*"] == "At most two; now 3."
    assert refused(life.do(c.SetField("bob", "n", 5))) == {("invariant", "few")}
    assert life.fields["n"] == 2


def test_an_invariant_is_watched_in_its_states():
    life = Life(program(WATCHED), fields={"n": 2})
    done(life.fire("bob", "go"))
    done(life.fire("bob", "add"))
    assert life.fields["n"] == 3


def test_what_time_breaks_is_recorded_and_stops_nobody():
    life = Life(program(WATCHED))
    done(life.fire("bob", "go"))
    done(life.tick("2026-09-24 10:00"))
    assert life.state == "z"
    assert life.dyad.broken == ("few",)
    assert life.kinds()[-1] == "Watched"


def test_what_broke_by_the_mere_passing_of_days_refuses_no_command():
    """Nobody could do anything any more, not even put it right."""
    life = Life(program(WATCHED), fields={"ends": "2026-09-25"})
    life.on("2026-09-26 10:00")
    done(life.fire("bob", "add"))
    assert life.dyad.broken == ("in_time",)
    done(life.set("bob", "ends", "2026-10-10"))
    assert life.dyad.broken == ()
    assert [(r.invariant, r.holds) for r in life.records if isinstance(r, c.Watched)] == [("in_time", False), ("in_time", True)]
    assert codes(life.set("bob", "ends", "2026-09-01")) == {"invariant"}


def test_what_the_outside_breaks_is_recorded():
    life = Life(program(WATCHED))
    done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"boss": "ana"})))
    assert life.dyad.broken == ("apart",)
    done(life.fire("bob", "add"))
