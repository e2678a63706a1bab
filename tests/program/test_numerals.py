"""Is a number in letters understood, so that figures can be proposed?"""

import pytest

from dyade.program.durations import DurationError, parse_duration
from dyade.program.load import examine
from dyade.program.numerals import in_figures, numeral


@pytest.mark.parametrize(
    ("letters", "number"),
    [("quatre", 4), ("Six", 6), ("zéro", 0), ("dix-huit", 18), ("vingt et un", 21), ("vingt-quatre", 24),
     ("twelve", 12), ("Twenty-four", 24), ("sixty", 60), ("cent", 100)],
)  # fmt: skip
def test_a_number_in_letters_is_understood_in_both_languages(letters, number):
    assert numeral(letters) == number


@pytest.mark.parametrize("text", ["", "quatrième", "vingt-douze", "quatre-vingts", "janvier", "un" * 30])
def test_what_is_no_number_that_we_know_is_not_guessed(text):
    assert numeral(text) is None


def test_what_follows_the_number_is_kept():
    assert in_figures("trois mois") == "3 mois"
    assert in_figures("vingt et un jours ouvrables") == "21 jours ouvrables"
    assert in_figures("des mois") is None


@pytest.mark.parametrize(("text", "meant"), [("trois mois", "3 mois"), ("two weks", "2 weeks"), ("quatre", None)])
def test_a_duration_in_letters_is_answered_with_figures(text, meant):
    with pytest.raises(DurationError) as refused:
        parse_duration(text)

    assert refused.value.suggestion == meant


PROGRAM = """\
dyade: "1.0"
id: essai
version: "1"
title: Essai
summary: Un essai
locales: [fr]
timezone: America/Toronto
started_by: [mentor]
params:
  seuil: {value: %s, label: Seuil}
roles:
  mentor: {label: Mentor}
forms:
  visites:
    label: Visites
    entry: {jour: {type: date, label: Jour}}
    filled_by: [mentor]
    available_in: [a]
    repeat: many
initial: a
states:
  a: {label: A}
  b: {label: B, final: true}
transitions:
  - {id: finir, label: Finir, from: a, to: b, by: [mentor], guard: [{id: assez, when: %s}]}
"""


@pytest.mark.parametrize(
    ("value", "when", "meant"),
    [
        ("quatre", "forms.visites.count >= params.seuil", "4"),
        ('"quatre"', "forms.visites.count >= params.seuil", "4"),
        ("trois mois", "today + params.seuil < 2030-01-01", "3 mois"),
        ("quatre, type: int", "forms.visites.count >= params.seuil", "4"),
    ],
)
def test_a_number_in_letters_is_told_once_where_it_stands_and_mended(value, when, meant):
    [found] = [one for one in examine((PROGRAM % (value, when)).encode()).findings if one.code[0] in "DE"]

    assert (found.code, found.path, found.suggestion) == ("D021", "params.seuil.value", meant)
    [fix] = found.fixes
    assert (fix.text, fix.place) == (meant, found.place)
    assert found.place.line == 10


def test_a_text_that_says_that_it_is_one_keeps_its_words():
    program = PROGRAM % ("quatre, type: text", 'params.seuil == "quatre"')

    assert not [one for one in examine(program.encode()).findings if one.code[0] == "D"]
