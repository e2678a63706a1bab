"""Is what stories touch of a program counted as it was lived, and what they leave out told?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dyade.authoring.coverage import Coverage
from dyade.authoring.scenario_report import Report
from dyade.authoring.scenarios import Observed, run
from dyade.flow.plan import plan_of
from dyade.program.load import load
from dyade.program.program import Program
from tests.authoring.conftest import HEAD

WORKSHOP = Path(__file__).parent / "workshop.yaml"
WORKING = "    given: {state: working, fields: {ends_on: 2026-12-18}}\n"
DEADLINE = "\ndeadlines:\n  end: {at: fields.ends_on, label: {en: End, fr: Fin}, while: [working], basis: assumed}\n"


@pytest.fixture
def observed() -> Callable[..., Report]:
    """Live the stories that are written under `scenarios:`, observed."""

    def observe(stories: str, more: str = "", only: str | None = None) -> Report:
        text = WORKSHOP.read_text(encoding="utf-8") + more
        told = run(
            load(text, "workshop.yaml"),
            f"{HEAD}scenarios:\n{stories}",
            "stories.yaml",
            "en",
            only,
            Observed(text, "workshop.yaml"),
        )
        assert told.ok, told.render("en")
        return told

    return observe


def story(steps: str, name: str = "Story", given: str = WORKING) -> str:
    return f"  - name: {name}\n{given}    steps:\n{steps}"


def of(report: Report) -> Coverage:
    assert report.coverage is not None
    return report.coverage


def touched(report: Report, kind: str) -> set[str]:
    """The names, with their ways, of what was touched."""
    return {f"{item.name} {item.way}".rstrip() for item, yes in of(report).touched.items() if yes and item.kind == kind}


def test_a_state_is_touched_with_those_around_it(observed):
    told = observed(story("      - lea: pause\n"))

    assert touched(told, "state") == {"working", "working.first", "paused"}
    assert touched(told, "transition") == {"pause"}


def test_a_clause_is_touched_by_each_of_its_answers(observed):
    """A refusal shows the no; the yes is shown by an act that the clause lets pass."""
    refused = story("      - cora: go_on\n        refused: {trade_known: any}\n")
    done = story("      - lea: {set: {trade: sound}}\n      - cora: go_on\n", "Done")

    told = observed(refused + done, only="Story")
    both = observed(refused + done)

    assert touched(told, "clause") == {
        "transitions.go_on.guard.trade_known no",
    }
    assert touched(both, "clause") == {
        "transitions.go_on.guard.enough_hours no",
        "transitions.go_on.guard.trade_known no",
        "transitions.go_on.guard.trade_known yes",
    }


def test_an_answer_that_is_not_known_is_neither_yes_nor_no(observed):
    told = observed(
        story("      - lea: {assign: {coach: max}}\n").replace(
            "    given", "    people: {max: {role: coach, pool: true}}\n    given"
        )
    )

    assert touched(told, "clause") == set()


def test_a_reminder_is_touched_when_it_is_sent_and_its_escalation_when_it_is(observed):
    waiting = "    given: {state: planning}\n"
    once = observed(story("      - clock: 2026-09-10 09:00\n", given=waiting))
    twice = observed(story("      - clock: 2026-09-20 09:00\n", given=waiting))

    assert (touched(once, "reminder"), touched(once, "escalation")) == ({"sign_it"}, set())
    assert (touched(twice, "reminder"), touched(twice, "escalation")) == ({"sign_it"}, {"sign_it"})


def test_a_deadline_comes_when_its_day_is_lived_and_is_kept_when_it_is_left_before(observed):
    come = observed(story("      - clock: 2026-12-18 00:00\n"), DEADLINE)
    kept = observed(story("      - clock: 2026-12-17 23:59\n      - leo: drop\n"), DEADLINE)
    still = observed(story("      - clock: 2026-12-17 23:59\n"), DEADLINE)

    assert touched(come, "deadline") == {"end come"}
    assert touched(kept, "deadline") == {"end kept"}
    assert touched(still, "deadline") == set()


def test_a_step_and_an_outcome_are_touched_when_they_are_reached(observed):
    told = observed(
        story(
            "      - leo: {fill: expense, with: {amount: 12.50}}\n"
            "      - lea: {step: pay, with: {paid_on: 2026-09-01}}\n"
            "      - leo: drop\n"
        )
    )

    assert touched(told, "step") == {"expense.pay"}
    assert touched(told, "outcome") == {"withdrawn"}


def test_advice_is_touched_where_someone_for_whom_it_is_meant_takes_part(observed):
    advice = "\nguidance:\n" + "".join(
        f"  - {{for: [{role}], in: [{state}], text: {{en: Rest., fr: Reposez-vous.}}, basis: assumed}}\n"
        for role, state in (("learner", "paused"), ("lead", "done"), ("desk", "working"))
    )
    told = observed(story("      - lea: pause\n"), advice)

    assert touched(told, "guidance") == {"guidance[0]", "guidance[2]"}


@pytest.mark.parametrize(
    ("most", "end", "way"), [("1", "", "taken"), ("0", "        refused: {quota_full: any}\n", "full")]
)
def test_a_quota_is_touched_when_a_place_is_taken_and_when_there_is_none(observed, most, end, way):
    seats = (
        f"\nquotas:\n  seats: {{label: {{en: Seats, fr: Places}}, max: {most}, reserve_on: [go_on], basis: assumed}}\n"
    )
    told = observed(story(f"      - lea: {{set: {{trade: sound}}}}\n      - cora: go_on\n{end}"), seats)

    assert touched(told, "quota") == {f"seats {way}"}


def test_what_is_left_out_is_told_with_its_line(observed):
    told = observed(story("      - cora: go_on\n        refused: {trade_known: any}\n"))

    coverage = of(told)
    lines = WORKSHOP.read_text(encoding="utf-8").split("\n")
    line = next(coverage.line(item) for item in coverage.left_out() if item.name == "roles.coach.eligible.senior")
    assert "senior" in lines[line - 1]
    shown = told.render("en")
    assert "the answer to transitions.go_on.guard.trade_known is never yes [K001 half-tested]" in shown
    never = "nothing answers roles.coach.eligible.senior, either yes or no [K002 untested]"
    assert f"workshop.yaml:{line}: {never}" in shown
    assert "la réponse à transitions.go_on.guard.trade_known n'est jamais oui" in told.render("fr")


def test_the_whole_is_a_hundred_and_nothing_less(observed):
    coverage = of(observed(story("      - lea: pause\n")))
    everything = coverage._replace(touched=dict.fromkeys(coverage.touched, True))
    all_but_one = coverage._replace(touched={item: at > 0 for at, item in enumerate(coverage.touched)})

    assert (everything.percent, everything.is_whole) == (100, True)
    assert (all_but_one.percent < 100, all_but_one.is_whole) == (True, False)


def test_tools_get_the_counts_and_what_is_left_out(observed):
    told = observed(story("      - lea: pause\n")).to_json("en")["coverage"]

    assert told["program"] == "workshop.yaml"
    assert told["counts"]["transition"] == {"touched": 1, "all": 7}
    assert {"kind": "transition", "name": "resume", "way": None} in [
        {key: one[key] for key in ("kind", "name", "way")} for one in told["left_out"]
    ]
    never = next(one for one in told["left_out"] if one["name"] == "resume")
    assert (never["code"], never["slug"], never["message"]) == ("K002", "untested", "no scenario fires resume")


def test_half_an_answer_is_told_apart_from_none(observed):
    """One way of two is K001; both, or what has one way, is K002."""
    told = observed(story("      - cora: go_on\n        refused: {trade_known: any}\n")).to_json("en")["coverage"]

    codes = {(one["name"], one["way"]): one["code"] for one in told["left_out"]}
    assert codes["transitions.go_on.guard.trade_known", "yes"] == "K001"
    assert codes["roles.coach.eligible.senior", "yes"] == codes["roles.coach.eligible.senior", "no"] == "K002"


def test_observing_leaves_the_program_as_it_was(workshop: Program):
    """What is observed is a copy: the clauses of the plan that decides elsewhere note nothing."""
    before = plan_of(workshop)
    observed = Observed(WORKSHOP.read_bytes(), "workshop.yaml")

    told = run(workshop, f"{HEAD}scenarios:\n{story('      - lea: pause')}", "stories.yaml", "en", None, observed)

    assert of(told).touched
    assert plan_of(workshop) is before
    assert before.answers is None


def test_an_observed_story_is_told_as_one_that_is_not(observed, told):
    text = story("      - lea: {set: {trade: sound}}\n      - cora: go_on\n      - clock: 2026-12-12 09:00\n")

    assert observed(text).lived == told(text).lived


# ---------------------------------------------------------------------------------------- what answers outside guards

FILES = "\nretention:\n  - {id: files, what: dyad, outcome: withdrawn, keep_for: 10 days}\n"


def test_a_retention_rule_is_touched_once_time_has_erased(observed):
    steps = "      - lea: drop\n      - clock: 2026-09-{day} 12:00\n"
    before = observed(story(steps.format(day="08")), FILES)
    after = observed(story(steps.format(day="25")), FILES)

    assert touched(before, "retention") == set()
    assert touched(after, "retention") == {"files"}
    assert "no scenario lives until files erases" in "\n".join(of(before).render("en"))
    assert "aucun scénario ne vit jusqu'à ce que files efface" in "\n".join(of(before).render("fr"))


def test_what_was_said_at_an_enrolment_is_outside_any_story(observed):
    rule = "\nretention:\n  - {id: unpaired, what: enrolment, keep_for: 1 year}\n"
    told = observed(story("      - lea: pause\n"), rule)

    assert [item for item in of(told).touched if item.kind == "retention"] == []


def test_an_invariant_is_touched_where_it_is_watched(observed):
    told = observed(story("      - lea: pause\n"))

    assert touched(told, "invariant") == {"two_people yes"}


def test_a_limit_is_touched_by_what_keeps_to_it_and_by_what_passes_it(observed):
    kept = "      - leo: {fill: hours, with: {on_day: 2026-09-01, hours: 5}}\n"
    passed = "      - leo: {fill: hours, with: {on_day: 2026-09-01, hours: 24}}\n        refused: {cap: any}\n"

    assert touched(observed(story(kept)), "limit") == {"forms.hours.limits.cap yes"}
    assert touched(observed(story(kept + passed)), "limit") == {
        "forms.hours.limits.cap yes",
        "forms.hours.limits.cap no",
    }


def test_a_case_is_touched_both_ways():
    more = (
        "\n  - {id: nudge, to: [learner], while: working, after: 1 week, only_if: is_set(fields.trade), "
        "template: TEMPLATE, basis: assumed}\n"
    )
    text = WORKSHOP.read_text(encoding="utf-8")
    template = text.partition("\ntemplates:\n")[2].split(":")[0].strip()
    program = text.replace("\nreminders:\n", f"\nreminders:{more.replace('TEMPLATE', template)}", 1)
    stories = story("      - lea: {set: {trade: sound}}\n      - clock: 2026-10-01 12:00\n", "With") + story(
        "      - clock: 2026-10-01 12:00\n", "Bare"
    )

    def live(only):
        seen = Observed(program, "workshop.yaml")
        return run(load(program, "workshop.yaml"), f"{HEAD}scenarios:\n{stories}", "s.yaml", "en", only, seen)

    assert {name.rpartition(" ")[2] for name in touched(live("With"), "branch")} == {"yes"}
    assert {name.rpartition(" ")[2] for name in touched(live("Bare"), "branch")} == {"no"}
    assert len(touched(live(None), "branch")) == 2
