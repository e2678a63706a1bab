"""Are stories lived as their scenarios say, and is what differs found?"""

from __future__ import annotations

import pytest

from dyade.authoring import life
from dyade.flow.decide import decide
from dyade.flow.outcome import Decision
from tests.authoring.conftest import BEFORE

WORKING = "    given: {state: working, fields: {trade: sound, ends_on: 2026-12-18}}\n"


class TestActs:
    """Every way of acting, in one story each."""

    def test_a_dyad_is_started_agreed_upon_and_planned(self, lived):
        one = lived(
            "    steps:\n"
            "      - lea: {start: {lead: lea, learner: leo}, with: {trade: script}}\n"
            "      - lea: {assign: {coach: cora}}\n"
            "      - cora: {accept: coach}\n"
            "      - leo: {fill: plan, with: {goal: Learn}, draft: true}\n"
            "      - leo: {fill: plan, with: {goal: Learn, ends_on: 2026-12-18}}\n"
            "      - leo: {sign: plan}\n"
            "      - leo: {unsign: plan}\n"
            "      - leo: {sign: plan}\n"
            "      - then: {state: planning, fields: {trade: script, ends_on: null}}\n"
            "      - cora: {sign: plan}\n"
            "      - then: {state: first, notified: {begun: [cora, leo]}, fields: {ends_on: 2026-12-18}}\n"
        )

        assert one.failure is None

    def test_a_paper_is_recorded_for_someone(self, lived):
        one = lived(
            "    steps:\n"
            "      - lea: {fill: plan, for: leo, on: 2026-08-28, with: {goal: Learn, ends_on: 2026-12-18}}\n"
            "      - lea: {sign: plan, for: leo, on: 2026-08-28}\n"
            "      - lea: {sign: plan, for: cora}\n"
            "        refused: {not_delegable: any}\n"
            "      - cora: {sign: plan, on: 2026-09-02}\n"
            "        refused: {in_future: any}\n"
        )

        assert one.failure is None

    def test_entries_are_confirmed_limited_waived_and_moved_on(self, lived):
        one = lived(
            WORKING + "    steps:\n"
            "      - leo: {fill: hours, with: {on_day: 2026-09-01, hours: 15}}\n"
            "      - cora: {confirm: hours}\n"
            "      - leo: {fill: hours, with: {on_day: 2026-09-01, hours: 6}}\n"
            "        refused: {cap: any}\n"
            "      - lea: {waive: cap, reason: A long week}\n"
            "      - leo: {fill: hours, with: {on_day: 2026-09-01, hours: 6}}\n"
            "      - leo: {fill: expense, with: {amount: 12.50}}\n"
            "      - lea: {step: pay, with: {paid_on: 2026-09-01}}\n"
            "      - cora: {confirm: hours, entry: 2}\n"
            "      - then: {visible: {lea: [forms.expense]}, hidden: {cora: [forms.expense.amount]}}\n"
        )

        assert one.failure is None

    def test_roles_change_hands(self, lived):
        one = lived(
            "    people:\n"
            "      colin: {role: coach, pool: true, senior: true}\n"
            "      nina: {role: coach, pool: true, senior: false}\n" + WORKING + "    steps:\n"
            "      - lea: {assign: {coach: nina}}\n"
            "        refused: {senior: The coach must be senior.}\n"
            "      - lea: {assign: {coach: colin}}\n"
            "      - colin: {decline: coach}\n"
            "      - lea: {replace: {coach: colin}}\n"
            "      - colin: {accept: coach}\n"
            "      - cora: go_on\n"
            "        refused: {not_allowed: any}\n"
            "      - lea: {unassign: {coach: colin}}\n"
            "      - lea: {set: {trade: script, room: Red}}\n"
            "      - then: {fields: {trade: script, room: Red}}\n"
        )

        assert one.failure is None

    def test_what_is_done_together_waits_for_each(self, lived):
        one = lived(
            "    given: {state: second, fields: {ends_on: 2026-12-18}}\n"
            "    steps:\n"
            "      - leo: {do: finish, with: {note: Thanks}}\n"
            "      - then: {waiting_for: {finish: [cora]}}\n"
            "      - leo: {withdraw: finish}\n"
            "      - then: {waiting_for: {}}\n"
            "      - cora: finish\n"
            "      - leo: finish\n"
            "      - then: {state: done, outcome: success}\n"
        )

        assert one.failure is None

    def test_a_complete_entry_is_corrected(self, lived):
        one = lived(
            "    given: {state: first, forms: {plan: {goal: Learn, ends_on: 2026-12-18}}}\n"
            "    steps:\n"
            "      - leo: {correct: plan, with: {ends_on: 2026-12-20}, reason: A slip}\n"
            "        refused: {not_allowed: any}\n"
            "      - cora: {correct: plan, with: {ends_on: 2026-12-20}, reason: A slip}\n"
            "      - then: {fields: {ends_on: 2026-12-20}}\n"
        )

        assert one.failure is None

    def test_what_is_known_of_people_changes(self, lived):
        one = lived(
            "    people: {nina: {role: coach, pool: true, senior: false}}\n" + WORKING + "    steps:\n"
            "      - lea: {assign: {coach: nina}}\n"
            "        refused: {senior: any}\n"
            "      - attributes: {nina: {senior: true}, cora: {senior: false}, leo: {}}\n"
            "      - lea: {assign: {coach: nina}}\n"
            "      - then: {state: first}\n"
        )

        assert one.failure is None
        assert "details updated: cora" in one.transcript

    def test_what_is_known_of_people_changes_before_the_dyad_is_there(self, lived):
        one = lived(
            "    people: {nina: {role: coach, senior: false}}\n    steps:\n"
            "      - lea: {start: {lead: lea, coach: nina, learner: leo}, with: {trade: script}}\n"
            "        refused: {senior: any}\n"
            "      - attributes: {nina: {senior: true}}\n"
            "      - lea: {start: {lead: lea, coach: nina, learner: leo}, with: {trade: script}}\n"
        )

        assert one.failure is None

    def test_entries_are_given_as_far_as_they_have_come(self, lived):
        one = lived(
            "    given:\n"
            "      state: first\n"
            "      forms:\n"
            "        expense: [{with: {amount: 12.50}, step: paid}, {amount: 3}]\n"
            "        hours: {with: {on_day: 2026-08-31, hours: 15}, confirmed_by: []}\n"
            "        plan:\n"
            "          {with: {goal: Learn, ends_on: 2026-12-18}, by: leo, on: 2026-08-20, signed_by: [cora, leo]}\n"
            "    steps:\n"
            "      - lea: {step: pay, entry: 1, with: {paid_on: 2026-09-01}}\n"
            "        refused: {wrong_step: any}\n"
            "      - lea: {step: pay, entry: 2, with: {paid_on: 2026-09-01}}\n"
            "      - cora: {confirm: hours}\n"
            "      - then: {fields: {ends_on: 2026-12-18}}\n"
        )

        assert one.failure is None

    def test_an_agreement_that_waits_begins_nothing(self, lived):
        one = lived(
            "    given: {forms: {plan: {with: {goal: Learn, ends_on: 2026-12-18}, signed_by: [leo]}}}\n"
            "    steps:\n"
            "      - then: {state: planning}\n"
            "      - cora: {sign: plan}\n"
            "      - then: {state: first}\n"
        )

        assert one.failure is None


