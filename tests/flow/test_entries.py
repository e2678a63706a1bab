"""What do entries add up to? Done, missing, overdue, periods; figures in a window, since a day, under a condition."""

import pytest

from dyade.flow import messages as c
from tests.flow.living import Life, day, done, program

FORM = """
roles: {mentor: {count: {min: 1, max: 2}}, mentee: {}, coordinator: {}}
fields:
  starts: {type: date, nullable: true, set_by: [mentor]}
  ends: {type: date, nullable: true, set_by: [mentor]}
forms:
  log:
    entry: {on: {type: date}, hours: {type: int}, kind: {type: enum, values: [one, two], nullable: true}}
    filled_by: [mentee]
    dated_by: "on"
    repeat: many
    available_in: [a, b]
    aggregates:
      number: {count: all}
      total: {sum: hours}
      least: {min: hours}
      most: {max: hours}
      days: {count_distinct: "on"}
      long: {count: all, where: entry.hours > 3}
      ones: {sum: hours, where: entry.kind == one}
      recent: {sum: hours, window: 2 weeks}
      from_start: {sum: hours, since: fields.starts}
      here: {count: all, since: state.entered}
  week:
    entry: {words: {type: text}}
    filled_by: [mentee]
    repeat: {every: 1 week, from: fields.starts, until: fields.ends, grace: 2 days}
    available_in: [a]
  view: {entry: {words: {type: text}}, filled_by: {each: [mentor, mentee]}, available_in: [a]}
  pact: {entry: {words: {type: text}}, filled_by: [mentee], signed_by: {each: [mentor, mentee]},
    due: fields.ends, available_in: [a]}
initial: a
states: {a: {}, b: {}, z: {final: true}}
transitions:
  - {id: on, from: a, to: b, by: [mentor]}
  - {id: end, from: b, to: z, by: [mentor]}
  - {id: note, from: [a, b], by: [mentor], effects: [{emit: {name: noted, data: {DATA}}}]}
"""
LOG = "number total least most days long ones recent from_start here count done last.hours"
READS = (
    *(f"forms.log.{name}" for name in LOG.split()),
    *(f"forms.week.{name}" for name in ("done", "overdue")),
    *(f"forms.view.{name}" for name in ("done", "missing")),
    *(f"forms.pact.{name}" for name in ("missing", "done", "signed", "overdue", "in_force_on")),
)
PROGRAM = FORM.replace("DATA", ", ".join(f"{read.replace('.', '_')}: {read}" for read in READS))


def filled(*entries: tuple[str, int], **fields) -> Life:
    life = Life(
        program(PROGRAM), {"mentor": ("bob", "dan"), "mentee": ("ana",), "coordinator": ("cleo",)}, fields=fields
    )
    for on, hours in entries:
        done(life.fill("ana", "log", on=on, hours=hours, kind="one" if hours % 2 else "two"))
    return life


def read(life: Life, name: str):
    """What a program reads, at this moment."""
    done(life.fire("bob", "note"))
    return life.effects[-1].data[name.replace(".", "_")]


ENTRIES = (("2026-09-01", 1), ("2026-09-10", 4), ("2026-09-20", 5), ("2026-09-20", 2))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", 4),
        ("total", 12),
        ("least", 1),
        ("most", 5),
        ("days", 3),
        ("long", 2),
        ("ones", 6),
        ("recent", 11),
        ("from_start", 7),
        ("here", 4),
        ("count", 4),
        ("done", True),
        ("last.hours", 2),
    ],
)
def test_entries_add_up(name, value):
    assert read(filled(*ENTRIES, starts="2026-09-20"), f"forms.log.{name}") == value


@pytest.mark.parametrize(
    ("name", "value"),
    [("number", 0), ("total", 0), ("least", None), ("most", None), ("recent", 0), ("from_start", 0), ("done", False)],
)
def test_a_count_or_sum_of_nothing_is_0_and_an_extreme_unknown(name, value):
    assert read(filled(starts="2026-09-20"), f"forms.log.{name}") == value


