"""Whoever filled an entry, among those who see it: their own entries, and nothing of those of others."""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.telling.cards import card
from dyade.flow.telling.refusals import refusal_sentences
from dyade.flow.telling.timeline import timeline
from dyade.flow.telling.visibility import Reader
from tests.flow.living import Life, done, program

OF = program("""
forms:
  worry:
    label: Worry
    entry:
      what: {type: text, label: What}
      why: {type: text, label: Why, visibility: [coordinator]}
      mine: {type: text, nullable: true, label: Mine, visibility: [author]}
    filled_by: [mentor, mentee]
    available_in: here
    repeat: many
    visibility: [author, coordinator]
    corrected_by: [mentor, mentee]
    unique: [what]
    valid: [{id: worded, when: form.what != "x", message: "Say more than {form.what}."}]
    limits: [{per: day, max: 3}]
    aggregates: {all_of_them: {count: all}}
    steps: [{id: answer, from: submitted, to: answered, by: [coordinator]}]
initial: here
states: {here: {}, end: {final: true}}
transitions:
  - id: stop
    from: here
    to: end
    by: [mentee]
    guard: [{id: quiet, when: forms.worry.all_of_them == 0, message: "There are {forms.worry.all_of_them}."}]
  - {id: leave, from: here, to: end, by: [coordinator]}
""")


def lived() -> Life:
    life = Life(OF)
    done(life.fill("ana", "worry", what="alone", why="noise", mine="hush"))
    done(life.fill("bob", "worry", what="tired", why="work"))
    done(life.do(c.Step("cleo", "worry", "answer", 1)))
    return life


def told(life: Life, reader: str) -> list[tuple[str, tuple[str, ...]]]:
    events = timeline(OF, life.dyad, life.records, life.context, reader, "en")
    return [(event.what, event.details) for event in events if "Worry" in event.what]


def test_the_history_tells_them_of_their_own_entries():
    life = lived()

    assert [details for _, details in told(life, "ana")] == [("What: alone", "Mine: hush"), ()]
    assert [details for _, details in told(life, "bob")] == [("What: tired",)]


def test_the_roles_that_are_named_see_every_entry_and_nothing_that_is_the_author_s():
    assert [details for _, details in told(lived(), "cleo")] == [
        ("What: alone", "Why: noise"),
        ("What: tired", "Why: work"),
        (),
    ]


def test_a_correction_of_their_entry_is_told_to_who_filled_it():
    life = lived()
    done(life.do(c.Correct("bob", "worry", {"what": "worn out"}, "a word", 2)))

    assert told(life, "bob")[-1][1][0] == "What: worn out"
    assert len(told(life, "ana")) == 2


@pytest.mark.parametrize(("reader", "line"), [("ana", "1 entry"), ("bob", "1 entry"), ("cleo", "2 entries")])
def test_a_card_counts_the_entries_that_its_reader_sees(reader, line):
    life = lived()

    shown = {one.label: one.value for one in card(OF, life.dyad, life.context, reader, "en").forms}

    assert shown["Worry"] == line


def test_who_filled_nothing_is_told_nothing():
    life = Life(OF)
    done(life.fill("bob", "worry", what="tired", why="work"))

    assert card(OF, life.dyad, life.context, "ana", "en").forms == ()
    assert told(life, "ana") == []


def test_what_is_refused_to_them_may_name_what_they_wrote():
    refusal = Life(OF).fill("ana", "worry", what="x", why="y")

    assert refusal_sentences(OF, refusal.reasons, "en") == ("Say more than x.",)


def test_what_all_the_entries_add_up_to_is_not_theirs_to_know():
    life = lived()

    refusal = life.fire("ana", "stop")

    assert [reason.code for reason in refusal.reasons] == ["hidden"]


def test_that_another_wrote_the_same_is_not_told():
    refusal = lived().fill("ana", "worry", what="tired", why="y")

    assert [reason.code for reason in refusal.reasons] == ["hidden"]


def test_a_reader_of_the_form_is_not_its_author():
    life = lived()
    reader = Reader(life.draft(), "ana")

    assert not reader.sees_form("worry")
    assert reader.sees_entry("worry", "ana")
    assert not reader.sees_entry("worry", "bob")
    assert not reader.sees_entry_datum("worry", "why", "ana")
