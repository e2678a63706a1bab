"""Is a program that is started from a few answers sound, alive, and written as its author would write it?"""

import re
from itertools import combinations, product
from random import Random

import pytest

from dyade.authoring import scenarios
from dyade.authoring.layout.layout import formatted
from dyade.authoring.starting.answers import CHOICES, LANGUAGES, TEMPLATES, Answers, both, complaint, identifier
from dyade.authoring.starting.starting import Started, started
from dyade.program.load import examine, load

QUIET = {"info"}
DURATIONS = ("4 weeks", "3 mois", "6 months", "90 days", "1 an", "60 jours ouvrables")


def pairwise() -> list[dict[str, str]]:
    """As few answers as hold every pair of choices of every two questions."""
    names = tuple(CHOICES)
    missing = {
        ((one, a), (other, b))
        for one, other in combinations(names, 2)
        for a, b in product(CHOICES[one], CHOICES[other])
    }
    random, found = Random(1), []
    while missing:
        drawn = [{name: random.choice(CHOICES[name]) for name in names} for _ in range(60)]
        best = max(drawn, key=lambda answers: len(missing & held(answers)))
        if missing & held(best):
            found.append(best)
            missing -= held(best)
    return found


def held(answers: dict[str, str]) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    return set(combinations(answers.items(), 2))


def grave(findings) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in findings if one.severity.value not in QUIET]


def must_live(made: Started, lang: str) -> None:
    """Nothing to say of either file, as a draft or in use, and every scenario holds."""
    loaded = examine(made.program)
    assert grave(loaded.findings) == []
    assert grave(examine(made.program.replace("\nstatus: draft ", "\nstatus: active ")).findings) == []
    assert loaded.program is not None
    report = scenarios.run(loaded.program, made.scenarios, "x.scenarios.yaml", lang)
    assert grave(report.findings) == []
    assert report.outcome == "passed", report.render("en")


@pytest.mark.parametrize("answers", pairwise(), ids=lambda answers: "-".join(answers.values()))
def test_whatever_is_answered_the_program_is_sound_and_its_scenarios_hold(answers):
    duration = DURATIONS[sum(map(len, answers.values())) % len(DURATIONS)]
    wanted = Answers(id="essai", duration=duration, **answers)

    made = started(wanted)

    must_live(made, wanted.locales[0])
    assert formatted(made.program, "program") == made.program
    assert formatted(made.scenarios, "scenarios") == made.scenarios


@pytest.mark.parametrize("languages", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_lives_in_every_language(template, languages):
    wanted = Answers(id="essai", **{"languages": languages, **TEMPLATES[template]})

    made = started(wanted, template)

    must_live(made, wanted.locales[0])
    assert formatted(made.program, "program") == made.program


def test_the_smallest_program_has_about_a_dozen_lines():
    made = started(Answers(id="essai", languages="fr"), "minimal")

    assert len([line for line in made.program.splitlines() if line and not line.startswith("#")]) <= 18


@pytest.mark.parametrize(("languages", "absent"), [("fr", "en"), ("en", "fr")])
def test_a_program_in_one_language_holds_no_word_of_the_other(languages, absent):
    made = started(Answers(id="essai", languages=languages, follow_ups="weekly", minimum="hours", certificate="yes"))

    assert not re.search(rf"\b{absent}:", made.program)
    assert "${" not in made.program + made.scenarios
    assert "||" not in made.program + made.scenarios


def test_comments_and_names_are_in_the_authors_language():
    french = started(Answers(id="essai", languages="fr+en")).program
    english = started(Answers(id="essai", languages="en+fr")).program

    assert "# Qui prend part au mentorat." in french
    assert "  entente:\n" in french
    assert "# Who takes part." in english
    assert "  agreement:\n" in english


WORDS = (
    "Mentor", "personne mentorée", "L'apprenti·e", "Agent (APPR, DSM)", "Guide : 2e année", "#1", "Œuvre",
    "système", "any", "author", "Amélie", "导师", "{x}", '"cité"', "- tiret", "oui", "12", "true", "a" * 60,
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_people_are_called_by_any_words(word):
    wanted = Answers(id="essai", languages="fr", title=word, mentor=word, mentee=word, coordinator=word)

    made = started(wanted)

    must_live(made, "fr")
    assert next(iter(load(made.program, "essai.yaml").model.roles.values())).label == {"fr": word}


def test_a_word_gives_its_name_to_the_role():
    assert identifier("Personne mentorée", "x") == "personne_mentoree"
    assert identifier("Cœur d'équipe", "x") == "coeur_d_equipe"
    assert identifier("导师", "mentor") == "mentor"
    assert identifier("author", "x") == "author_2"


def test_a_slash_parts_the_languages():
    otherwise = {"fr": "Mentor", "en": "Mentor"}

    assert both("Parrain / Sponsor", ("fr", "en"), otherwise) == {"fr": "Parrain", "en": "Sponsor"}
    assert both("Sponsor / Parrain", ("en", "fr"), otherwise) == {"en": "Sponsor", "fr": "Parrain"}
    assert both("Mentor", ("fr", "en"), otherwise) == {"fr": "Mentor", "en": "Mentor"}
    assert both("Pair / aidant", ("fr",), otherwise) == {"fr": "Pair / aidant"}


@pytest.mark.parametrize(
    ("name", "answer", "wrong"),
    [
        ("id", "Essai", "id"),
        ("id", "essai_2", None),
        ("id", "../essai", "id"),
        ("id", "null", "id"),
        ("duration", "3 weeks", "duration"),
        ("duration", "36 heures", "duration"),
        ("duration", "8 semaines", None),
        ("amount", "0", "amount"),
        ("amount", "61", "amount"),
        ("amount", "60", None),
        ("application", "maybe", "choice"),
        ("title", "a\nb", "text"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told(name, answer, wrong):
    assert complaint(name, answer, {"minimum": "meetings"}) == wrong


@pytest.mark.parametrize(
    ("minimum", "amount"), [("meetings", "1"), ("meetings", "60"), ("hours", "1"), ("hours", "500")]
)
def test_as_much_as_is_wanted_fits_the_happy_life(minimum, amount):
    wanted = Answers(id="essai", languages="en", minimum=minimum, amount=amount, certificate="yes")

    must_live(started(wanted), "en")


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_name_of_somebody_follows_a_word_that_elides(template):
    """« La candidature de Amélie » is not French."""
    text = started(Answers(id="essai", languages="fr"), template).program

    assert re.findall(r"\b(?:de|que|le|la|jusque|si) \{roles\.[^}]*\}", text) == []