class TestTime:
    """Time passes as a worker would let it."""

    def test_every_due_instant_is_lived_in_its_turn(self, lived):
        one = lived(
            "    steps:\n"
            "      - clock: 2026-09-09 08:29\n"
            "      - then: {reminded: {}}\n"
            "      - clock: 2026-09-09 08:30\n"
            "      - then: {reminded: {sign_it: [leo]}, escalated: {}, due: {sign_it: 2026-09-16 08:30}}\n"
            "      - clock: +5 business days\n"
            "      - then: {reminded: {sign_it: [leo]}, escalated: {sign_it: [lea]}, due: {sign_it: null}}\n"
            "      - clock: 2027-09-01\n"
            "      - then: {reminded: {}, state: planning}\n"
        )

        assert one.failure is None
        moments = [line for line in one.transcript.split("\n") if line.startswith("202")]
        assert moments == ["2026-09-09 08:30  time", "2026-09-16 08:30  time"]

    def test_a_day_alone_is_the_hour_of_reminders(self, lived):
        one = lived(
            "    steps:\n      - clock: 2026-09-09\n      - then: {reminded: {sign_it: [leo]}}\n",
        )

        assert one.failure is None

    def test_what_time_ends_is_ended_on_its_day(self, lived):
        one = lived(
            WORKING + "    steps:\n"
            "      - clock: 2026-12-24 23:59\n"
            "      - then: {state: working, due: {run_out: 2026-12-25}, reminded: {nearly: [leo]}}\n"
            "      - clock: 2026-12-25 00:00\n"
            "      - then: {state: dropped, outcome: withdrawn, reminded: {}}\n"
        )

        assert one.failure is None

    def test_a_pause_stops_nothing_that_a_date_says(self, lived):
        one = lived(
            WORKING + "    steps:\n"
            "      - lea: pause\n"
            "      - clock: +4 months\n"
            "      - lea: resume\n"
            "      - then: {state: dropped}\n"
        )

        assert one.failure is None


