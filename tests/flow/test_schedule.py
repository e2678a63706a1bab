"""Does a clock that comes late find what a patient one would have, to the same instant?"""

import pytest

from tests.flow.living import Life, day, done, moment, program

BASE = """
roles: {mentor: {count: {min: 1, max: 3}, attributes: {since: {type: date}},
  aggregates: {seasoned: {count: all, where: "person.since + 30 days <= today"}}}, mentee: {}, coordinator: {}}
params: {wait: {value: 2 weeks}}
fields:
  d: {type: date, nullable: true, set_by: [mentor]}
  t: {type: datetime, set_by: [mentor]}
  soon: {type: bool, formula: "today >= fields.d - 3 days"}
  starts: {type: date, set_by: [mentor]}
  ends: {type: date, set_by: [mentor]}
  ok: {type: bool, set_by: [mentor]}
deadlines: {limit: {at: fields.d}}
forms:
  log:
    entry: {on: {type: date}}
    filled_by: [mentor]
    dated_by: "on"
    repeat: many
    available_in: [a]
    aggregates:
      recent: {count: all, window: 2 weeks}
      old: {count: all, where: "entry.on + 10 days <= today"}
      lately: {count: all, since: today - 5 days}
  week: {entry: {x: {type: int}}, filled_by: [mentor], repeat: {every: 1 week, from: fields.starts,
    until: fields.ends, grace: 1 day}, available_in: [a]}
  pact: {entry: {x: {type: int}}, filled_by: [mentor], due: fields.d, available_in: [a]}
initial: a
states: {a: {}, z: {final: true}}
transitions:
  - {id: go, from: a, to: z, auto: true, guard: [{id: p, when: "CONDITION"}]}
  - {id: end, from: a, to: z, by: [mentor], guard: [{id: q, when: roles.mentor.seasoned > 0}]}
"""
FACTS = {"d": "2026-10-10", "t": "2026-10-01T17:30:00Z", "starts": "2026-09-21", "ends": "2026-11-01"}


@pytest.mark.parametrize(
    ("condition", "moves"),
    [
        ("today >= fields.d", "2026-10-10 00:00"),
        ("today > fields.d", "2026-10-11 00:00"),
        ("fields.d < today", "2026-10-11 00:00"),
        ("today == fields.d", "2026-10-10 00:00"),
        ("today >= fields.d + 2 weeks", "2026-10-24 00:00"),
        ("today >= fields.d - params.wait", "2026-09-26 00:00"),
        ("today >= fields.d + 5 business days", "2026-10-16 00:00"),
        ("not (today < fields.d)", "2026-10-10 00:00"),
        ("now >= fields.t", "2026-10-01 13:30"),
        ("fields.soon", "2026-10-07 00:00"),
        ("deadlines.limit.missed", "2026-10-11 00:00"),
        ("deadlines.limit.left < 5", "2026-10-06 00:00"),
        ("days_between(fields.d, today) >= 4", "2026-10-14 00:00"),
        ("days_in(a) >= 12", "2026-10-03 00:00"),
        ("forms.pact.overdue", "2026-10-11 00:00"),
        ("forms.week.overdue >= 1", "2026-09-29 00:00"),
        ("forms.week.overdue >= 3", "2026-10-13 00:00"),
        ("forms.log.count > 0 and forms.log.recent == 0", "2026-10-04 00:00"),
        ("forms.log.old > 0", "2026-09-30 00:00"),
        ("forms.log.count > 0 and forms.log.lately == 0", "2026-09-26 00:00"),
        ("roles.mentor.seasoned > 0", "2026-10-21 00:00"),
        ("today >= state.entered + 1 month", "2026-10-21 00:00"),
    ],
)
def test_an_automatic_transition_fires_at_the_day_on_which_its_guard_turns_true(condition, moves):
    """By a patient clock and by a late one, to the same instant; and never before."""
    for patient in (True, False):
        life = Life(
            program(BASE.replace("CONDITION", condition)), fields=FACTS, profiles={"bob": {"since": "2026-09-21"}}
        )
        done(life.fill("bob", "log", on="2026-09-20"))
        assert life.state == "a"
        if patient:
            life.live("2026-12-01 00:00")
        else:
            done(life.tick("2026-12-01 00:00"))
        assert life.state == "z"
        assert moment(life.records[-1].head.at) == moves


def test_dates_at_the_end_of_the_calendar_stop_nothing():
    life = Life(program(BASE.replace("CONDITION", "today >= fields.d + 2 weeks")), fields={"d": "9999-12-30"})
    assert life.due is None
    done(life.tick("2026-12-01 00:00"))
    life = Life(program(BASE.replace("CONDITION", "deadlines.limit.missed")), fields={"d": "9999-12-31"})
    assert life.due is None or life.due > day("9999-01-01")
    life = Life(program(BASE.replace("CONDITION", "today < fields.d")), fields={"d": "0001-01-01"})
    assert life.state == "a"


def test_what_time_armed_earlier_fires_first_even_from_another_region():
    regions = program(
        """
        fields: {d: {type: date, set_by: [mentor]}}
        initial: a
        states:
          a:
            tracks: {t: {initial: t1, states: {t1: {}, t2: {}}}}
          z: {final: true}
        transitions:
          - {id: late, from: a, at: fields.d + 2 days, guard: [{id: p, when: today >= fields.d + 4 days}],
              effects: [{emit: {name: late}}]}
          - {id: early, from: t1, to: t2, at: fields.d, guard: [{id: q, when: today >= fields.d + 4 days}],
              effects: [{emit: {name: early}}]}
          - {id: end, from: a, to: z, by: [mentor]}
        """
    )
    life = Life(regions, fields={"d": "2026-09-22"})
    done(life.tick("2026-09-28 10:00"))
    assert [effect.name for effect in life.effects] == ["early", "late"]
    assert [moment(record.head.at) for record in life.records[-2:]] == ["2026-09-26 00:00"] * 2
