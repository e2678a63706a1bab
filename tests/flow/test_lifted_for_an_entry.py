"""A clause or a limit of a form, lifted for the entry that comes next: for that one, and said on it."""

from __future__ import annotations

from typing import Any

import pytest

from dyade.flow import messages as c
from dyade.flow.telling.timeline import timeline
from tests.flow.living import Life, codes, done, program, reason, refused

OF = program("""
forms:
  hours:
    entry: {day: {type: date}, hours: {type: int}}
    filled_by: [mentee]
    available_in: here
    dated_by: day
    repeat: many
    corrected_by: [mentee]
    valid:
      - {id: short, when: form.hours <= 8, waivable_by: [coordinator], label: A short day}
      - {id: some, when: form.hours > 0}
      - {id: full, level: should, when: form.hours >= 4}
    limits: [{id: week, per: week, max: 12, of: hours, waivable_by: [coordinator]}]
initial: here
states: {here: {}, end: {final: true}}
transitions:
  - {id: stop, from: here, to: end, by: [coordinator]}
""")
LONG: dict[str, Any] = {"day": "2026-09-21", "hours": 10}


def lift(clause: str, actor: str = "cleo", why: str = "an exam") -> c.Waive:
    return c.Waive(actor, "hours", clause, why)


def test_a_clause_is_lifted_for_the_next_entry_and_that_one_only():
    life = Life(OF)
    assert refused(life.fill("ana", "hours", **LONG)) == {("clause", "short")}
    life.tell(lift("short"))

    done(life.fill("ana", "hours", **LONG))

    assert refused(life.fill("ana", "hours", **LONG)) == {("clause", "short"), ("limit", "week")}


def test_the_entry_says_what_was_lifted_for_it():
    life = Life(OF)
    done(life.fill("ana", "hours", day="2026-09-21", hours=8))
    life.tell(lift("short")).tell(lift("week"))

    done(life.fill("ana", "hours", **LONG))

    assert [r.waived for r in life.records if isinstance(r, c.Filled)] == [(), ("short", "week")]
    told = timeline(OF, life.dyad, life.records[-1:], life.context, "ana", "en")
    assert "conditions waived: A short day · week" in told[0].details


def test_the_other_clauses_still_stand():
    life = Life(OF)
    life.tell(lift("short"))

    assert refused(life.fill("ana", "hours", day="2026-09-21", hours=0)) == {("clause", "some")}


def test_a_refusal_names_who_may_lift_the_clause():
    assert reason(Life(OF).fill("ana", "hours", **LONG)).facts["waivable_by"] == ("coordinator",)


def test_an_entry_stays_as_it_was_allowed_when_it_is_put_right():
    life = Life(OF)
    life.tell(lift("short"))
    done(life.fill("ana", "hours", **LONG))

    done(life.do(c.Correct("ana", "hours", {"hours": 9}, "a slip")))

    assert life.dyad.entries["hours"][0].data["hours"] == 9


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (lift("some"), "not_waivable"),
        (lift("full"), "not_waivable"),
        (lift("nothing"), "unknown_clause"),
        (lift("short", actor="bob"), "not_allowed"),
        (lift("short", why=" "), "reason_wanted"),
    ],
)
def test_only_who_may_lifts_what_can_be_with_a_reason(command, code):
    assert codes(Life(OF).do(command)) == {code}


def test_a_draft_records_nothing_as_lifted():
    life = Life(OF)
    life.tell(lift("short"))

    done(life.fill("ana", "hours", submit=False, **LONG))

    assert life.records[-1].waived == ()
