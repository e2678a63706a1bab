"""Does the command line tell anybody what they may not see: in JSON, in lists, in what came of an act?"""

from __future__ import annotations

import json

import pytest

PROGRAM = """
dyade: "1.0"
id: discret
version: "1"
title: {fr: Programme discret, en: Discreet program}
summary: {fr: Un essai., en: A trial.}
locales: [fr, en]
timezone: America/Toronto
started_by: [responsable]
visibility:
  default: [mentore, mentor, responsable]
  break_glass:
    items: [forms.journal, forms.journal.notes]
    by: [responsable]
    for: 1 day
    notify: {to: [responsable], template: ouvert, priority: urgent}
roles:
  mentore:
    label: {fr: Personne mentorée, en: Mentee}
    assigned_by: [responsable]
    attributes: {handicap: {type: bool, label: {fr: Handicap, en: Disability}, privacy: sensitive, nullable: true}}
  mentor: {label: {fr: Mentor, en: Mentor}, assigned_by: [responsable]}
  responsable: {label: {fr: Responsable, en: Coordinator}, scope: program}
fields:
  sante: {type: bool, label: {fr: Santé, en: Health}, privacy: sensitive, set_by: [mentor]}
forms:
  journal:
    label: {fr: Journal, en: Diary}
    entry:
      humeur: {type: text, label: {fr: Humeur, en: Mood}, privacy: personal}
      notes: {type: text, label: {fr: Notes, en: Notes}, privacy: sensitive, visibility: [mentor]}
    filled_by: [mentor]
    available_in: en_cours
    repeat: many
    visibility: [mentor]
    aggregates: {nombre: {count: all}}
initial: en_cours
states:
  en_cours:
    label: {fr: En cours, en: Under way}
    tracks:
      climat:
        label: {fr: Climat, en: Climate}
        initial: calme
        states:
          calme: {label: {fr: Calme, en: Calm}}
          orage: {label: {fr: Orage, en: Storm}}
  fini: {label: {fr: Fini, en: Over}, final: true, outcome: success}
transitions:
  - id: eclater
    label: {fr: Éclater, en: Break out}
    from: calme
    to: orage
    by: [mentor]
    visibility: [mentor, responsable]
    effects: [{notify: {to: [responsable], template: orage}}]
  - id: calmer
    label: {fr: Calmer, en: Settle}
    from: orage
    to: calme
    by: [mentor]
    visibility: [mentor, responsable]
  - {id: saluer, label: {fr: Saluer, en: Greet}, from: en_cours, by: [mentore, mentor, responsable]}
  - id: finir
    label: {fr: Finir, en: End}
    from: en_cours
    to: fini
    by: [mentor]
    guard: [{id: ecrit, when: forms.journal.nombre > 0}, {id: su, level: should, when: fields.sante}]
reminders:
  - {id: veiller, to: [responsable], while: orage, after: 2 days, template: orage}
templates:
  orage: {subject: {fr: Orage, en: Storm}, body: {fr: Voyez la dyade., en: See the dyad.}}
  ouvert: {subject: {fr: Ouvert, en: Opened}, body: {fr: Le journal est ouvert., en: The diary was opened.}}
"""
NOTE = "mot-sans-pareil"


@pytest.fixture
def lived(dyade):
    """A dyad with a diary, in a storm that the mentee knows nothing of."""
    (dyade.folder / "programs" / "discret.yaml").write_text(PROGRAM, encoding="utf-8")
    for person in ("ana", "bob", "rita", "rose"):
        dyade.done("person", "add", person, "--name", person.title())
    dyade.done("person", "set", "ana", "handicap=true")
    for person in ("rita", "rose"):
        dyade.done("enrol", person, "discret", "responsable")
    for command in (
        "start discret mentore=ana mentor=bob --as rita",
        f"fill D-1 journal humeur=triste notes={NOTE} --as bob",
        "set D-1 sante=true --as bob",
        "advance D-1 eclater --as bob",
    ):
        dyade.done(*command.split())
    return dyade