class TestBeginning:
    """What is given is not judged, and must be able to last."""

    def test_what_is_given_stands_whatever_the_rules_say(self, lived):
        one = lived(
            "    people: {cora: {senior: false}}\n"
            "    given:\n"
            "      state: second\n"
            "      fields: {ends_on: 2026-12-18}\n"
            "      forms:\n"
            "        plan: {goal: x, ends_on: 2020-01-01}\n"
            "        hours: [{on_day: 2030-01-01, hours: 24}, {on_day: 2030-01-01, hours: 24}]\n"
            "    steps:\n      - then: {state: second, fields: {ends_on: 2026-12-18}}\n"
        )

        assert one.failure is None

    def test_a_form_that_is_given_is_filled_signed_and_confirmed(self, lived):
        one = lived(
            "    given:\n"
            "      state: first\n"
            "      fields: {trade: sound}\n"
            "      forms: {plan: {goal: x, ends_on: 2026-12-18}, hours: {on_day: 2026-09-01, hours: 10}}\n"
            "    steps:\n"
            "      - then: {fields: {ends_on: 2026-12-18}}\n"
            "      - cora: go_on\n"
            "      - then: {state: second, advised: {}}\n"
        )

        assert one.failure is None

    def test_a_state_that_is_left_at_once_fails_the_story(self, lived):
        one = lived(
            "    given: {state: planning, forms: {plan: {goal: Learn, ends_on: 2026-12-18}}}\n"
            "    steps:\n      - lea: drop\n"
        )

        assert one.failure is not None
        assert one.failure.said["en"].message == "the dyad cannot stay in “Planning”: “Begin” applies at once."

    def test_an_invariant_that_is_given_broken_fails_the_story(self, lived):
        one = lived("    given: {state: planning, fields: {room: nowhere}}\n    steps:\n      - lea: drop\n")

        assert one.failure is not None
        assert one.failure.said["en"].message == "an invariant does not hold any more: two_people."

    def test_an_act_that_would_break_an_invariant_is_refused(self, lived):
        one = lived(
            "    steps:\n      - lea: {set: {room: nowhere}}\n        refused: {two_people: Nobody learns nowhere.}\n"
        )

        assert one.failure is None

    def test_a_story_goes_on_from_another(self, told):
        report = told(
            "  - name: Second\n"
            "    given: {after: First}\n"
            "    people: {nina: {role: coach, pool: true, senior: true}}\n"
            "    steps:\n"
            "      - then: {state: second, notified: []}\n"
            "      - clock: +1 day\n"
            "      - lea: {assign: {coach: nina}}\n"
            "      - then: {state: second}\n"
            "  - name: First\n" + WORKING + "    steps: [{cora: go_on}]\n",
            only="second",
        )

        assert report.ok, report.render()
        [one] = report.lived
        assert "Going on from “First”." in one.transcript
        assert "Go on → Second part" not in one.transcript

    def test_a_story_fails_with_the_one_before_it(self, told):
        report = told(
            "  - name: Second\n    given: {after: First}\n    steps: [{lea: drop}]\n"
            "  - name: First\n    steps: [{then: {state: done}}]\n"
        )

        first, second = report.lived
        assert first.failure is not None
        assert first.failure.key == "failed.before"
        assert second.failure is not None
        assert second.failure.key == "failed.then"

    def test_a_matrix_makes_a_story_of_each_choice(self, told):
        report = told(
            "  - name: Dropped\n"
            "    matrix: {where: [planning, first], hours: [4, 5]}\n"
            "    given:\n"
            "      state: $where\n"
            "      fields: {ends_on: 2026-12-18}\n"
            "      forms: {hours: {on_day: 2026-09-01, hours: $hours}}\n"
            "    steps:\n"
            "      - then: {state: $where}\n"
            "      - lea: {set: {room: Room $hours}}\n"
            "      - then: {fields: {room: Room 4}}\n"
        )

        assert {one.name: one.ok for one in report.lived} == {
            "Dropped [where: planning, hours: 4]": True,
            "Dropped [where: planning, hours: 5]": False,
            "Dropped [where: first, hours: 4]": True,
            "Dropped [where: first, hours: 5]": False,
        }

    def test_a_person_of_the_defaults_changes_in_one_attribute(self, lived):
        one = lived(
            "    people: {cora: {senior: false}, nina: {role: coach, pool: true, senior: true}}\n"
            "    steps:\n"
            "      - lea: {unassign: {coach: cora}}\n"
            "      - lea: {assign: {coach: cora}}\n"
            "        refused: {senior: any}\n"
            "      - lea: {assign: {coach: nina}}\n"
        )

        assert one.failure is None


