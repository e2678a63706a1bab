"""How is a clause that does not hold told, in either language?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.outcome import Decision, Refusal
from dyade.flow.telling.refusals import refusal_sentences
from tests.flow.living import Life, done, program

BASE = """
locales: [fr, en]
title: {fr: Essai, en: Trial}
params: {least: {value: 4, label: {fr: Minimum, en: Minimum}}}
roles:
  mentor:
    label: {fr: Mentor, en: Mentor}
    count: {min: 0, max: 1}
    attributes: {rank: {type: int, label: {fr: Rang, en: Rank}}}
  mentee: {label: {fr: Personne mentorée, en: Mentee}}
  coordinator: {label: {fr: Coordination, en: Coordination}}
fields:
  number: {type: int, label: {fr: Nombre, en: Number}}
  hours: {type: decimal, label: {fr: Heures, en: Hours}}
  price: {type: money, label: {fr: Prix, en: Price}}
  end: {type: date, label: {fr: Fin, en: End}}
  begin: {type: date, label: {fr: Début, en: Start}}
  agreed: {type: bool, label: {fr: Accord, en: Agreement}}
  kind: {type: enum, label: {fr: Genre, en: Kind}, values: {a: {fr: Premier, en: First}, b: {fr: Second, en: Second}}}
  note: {type: text, nullable: true, label: {fr: Note, en: Note}}
  who: {type: person, role: mentor, label: {fr: Qui, en: Who}}
  moment: {type: datetime, label: {fr: Moment, en: Moment}}
  opens: {type: time, label: {fr: Ouverture, en: Opening}}
  closes: {type: time, label: {fr: Fermeture, en: Closing}}
  length: {type: duration, label: {fr: Durée, en: Length}}
forms:
  review:
    label: {fr: Bilan, en: Review}
    entry: {points: {type: int, label: {fr: Points, en: Points}}}
    filled_by: [mentor]
    signed_by: {all: [mentor, mentee]}
    available_in: here
    due: fields.end
  meetings:
    label: {fr: Rencontres, en: Meetings}
    entry: {minutes: {type: int, label: {fr: Minutes, en: Minutes}}, cost: {type: money, label: {fr: Coût, en: Cost}}}
    filled_by: [mentor]
    available_in: here
    repeat: many
    aggregates:
      number: {count: all}
      minutes: {sum: minutes, label: {fr: Minutes en tout, en: Minutes in all}}
      longest: {max: minutes, label: {fr: La plus longue, en: The longest}}
      cost: {sum: cost, label: {fr: Coût en tout, en: Cost in all}}
deadlines: {limit: {at: fields.end, label: {fr: Limite, en: Limit}}}
initial: here
states: {here: {label: {fr: Ici, en: Here}}, gone: {final: true, label: {fr: Fini, en: Over}}}
transitions:
  - id: go
    label: {fr: Aller, en: Go}
    from: here
    to: gone
    by: [coordinator]
    input: {day: {type: date, nullable: true, label: {fr: Nouvelle date, en: New date}}}
    guard: [GUARD]
