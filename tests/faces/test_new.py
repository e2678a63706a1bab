"""Does someone who knows no YAML start a program, add to it, and never lose what was there?"""

import os
from typing import Any

import pytest

from dyade.authoring.starting import answers, pieces
from dyade.cli import adding, starting
from tests.faces.test_terminal import Terminal


def written(dyade):
    return sorted(path.name for path in (dyade.folder / "programs").glob("essai*"))


def program(dyade, name="essai"):
    return (dyade.folder / "programs" / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.fixture
def started(dyade):
    dyade.done("new", "essai", "--yes")
    return dyade


def test_a_program_is_started_checked_and_lived(dyade):
    ran = dyade.done("new", "essai", "--yes")

    assert written(dyade) == ["essai.scenarios.yaml", "essai.yaml"]
    assert "dyade test essai" in ran.out
    assert dyade.done("check", "essai", "--strict").code == 0
    assert dyade.done("test", "essai").code == 0


def test_the_longer_way_of_saying_it_is_the_same(dyade):
    assert dyade.done("new", "program", "essai", "--yes").out == dyade("new", "autre", "--yes").out.replace(
        "autre", "essai"
    )


def test_a_program_is_sought_where_programs_are_and_the_folder_is_made(dyade):
    dyade.done("new", "essai", "--yes", "--programs", str(dyade.folder / "a" / "b"))

    assert (dyade.folder / "a" / "b" / "essai.yaml").is_file()


def test_what_is_there_is_never_replaced(started):
    before = program(started)

    for other in (("--yes",), ("--yes", "--from", "minimal"), ()):
        ran = started("new", "essai", *other)
        assert ran.code == 1
        assert "déjà là" in ran.out
    assert program(started) == before

    (started.folder / "programs" / "essai.yaml").unlink()
    assert started("new", "essai", "--yes").code == 1, "the scenarios alone are enough to refuse"
    assert written(started) == ["essai.scenarios.yaml"]


def test_answers_may_be_given_as_options(dyade):
    dyade.done(
        "new", "essai", "--yes", "--languages", "fr", "--title", "Parrainage", "--mentor", "Parrain",
        "--duration", "3 mois", "--application", "no", "--minimum", "hours", "--amount", "30", "--certificate", "yes",
    )  # fmt: skip

    text = program(dyade)
    for said in ("title: {fr: Parrainage}", "  parrain:\n", "value: 3 mois", "value: 30", "certificates:"):
        assert said in text
    assert "candidature" not in text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("Mon-programme",), "Lettres minuscules"),
        (("essai", "--duration", "bientôt"), "Écrivez une durée"),
        (("essai", "--minimum", "meetings", "--amount", "0"), "nombre entier"),
        (("essai", "--follow-ups", "souvent"), "weekly"),
        ((), "dyade new ID"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_before_anything_is_asked_or_written(dyade, given, told):
    ran = dyade("new", *given, "--yes")

    assert ran.code == 2
    assert told in ran.err
    assert written(dyade) == []


def test_questions_are_asked_in_the_readers_language_with_what_enter_keeps(dyade):
    french = dyade("new", "essai", stdin="\n" * 14)
    english = dyade("new", "essai2", "--lang", "en", stdin="\n" * 14)

    assert french.code == english.code == 0
    assert "Combien de temps dure un mentorat ?" in french.err
    assert "[6 mois]" in french.err
    assert "How long does a mentoring last?" in english.err
    assert "[6 months]" in english.err
    assert "locales: [fr, en]" in program(dyade)
    assert "locales: [en, fr]" in program(dyade, "essai2")


def test_enter_alone_is_the_same_as_asking_nothing(dyade):
    dyade("new", "essai", stdin="\n" * 14)
    dyade.done("new", "zut", "--yes")

    assert program(dyade) == program(dyade, "zut").replace("zut", "essai").replace("Zut", "Essai")


def test_a_choice_is_made_by_number_word_or_label_and_a_bad_one_asked_again(dyade):
    typed = ("1", "Parrainage", "Parrain", "Filleule", "", "bientôt", "3 mois", "7", "NON", "yes", "chaque sem",
               "2", "2", "0", "6", "oui", "2")  # fmt: skip

    ran = dyade("new", "essai", stdin="\n".join(typed) + "\n")

    assert ran.code == 0
    assert ran.err.count("Choisissez une des réponses") == 1
    assert "Écrivez une durée" in ran.err
    text = program(dyade)
    for said in ("locales: [fr]", "  filleule:\n", "value: 3 mois", "value: 1 week", "value: 6\n", "certificates:"):
        assert said in text
    assert "se_retirer" not in text
    assert "mi_parcours" not in text
    assert dyade.done("check", "essai", "--strict").code == 0
    assert dyade.done("test", "essai").code == 0


def test_a_number_may_be_answered_in_letters(dyade):
    typed = ("1", "", "", "", "", "trois mois", "", "", "", "", "2", "quatre", "", "")

    ran = dyade("new", "essai", stdin="\n".join(typed) + "\n")

    assert ran.code == 0
    assert "value: 3 mois" in program(dyade)
    assert "value: 4\n" in program(dyade)


@pytest.mark.parametrize(("typed", "meant"), [("aux deux semaines", "value: 2 weeks"), ("Semaine", "value: 1 week")])
def test_the_words_of_one_answer_are_enough(dyade, typed, meant):
    answers = ("1", "", "", "", "", "", "", "", typed, "", "heures", "", "", "")

    ran = dyade("new", "essai", stdin="\n".join(answers) + "\n")

    assert ran.code == 0
    assert meant in program(dyade)
    assert "value: 20" in program(dyade)


def test_a_choice_that_is_not_understood_shows_the_choices_again(dyade):
    ran = dyade("new", "essai", stdin="1\n\n\n\n\n\n\n\nsouvent\n" + "\n" * 6)

    assert ran.err.count("toutes les deux semaines") == 2


def test_a_kind_of_piece_in_other_words_is_no_program(dyade):
    for typed, meant in (("formulaire", "form"), ("Échéance", "deadline"), ("roel", "role")):
        ran = dyade("new", typed, "x", "--yes")
        assert ran.code == 2
        assert f"Vouliez-vous dire « {meant} »" in ran.err
    assert "Pour un programme, un seul nom" in dyade("new", "zzz", "x").err


def test_every_name_that_may_be_chosen_is_told(started):
    ran = started("new", "transition", "x", "--in", "essai", "--to", "suspendu", "--yes")

    assert ran.code == 2
    assert "ferme ou refuse" in ran.err


def test_a_delay_may_be_written_in_letters(started):
    started.done(
        "new", "reminder", "relance", "--in", "essai", "--state", "en_cours", "--delay", "trois semaines", "--yes"
    )

    assert "after: 3 semaines" in program(started)
    assert "5 jours ouvrables" in started("new", "reminder", "x", "--in", "essai", "--delay", "bientôt", "--yes").err


def test_what_enter_keeps_for_a_delay_is_in_the_language_of_the_reader(started):
    assert "[5 jours ouvrables]" in started("new", "reminder", "x", "--in", "essai", stdin="\n" * 4).err


def test_an_input_that_ends_too_soon_writes_nothing(dyade):
    ran = dyade("new", "essai", stdin="1\nTitre\n")

    assert ran.code == 130
    assert written(dyade) == []


def test_a_tool_is_asked_nothing_and_told_the_answers(dyade):
    ran = dyade.done("new", "essai", "--format", "json", "--from", "placement")

    assert ran.data["outcome"] == "done"
    assert [os.path.basename(file) for file in ran.data["files"]] == ["essai.yaml", "essai.scenarios.yaml"]  # noqa: PTH119
    assert ran.data["answers"]["amount"] == "144"
    assert dyade("new", "essai", "--format", "json").data["outcome"] == "refused"


def test_the_questions_of_a_true_terminal_are_answered_by_a_person(dyade):
    terminal = Terminal(dyade, "new", "essai", "--from", "minimal")
    terminal.read_until("[en français, puis en anglais]")
    terminal.type("2\n")
    terminal.read_until("Quel est son titre ?")
    terminal.type("My walk\n")
    terminal.read_until("[Coordinator]")
    terminal.type("\n")

    assert terminal.end() == 0
    assert "title: {en: My walk}" in program(dyade)


# Pieces.


@pytest.mark.parametrize("kind", ["role", "field", "form", "state", "transition", "reminder", "param"])
def test_a_piece_is_added_and_what_remains_is_told(started, kind):
    ran = started.done("new", kind, "nouveau", "--in", "essai", "--yes", *(["--value", "4"] if kind == "param" else []))

    assert "« nouveau »" in ran.out
    assert "nouveau" in program(started)
    assert ("Il reste à décider" in ran.out) == (kind in {"role", "state", "param"})


def test_a_piece_takes_names_that_exist(started):
    given = ("new", "transition", "suspendre", "--in", "essai", "--yes", "--state", "en_cours", "--to")
    before = program(started)

    ran = started(*given, "termin")

    assert ran.code == 2
    assert "« termine »" in ran.err
    assert program(started) == before
    started.done(*given, "ferme", "--label", "Suspendre / Suspend")
    assert "label: {fr: Suspendre, en: Suspend}\n    from: en_cours\n    to: ferme\n" in program(started)


def test_what_no_option_gives_is_asked_among_what_there_is(started):
    ran = started("new", "form", "visite", "--in", "essai", stdin="Visite / Visit\nmentor\n9\nEn_cours\n2\n")

    assert ran.code == 0
    assert "1) personne_mentoree" in ran.err
    assert "Choisissez parmi" in ran.err
    assert "filled_by: [mentor]\n    available_in: [en_cours]\n    repeat: many\n" in program(started)


def test_what_only_its_author_knows_is_not_supposed(started):
    ran = started("new", "param", "seuil", "--in", "essai", "--yes")

    assert ran.code == 2
    assert "--value" in ran.err


def test_a_piece_that_is_there_is_not_added_twice(started):
    before = program(started)

    ran = started("new", "role", "mentor", "--in", "essai", "--yes")

    assert ran.code == 1
    assert program(started) == before


def test_a_broken_program_is_told_as_check_tells_it(dyade):
    (dyade.folder / "programs" / "casse.yaml").write_text("id: [a\n", encoding="utf-8")

    ran = dyade("new", "role", "ami", "--in", "casse", "--yes")

    assert ran.code == 2
    assert "Y002" in ran.err
    assert (dyade.folder / "programs" / "casse.yaml").read_text(encoding="utf-8") == "id: [a\n"


def test_a_tool_hears_what_remains(started):
    data = started.done("new", "role", "temoin", "--in", "essai", "--format", "json").data

    assert (data["outcome"], data["kind"], data["name"]) == ("done", "role", "temoin")
    assert [one["code"] for one in data["diagnostics"]] == ["U001"]


def test_what_may_be_answered_is_what_the_command_line_offers():
    """The options are declared apart, so that help needs nothing of what writes programs."""
    offered: dict[str | None, Any] = {option.name: option.type for option in starting.NEW["program"].params}

    assert adding.FLAGS == pieces.ASKED
    assert tuple(offered["template"].choices) == tuple(answers.TEMPLATES)
    for name, choices in answers.CHOICES.items():
        assert tuple(offered[f"new_{name}"].choices) == choices
    assert {f"new_{name}" for name in answers.QUESTIONS if name != "id"} <= offered.keys()