class TestRefusals:
    """A refusal is expected by name, and by what it says."""

    @pytest.mark.parametrize(
        "refused",
        [
            "{trade_known: any}",
            "{clause: any}",
            "{trade_known: The trade is not said.}",
            "{trade_known: not said}",
            "{trade_known: {fr: Le métier n'est pas dit., en: The trade is not said.}}",
        ],
    )
    def test_it_may_be_named_and_quoted_in_part(self, lived, refused):
        one = lived(
            "    given: {state: first, fields: {ends_on: 2026-12-18}}\n"
            f"    steps:\n      - cora: go_on\n        refused: {refused}\n"
        )

        assert one.failure is None

    @pytest.mark.parametrize(
        ("refused", "expected"),
        [
            ("{not_available: any}", "not_available: any"),
            ("{trade_known: The trade is fine.}", "trade_known: The trade is fine."),
            ("{trade_known: {fr: Le métier va bien.}}", "trade_known: {fr: Le métier va bien.}"),
        ],
    )
    def test_another_refusal_is_a_difference(self, lived, refused, expected):
        one = lived(
            "    given: {state: first, fields: {ends_on: 2026-12-18}}\n"
            f"    steps:\n      - cora: go_on\n        refused: {refused}\n"
        )

        assert one.failure is not None
        assert one.failure.key == "failed.reasons"
        [(place, difference)] = one.failure.differences
        assert place.line == BEFORE + 5
        assert difference.expected == (expected,)
        assert difference.got == ('trade_known: "The trade is not said. This condition can be waived by: Lead."',)

    def test_a_reason_that_was_expected_is_no_difference(self, lived):
        one = lived(
            "    given: {state: first, fields: {ends_on: 2026-12-18}}\n"
            "    steps:\n      - cora: go_on\n        refused: {trade_known: any, not_allowed: any}\n"
        )

        assert one.failure is not None
        [(_, difference)] = one.failure.differences
        assert (difference.expected, difference.got) == (("not_allowed: any",), ())

    def test_one_that_nobody_expects_fails_the_step_with_its_reasons(self, lived):
        one = lived("    steps:\n      - lea: {set: {room: Red}}\n      - cora: go_on\n")

        assert one.failure is not None
        assert (one.failure.key, one.failure.step, one.failure.place.line) == ("failed.refused", 2, BEFORE + 4)
        assert one.failure.said["en"].reasons == (
            "“Go on” is not possible here (Planning); it is possible from: First part.",
        )
        assert one.failure.said["fr"].reasons[0].startswith("« Continuer » n'est pas possible ici")

    def test_one_that_does_not_come_fails_the_step(self, lived):
        one = lived("    steps:\n      - lea: drop\n        refused: {not_allowed: any}\n")

        assert one.failure is not None
        assert (one.failure.key, one.failure.step) == ("failed.accepted", 1)

    def test_nothing_is_lived_after_a_failure(self, lived):
        one = lived("    steps:\n      - then: {state: done}\n      - lea: drop\n")

        assert one.failure is not None
        assert "Drop" not in one.transcript


