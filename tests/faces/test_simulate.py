"""Can a life be led in a terminal, or by a file of lines: told, taken back, kept as a scenario, drawn at random?"""

from __future__ import annotations

import pytest

from dyade.cli.spoken import ALSO, META, VERBS, words
from tests.faces.test_terminal import Terminal

HAPPY = """\
# Une vie
gilles: désigner mentor=bruno
horloge +1 jour ouvrable
"""


def scenarios(dyade):
    return dyade.folder / "programs" / "jumelage.scenarios.yaml"


def test_lines_are_lived_one_after_the_other(dyade):
    ran = dyade.done("simulate", "jumelage", stdin="qui\nmontrer\néchéances\npourquoi\naide\nquitter\nzut\n")

    assert "> qui" in ran.out
    assert "> quitter" in ran.out
    assert "> zut" not in ran.out
    assert not (dyade.folder / "dyade.db").exists()


def test_the_same_lines_are_heard_in_both_languages(dyade):
    french = dyade.done("simulate", "jumelage", "--format", "json", stdin="horloge +2 jours\nhorloge +1 semaine\n").data
    english = dyade.done("simulate", "jumelage", "--format", "json", stdin="clock +2 jours\nCLOCK +1 semaine\n").data

    assert [one["step"] for one in french["steps"]] == [one["step"] for one in english["steps"]]
    assert len(french["steps"]) == 2


def test_time_is_told_in_letters_or_by_its_sign_alone(dyade):
    typed = "horloge deux semaines\n+2 semaines\nhorloge +2 semaines\n"

    steps = dyade.done("simulate", "jumelage", "--format", "json", stdin=typed).data["steps"]

    assert [one["step"] for one in steps] == [{"clock": "+2 semaines"}] * 3


@pytest.mark.parametrize(
    "said", ["raison=Entendu avec les deux", 'raison="Entendu avec les deux"', "Entendu avec les deux"]
)
def test_a_condition_is_lifted_for_a_reason_in_plain_words(dyade, said):
    ran = dyade.done("simulate", "jumelage", "--format", "json", stdin=f"gilles: lever motif_inscrit {said}\n")

    assert ran.data["steps"][0]["step"] == {"gilles": {"waive": "motif_inscrit", "reason": "Entendu avec les deux"}}


@pytest.mark.parametrize("kind", [META, VERBS])
def test_no_word_means_two_things(kind):
    """Each is heard in every language; one word that meant two things would be lost."""
    assert {*words(kind).values()} == {*kind}


def test_words_that_people_try_first_are_heard_too(dyade):
    ran = dyade.done("simulate", "jumelage", stdin="?\nÉtat\nannuler\nfin\nzut\n")

    assert not {*words(META)} & {*ALSO}
    assert "Je ne comprends pas" not in ran.out
    assert "> zut" not in ran.out


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("zut", "« zut »"),
        ("personne: jumeler", "Personne ne s'appelle « personne » ici"),
        ("gilles: danser", "ni l'un de ces mots"),
        ("gilles: révoquer", "demande quelque chose de plus"),
        ("gilles: lever", 'lever motif_inscrit raison="…"'),
        ("gilles: lever raison=Stage x", "Dites la condition à lever"),
        ("gilles: lever entente raison=Stage", "Conditions qu'on peut lever : motif_inscrit"),
        ("gilles: désigner bruno", "désigner mentore=bruno"),
        ("gilles: jumelr", "Vouliez-vous dire « jumeler »"),
        ("amelie: remplir entente objectifs=Cuire un pain fin=2026-12-01", 'objectifs="Cuire un pain"'),
        ("horloge 2020-01-01", "n'avance que vers l'avenir"),
        ("horloge +3 chats", "ni une durée"),
        ('gilles: remplir "x', "guillemet"),
        ("- {", "ne se lit pas"),
        ("défaire", "rien à défaire"),
        ("garder Rien", "rien à garder"),
        ("pourquoi zut", "Aucune transition"),
        ("pourquoi jumelr", "Vouliez-vous dire « jumeler »"),
    ],
)
def test_a_line_that_means_nothing_is_answered(dyade, line, wanted):
    ran = dyade("simulate", "jumelage", stdin=f"{line}\n")

    assert ran.code == 0
    assert wanted in " ".join(ran.out.split())


def test_a_refused_line_ends_with_1_where_that_is_wanted(dyade):
    assert dyade("simulate", "jumelage", "--strict", stdin="horloge +1 jour\n").code == 0
    assert dyade("simulate", "jumelage", "--strict", stdin="zut\n").code == 1


def test_what_was_lived_becomes_a_scenario_that_passes(dyade):
    before = scenarios(dyade).read_text(encoding="utf-8")

    ran = dyade.done("simulate", "jumelage", stdin=f"{HAPPY}garder Une vie à la main\n")

    assert "« Une vie à la main »" in ran.out
    text = scenarios(dyade).read_text(encoding="utf-8")
    assert text.startswith(before.rstrip("\n"))
    assert "  - name: Une vie à la main\n" in text
    dyade.done("test", "jumelage")


