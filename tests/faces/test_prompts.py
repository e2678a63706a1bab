"""Is a form asked kindly, datum by datum, and a bad answer asked again?"""

import pytest

from tests.faces.test_terminal import Terminal


@pytest.fixture
def agreed(peopled):
    """A dyad whose agreement is to be filled."""
    peopled.done("start", "jumelage", "mentore=amelie", "motif=projet", "--as", "gilles")
    peopled.done("assign", "D-1", "mentor", "bruno", "--as", "gilles")
    peopled.done("accept", "D-1", "--as", "bruno")
    peopled.done("advance", "D-1", "jumeler", "--as", "gilles")
    return peopled


def entries(dyade, form):
    """What the forms of the dyad hold, for tools."""
    return dyade.done("show", "D-1", "--format", "json").data["forms"][form]


def filled(dyade, stdin, *more, lang="fr"):
    return dyade("fill", "D-1", "entente", *more, "--as", "bruno", "--lang", lang, stdin=stdin)


def last_entry(dyade):
    return entries(dyade, "entente")[-1]["data"]


def test_each_datum_is_asked_with_its_label_what_is_expected_and_its_choices(agreed):
    ran = filled(agreed, "Une\n\n2026-12-01\n\n\n")

    assert ran.code == 0
    for said in (
        "Objectifs",
        "texte, un par ligne",
        "Fin prévue",
        "2026-09-15",
        "À quelle fréquence",
        "1) Chaque semaine",
    ):
        assert said in ran.err
    assert "Objectifs  (" not in ran.out, "what is asked stays out of the answer"


def test_the_answers_become_the_entry(agreed):
    filled(agreed, "Une\nDeux\n\n2026-12-01\n2\nPas le lundi\n")

    assert last_entry(agreed) == {
        "objectifs": ["Une", "Deux"],
        "fin": "2026-12-01",
        "cadence": "mensuelle",
        "note": "Pas le lundi",
    }


def test_the_default_is_kept_with_enter_and_what_is_optional_stays_empty(agreed):
    filled(agreed, "Une\n\n2026-12-01\n\n\n")

    assert last_entry(agreed) == {"objectifs": ["Une"], "fin": "2026-12-01", "cadence": "hebdo", "note": None}


@pytest.mark.parametrize("choice", ["2", "mensuelle", "Chaque mois", "chaque MOIS"])
def test_a_choice_is_made_by_number_id_or_label(agreed, choice):
    filled(agreed, f"Une\n\n2026-12-01\n{choice}\n\n")

    assert last_entry(agreed)["cadence"] == "mensuelle"


def test_a_bad_answer_is_told_and_asked_again(agreed):
    ran = filled(agreed, "Une\n\nbientôt\n2026-02-30\n2026-12-01\n7\n1\n\n")

    assert ran.code == 0
    assert ran.err.count("écrivez une date") == 2
    assert "choisissez une des valeurs" in ran.err


def test_what_is_required_is_asked_until_it_is_given(agreed):
    ran = filled(agreed, "\n\nUne\n\n\n2026-12-01\n\n\n")

    assert ran.code == 0
    assert "Il en faut au moins 1." in ran.err
    assert "Une réponse est nécessaire." in ran.err


def test_questions_are_asked_in_the_readers_language(agreed):
    ran = filled(agreed, "Une\n\n2026-12-01\n\n\n", lang="en")

    assert "Planned end" in ran.err
    assert "1) Every week" in ran.err


def test_bounds_are_written_as_the_reader_writes_numbers(dyade):
    path = dyade.folder / "programs" / "jumelage.yaml"
    asked = "heures: {type: decimal, min: 0.25, max: 7.5, label: {fr: Heures, en: Hours}, basis: assumed}"
    pace = "      cadence:\n        type: enum\n"
    text = path.read_text(encoding="utf-8")
    assert text.count(pace) == 1
    path.write_text(text.replace(pace, f"      {asked}\n{pace}"), encoding="utf-8")

    terminal = Terminal(dyade, "simulate", "jumelage")
    for line, wanted in (
        ("amelie: remplir entente objectifs=Lire fin=2026-12-01", "de 0,25 à 7,5"),
        ("0,1", "au moins 0,25"),
        ("1", "ne se remplit pas ici"),
        ("quitter", ""),
    ):
        terminal.type(f"{line}\n")
        terminal.read_until(wanted)
        assert wanted in terminal.shown, terminal.shown

    assert terminal.end() == 0


def test_a_draft_is_taken_up_where_it_was_left(agreed):
    filled(agreed, "Une\n\n2026-12-01\n\n\n", "--draft")

    ran = filled(agreed, "\n\n2\n\n")

    assert ran.code == 0
    assert "[2026-12-01]" in ran.err
    assert last_entry(agreed) == {"objectifs": ["Une"], "fin": "2026-12-01", "cadence": "mensuelle", "note": None}


def test_an_input_that_ends_too_soon_keeps_nothing(agreed):
    ran = filled(agreed, "Une\n")

    assert ran.code == 130
    assert "n'a pas été gardé" in ran.err
    assert entries(agreed, "entente") == []


@pytest.mark.parametrize(
    ("who", "form", "told"), [("bruno", "rencontres", "possible dans"), ("gilles", "entente", "revient")]
)
def test_a_form_that_may_not_be_filled_is_refused_before_anything_is_asked(agreed, who, form, told):
    ran = agreed("fill", "D-1", form, "--as", who, stdin="Une\n")

    assert ran.code == 1
    assert told in ran.out
    assert ran.err == ""


def test_an_unknown_form_is_told_before_anything_is_asked(agreed):
    ran = agreed("fill", "D-1", "entante", "--as", "bruno", stdin="Une\n")

    assert ran.code == 2
    assert "Vouliez-vous dire « entente » ?" in ran.err
    assert "entante" in ran.err
