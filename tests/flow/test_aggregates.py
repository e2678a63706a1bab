"""Figures over entries and over the holders of a role: which of them count, and what is made of them.

Counts, sums and windows by themselves are in `test_entries`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dyade.flow import messages as c
from dyade.program.program import Program
from tests.flow.living import Life, done, moment, program, sentences

LOG = """
roles:
  mentor: {count: {max: 3}, attributes: {level: {type: int, nullable: true}, unit: {type: text}, apt: {type: bool}},
    aggregates: {number: {count: all}, highest: {max: level}, lowest: {min: level}, levels: {sum: level},
      units: {count_distinct: unit}, apt: {count: all, where: person.apt},
      seniors: {count: all, where: person.level >= params.senior}}}
  mentee:
  coordinator:
params: {senior: {value: 5}, recent: {value: 1 month}, long: {value: 3}}
fields: {starts: {type: date, set_by: [coordinator]}, kind: {type: enum, values: [one, two], set_by: [coordinator]}}
forms:
  log:
    entry:
      held: {type: date}
      hours: {type: decimal, nullable: true}
      paid: {type: money, default: 0}
      kind: {like: fields.kind, nullable: true}
      place: {type: text, nullable: true}
    filled_by: [mentor, mentee]
    dated_by: held
    repeat: many
    confirmed_by: [coordinator]
    corrected_by: [coordinator]
    available_in: [live, later]
    steps: [{id: pay, from: submitted, to: paid, by: [coordinator]}]
    aggregates: {f: {AGGREGATE}}
initial: live
states: {live: , later: , end: {final: true}}
transitions:
  - {id: pass, from: live, to: later, by: [coordinator]}
  - {id: again, from: later, to: later, by: [coordinator]}
  - {id: finish, from: any, to: end, by: [coordinator], guard: [{id: figure, when: GUARD}]}
  - {id: read, from: [live, later], by: [coordinator], effects: [{emit: {name: said, data: {READS}}}]}
"""
FIGURES = ("number", "highest", "lowest", "levels", "units", "apt", "seniors")
ROLE_READS = ", ".join(f"{name}: roles.mentor.{name}" for name in FIGURES)
ENTRIES: tuple[dict[str, Any], ...] = (
    {"held": "2026-08-20", "hours": "1.5", "kind": "one", "paid": "10.10", "place": "north"},
    {"held": "2026-08-22", "hours": "4", "kind": "two", "place": "south"},
    {"held": "2026-09-07", "paid": "0.20", "place": "north"},
    {"held": "2026-09-21", "hours": "2.25", "kind": "one"},
)
PEOPLE = {"mentor": ("bob", "dan"), "mentee": ("ana",), "coordinator": ("cleo",)}


def written(aggregate: str, reads: str, guard: str = "forms.log.done", more: str = "") -> Program:
    """The program, with this figure."""
    return program(LOG.replace("AGGREGATE", aggregate).replace("READS", reads).replace("GUARD", guard) + more)


def log(aggregate: str, **options: Any) -> Life:
    """The entries, by Ana and Bob in turn, each confirmed."""
    guard = options.pop("guard", "forms.log.done")
    life = Life(written(aggregate, f"f: forms.log.f, {ROLE_READS}", guard), PEOPLE, **options)
    for n, data in enumerate(ENTRIES, 1):
        life.tell(c.Fill("bob" if n % 2 else "ana", "log", data)).tell(c.Confirm("cleo", "log", n))
    return life


def read(life: Life, name: str = "f") -> Any:
    """A figure, as JSON."""
    done(life.fire("cleo", "read"))
    return life.effects[-1].data[name]


@pytest.mark.parametrize(
    ("aggregate", "figure"),
    [
        ("count: all", 4),
        ("sum: hours", "7.75"),
        ("sum: paid", "10.30"),
        ("min: hours", "1.5"),
        ("max: hours", "4"),
        ("max: held", "2026-09-21"),
        ("min: held", "2026-08-20"),
        ("count_distinct: place", 2),
        ("count_distinct: kind", 2),
    ],
)
def test_what_was_left_empty_is_no_part_of_a_figure(aggregate, figure):
    assert read(log(aggregate)) == figure


@pytest.mark.parametrize(
    ("where", "figure"),
    [
        ("entry.by == roles.mentee.id", 2),
        ("entry.by in roles.mentor.people", 2),
        ("entry.kind == one", 2),
        ("entry.kind == fields.kind", 1),
        ("entry.kind != one", 2),
        ("entry.hours > 2", 2),
        ("entry.hours <= 2", 1),
        ("not is_set(entry.hours)", 1),
        ("entry.hours > params.long", 1),
        ("entry.dated >= today - 2 weeks", 2),
        ("entry.dated > fields.starts", 0),
        ("entry.step == paid", 1),
        ("entry.step != paid and entry.kind == one", 1),
    ],
)
def test_only_the_entries_for_which_it_holds_count(where, figure):
    """What cannot be computed of an entry leaves it out."""
    life = log(f'count: all, where: "{where}"', fields={"kind": "two"}).tell(c.Step("cleo", "log", "pay", 1))

    assert read(life) == figure


@pytest.mark.parametrize(
    ("window", "figure"),
    [
        ("1 day", 1),
        ("2 weeks", 1),
        ("15 days", 2),
        ("1 month", 3),
        ("32 days", 3),
        ("33 days", 4),
        ("10 business days", 1),
    ],
)
def test_a_window_reaches_back_from_today_its_first_day_left_out(window, figure):
    """The 21st of August is a month before the 21st of September: the 20th is out, the 22nd in."""
    assert read(log(f"count: all, window: {window}")) == figure


def test_a_window_may_be_a_param_and_be_narrowed_further():
    assert read(log("count: all, window: params.recent, where: entry.kind == one")) == 1


@pytest.mark.parametrize(
    ("since", "figure"),
    [
        ("2026-09-07", 2),
        ("2026-09-08", 1),
        ("fields.starts", 3),
        ("fields.starts + 1 day", 2),
        ("today", 1),
        ("dyad.created", 1),
    ],
)
def test_since_a_day_that_day_counts(since, figure):
    assert read(log(f"count: all, since: {since}", fields={"starts": "2026-08-22"})) == figure


def test_since_the_state_was_entered_is_since_the_latest_entry_of_the_present_one():
    life = log("count: all, since: state.entered")
    life.tell(c.Fire("cleo", "pass"))
    life.tell(c.Fill("ana", "log", {"held": "2026-09-01"})).tell(c.Confirm("cleo", "log"))
    assert read(life) == 1

    life.tell(c.Fire("cleo", "again"))
    assert read(life) == 0


def test_an_entry_counts_from_the_record_that_makes_it_complete():
    """Filled before the state was entered and confirmed after it, it is of that state."""
    life = log("count: all, since: state.entered").tell(c.Fill("ana", "log", {"held": "2026-09-01"}))
    life.tell(c.Fire("cleo", "pass"))
    assert read(life) == 0

    assert read(life.tell(c.Confirm("cleo", "log"))) == 1


def test_a_figure_follows_a_correction():
    life = log("sum: hours")

    life.tell(c.Correct("cleo", "log", {"hours": "10"}, "Counted again.", 1))
    assert read(life) == "16.25"

    life.tell(c.Correct("cleo", "log", {"hours": None}, "Never held.", 1))
    assert read(life) == "6.25"


def test_a_figure_that_time_moves_is_announced_and_what_waits_for_it_fires_then():
    """Two weeks after the last entry, none is recent."""
    lapse = """
  - {id: lapse, from: live, to: later, auto: true,
     guard: [{id: none, when: forms.log.f == 0}, {id: some, when: forms.log.done}]}