@pytest.mark.parametrize(
    ("typed", "name"), [("Le « four »", "Le « four »"), ("« Le four »", "Le four"), ('"Le four"', "Le four")]
)
def test_quotes_inside_a_name_are_its_own(dyade, typed, name):
    dyade.done("simulate", "jumelage", stdin=f"horloge +1 jour\ngarder {typed}\n")

    assert f"  - name: {name}\n" in scenarios(dyade).read_text(encoding="utf-8")


def test_a_scenario_that_is_there_is_not_written_twice(dyade):
    dyade.done("simulate", "jumelage", stdin="horloge +1 jour\ngarder Deux fois\n")
    before = scenarios(dyade).read_text(encoding="utf-8")

    ran = dyade.done("simulate", "jumelage", stdin="horloge +1 jour\ngarder Deux fois\n")

    assert "déjà" in ran.out
    assert scenarios(dyade).read_text(encoding="utf-8") == before


def test_a_program_without_scenarios_invents_its_people(dyade):
    scenarios(dyade).unlink()

    ran = dyade.done("simulate", "jumelage", stdin="qui\nhorloge +1 jour\ngarder Un jour\n")

    assert "responsable" in ran.out
    assert scenarios(dyade).read_text(encoding="utf-8").startswith("# yaml-language-server")
    dyade.done("test", "jumelage")


def test_random_acts_are_drawn_and_checked(dyade):
    data = dyade.done("simulate", "jumelage", "--random", "300", "--seed", "2", "--format", "json").data

    assert (data["outcome"], data["steps"], data["wrong"], data["seed"]) == ("done", 300, None, 2)
    assert data["refused"] > 0
    assert data == dyade.done("simulate", "jumelage", "--random", "300", "--seed", "2", "--format", "json").data


def test_a_counter_example_is_shown_and_written(dyade):
    program = dyade.folder / "programs" / "jumelage.yaml"
    text = program.read_text(encoding="utf-8")
    assert "\ninvariants:" not in text
    program.write_text(
        f"{text}\ninvariants:\n  - {{id: bref, always: 'days_between(dyad.created, today) < 20', "
        "message: {fr: Trop long., en: Too long.}, basis: assumed}\n",
        encoding="utf-8",
    )

    shown = dyade("simulate", "jumelage", "--random", "300")
    written = dyade("simulate", "jumelage", "--random", "300", "--write", "--lang", "en")

    assert (shown.code, written.code) == (1, 1)
    assert "  - name: Contre-exemple trouvé au hasard (tirage 0)\n" in shown.out
    assert "fewest steps" in written.out
    assert dyade("test", "jumelage", "--only", "Contre-exemple").code + dyade("test", "jumelage").code == 2


def test_each_option_is_explained_by_what_it_goes_with(dyade):
    shown = dyade.done("simulate", "--help").out

    assert "--suggest" not in shown
    assert "Avec --random, ajouter" in shown


def test_options_that_do_not_go_together_are_told(dyade):
    for arguments in (("--seed", "1"), ("--write",), ("--random", "5", "--strict")):
        assert dyade("simulate", "jumelage", *arguments).code == 2


def test_missing_scenarios_are_proposed_then_written(dyade):
    text = scenarios(dyade).read_text(encoding="utf-8")
    first = text.index("  - name:")
    cut = text.find("\n  - name:", first + 1)
    scenarios(dyade).write_text(text[:cut].rstrip("\n") + "\n", encoding="utf-8")

    shown = dyade.done("test", "jumelage", "--suggest", "--seconds", "1", "--format", "json").data["files"][0]
    kept = scenarios(dyade).read_text(encoding="utf-8")
    written = dyade.done("test", "jumelage", "--suggest", "--seconds", "1", "--write")

    assert shown["after"] > shown["before"]
    assert shown["scenarios"][0]["text"].startswith("  - name: ")
    assert not shown["written"]
    assert kept == text[:cut].rstrip("\n") + "\n"
    assert "Relisez-les" in written.out or "Relisez-le" in written.out
    assert scenarios(dyade).read_text(encoding="utf-8").startswith(kept.rstrip("\n"))
    dyade.done("test", "jumelage")


def test_suggestions_go_with_their_options_alone(dyade):
    for arguments in (("--write",), ("--seconds", "3"), ("--seed", "1"), ("--suggest", "--coverage"), ("--strict",)):
        assert dyade("test", "jumelage", *arguments).code == 2


def test_a_life_is_led_at_a_true_terminal(dyade):
    """A form that lacks something asks for it; an error ends nothing."""
    terminal = Terminal(dyade, "simulate", "jumelage")
    for line, wanted in (
        ("gilles: fer", "ni l'un de ces mots"),
        ("amelie: remplir entente fin=2026-12-01", "1>"),
        ("Apprendre", "2>"),
        ("", "ne se remplit pas ici"),
        ("horloge +1 jour", "2026-09-02"),
        ("pourquoi", "●"),
        ("quitter", ""),
    ):
        terminal.type(f"{line}\n")
        terminal.read_until(wanted)
        assert wanted in terminal.shown, terminal.shown

    assert terminal.end() == 0
    assert "Traceback" not in terminal.shown
    assert "Objectifs" in terminal.shown
