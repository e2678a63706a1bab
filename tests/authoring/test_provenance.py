"""Does the account of a program give each provision what carries it, and each rule its provisions?"""

from __future__ import annotations

from dyade.authoring.provenance import Account, account
from dyade.program.load import load

CATALOGUE = """\
provisions:
  G-1: {force: mandatory, where: "1", text: {fr: Le mentor y met fin., en: The mentor ends it.}}
  G-2: {force: guidance, where: "2", text: {fr: On en parle., en: One speaks of it.}}
  G-3: {force: fact, where: "3", text: {fr: C'est un essai., en: It is a trial.}}
  G-4: {force: may, where: "4", text: {fr: Le mentor y pense., en: The mentor thinks of it.}}
"""
PROGRAM = """\
dyade: "1.0"
id: essai
version: "1"
title: Essai
summary: Un essai
locales: [fr]
timezone: America/Toronto
started_by: [mentor]
sources:
  guide: {title: Guide, provisions: guide.yaml}
out_of_scope:
  G-3: Rien n'en découle.
roles:
  mentor: {label: Mentor}
params:
  jours: {value: 2, label: Jours, basis: assumed, note: Au jugé.}
initial: a
states:
  a: {label: A}
  b: {label: B, final: true}
transitions:
  - id: finir
    label: Finir
    from: a
    to: b
    by: [mentor]
    source: [G-1, G-2]
    guard:
      - {id: assez, when: params.jours > 1, source: G-1, basis: interpretation, note: On comprend deux jours.}
"""


def told(program: str = PROGRAM, catalogue: str | None = CATALOGUE) -> Account:
    def read_file(_name: str) -> bytes | None:
        return None if catalogue is None else catalogue.encode()

    return account(load(program, "essai.yaml", read_file), program, read_file)


def fates(found: Account) -> dict[str, str]:
    return {row.provision.id: row.fate for row in found.rows}


def test_each_provision_is_carried_or_excused_or_forgotten():
    assert fates(told()) == {"G-1": "carried", "G-2": "carried", "G-3": "out_of_scope", "G-4": "forgotten"}


def test_an_account_is_whole_when_nothing_is_forgotten():
    assert not told().is_whole
    assert told(PROGRAM.replace("[G-1, G-2]", "[G-1, G-2, G-4]")).is_whole


def test_a_provision_names_what_carries_it_with_its_line():
    [first, *_] = told().rows
    lines = PROGRAM.split("\n")

    assert [carrier.name for carrier in first.carriers] == ["transitions.finir", "transitions.finir.guard.assez"]
    assert "- id: finir" in lines[first.carriers[0].line - 1]
    assert "id: assez" in lines[first.carriers[1].line - 1]


def test_a_rule_names_its_provisions_and_what_it_rests_on():
    rules = {rule.name: (rule.kind, rule.provisions, rule.basis) for rule in told().rules}

    assert rules == {
        "params.jours": ("param", (), "assumed"),
        "transitions.finir": ("transition", ("G-1", "G-2"), "stated"),
        "transitions.finir.guard.assez": ("clause", ("G-1",), "interpretation"),
    }


def test_the_totals_are_those_of_each_force_the_most_binding_first():
    assert list(told().totals().items()) == [
        ("mandatory", {"provisions": 1, "carried": 1, "out_of_scope": 0, "forgotten": 0}),
        ("may", {"provisions": 1, "carried": 0, "out_of_scope": 0, "forgotten": 1}),
        ("fact", {"provisions": 1, "carried": 0, "out_of_scope": 1, "forgotten": 0}),
        ("guidance", {"provisions": 1, "carried": 1, "out_of_scope": 0, "forgotten": 0}),
    ]


def test_a_source_without_a_catalogue_makes_no_whole_account():
    found = told(catalogue=None)

    assert (found.rows, found.unread, found.is_whole) == ((), ("guide",), False)


def test_tools_get_both_ways_in_the_readers_language():
    found = told().to_json("en")

    assert found["counts"] == {
        "provisions": 4,
        "carried": 2,
        "out_of_scope": 1,
        "forgotten": 1,
        "stated": 1,
        "interpretation": 1,
        "assumed": 1,
    }
    assert found["provisions"][0]["text"] == "The mentor ends it."
    assert found["provisions"][2]["reason"] == "Rien n'en découle."
    assert found["rules"][2]["note"] == "On comprend deux jours."