def test_a_window_goes_by_the_day_that_it_happened_and_moves_with_time():
    life = filled(*ENTRIES)
    assert read(life, "forms.log.recent") == 11
    life.on("2026-09-24 09:00")
    assert read(life, "forms.log.recent") == 7
    life.on("2026-10-04 00:30")
    assert read(life, "forms.log.recent") == 0


def test_since_a_day_that_is_unknown_counts_nothing():
    assert read(filled(*ENTRIES), "forms.log.from_start") == 0


def test_since_the_state_was_entered_goes_by_the_order_of_records():
    """On the very day too."""
    life = filled(*ENTRIES)
    done(life.fire("bob", "on"))
    assert read(life, "forms.log.here") == 0
    done(life.fill("ana", "log", on="2026-09-01", hours=1))
    assert read(life, "forms.log.here") == 1


def test_only_complete_entries_count():
    life = filled(*ENTRIES)
    done(life.fill("ana", "log", submit=False, hours=50))
    assert read(life, "forms.log.total") == 12


# ------------------------------------------------------------------------------------------------------------- periods


def test_each_period_wants_one_entry_and_the_oldest_is_served_first():
    life = filled(starts="2026-09-01", ends="2026-09-22")
    for week in range(3):
        assert read(life, "forms.week.done") is False
        done(life.fill("ana", "week", words=f"{week}"))
    assert read(life, "forms.week.done") is True


@pytest.mark.parametrize(
    ("when", "overdue"),
    [
        ("2026-09-21 10:00", 0),
        ("2026-09-29 23:59", 0),
        ("2026-09-30 00:00", 1),
        ("2026-10-07 00:00", 2),
        ("2027-01-01 00:00", 2),
    ],
)
def test_a_period_is_overdue_past_its_end_and_its_grace(when, overdue):
    """From the 21st: the first ends on the 27th, and may come until the 29th."""
    life = filled(starts="2026-09-21", ends="2026-10-05")
    assert read(life.on(when), "forms.week.overdue") == overdue


def test_periods_without_bounds_want_nothing_yet():
    life = filled()
    assert read(life, "forms.week.done") is False
    assert read(life, "forms.week.overdue") == 0


# ----------------------------------------------------------------------------------------------------- done and missing


def test_a_copy_from_each_is_wanted_and_missing_names_who():
    life = filled()
    assert read(life, "forms.view.missing") == ["bob", "dan", "ana"]
    done(life.fill("bob", "view", words="x"))
    done(life.fill("ana", "view", words="x"))
    assert read(life, "forms.view.missing") == ["dan"]
    assert read(life, "forms.view.done") is False
    done(life.do(c.Unassign("cleo", "mentor", "dan")))
    assert read(life, "forms.view.done") is True


def test_missing_names_who_has_not_filled_then_who_has_not_signed():
    life = filled()
    assert read(life, "forms.pact.missing") == ["ana"]
    done(life.fill("ana", "pact", words="x"))
    assert read(life, "forms.pact.missing") == ["bob", "dan", "ana"]
    done(life.sign("dan", "pact"))
    assert read(life, "forms.pact.missing") == ["bob", "ana"]
    assert read(life, "forms.pact.signed") is False
    done(life.sign("ana", "pact"))
    done(life.do(c.Sign("bob", "pact", on=day("2026-09-19"))))
    assert read(life, "forms.pact.missing") == []
    assert (read(life, "forms.pact.signed"), read(life, "forms.pact.in_force_on")) == (True, "2026-09-21")


def test_a_form_is_overdue_from_the_day_after_it_was_due():
    life = filled(ends="2026-09-25")
    assert read(life.on("2026-09-25 23:59"), "forms.pact.overdue") is False
    assert read(life.on("2026-09-26 00:00"), "forms.pact.overdue") is True
    life = filled()
    assert read(life.on("2026-12-01 00:00"), "forms.pact.overdue") is False
