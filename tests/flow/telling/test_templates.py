"""How are messages worded: values as they were when it was decided, plurals, one line for a subject?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.telling.templates import LONGEST, render_template
from dyade.program.conditions.types import INT
from tests.flow.living import Life, done, program

NAMES = {"bob": "Bob Essai", "ana": "Ana Essai"}


def sending(body: str, subject: str = "{subject: 1}", fields: str = "", more: str = "") -> str:
    """A program in which the coordinator sends one message to the mentee."""
    return f"""
locales: [fr, en]
roles: {{mentor: {{count: {{min: 0, max: 3}}}}, mentee: {{}}, coordinator: {{}}}}
fields:
  number: {{type: int, label: Number, set_by: [coordinator]}}
{fields}
forms:
  notes:
    entry: {{text: {{type: text}}}}
    filled_by: [mentee]
    available_in: [here]
    repeat: many
    aggregates: {{count: {{count: all}}}}
initial: here
states: {{here: {{}}, gone: {{final: true}}}}
templates: {{note: {{subject: {subject}, body: {body}}}}}
transitions:
  - {{id: tell, from: here, by: [coordinator], effects: [{{notify: {{to: [mentee], template: note}}}}{more}]}}
  - {{id: stop, from: here, to: gone, by: [coordinator]}}
"""


def told(life: Life, lang: str) -> tuple[str, str]:
    """The subject and the body of the last message."""
    notice = [effect for effect in life.effects if isinstance(effect, c.Notice)][-1]
    return render_template(life.program, notice.template, notice.facts, lang, NAMES)


def body(text: str, lang: str = "en", fields: str = "", **known: object) -> str:
    """What becomes of a text."""
    of = program(sending(f'{{fr: "{text}", en: "{text}"}}', '{fr: "Sujet", en: "Subject"}', fields))
    life = Life(of, fields=known)
    done(life.fire("cleo", "tell"))
    return told(life, lang)[1]


# --------------------------------------------------------------------------------------------------------------- values

VALUES = {
    "int": ("{type: int}", 1200, "1200", "1200"),
    "decimal": ("{type: decimal}", "2.50", "2,5", "2.5"),
    "money": ("{type: money}", "12.5", "12,50 $", "$12.50"),
    "bool": ("{type: bool}", True, "oui", "yes"),
    "date": ("{type: date}", "2026-10-01", "2026-10-01", "2026-10-01"),
    "datetime": ("{type: datetime}", "2026-10-01T13:05:00Z", "2026-10-01 09:05", "2026-10-01 09:05"),
    "time": ("{type: time}", "09:05", "09:05", "09:05"),
    "duration": ("{type: duration}", "10 business days", "10 jours ouvrables", "10 business days"),
    "text": ("{type: text}", "Écrire {fields.x}", "Écrire {fields.x}", "Écrire {fields.x}"),
    "enum": ("{type: enum, values: {a: {fr: Un, en: One}}}", "a", "Un", "One"),
    "person": ("{type: person, role: mentor}", "bob", "Bob Essai", "Bob Essai"),
    "list": ("{type: list<date>}", ["2026-10-01", "2026-10-02"], "2026-10-01, 2026-10-02", "2026-10-01, 2026-10-02"),
    "nobody": ("{type: person, role: mentor}", "zoe", "zoe", "zoe"),
    "unknown": ("{type: date}", None, "(vide)", "(empty)"),
}


@pytest.mark.parametrize(("datum", "given", "french", "english"), VALUES.values(), ids=VALUES)
def test_a_value_is_written_as_people_write_it(datum, given, french, english):
    """A text that someone gave is never read for placeholders."""
    known = {} if given is None else {"x": given}

    assert body("[{fields.x}]", "fr", f"  x: {datum}", **known) == f"[{french}]"
    assert body("[{fields.x}]", "en", f"  x: {datum}", **known) == f"[{english}]"


def test_persons_are_named_days_and_params_are_said():
    text = "{roles.mentee.name}, {dyad.created}, {params.most}"
    of = program(
        sending(f'{{fr: "{text}", en: "{text}"}}', "{fr: Sujet, en: Subject}") + "params: {most: {value: 4}}\n"
    )
    life = Life(of)

    done(life.fire("cleo", "tell"))

    assert told(life, "fr")[1] == "Ana Essai, 2026-09-21, 4"


# -------------------------------------------------------------------------------------------------------------- plurals

MEETINGS = {
    "fr": "{fields.number, plural, =0 {aucune rencontre} one {# rencontre} other {# rencontres}}",
    "en": "{fields.number, plural, =0 {no meeting} one {# meeting} other {# meetings}}",
}


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [
        (0, "aucune rencontre", "no meeting"),
        (1, "1 rencontre", "1 meeting"),
        (2, "2 rencontres", "2 meetings"),
        (100, "100 rencontres", "100 meetings"),
        (-1, "-1 rencontre", "-1 meetings"),
        (-2, "-2 rencontres", "-2 meetings"),
    ],
)
def test_each_language_has_its_own_singular(number, french, english):
    assert body(MEETINGS["fr"], "fr", number=number) == french
    assert body(MEETINGS["en"], "en", number=number) == english


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [(0, "0 mot", "0 words"), (1, "1 mot", "1 word"), (2, "2 mots", "2 words")],
)
def test_zero_is_singular_in_french_and_plural_in_english(number, french, english):
    assert body("{fields.number, plural, one {# mot} other {# mots}}", "fr", number=number) == french
    assert body("{fields.number, plural, one {# word} other {# words}}", "en", number=number) == english


@pytest.mark.parametrize(
    ("amount", "french", "english"),
    [
        ("0.5", "0,5 heure", "0.5 hours"),
        ("1.0", "1 heure", "1 hour"),
        ("1.5", "1,5 heure", "1.5 hours"),
        ("2", "2 heures", "2 hours"),
    ],
)
def test_a_fraction_is_singular_below_two_in_french_and_plural_in_english(amount, french, english):
    kind = "  hours: {type: decimal}"

    assert body("{fields.hours, plural, one {# heure} other {# heures}}", "fr", kind, hours=amount) == french
    assert body("{fields.hours, plural, one {# hour} other {# hours}}", "en", kind, hours=amount) == english


def test_one_number_may_have_words_of_its_own():
    text = "{fields.number, plural, =2 {une paire} one {# mot} other {# mots}}"

    assert [body(text, "fr", number=number) for number in (1, 2, 3)] == ["1 mot", "une paire", "3 mots"]


def test_what_is_unknown_takes_the_plural_and_says_that_it_is_empty():
    assert body(MEETINGS["en"]) == "(empty) meetings"


def test_without_a_singular_the_plural_serves():
    assert body("{fields.number, plural, other {# words}}", number=1) == "1 words"


# ------------------------------------------------------------------------------------------------------------ a message


def test_a_message_says_things_as_they_stood_when_it_was_decided():
    """An effect that follows, a command that follows, change nothing of it."""
    text = '{fr: "{fields.number}", en: "{fields.number}"}'
    of = program(sending(text, "{fr: Sujet, en: Subject}", more=", {set: {number: fields.number + 1}}"))
    life = Life(of, fields={"number": 1})
    done(life.fire("cleo", "tell"))

    done(life.set("cleo", "number", 9))

    assert told(life, "en")[1] == "1"


def test_a_message_has_its_words_in_each_language():
    text = '{fr: "Il y a {forms.notes.count} notes.", en: "There are {forms.notes.count} notes."}'
    life = Life(program(sending(text, '{fr: "Sujet {fields.number}", en: "Subject"}')), fields={"number": 7})
    done(life.fire("cleo", "tell"))

    assert told(life, "fr") == ("Sujet 7", "Il y a 0 notes.")
    assert told(life, "en") == ("Subject", "There are 0 notes.")


def test_a_language_that_the_program_does_not_speak_gets_its_first():
    of = program("""