def as_json(dyade, line, who):
    ran = dyade(*line.split(), "--as", who, "--format", "json")
    return ran.data


@pytest.mark.parametrize(("who", "tracks"), [("ana", {}), ("rita", {"en_cours.climat": "en_cours.climat.orage"})])
@pytest.mark.parametrize("line", ["show D-1", "advance D-1 saluer", "advance D-1 finir"])
def test_a_track_that_one_may_not_see_is_in_no_answer(lived, who, tracks, line):
    """What is shown, what came of an act, and what a refusal says."""
    assert as_json(lived, line, who)["tracks"] == tracks
    told = lived(*line.split(), "--as", who).out
    assert ("Orage" in told) == (bool(tracks) and "finir" not in line)


def test_when_time_acts_is_listed_for_those_who_may_know_why(lived):
    [for_ana] = as_json(lived, "list", "ana")["dyads"]
    [for_rita] = as_json(lived, "list", "rita")["dyads"]

    assert for_ana["next_due"] is None
    assert for_rita["next_due"].startswith("2026-09-03")


def test_many_dyads_are_chosen_neither_by_a_track_that_is_hidden_nor_by_what_is_sensitive(lived):
    where = "bulk advance discret saluer"

    assert as_json(lived, f"{where} --state en_cours.climat.orage", "rita")["dyads"] != []
    assert as_json(lived, f"{where} --state en_cours.climat.orage", "ana")["dyads"] == []
    assert as_json(lived, f"{where} --where sante=true", "rita")["dyads"] == []


def test_nothing_is_counted_by_what_is_sensitive(lived):
    assert lived("report", "discret", "--by", "sante").code == 2


def test_a_list_of_people_says_nothing_sensitive(lived):
    listed = lived.done("person", "list", "--format", "json").data["people"]

    assert "handicap" in lived.done("person", "show", "ana", "--format", "json").data["person"]["attributes"]
    assert all("handicap" not in one["attributes"] for one in listed)


def test_something_is_opened_in_an_emergency_and_closes_by_itself(lived):
    assert NOTE not in lived.done("history", "D-1", "--as", "rita").out
    told = lived.done("reveal", "D-1", "forms.journal", "--reason", "Elle ne répond plus", "--as", "rita").out
    assert "ouvert d'urgence : Journal, Journal › Notes" in told.replace("\n", " ")
    assert "motif : Elle ne répond plus" in told
    assert "Rose" in told

    assert NOTE in lived.done("history", "D-1", "--as", "rita").out
    assert NOTE in json.dumps(as_json(lived, "show D-1", "rita"))
    for other in ("rose", "ana"):
        assert NOTE not in lived.done("history", "D-1", "--as", other).out
        assert NOTE not in json.dumps(as_json(lived, "show D-1", other))
    assert "Elle ne répond plus" in lived.done("history", "D-1", "--as", "rose").out
    assert "Elle ne répond plus" not in lived.done("history", "D-1", "--as", "bob").out

    accesses = lived.done("privacy", "accesses", "--format", "json").data["accesses"]
    assert {(one["reader"], one["what"][0]) for one in accesses if "visibility.break_glass" in one["what"]} == {
        ("rita", "visibility.break_glass")
    }
    lived.at("2026-09-02T13:00:00+00:00")
    assert NOTE not in lived.done("history", "D-1", "--as", "rita").out


@pytest.mark.parametrize(
    ("line", "who", "said"),
    [
        ("reveal D-1 forms.journal --reason Voir", "ana", "ouvrir “Journal”"),
        ("reveal D-1 forms.zebre --reason Voir", "rita", "Rien qui s'appelle « forms.zebre »"),
    ],
)
def test_it_is_refused_in_words(lived, line, who, said):
    ran = lived(*line.split(), "--as", who)

    assert ran.code == 1
    assert said in ran.out


def test_a_reason_must_be_written(lived):
    assert lived("reveal", "D-1", "forms.journal", "--as", "rita").code == 2
    assert lived("reveal", "D-1", "forms.journal", "--reason", " ", "--as", "rita").code == 1