"""
FACTS = {
    "number": 3, "hours": "2.50", "price": "10.00", "end": "2026-10-01", "begin": "2026-09-01", "agreed": False,
    "kind": "a", "who": "bob", "moment": "2026-10-01T09:00:00-04:00", "opens": "10:30", "closes": "09:00",
    "length": "2 weeks",
}  # fmt: skip
NAMES = {"bob": "Bob Essai", "ana": "Ana Essai", "cleo": "Cléo Essai"}


def told(guard: str, facts: dict[str, object] | None = None, **given: object) -> tuple[str, str]:
    """What is answered, in French and in English, to a coordinator who fires what a guard closes."""
    of = program(BASE.replace("GUARD", guard))
    known = FACTS if facts is None else facts
    life = Life(of, fields=known, profiles={"bob": {"rank": 2}}, names=NAMES)
    outcome = life.fire("cleo", "go", **given)
    assert isinstance(outcome, Refusal)
    french, english = (refusal_sentences(of, outcome.reasons, lang, NAMES) for lang in ("fr", "en"))
    assert len(french) == len(english) == 1
    return french[0], english[0]


def clause(condition: str, *more: str) -> str:
    return f"{{{', '.join(('id: c', f'when: {condition!r}', *more))}}}"


# -------------------------------------------------------------------------------------------------- numbers and amounts

NUMBERS = {
    "fields.number >= 5": ("Nombre : 3 sur 5 (il en manque 2)", "Number: 3 of 5 (2 missing)"),
    "fields.number >= 4": ("Nombre : 3 sur 4 (il en manque 1)", "Number: 3 of 4 (1 missing)"),
    "fields.number > 3": (
        "Nombre : 3, il en faut plus de 3 (il en manque 1)", "Number: 3, more than 3 wanted (1 missing)"
    ),
    "fields.number == 5": ("Nombre : 3 sur 5 (il en manque 2)", "Number: 3 of 5 (2 missing)"),
    "fields.number == 2": ("Nombre : 3 (devrait être 2).", "Number: 3 (it should be 2)."),
    "fields.number != 3": ("Nombre : 3 (ne doit pas être 3).", "Number: 3 (it must not be 3)."),
    "fields.number <= 2": ("Nombre : 3 (au plus 2).", "Number: 3 (at most 2)."),
    "fields.number < 3": ("Nombre : 3 (moins de 3).", "Number: 3 (less than 3)."),
    "fields.number in [4, 5]": ("Nombre : 3 (doit être parmi : 4, 5).", "Number: 3 (it must be among: 4, 5)."),
    "fields.hours >= 4": ("Heures : 2,5 sur 4 (il manque 1,5)", "Hours: 2.5 of 4 (1.5 missing)"),
    "fields.hours < 2.25": ("Heures : 2,5 (moins de 2,25).", "Hours: 2.5 (less than 2.25)."),
    "fields.price >= 12.50": ("Prix : 10 $ sur 12,50 $ (il manque 2,50 $)", "Price: $10 of $12.50 ($2.50 missing)"),
    "fields.price >= 12": ("Prix : 10 $ sur 12 $ (il manque 2 $)", "Price: $10 of $12 ($2 missing)"),
    "fields.price > 10": ("Prix : 10 $, il en faut plus de 10 $", "Price: $10, more than $10 wanted"),
    "forms.meetings.number >= params.least": ("Rencontres : 0 sur 4 (il en manque 4)", "Meetings: 0 of 4 (4 missing)"),
    "forms.meetings.minutes >= 60": (
        "Minutes en tout : 0 sur 60 (il en manque 60)", "Minutes in all: 0 of 60 (60 missing)"
    ),
    "forms.meetings.cost >= 20": (
        "Coût en tout : 0 $ sur 20 $ (il manque 20 $)", "Cost in all: $0 of $20 ($20 missing)"
    ),
    "roles.mentor.rank >= 3": ("Rang (Mentor) : 2 sur 3 (il en manque 1)", "Rank (Mentor): 2 of 3 (1 missing)"),
}  # fmt: skip


@pytest.mark.parametrize(("condition", "expected"), NUMBERS.items())
def test_a_number_is_told_with_what_is_wanted_and_how_much_is_missing(condition, expected):
    assert told(clause(condition)) == expected


# --------------------------------------------------------------------------------------------------------- other values

VALUES = {
    "fields.end < fields.begin": (
        "Fin : 2026-10-01 (doit être avant le 2026-09-01 (Début)).",
        "End: 2026-10-01 (it must be before 2026-09-01 (Start)).",
    ),
    "fields.end <= today": (
        "Fin : 2026-10-01 (doit être au plus tard le 2026-09-21).",
        "End: 2026-10-01 (it must not be after 2026-09-21).",
    ),
    "fields.begin >= today + 1 week": (
        "Début : 2026-09-01 (doit être au plus tôt le 2026-09-28).",
        "Start: 2026-09-01 (it must not be before 2026-09-28).",
    ),
    "today > fields.end": (
        "aujourd'hui : 2026-09-21 (doit être après le 2026-10-01 (Fin)).",
        "today: 2026-09-21 (it must be after 2026-10-01 (End)).",
    ),
    "now > fields.moment": (
        "maintenant : 2026-09-21 10:00 (doit être après le 2026-10-01 09:00 (Moment)).",
        "now: 2026-09-21 10:00 (it must be after 2026-10-01 09:00 (Moment)).",
    ),
    "fields.opens < fields.closes": (
        "Ouverture : 10:30 (doit être avant 09:00 (Fermeture)).",
        "Opening: 10:30 (it must be before 09:00 (Closing)).",
    ),
    "fields.begin == fields.end": (
        "Début : 2026-09-01 (devrait être 2026-10-01 (Fin)).",
        "Start: 2026-09-01 (it should be 2026-10-01 (End)).",
    ),
    "fields.length == 3 weeks": (
        "Durée : 2 semaines (devrait être 3 semaines).", "Length: 2 weeks (it should be 3 weeks)."
    ),
    "fields.kind == b": ("Genre : Premier (devrait être Second).", "Kind: First (it should be Second)."),
    "fields.kind in [b]": ("Genre : Premier (doit être parmi : Second).", "Kind: First (it must be among: Second)."),
    "fields.note != fields.note": (
        "Note : (vide) (ne doit pas être (vide) (Note)).", "Note: (empty) (it must not be (empty) (Note))."
    ),
    "fields.who == roles.mentee.id": (
        "Qui : Bob Essai (devrait être Ana Essai (Personne mentorée)).",
        "Who: Bob Essai (it should be Ana Essai (Mentee)).",
    ),
    "roles.mentor.id in roles.mentee.people": (
        "Mentor : Bob Essai (doit être parmi : Ana Essai (Personne mentorée)).",
        "Mentor: Bob Essai (it must be among: Ana Essai (Mentee)).",
    ),
    "actor.id != roles.coordinator.id": (
        "la personne qui agit : Cléo Essai (ne doit pas être Cléo Essai (Coordination)).",
        "the person acting: Cléo Essai (it must not be Cléo Essai (Coordination)).",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("condition", "expected"), VALUES.items())
def test_a_comparison_is_told_with_both_sides_as_people_write_them(condition, expected):
    assert told(clause(condition)) == expected


TRUTHS = {
    "fields.agreed": ("« Accord » : non.", "“Agreement”: no."),
    "forms.review.done": ("« Bilan » : pas encore fait.", "“Review”: not done yet."),
    "forms.review.signed": ("« Bilan » : il manque des signatures.", "“Review”: signatures are missing."),
    "forms.review.overdue": ("« Bilan » : pas en retard.", "“Review”: not overdue."),
    "not roles.mentor.assigned": ("Mentor : quelqu'un est déjà désigné.", "Mentor: somebody is assigned already."),
    "deadlines.limit.missed": ("« Limite » : l'échéance n'est pas passée.", "“Limit”: the deadline has not passed."),
}


@pytest.mark.parametrize(("condition", "expected"), TRUTHS.items())
def test_what_is_true_or_not_is_told_by_its_label(condition, expected):
    assert told(clause(condition)) == expected


@pytest.mark.parametrize("condition", ["is_in(gone)", "fields.agreed or fields.number > 4", "fields.number + 1 > 9"])
def test_what_has_no_words_of_its_own_is_told_by_the_label_of_its_clause_or_its_name(condition):
    assert told(clause(condition)) == ("La condition « c » n'est pas remplie.", "The condition “c” is not met.")
    labelled = clause(condition, "label: {fr: Assez, en: Enough}")
    assert told(labelled) == ("La condition « Assez » n'est pas remplie.", "The condition “Enough” is not met.")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("fields.number > 1", ("« c » ne devrait pas être vrai.", "“c” should not be true.")),
        ("not fields.agreed", ("« Accord » : non.", "“Agreement”: no.")),
        ("roles.mentor.assigned", ("Mentor : quelqu'un est déjà désigné.", "Mentor: somebody is assigned already.")),
    ],
)
def test_a_clause_under_none_is_told_for_being_true(condition, expected):
    assert told(f"{{none: [{clause(condition)}]}}") == expected


# -------------------------------------------------------------------------------------------------------------- unknown

UNKNOWN = {
    "fields.number >= 5": ("Nombre", "Number"),
    "fields.end < fields.begin": ("Fin, Début", "End, Start"),
    "fields.agreed or fields.number > 4": ("Accord, Nombre", "Agreement, Number"),
    "forms.meetings.longest >= 30": ("La plus longue", "The longest"),
    "forms.review.last.points >= 2": ("Points", "Points"),
    "deadlines.limit.missed": ("Limite", "Limit"),
    "days_between(fields.begin, today) > 3": ("Début", "Start"),
    "input.day > today": ("Nouvelle date", "New date"),
}


@pytest.mark.parametrize(("condition", "names"), UNKNOWN.items())
def test_what_cannot_be_computed_names_every_value_that_it_lacks(condition, names):
    french, english = told(clause(condition), facts={})

    assert french == f"Impossible à vérifier : non rempli — {names[0]}."
    assert english == f"Cannot be checked: not filled in — {names[1]}."


def test_a_value_that_is_known_is_not_named_among_those_that_lack():
    french, _ = told(clause("fields.end < fields.begin"), facts={"end": "2026-10-01"})

    assert french == "Impossible à vérifier : non rempli — Début."


# ----------------------------------------------------------------------------------------------- the words of a program

MESSAGE = 'message: {fr: "Il en faut {params.least}, pas {fields.number}.", en: "{params.least} wanted."}'


def test_the_message_of_a_program_wins_and_its_places_are_filled():
    assert told(clause("fields.number >= 4", MESSAGE)) == ("Il en faut 4, pas 3.", "4 wanted.")


def test_a_message_that_cannot_be_decided_says_which_value_lacks():
    assert told(clause("fields.number >= 4", MESSAGE), facts={}) == (
        "Il en faut 4, pas (vide). Impossible à vérifier : non rempli — Nombre.",
        "4 wanted. Cannot be checked: not filled in — Number.",
    )


def test_a_hint_follows():
    hint = 'hint: {fr: "Ajoutez {fields.number} fois.", en: "Add {fields.number} times."}'

    assert told(clause("fields.number >= 4", hint)) == (
        "Nombre : 3 sur 4 (il en manque 1). Ajoutez 3 fois.", "Number: 3 of 4 (1 missing). Add 3 times.",
    )  # fmt: skip


def test_who_may_lift_it_is_told_last():
    french, english = told(clause("fields.agreed", "waivable_by: [coordinator]"))

    assert french == "« Accord » : non. Cette condition peut être levée par : Coordination."
    assert english == "“Agreement”: no. This condition can be waived by: Coordination."


def test_every_clause_that_blocks_is_told_and_none_twice():
    of = program(
        BASE.replace("GUARD", ", ".join((
            clause("fields.number >= 5"), clause("forms.review.done").replace("id: c", "id: d"),
            clause("fields.agreed or fields.number > 4").replace("id: c", "id: e"),
            "{any: [" + clause("fields.agreed").replace("id: c", "id: f") + "]}",
        )))
    )  # fmt: skip
    outcome = Life(of, fields=FACTS).fire("cleo", "go")
    assert isinstance(outcome, Refusal)

    assert refusal_sentences(of, (*outcome.reasons, *outcome.reasons), "en", NAMES) == (
        "Number: 3 of 5 (2 missing)",
        "“Review”: not done yet.",
        "The condition “e” is not met.",
        "“Agreement”: no.",
    )


def test_advice_is_told_like_a_refusal_and_blocks_nothing():
    of = program(BASE.replace("GUARD", clause("forms.meetings.number >= 4", "level: should")))

    outcome = Life(of, fields=FACTS).fire("cleo", "go")

    assert isinstance(outcome, Decision)
    assert refusal_sentences(of, outcome.advice, "fr", NAMES) == ("Rencontres : 0 sur 4 (il en manque 4)",)


def test_where_several_hold_a_role_each_clause_tells_of_whom():
    of = program("""
