"""Can what came of the stories be read, by people in their language and by tools?"""

from __future__ import annotations

import json

import pytest

STORIES = """\
  - name: Une préparation sans fin
    steps: [{lea: {set: {room: Red}}}]
  - name: Dropped too soon
    steps:
      - lea: drop
      - then:
          state: planning
          outcome: withdrawn
"""
ENGLISH = """\
✔ Une préparation sans fin

✘ Dropped too soon
  stories.yaml:16:11: this is not what is expected:
     |
  16 |           state: planning
     |           ^~~~~
  16 - expected  state: planning
  16 + found     state: dropped

1 failed, 1 scenario passed"""
FRENCH = """\
✔ Une préparation sans fin

✘ Dropped too soon
  stories.yaml:16:11: ce n'est pas ce qui est attendu :
     |
  16 |           state: planning
     |           ^~~~~
  16 - attendu  state: planning
  16 + obtenu   state: dropped

1 échec, 1 scénario réussi"""


def test_a_difference_is_shown_under_its_line_in_either_language(told):
    report = told(STORIES)

    assert (report.outcome, report.ok) == ("failed", False)
    assert report.render() == ENGLISH
    assert report.render("fr") == FRENCH


def test_a_refusal_that_nobody_expected_is_shown_with_its_reasons(told):
    report = told("  - name: Refused\n    steps: [{cora: go_on}]\n")

    assert report.render().split("\n")[4:] == [
        "     |              ^~~~",
        "    “Go on” is not possible here (Planning); it is possible from: First part.",
        "",
        "1 failed, 0 scenarios passed",
    ]


def test_all_that_passes_is_counted(told):
    report = told("  - name: Quiet\n    steps: [{clock: +1 day}]\n  - name: Quieter\n    steps: [{clock: +1 week}]\n")

    assert report.ok
    assert report.render() == "✔ Quiet\n✔ Quieter\n\n2 scenarios passed"


@pytest.mark.parametrize("only", ["preparation", "PRÉPARATION SANS", "une pre"])
def test_stories_are_chosen_by_a_part_of_their_names_whatever_the_accents(told, only):
    report = told(STORIES, only=only)

    assert [one.name for one in report.lived] == ["Une préparation sans fin"]
    assert report.ok


def test_choosing_nothing_is_no_success(told):
    report = told(STORIES, only="elsewhere")

    assert (report.outcome, report.ok, report.lived) == ("failed", False, ())
    assert report.render() == "No scenario has “elsewhere” in its name."


def test_tools_get_the_same_as_people(told):
    data = told(STORIES).to_json("fr")

    assert json.loads(json.dumps(data)) == data
    passed, failed = data["scenarios"]
    assert (data["file"], data["outcome"], data["diagnostics"]) == ("stories.yaml", "failed", [])
    assert (passed["name"], passed["line"], passed["ok"], passed["failure"]) == (
        "Une préparation sans fin", 10, True, None,
    )  # fmt: skip
    assert failed["failure"] == {
        "kind": "then",
        "step": 2,
        "line": 16,
        "column": 11,
        "message": "ce n'est pas ce qui est attendu :",
        "reasons": [],
        "differences": [{"line": 16, "expected": ["state: planning"], "got": ["state: dropped"]}],
    }


def test_mistakes_of_the_file_are_shown_in_place_of_the_stories(told):
    report = told("  - name: A\n    steps: [{lea: dropp}]\n", lang="fr")

    assert report.outcome == "invalid"
    assert report.render().startswith("stories.yaml:11:19: erreur : « dropp » n'existe pas (transition)")
    assert [one["code"] for one in report.to_json()["diagnostics"]] == ["D016"]


def test_a_transcript_tells_when_who_what_and_to_whom(told):
    [one] = told(
        "  - name: A paper\n"
        "    given: {forms: {plan: {goal: Learn, ends_on: 2026-12-18}}, state: first}\n"
        "    steps:\n"
        "      - cora: go_on\n"
        "        refused: {trade_known: any}\n"
        "      - lea: {waive: trade_known, reason: Later}\n"
        "      - cora: go_on\n"
        "      - leo: {fill: expense, with: {amount: 12.50}, on: 2026-08-31}\n"
        "      - lea: {step: pay, with: {paid_on: 2026-09-01}}\n"
        "      - clock: 2026-12-11\n"
    ).lived

    assert one.ok
    assert one.transcript == (
        "A paper\n"
        "=======\n"
        "\n"
        "People: Léa (Lead), cora (Coach), Léo (Learner), dana (Desk)\n"
        "At first, on 2026-09-01 09:00: First part\n"
        "  Plan\n"
        "      Goal: Learn\n"
        "      End: 2026-12-18\n"
        "\n"
        "2026-09-01 09:00  cora\n"
        "  ✘ Go on\n"
        "      The trade is not said. This condition can be waived by: Lead.\n"
        "\n"
        "2026-09-01 09:00  Léa\n"
        "  condition waived: The trade is not said (Go on)\n"
        "      reason: Later\n"
        "\n"
        "2026-09-01 09:00  cora\n"
        "  Go on → Second part\n"
        "      conditions waived: The trade is not said\n"
        "  ! Hours done: 0 of 10 (10 missing)\n"
        "\n"
        "2026-09-01 09:00  Léo\n"
        "  “Expense” filled in (no. 1)\n"
        "      Amount: $12.50\n"
        "      happened on 2026-08-31\n"
        "\n"
        "2026-09-01 09:00  Léa\n"
        "  “Expense” no. 1: Pay\n"
        "      Paid on: 2026-09-01\n"
        "  ⇢ handed to the host application: paid\n"
        "\n"
        "2026-12-11 08:30  time\n"
        "  ✉ Léo: Nearly done\n"
        "        One more week.\n"
        "\n"
        "In the end, on 2026-12-11 08:30: Second part\n"
    )
