"""Does `preview` show every message of a life, as it would be sent from a day on?"""

from __future__ import annotations

import pytest

from tests.faces.test_json import documented

HAPPY = "Une vie sans rappel"
STORIES = """\
scenarios_for: jumelage
defaults:
  clock: 2026-09-01 09:00
  people:
    amelie: {name: Amélie Essai, role: mentore}
    bruno: {name: Bruno Essai, role: mentor}
    gilles: {name: Gilles Essai, role: responsable}
scenarios:
  - name: Une vie sans rappel
    given: {state: besoin, fields: {motif: projet}}
    steps:
      - gilles: jumeler
      - clock: 2026-09-04 10:00
      - bruno: {fill: entente, with: {objectifs: [Un], fin: 2026-12-01}}
      - bruno: {sign: entente}
      - amelie: {sign: entente}
      - then: {state: en_cours, fields: {fin: 2026-12-01}}
      - amelie: terminer
      - bruno: terminer
      - then: {state: terminee}
  - name: Une vie avec rappels
    given: {state: besoin, fields: {motif: projet}}
    steps:
      - gilles: jumeler
      - clock: +6 weeks
      - bruno: {fill: entente, with: {objectifs: [Un], fin: 2026-12-01}}
      - bruno: {sign: entente}
      - amelie: {sign: entente}
      - amelie: terminer
      - bruno: terminer
  - name: Une dyade fermée
    given: {state: entente}
    steps:
      - gilles: fermer
  - name: Une entente avant le 20 septembre
    given: {state: en_cours, fields: {fin: 2026-09-20}}
    steps:
      - gilles: {do: prolonger, with: {nouvelle_fin: 2026-09-30}}
"""


@pytest.fixture
def told(dyade):
    """The program, with these stories beside it."""
    (dyade.folder / "programs" / "jumelage.scenarios.yaml").write_text(STORIES, encoding="utf-8")
    assert dyade("test", "jumelage").code == 0
    return dyade


def seen(dyade, *options):
    return dyade("preview", "jumelage", *options, "--format", "json").data


def test_the_life_that_ends_well_and_sends_the_most_is_shown(told):
    found = seen(told, "--from", "2026-09-01")

    assert (found["scenario"], found["ending"]) == ("Une vie avec rappels", "success")
    assert [(one["when"], one["kind"], one["to"]) for one in found["messages"]] == [
        ("2026-09-01 09:00", "notice", "bruno"),
        ("2026-09-01 09:00", "notice", "amelie"),
        ("2026-09-16 09:00", "reminder", "bruno"),
        ("2026-09-16 09:00", "reminder", "amelie"),
        ("2026-09-23 09:00", "reminder", "bruno"),
        ("2026-09-23 09:00", "reminder", "amelie"),
    ]
    assert found["messages"][0]["body"] == "Vous êtes jumelés : Bruno Essai et Amélie Essai."
    assert found["messages"][0]["roles"] == ["Mentor"]
    assert found["unsent"] == []


def test_all_days_of_the_life_move_together_by_the_calendar_of_then(told):
    """Ten business days from the twenty-first of December pass over Christmas and New Year."""
    found = seen(told, "--from", "2026-12-21")

    assert (found["first"], found["last"]) == ("2026-12-21", "2027-02-01")
    assert [one["when"] for one in found["messages"]][2] == "2027-01-06 09:00"


def test_a_scenario_may_be_named_and_what_it_leaves_out_is_told(told):
    found = seen(told, "--from", "2027-01-11", "--scenario", "sans RAPPEL")

    assert (found["scenario"], found["last"], len(found["messages"])) == (HAPPY, "2027-01-14", 2)
    assert found["unsent"] == ["rappel"]


def test_what_is_refused_from_that_day_is_told(told):
    """The program knows a day that does not move with the others."""
    program = told.folder / "programs" / "jumelage.yaml"
    written = program.read_text(encoding="utf-8")
    limit = "params:\n  limite: {value: 2026-12-31, label: {fr: Limite, en: Limit}, basis: assumed}"
    written = written.replace("params:", limit).replace("input.nouvelle_fin > fields.fin", "today <= params.limite")
    program.write_text(written, encoding="utf-8")

    before = told("preview", "jumelage", "--scenario", "septembre", "--from", "2026-10-01")
    after = told("preview", "jumelage", "--scenario", "septembre", "--from", "2027-01-11")

    assert before.code == 0, before.err
    assert after.code == 1
    assert "la vie s'arrête le 2027-01-11 09:00" in after.out


def test_nothing_is_kept(told, tmp_path):
    told.done("preview", "jumelage")

    assert not (tmp_path / "dyade.db").exists()


def test_messages_are_read_in_full_where_that_is_asked(told):
    short = told.done("preview", "jumelage", "--from", "2026-09-01").out
    full = told.done("preview", "jumelage", "--from", "2026-09-01", "--bodies").out

    assert "Votre entente attend." not in short
    assert full.count("Votre entente attend.") == 4


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_is_told_in_both_languages(told, lang):
    out = told.done("preview", "jumelage", "--from", "2026-09-01", "--lang", lang).out

    assert {"fr": "rappel", "en": "reminder"}[lang] in out
    assert {"fr": "Entente à signer", "en": "Agreement to sign"}[lang] in out


def test_tools_are_answered_with_the_keys_that_are_documented(told):
    found = seen(told, "--from", "2026-09-01")

    assert set(found) == documented("`preview`")
    assert set(found["messages"][0]) == documented("a foreseen message of `preview`")


def test_what_cannot_be_shown_is_told(told):
    stories = told.folder / "programs" / "jumelage.scenarios.yaml"
    assert told("preview", "jumelage", "--scenario", "nulle part").code == 2
    assert told("preview", "nowhere").code == 2
    stories.write_text(STORIES.replace("gilles: jumeler", "gilles: jumeller"), encoding="utf-8")
    assert "dyade check" in told("preview", "jumelage").err
    stories.write_text(STORIES.partition("  - name: Une vie sans")[0] + STORIES[STORIES.index("  - name: Une dyade") :])
    assert told("preview", "jumelage").code == 2