locales: [fr, en]
roles:
  mentor:
    count: {min: 1, max: 3}
    attributes: {rank: {type: int, label: {fr: Rang, en: Rank}}, apt: {type: bool, label: {fr: Apte, en: Apt}}}
    eligible: [{id: high, level: should, when: person.rank >= 3}, {id: apt, when: person.apt}]
  coordinator:
initial: here
states: {here: {}, gone: {final: true}}
transitions: [{id: go, from: here, to: gone, by: [coordinator], guard: [{eligible: [mentor]}]}]
""")
    people = {"mentor": ("bob", "ana"), "coordinator": ("cleo",)}
    life = Life(of, people, profiles={"bob": {"rank": 2, "apt": True}, "ana": {"rank": 1}}, names=NAMES)

    outcome = life.fire("cleo", "go")
    assert isinstance(outcome, Refusal)
    assert refusal_sentences(of, outcome.reasons, "fr", NAMES) == (
        "Impossible à vérifier : non rempli — Apte (Ana Essai).",
    )
    advice = done(life.do(c.Assign("cleo", "mentor", "cleo", {"rank": 2, "apt": True}))).advice
    assert refusal_sentences(of, advice, "en", NAMES) == ("Rank (Cléo Essai): 2 of 3 (1 missing)",)


def test_a_program_in_one_language_answers_in_the_words_that_it_has():
    of = program("""
fields: {number: {type: int, label: Number}}
initial: here
states: {here: {}, gone: {final: true}}
transitions: [{id: go, from: here, to: gone, by: [coordinator], guard: [{id: c, when: fields.number >= 5}]}]
""")
    outcome = Life(of, fields={"number": 2}).fire("cleo", "go")
    assert isinstance(outcome, Refusal)

    for lang in ("en", "fr"):
        assert refusal_sentences(of, outcome.reasons, lang, {}) == ("Number: 2 of 5 (3 missing)",)