GIVEN = (
    "    people: {zoe: {}}\n"
    "    given: {state: first, fields: {ends_on: 2026-12-18}, forms: {hours: {on_day: 2026-09-01, hours: 4}}}\n"
    "    steps:\n"
    "      - leo: {fill: expense, with: {amount: 3}}\n"
)


class TestLooks:
    """Each key of `then` holds, or is told with what was found, in the notation of the file."""

    @pytest.mark.parametrize(
        "then",
        [
            "state: first",
            "state: working",
            "state: working.first",
            "fields: {trade: null, half_way: 2026-10-25}",
            "notified: []",
            "notified: {}",
            "notified: {begun: []}",
            "reminded: {nearly: []}",
            "waiting_for: {finish: []}",
            "blocked: {go_on: {trade_known: any}}",
            "blocked: {finish: {not_available: any}, drop: {}}",
            "advised: {go_on: {enough_hours: 4 of 10}}",
            "advised: {}",
            "visible: {leo: [forms.expense, forms.expense.amount, fields.half_way, transitions.drop]}",
            "hidden: {cora: [forms.expense], zoe: [forms.plan, fields.trade, transitions.drop]}",
            "due: {run_out: 2026-12-25, nearly: 2026-12-11 08:30, sign_it: null}",
        ],
    )
    def test_what_is_so_is_no_difference(self, lived, then):
        one = lived(f"{GIVEN}      - then: {{{then}}}\n")

        assert one.failure is None

    @pytest.mark.parametrize(
        ("then", "expected", "got"),
        [
            ("state: second", "state: second", "state: first"),
            ("state: working.second", "state: working.second", "state: working.first"),
            ("outcome: success", "outcome: success", "outcome: null"),
            ("fields: {ends_on: 2026-12-19}", "fields.ends_on: 2026-12-19", "fields.ends_on: 2026-12-18"),
            ("fields: {trade: sound}", "fields.trade: sound", "fields.trade: null"),
            ("fields: {ends_on: null}", "fields.ends_on: null", "fields.ends_on: 2026-12-18"),
            ("notified: [leo, lea]", "notified: [lea, leo]", "notified: []"),
            ("notified: {begun: [leo]}", "notified.begun: [leo]", "notified.begun: []"),
            ("reminded: {nearly: [leo]}", "reminded.nearly: [leo]", "reminded.nearly: []"),
            ("escalated: {sign_it: [lea]}", "escalated.sign_it: [lea]", "escalated.sign_it: []"),
            ("waiting_for: {finish: [leo]}", "waiting_for.finish: [leo]", "waiting_for.finish: []"),
            ("blocked: {drop: {not_available: any}}", "blocked.drop: {not_available: any}", "blocked.drop: {}"),
            (
                "blocked: {go_on: {trade_known: nothing}}",
                "blocked.go_on: {trade_known: nothing}",
                'blocked.go_on: {trade_known: "The trade is not said. This condition can be waived by: Lead."}',
            ),
            (
                "blocked: {go_on: {}}",
                "blocked.go_on: {}",
                'blocked.go_on: {trade_known: "The trade is not said. This condition can be waived by: Lead."}',
            ),
            (
                "advised: {go_on: {}}",
                "advised.go_on: {}",
                'advised.go_on: {enough_hours: "Hours done: 4 of 10 (6 missing)"}',
            ),
            ("advised: {drop: {not_allowed: any}}", "advised.drop: {not_allowed: any}", "advised.drop: {}"),
            ("visible: {cora: [forms.plan, forms.expense]}", "visible.cora: [forms.plan, forms.expense]",
             "visible.cora: [forms.plan]"),
            ("hidden: {lea: [forms.expense]}", "hidden.lea: [forms.expense]", "hidden.lea: []"),
            ("due: {run_out: 2026-12-26}", "due.run_out: 2026-12-26", "due.run_out: 2026-12-25"),
            ("due: {nearly: 2026-12-11 09:00}", "due.nearly: 2026-12-11 09:00", "due.nearly: 2026-12-11 08:30"),
            ("due: {run_out: null}", "due.run_out: null", "due.run_out: 2026-12-25"),
            ("due: {sign_it: 2026-12-25}", "due.sign_it: 2026-12-25", "due.sign_it: null"),
        ],
    )  # fmt: skip
    def test_what_is_not_so_is_told_in_the_notation_of_the_file(self, lived, then, expected, got):
        one = lived(f"{GIVEN}      - then: {{{then}}}\n")

        assert one.failure is not None
        [(place, difference)] = one.failure.differences
        assert place.line == BEFORE + 6
        assert (difference.expected, difference.got) == ((expected,), (got,))

    def test_nothing_at_all_means_nothing(self, lived):
        one = lived(
            WORKING + "    steps:\n"
            "      - clock: 2026-12-14\n"
            "      - cora: go_on\n"
            "      - leo: finish\n"
            "      - then: {reminded: {}, advised: {}, waiting_for: {}, blocked: {}}\n"
        )

        assert one.failure is not None
        assert [difference.got for _, difference in one.failure.differences] == [
            ("reminded: {nearly: [leo]}",),
            ("waiting_for: {finish: [cora]}",),
            ('advised.go_on: {enough_hours: "Hours done: 0 of 10 (10 missing)"}',),
        ]

    def test_a_look_covers_what_came_since_the_one_before(self, lived):
        one = lived(
            WORKING + "    steps:\n"
            "      - clock: 2026-12-14\n"
            "      - then: {reminded: {nearly: [leo]}}\n"
            "      - clock: 2026-12-15\n"
            "      - then: {reminded: {}}\n"
        )

        assert one.failure is None

    def test_every_difference_of_a_look_is_told_at_its_own_line(self, lived):
        one = lived("    steps:\n      - then:\n          state: done\n          outcome: success\n")

        assert one.failure is not None
        assert [place.line for place, _ in one.failure.differences] == [BEFORE + 4, BEFORE + 5]
        assert one.failure.place.line == BEFORE + 4


class TestSoundness:
    """After each act, the records give the dyad back; the runner sees to it."""

    def test_a_dyad_that_is_not_its_records_fails_the_story(self, lived, monkeypatch):
        monkeypatch.setattr(life, "fold", lambda *_: None)

        one = lived("    steps:\n      - lea: drop\n")

        assert one.failure is not None
        assert one.failure.key == "failed.fold"

    def test_time_that_does_not_advance_fails_the_story(self, lived, monkeypatch):
        def stuck(program, dyad, command, context, dyad_id=""):
            found = decide(program, dyad, command, context, dyad_id)
            assert isinstance(found, Decision)
            return found._replace(next_due=context.now)

        monkeypatch.setattr(life, "decide", stuck)

        one = lived("    steps:\n      - lea: {set: {room: Red}}\n      - clock: +1 day\n")

        assert one.failure is not None
        assert one.failure.key == "failed.time"
