"""Reminders about entries that want a signature or a confirmation: about which, to whom, until when?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.telling.upcoming import upcoming
from dyade.flow.telling.visibility import Reader
from tests.flow.living import Life, done, moment, program


def life_of(signing: str, to: str = "missing", keys: str = "every: 2 days, max: 3") -> Life:
    """A dyad with a form that is signed or confirmed, begun on Monday 2026-09-21 at 10:00."""
    return Life(
        program(f"""
forms:
  pact:
    entry: {{text: {{type: text}}}}
    filled_by: [mentor]
    available_in: here
    repeat: many
    {signing}
initial: here
states: {{here: {{}}, end: {{final: true}}}}
transitions:
  - {{id: stop, from: here, to: end, by: [coordinator], guard: [{{id: signed, when: forms.pact.done}}]}}
reminders:
  - {{id: nudge, to: [{to}], while: here, each: forms.pact.waiting, at: item.dated + 2 days, {keys}, template: nudge}}
""")
    )


def told(life: Life) -> list[tuple[str, int, tuple[str, ...]]]:
    """(moment, entry, people) of each reminder that was sent."""
    found = (r for r in life.records if isinstance(r, c.Reminded) and r.status == "sent")
    return [(str(moment(r.head.at)), r.item, r.to) for r in found]


def test_whoever_has_not_signed_is_reminded_until_they_have():
    life = life_of("signed_by: {all: [mentor, mentee]}")
    done(life.fill("bob", "pact", text="x"))
    done(life.sign("bob", "pact"))

    life.live("2026-09-24 12:00")
    done(life.sign("ana", "pact"))
    life.live("2026-10-30 12:00")

    assert told(life) == [("2026-09-23 09:00", 1, ("ana",))]
    assert life.due is None


def test_a_series_goes_on_as_long_as_the_entry_waits_and_no_longer_than_it_says():
    life = life_of("signed_by: {all: [mentor, mentee]}")
    done(life.fill("bob", "pact", text="x"))

    life.live("2026-09-24 12:00")
    done(life.sign("bob", "pact"))
    life.live("2026-10-30 12:00")

    assert told(life) == [
        ("2026-09-23 09:00", 1, ("bob", "ana")),
        ("2026-09-25 09:00", 1, ("ana",)),
        ("2026-09-27 09:00", 1, ("ana",)),
    ]


def test_a_draft_waits_for_nobody():
    life = life_of("signed_by: {all: [mentor, mentee]}")
    done(life.fill("bob", "pact", submit=False, text="x"))

    life.live("2026-10-30 12:00")

    assert told(life) == []


def test_each_entry_that_waits_has_its_own_series():
    life = life_of("confirmed_by: [mentee]", keys="max: 1, every: 1 week")
    done(life.fill("bob", "pact", text="x"))
    life.on("2026-09-22 10:00")
    done(life.fill("bob", "pact", text="y"))

    life.live("2026-10-30 12:00")

    assert told(life) == [("2026-09-23 09:00", 1, ("ana",)), ("2026-09-24 09:00", 2, ("ana",))]


@pytest.mark.parametrize(
    ("signing", "signs", "people"),
    [
        ("signed_by: [mentor, mentee]", [], ("bob", "ana")),
        ("signed_by: {quorum: 2, of: [mentor, mentee, coordinator]}", ["ana"], ("bob", "cleo")),
        ("signed_by: {each: [mentor, mentee]}", ["bob"], ("ana",)),
        ("signed_by: [mentor], confirmed_by: [mentor, mentee]", [], ("bob",)),
        ("signed_by: [mentor], confirmed_by: [mentor, mentee]", ["bob"], ("ana",)),
    ],
)
def test_missing_are_those_whose_act_the_entry_waits_for(signing, signs, people):
    life = life_of(signing.replace(", confirmed_by", "\n    confirmed_by"))
    done(life.fill("bob", "pact", text="x"))
    for person in signs:
        done(life.sign(person, "pact"))

    life.live("2026-09-23 12:00")

    assert told(life) == [("2026-09-23 09:00", 1, people)]


def test_roles_may_be_reminded_beside_those_who_are_missing():
    life = life_of("confirmed_by: [mentee]", to="coordinator, missing")
    done(life.fill("bob", "pact", text="x"))

    life.live("2026-09-23 12:00")

    assert told(life) == [("2026-09-23 09:00", 1, ("cleo", "ana"))]


def test_an_entry_that_is_written_anew_begins_another_series():
    life = life_of("signed_by: {all: [mentor, mentee]}")
    done(life.fill("bob", "pact", text="x"))
    life.live("2026-09-23 12:00")
    done(life.do(c.Fill("bob", "pact", {"text": "y"}, entry=1)))

    life.live("2026-09-25 12:00")

    assert [when for when, *_ in told(life)] == ["2026-09-23 09:00", "2026-09-25 09:00"]
    assert [r.n for r in life.records if isinstance(r, c.Reminded)] == [0, 0]


def test_whoever_is_missing_may_know_when_they_will_be_reminded():
    life = life_of("confirmed_by: [mentee]")
    done(life.fill("bob", "pact", text="x"))

    known = [coming.kind for coming in upcoming(life.draft(), Reader(life.draft(), "ana"))]

    assert "reminder" in known


def test_a_series_may_count_from_the_day_on_which_the_entry_was_recorded():
    """What happened long ago is not late because it is only said today."""
    text = """
forms:
  hours: {entry: {day: {type: date}}, filled_by: [mentor], available_in: here, dated_by: day, confirmed_by: [mentee]}
initial: here
states: {here: {}, end: {final: true}}
transitions:
  - {id: stop, from: here, to: end, by: [coordinator], guard: [{id: confirmed, when: forms.hours.done}]}
reminders:
  - {id: nudge, to: [missing], while: here, each: forms.hours.waiting, at: item.recorded + 2 days, template: nudge}
"""
    life = Life(program(text))
    done(life.fill("bob", "hours", day="2026-08-01"))

    life.live("2026-10-30 12:00")

    assert [r.status for r in life.records if isinstance(r, c.Reminded)] == ["sent"]
    assert told(life) == [("2026-09-23 09:00", 1, ("ana",))]