locales: [fr]
initial: here
states: {here: {}, gone: {final: true}}
templates: {note: {subject: {fr: Bonjour}, body: {fr: "Le {today}"}}}
transitions: [{id: tell, from: here, to: gone, by: [mentor], effects: [{notify: {to: [mentee], template: note}}]}]
""")
    life = Life(of)
    done(life.fire("bob", "tell"))

    assert told(life, "en") == ("Bonjour", "Le 2026-09-21")


@pytest.mark.parametrize("break_", ["\\n", "\\r\\n", "\\t", "\u2028", "\u0085", "\\n\\nBcc: zoe@example.org"])
def test_a_subject_is_one_line_whatever_was_typed_into_it(break_):
    field = "  x: {type: text}"
    of = program(sending('{fr: "B", en: "B"}', '{fr: "Sujet {fields.x}", en: "Subject {fields.x}"}', field))
    typed = break_.encode().decode("unicode_escape") if "\\" in break_ else break_
    life = Life(of, fields={"x": f"a{typed}b"})
    done(life.fire("cleo", "tell"))

    subject, _ = told(life, "en")

    assert len(subject.splitlines()) == 1
    assert subject.startswith("Subject a ")


def test_a_message_never_grows_without_end():
    field = "  x: {type: text, max_length: 90000}"
    text = "{fields.x}" * 5

    assert len(body(text, fields=field, x="a" * 90_000)) == LONGEST


def test_a_message_is_worded_from_its_own_facts_alone():
    """It may be worded much later, when the dyad says something else."""
    of = program(sending('{fr: "{fields.number}", en: "{fields.number}"}', "{fr: Sujet, en: Subject}"))

    assert render_template(of, "note", ((42, INT),), "en", {}) == ("Subject", "42")


def test_an_entry_is_named_in_the_message_of_what_follows_it():
    of = program("""
forms:
  claim:
    entry: {what: {type: text}, when: {type: date}}
    filled_by: [mentor]
    available_in: here
    repeat: many
    steps:
      - {id: pay, from: submitted, to: paid, by: [coordinator], input: {sum: {type: money}},
         effects: [{notify: {to: [author, mentor], template: paid}}]}
initial: here
states: {here: {}, gone: {final: true}}
templates:
  filled: {subject: "{entry.what}", body: "{entry.by}, {entry.when}"}
  paid: {subject: "{entry.what}: {entry.step}", body: "{input.sum} {actor.name}"}
transitions:
  - {id: tell, from: here, upon: forms.claim.filled, effects: [{notify: {to: [coordinator], template: filled}}]}
  - {id: stop, from: here, to: gone, by: [mentor]}
""")
    life = Life(of)
    done(life.fill("bob", "claim", what="Train", when="2026-09-20"))
    assert told(life, "en") == ("Train", "Bob Essai, 2026-09-20")

    done(life.do(c.Step("cleo", "claim", "pay", None, {"sum": "12.00"})))

    assert told(life, "en") == ("Train: paid", "$12 cleo")
    assert [person for person, template in life.sent() if template == "paid"] == ["cleo", "bob"]