"""
    life = Life(written("count: all, window: 2 weeks", "f: forms.log.f", more=lapse), PEOPLE)
    life.tell(c.Fill("ana", "log", {"held": "2026-09-18"})).tell(c.Confirm("cleo", "log"))

    life.live("2026-12-01")

    [moved] = [record for record in life.records if isinstance(record, c.Moved)]
    assert (moved.transition, moment(moved.head.at)) == ("lapse", "2026-10-02 00:00")


def test_a_guard_tells_a_figure_that_does_not_suffice():
    life = log("sum: hours, where: entry.kind == one", guard="forms.log.f >= 10")

    outcome = life.fire("cleo", "finish")

    assert sentences(life.program, outcome) == ("log: 3.75 of 10 (6.25 missing)",)


# ------------------------------------------------------------------------------------------------------------- holders

LEVELS = {
    "bob": {"level": 5, "unit": "north", "apt": True},
    "dan": {"level": 2, "unit": "north"},
    "eve": {"unit": "south", "apt": False},
}


def over(*mentors: str) -> Life:
    people = {"mentor": mentors, "mentee": ("ana",), "coordinator": ("cleo",)}
    return Life(written("count: all", ROLE_READS), people, profiles=LEVELS)


@pytest.mark.parametrize(
    ("mentors", "figures"),
    [
        (
            ("bob", "dan", "eve"),
            {"number": 3, "highest": 5, "lowest": 2, "levels": 7, "units": 2, "apt": 1, "seniors": 1},
        ),
        (("eve",), {"number": 1, "highest": None, "lowest": None, "levels": 0, "units": 1, "apt": 0, "seniors": 0}),
        ((), {"number": 0, "highest": None, "lowest": None, "levels": 0, "units": 0, "apt": 0, "seniors": 0}),
    ],
)
def test_a_figure_over_holders_counts_what_is_known_of_each(mentors, figures):
    life = over(*mentors)
    done(life.fire("cleo", "read"))

    assert life.effects[-1].data == figures


def test_a_figure_over_holders_follows_who_holds_the_role_and_what_changes_about_them():
    life = over("bob", "dan")
    life.tell(c.ChangeAttributes(c.SYSTEM, "dan", {"level": 9})).tell(c.Unassign(c.SYSTEM, "mentor", "bob"))

    assert (read(life, "number"), read(life, "highest"), read(life, "seniors")) == (1, 9, 1)


def test_amounts_add_up_exactly():
    """Ten times ten cents are one dollar."""
    life = Life(written("sum: paid", "f: forms.log.f"), PEOPLE)
    for n in range(1, 11):
        life.tell(c.Fill("ana", "log", {"held": "2026-09-20", "paid": "0.10"})).tell(c.Confirm("cleo", "log", n))

    assert Decimal(read(life)) == Decimal("1.00")
