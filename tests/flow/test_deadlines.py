"""When is a deadline missed, and what is read of it?"""

from __future__ import annotations

import pytest

from dyade.flow.messages import Moved
from dyade.flow.telling.cards import card
from tests.flow.living import Life, codes, done, moment, program

OF = program("""
fields:
  ends: {type: date, set_by: [coordinator]}
  left: {type: int, formula: deadlines.limit.left}
  missed: {type: bool, formula: deadlines.limit.missed}
  day: {type: date, formula: deadlines.limit.date}
  after: {type: date, formula: deadlines.limit.missed_on}
deadlines:
  limit: {at: fields.ends - 1 day, while: [open]}
initial: open
states: {open: {}, closed: {}, lapsed: {final: true}}
transitions:
  - {id: close, from: open, to: closed, by: [mentor], guard: [{id: in_time, when: not deadlines.limit.missed}]}
  - {id: lapse, from: [open], to: lapsed, at: deadlines.limit.missed_on + 1 week}
  - {id: stop, from: [open, closed], to: lapsed, by: [coordinator]}
""")


def read(life: Life) -> dict[str, str]:
    """What the card says of the computed fields."""
    return {line.label: line.value for line in _card(life).fields}


def due(life: Life) -> list[tuple[str, str, bool]]:
    return [tuple(line) for line in _card(life).due if line.text.startswith("deadline")]


def _card(life: Life):
    assert life.dyad is not None
    return card(life.program, life.dyad, life.context, "cleo", "en")


@pytest.mark.parametrize(
    ("now", "left", "missed"),
    [
        ("2026-09-30 23:59", "1", "no"),
        ("2026-10-01 00:00", "0", "no"),
        ("2026-10-01 23:59", "0", "no"),
        ("2026-10-02 00:00", "-1", "yes"),
    ],
)
def test_its_day_belongs_to_it_and_it_is_missed_from_the_next_on(now, left, missed):
    life = Life(OF, fields={"ends": "2026-10-02"}).on(now)

    assert read(life) == {
        "ends": "2026-10-02", "day": "2026-10-01", "after": "2026-10-02", "left": left, "missed": missed,
    }  # fmt: skip


def test_without_a_date_nothing_is_known_of_it_and_nothing_it_guards_passes():
    life = Life(OF)

    assert read(life) == {}
    assert due(life) == []
    assert codes(life.fire("bob", "close")) == {"clause"}


def test_what_must_be_done_in_time_is_done_on_the_last_day_and_refused_on_the_next():
    for now, state in (("2026-10-01 23:59", "closed"), ("2026-10-02 00:00", "open")):
        life = Life(OF, fields={"ends": "2026-10-02"}).on(now)
        life.fire("bob", "close")
        assert life.state == state


def test_a_transition_at_the_day_when_it_is_missed_fires_at_the_start_of_that_day():
    life = Life(OF, fields={"ends": "2026-10-02"})

    life.live("2026-11-01")

    [moved] = [record for record in life.records if isinstance(record, Moved)]
    assert (moved.transition, moment(moved.head.at)) == ("lapse", "2026-10-09 00:00")


def test_it_moves_with_the_date_that_it_is_computed_from():
    life = Life(OF, fields={"ends": "2026-10-02"})

    done(life.set("cleo", "ends", "2026-12-25"))

    assert due(life) == [("2026-12-24", "deadline: limit", False)]
    assert moment(life.due) == "2027-01-01 00:00"


def test_it_is_shown_while_it_counts_late_or_not():
    life = Life(OF, fields={"ends": "2026-10-02"})

    assert due(life) == [("2026-10-01", "deadline: limit", False)]
    assert due(life.on("2026-10-02 08:00")) == [("2026-10-01", "deadline: limit", True)]


def test_it_is_not_shown_once_the_state_in_which_it_counts_is_left():
    life = Life(OF, fields={"ends": "2026-10-02"})

    done(life.fire("bob", "close"))

    assert due(life) == []
    assert "day" in read(life)


def test_one_that_counts_everywhere_is_shown_until_the_end():
    of = program("""
fields: {ends: {type: date}}
deadlines: {limit: {at: fields.ends}}
initial: open
states: {open: {}, other: {}, closed: {final: true}}
transitions:
  - {id: go, from: open, to: other, by: [coordinator]}
  - {id: close, from: other, to: closed, by: [coordinator]}
""")
    life = Life(of, fields={"ends": "2026-10-02"})

    shown = [due(life)]
    for event in ("go", "close"):
        done(life.fire("cleo", event))
        shown.append(due(life))

    assert shown == [[("2026-10-02", "deadline: limit", False)]] * 2 + [[]]
