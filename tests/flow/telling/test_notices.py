"""Does a message keep from whoever receives it what they may not see?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.telling.templates import render_template
from tests.flow.living import Life, done, program

TEXT = """
locales: [fr, en]
roles:
  mentor: {attributes: {rank: {type: int, visibility: [coordinator]}}}
  mentee: {}
  coordinator: {}
fields:
  secret: {type: int, visibility: [mentor], set_by: [mentor]}
  derived: {type: int, formula: fields.secret + 1}
  open: {type: int, default: 7}
forms:
  diary:
    entry: {mood: {type: int}, aside: {type: int, nullable: true, visibility: [mentor]}}
    filled_by: [mentor, mentee]
    available_in: here
    repeat: many
    visibility: [mentor, mentee]
    aggregates: {days: {count: all}}
    steps:
      - {id: read, from: submitted, to: seen, by: [mentee],
         effects: [{notify: {to: [mentor, mentee, coordinator], template: step}}]}
initial: here
states: {here: {}, gone: {final: true}}
transitions:
  - id: tell
    from: here
    by: [mentor, mentee]
    input: {why: {type: int, visibility: [mentor]}}
    effects: [{notify: {to: [mentor, mentee, coordinator], template: act}}]
  - {id: follow, from: here, upon: forms.diary.filled,
     effects: [{notify: {to: [mentor, mentee, coordinator], template: entry}}]}
  - {id: stop, from: here, to: gone, by: [mentor]}
reminders:
  - {id: nudge, to: [mentor, mentee], while: here, after: 1 day, template: reminder,
     escalate: {after: 1, to: [coordinator], template: escalation}}
  - {id: each, to: [mentor, mentee, coordinator], while: here, each: forms.diary, at: dyad.created + 1 day,
     template: item}
"""
PLACES = ("act", "entry", "step", "reminder", "escalation", "item")
PEOPLE = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}
KEPT = "(confidential)"


def writing(text: str, *places: str, more: str = "") -> str:
    """The program, with a text in the messages of some places."""
    words = {place: text if place in places else "Plain." for place in PLACES}
    templates = (f'  {place}: {{subject: {{fr: "S {said}", en: "S {said}"}}, body: {{fr: "{said}", en: "{said}"}}}}\n'
                 for place, said in words.items())  # fmt: skip
    return f"{TEXT}{more}templates:\n{''.join(templates)}"


def received(life: Life, *places: str, lang: str = "en") -> dict[str, str]:
    """What each person was written from some places; the subject says the same as the body."""
    notices = [effect for effect in life.effects if isinstance(effect, c.Notice) and effect.template in places]
    worded = {one.to: render_template(life.program, one.template, one.facts, lang, {}) for one in notices}
    assert all(subject == f"S {body}" for subject, body in worded.values())
    return {person: body for person, (_, body) in worded.items()}


def lived(text: str, *places: str, more: str = "") -> Life:
    return Life(
        program(writing(text, *places, more=more)), PEOPLE, fields={"secret": 41}, profiles={"bob": {"rank": 5}}
    )


@pytest.mark.parametrize(
    ("text", "bob", "ana", "cleo"),
    [
        ("{fields.secret}", "41", KEPT, KEPT),
        ("{fields.derived}", "42", KEPT, KEPT),
        ("{fields.open}", "7", "7", "7"),
        ("{roles.mentor.rank}", KEPT, KEPT, "5"),
        ("{roles.mentor.name}", "bob", "bob", "bob"),
        ("{forms.diary.days}", "0", "0", KEPT),
        ("{forms.diary.days, plural, one {# day} other {# days}}", "0 days", "0 days", f"{KEPT} days"),
        ("{input.why}", "3", "3", KEPT),
    ],
)
def test_a_notice_shows_each_person_what_they_may_see(text, bob, ana, cleo):
    """What someone gave themselves is known to them."""
    life = lived(text, "act")

    done(life.fire("ana", "tell", why=3))

    assert received(life, "act") == {"bob": bob, "ana": ana, "cleo": cleo}


@pytest.mark.parametrize(
    ("text", "filler", "bob", "ana", "cleo"),
    [
        ("{entry.mood}", "bob", "2", "2", KEPT),
        ("{entry.aside}", "bob", "4", KEPT, KEPT),
        ("{entry.aside}", "ana", "4", "4", KEPT),
    ],
)
def test_what_follows_an_entry_shows_it_to_those_who_see_the_form_and_the_datum(text, filler, bob, ana, cleo):
    life = lived(text, "entry", "step")

    done(life.fill(filler, "diary", mood=2, aside=4))
    assert received(life, "entry") == {"bob": bob, "ana": ana, "cleo": cleo}

    done(life.do(c.Step("ana", "diary", "read")))
    assert received(life, "step") == {"bob": bob, "ana": ana, "cleo": cleo}


def test_a_reminder_and_its_escalation_do_too():
    life = lived("{fields.derived}", "reminder", "escalation")

    life.live("2026-09-30")

    assert received(life, "reminder", "escalation") == {"bob": "42", "ana": KEPT, "cleo": KEPT}


def test_a_reminder_of_an_entry_does_too():
    life = lived("{item.aside}", "item")
    done(life.fill("bob", "diary", mood=2, aside=4))

    life.live("2026-09-30")

    assert received(life, "item") == {"bob": "4", "ana": KEPT, "cleo": KEPT}


def test_what_says_nothing_is_for_those_of_the_default():
    life = lived("{fields.open}", "act", more="visibility: {default: [mentor, mentee]}\n")

    done(life.fire("ana", "tell", why=3))

    assert received(life, "act", lang="fr") == {"bob": "7", "ana": "7", "cleo": "(confidentiel)"}


def test_a_value_that_is_kept_from_someone_is_not_in_their_message_at_all():
    """Not only in its words: what is handed on to be worded does not hold it."""
    life = lived("{fields.secret}", "act")

    done(life.fire("ana", "tell", why=3))

    facts = {effect.to: [value for value, _ in effect.facts] for effect in life.effects if isinstance(effect, c.Notice)}
    assert facts == {"bob": [41], "ana": [c.HIDDEN], "cleo": [c.HIDDEN]}
