"""Facts that people give: entries, drafts, signatures of every kind, confirmations, steps, limits, corrections."""

from typing import Any

import pytest

from dyade.flow import messages as c
from dyade.flow.tagged import ERASED
from dyade.program.conditions.types import EMPTY
from tests.flow.living import Life, codes, day, done, moment, program, refused, sentences

# -------------------------------------------------------------------------------------------------- forms, once or many

FORMS = """
roles: {mentor: {count: {min: 1, max: 2}}, mentee: {}, coordinator: {}}
fields: {goal: {type: text, nullable: true}, ends: {type: date}}
forms:
  pact:
    entry:
      goal: {type: text, nullable: true}
      ends: {type: date}
      score: {type: int, default: 5, filled_by: [mentor]}
    statements: {secret: I keep it to myself.}
    filled_by: [mentor, mentee]
    signed_by: SIGNED
    available_in: [a]
    sets: {goal: goal, ends: ends}
    valid: [{id: late_enough, when: form.ends > today}, {id: with_goal, level: should, when: is_set(form.goal)}]
  log:
    entry: {on: {type: date}, hours: {type: int, min: 1}}
    filled_by: [mentee]
    dated_by: "on"
    repeat: many
    unique: ["on"]
    available_in: [a, z]
    corrected_by: [mentor]
    limits: [{per: week, max: 12, of: hours, waivable_by: [coordinator]},
      {id: few, per: dyad, max: 20, of: hours, level: should}]
  view: {entry: {words: {type: text}}, filled_by: {each: [mentor, mentee]}, available_in: [a]}
initial: a
states: {a: {}, z: {final: true}}
transitions: [{id: end, from: a, to: z, by: [mentor]}]
"""


def forms(signed: str = "{all: [mentor, mentee]}") -> Life:
    return Life(
        program(FORMS.replace("SIGNED", signed)),
        {"mentor": ("bob", "dan"), "mentee": ("ana",), "coordinator": ("cleo",)},
    )


def test_an_entry_is_whole_or_told_what_it_lacks_all_at_once():
    life = forms()
    outcome = life.fill("bob", "pact", goal=3, extra=1, score="x")
    assert refused(outcome) == {
        ("required", "ends"),
        ("datum_type", "goal"),
        ("unknown_datum", "extra"),
        ("datum_type", "score"),
    }
    done(life.fill("bob", "pact", ends="2026-10-01"))
    entry = life.dyad.entries["pact"][0]
    assert entry.data == {"goal": EMPTY, "ends": day("2026-10-01"), "score": 5}
    assert not entry.complete


def test_a_draft_is_gone_on_with_and_binds_nobody():
    life = forms()
    done(life.fill("bob", "pact", submit=False, ends="2026-10-01"))
    assert codes(life.sign("bob", "pact")) == {"still_a_draft"}
    done(life.fill("ana", "pact", submit=False, goal="Learn"))
    done(life.fill("bob", "pact"))
    assert len(life.dyad.entries["pact"]) == 1
    assert life.dyad.entries["pact"][0].data["goal"] == "Learn"


def test_someone_else_s_draft_of_a_form_that_repeats_is_not_one_s_own():
    both = program(FORMS.replace("SIGNED", "[mentor]").replace("filled_by: [mentee]", "filled_by: [mentee, mentor]"))
    life = Life(both, {"mentor": ("bob", "dan"), "mentee": ("ana",), "coordinator": ("cleo",)})
    done(life.fill("ana", "log", submit=False, hours=1))
    assert codes(life.do(c.Fill("bob", "log", {"hours": 2}, True, 1))) == {"not_yours"}
    done(life.fill("bob", "log", hours=2, on="2026-09-20"))
    assert [entry.by for entry in life.dyad.entries["log"]] == ["ana", "bob"]


def test_clauses_of_a_form_block_or_advise():
    life = forms()
    assert refused(life.fill("bob", "pact", ends="2026-09-21")) == {("clause", "late_enough")}
    decision = done(life.fill("bob", "pact", ends="2026-10-01"))
    assert [reason.about for reason in decision.advice] == ["with_goal"]
    assert life.records[-1].advice == ("with_goal",)


def test_a_datum_may_be_for_fewer_people_than_its_form():
    life = forms()
    assert refused(life.fill("ana", "pact", ends="2026-10-01", score=9)) == {("not_allowed", "fill pact.score")}
    done(life.fill("ana", "pact", ends="2026-10-01"))


def test_a_form_is_filled_by_whom_and_where_it_says():
    life = forms()
    assert refused(life.fill("cleo", "pact", ends="2026-10-01")) == {("not_allowed", "fill pact")}
    assert refused(life.fill("bob", "none")) == {("unknown_form", "none")}
    done(life.fire("bob", "end"))
    assert refused(life.fill("bob", "pact", ends="2026-10-01")) == {("form_closed", "pact")}
    done(life.fill("ana", "log", hours=1, on="2026-09-20"))


# ---------------------------------------------------------------------------------------------------------- signatures


@pytest.mark.parametrize(
    ("signed", "order"),
    [
        ("[mentor, mentee]", ["ana"]),
        ("{all: [mentor, mentee]}", ["dan", "ana"]),
        ("{each: [mentor, mentee]}", ["bob", "ana", "dan"]),
        ("{quorum: 2, of: [mentor, mentee]}", ["bob", "dan"]),
    ],
)
def test_a_form_is_complete_at_the_last_signature_that_it_wants(signed, order):
    life = forms(signed)
    done(life.fill("ana", "pact", ends="2026-10-01", goal="Learn"))
    for person in order:
        assert not life.dyad.entries["pact"][0].complete
        assert life.fields == {}
        done(life.sign(person, "pact"))
    entry = life.dyad.entries["pact"][0]
    assert entry.complete
    assert life.fields == {"goal": "Learn", "ends": day("2026-10-01")}
    assert codes(life.sign(order[0], "pact")) == {"already_signed"}
    assert codes(life.fill("ana", "pact", ends="2026-11-01")) == {"already_filled"}
    assert codes(life.do(c.Fill("ana", "pact", {"ends": "2026-11-01"}, True, 1))) == {"entry_complete"}


def test_who_may_not_sign_does_not():
    life = forms()
    assert codes(life.sign("ana", "pact")) == {"nothing_filled"}
    done(life.fill("ana", "pact", ends="2026-10-01"))
    assert refused(life.sign("cleo", "pact")) == {("not_allowed", "sign pact")}
    assert codes(life.sign("ana", "log")) == {"not_signed"}
    assert codes(life.sign("ana", "pact", 4)) == {"unknown_entry"}


def test_an_edit_clears_the_signatures_and_a_signature_may_be_withdrawn_before_the_last():
    life = forms()
    done(life.fill("ana", "pact", ends="2026-10-01"))
    done(life.sign("ana", "pact"))
    done(life.fill("bob", "pact", ends="2026-10-02"))
    assert life.dyad.entries["pact"][0].signatures == ()
    done(life.sign("bob", "pact"))
    assert codes(life.do(c.Unsign("ana", "pact"))) == {"never_signed"}
    done(life.do(c.Unsign("bob", "pact")))
    assert life.dyad.entries["pact"][0].signatures == ()


def test_a_signature_is_of_the_content_and_the_statements():
    first, second = forms(), forms()
    for life, goal in ((first, "One"), (second, "Two")):
        done(life.fill("ana", "pact", ends="2026-10-01", goal=goal))
        done(life.sign("ana", "pact"))
    contents = [life.records[-1].content for life in (first, second)]
    assert len(set(contents)) == 2
    assert all(len(content) == 64 for content in contents)


def test_in_force_on_is_the_day_of_the_last_signature_even_on_paper():
    life = forms()
    done(life.fill("ana", "pact", ends="2026-10-01"))
    done(life.do(c.Sign("ana", "pact", on=day("2026-09-18"))))
    done(life.do(c.Sign("bob", "pact", on=day("2026-09-16"))))
    assert life.dyad.entries["pact"][0].complete_on == day("2026-09-18")


def test_who_leaves_a_role_takes_along_the_unfinished_signatures_and_no_finished_one():
    life = forms()
    done(life.fill("ana", "pact", ends="2026-10-01"))
    done(life.sign("bob", "pact"))
    done(life.do(c.Replace("cleo", "mentor", "bob", "eve")))
    assert life.dyad.entries["pact"][0].signatures == ()
    done(life.sign("eve", "pact"))
    done(life.sign("ana", "pact"))
    done(life.do(c.Replace("cleo", "mentor", "eve", "bob")))
    assert len(life.dyad.entries["pact"][0].signatures) == 2


def test_once_those_still_wanted_are_gone_signing_again_completes():
    life = forms("{each: [mentor]}")
    done(life.fill("ana", "pact", ends="2026-10-01"))
    done(life.sign("bob", "pact"))
    assert codes(life.sign("bob", "pact")) == {"already_signed"}
    done(life.do(c.Unassign("cleo", "mentor", "dan")))
    done(life.sign("bob", "pact"))
    entry = life.dyad.entries["pact"][0]
    assert entry.complete
    assert [signature.person for signature in entry.signatures] == ["bob"]


# --------------------------------------------------------------------------------------------------------- each, many


def test_each_fills_a_copy_of_their_own():
    life = forms()
    done(life.fill("bob", "view", words="x"))
    assert codes(life.fill("bob", "view", words="y")) == {"already_filled"}
    assert codes(life.do(c.Fill("ana", "view", {"words": "y"}, True, 1))) == {"entry_complete"}
    done(life.fill("ana", "view", submit=False, words="y"))
    assert codes(life.do(c.Fill("bob", "view", {"words": "z"}, True, 2))) == {"not_yours"}
    assert refused(life.fill("cleo", "view", words="y")) == {("not_allowed", "fill view")}


def test_entries_are_dated_in_the_past_unique_and_limited():
    life = forms()
    assert codes(life.fill("ana", "log", hours=1, on="2026-09-22")) == {"in_future"}
    done(life.fill("ana", "log", hours=10, on="2026-09-14"))
    assert codes(life.fill("ana", "log", hours=1, on="2026-09-14")) == {"not_unique"}
    outcome = life.fill("ana", "log", hours=3, on="2026-09-20")
    assert refused(outcome) == {("limit", "hours")}
    assert outcome.reasons[0].facts["total"] == 13
    assert "13" in sentences(life.program, outcome)[0]
    decision = done(life.fill("ana", "log", hours=12, on="2026-09-21"))
    assert [reason.about for reason in decision.advice] == ["few"]


def test_a_limit_is_waived_for_the_entry_that_is_being_filled():
    life = forms()
    assert refused(life.do(c.Waive("bob", "log", "hours", "Busy."))) == {("not_allowed", "waive hours")}
    done(life.fill("ana", "log", submit=False, hours=13, on="2026-09-20"))
    assert codes(life.fill("ana", "log")) == {"limit"}
    done(life.do(c.Waive("cleo", "log", "hours", "A busy week.")))
    done(life.fill("ana", "log"))
    assert codes(life.fill("ana", "log", hours=1, on="2026-09-19")) == {"limit"}


# ---------------------------------------------------------------------------------------------- confirm, steps, correct

CLAIMS = """
forms:
  claim:
    entry: {amount: {type: money, min: 0}, note: {type: text, nullable: true}}
    filled_by: [mentor, coordinator]
    confirmed_by: [coordinator, mentor]
    repeat: many
    available_in: [a]
    corrected_by: [coordinator]
    sets: {amount: last}
    steps:
      - {id: check, from: submitted, to: checked, by: [coordinator]}
      - {id: pay, from: checked, to: paid, by: [coordinator], input: {sum: {type: money}},
          guard: [{id: covered, when: input.sum <= entry.amount}],
         effects: [{set: {paid: input.sum}}, {notify: {to: [author], template: paid}}]}
    aggregates: {spent: {sum: amount, where: entry.step == paid}}
fields: {last: {type: money}, paid: {type: money}}
initial: a
states: {a: {}, z: {final: true}}
transitions: [{id: end, from: a, to: z, by: [mentor], guard: [{id: p, when: forms.claim.spent > 0}]}]
"""


def claims() -> Life:
    life = Life(program(CLAIMS))
    done(life.fill("bob", "claim", amount="40.00"))
    return life


def test_a_second_role_confirms_what_another_person_filled():
    life = claims()
    assert refused(life.do(c.Confirm("ana", "claim"))) == {("not_allowed", "confirm claim")}
    assert codes(life.do(c.Confirm("bob", "claim"))) == {"own_entry"}
    assert not life.dyad.entries["claim"][0].complete
    done(life.do(c.Confirm("cleo", "claim")))
    assert life.dyad.entries["claim"][0].complete
    assert str(life.fields["last"]) == "40.00"
    assert codes(life.do(c.Confirm("cleo", "claim"))) == {"already_confirmed"}


def test_nobody_confirms_what_they_have_edited():
    life = claims()
    done(life.do(c.Fill("cleo", "claim", {"amount": "400.00"}, True, 1)))
    assert codes(life.do(c.Confirm("cleo", "claim"))) == {"own_entry"}
    done(life.do(c.Confirm("bob", "claim")))


def test_an_entry_moves_through_its_own_small_life():
    life = claims()
    assert codes(life.do(c.Step("cleo", "claim", "check"))) == {"not_complete_yet"}
    done(life.do(c.Confirm("cleo", "claim")))
    assert codes(life.do(c.Step("cleo", "claim", "pay", None, {"sum": "1.00"}))) == {"wrong_step"}
    assert refused(life.do(c.Step("bob", "claim", "check"))) == {("not_allowed", "step claim.check")}
    assert refused(life.do(c.Step("cleo", "claim", "burn"))) == {("unknown_step", "burn")}
    done(life.do(c.Step("cleo", "claim", "check")))
    assert refused(life.do(c.Step("cleo", "claim", "pay"))) == {("required", "sum")}
    assert refused(life.do(c.Step("cleo", "claim", "pay", None, {"sum": "41.00"}))) == {("clause", "covered")}
    assert refused(life.fire("bob", "end")) == {("clause", "p")}
    done(life.do(c.Step("cleo", "claim", "pay", None, {"sum": "39.50"})))
    assert str(life.fields["paid"]) == "39.50"
    assert life.sent() == [("cleo", "paid")]
    done(life.fire("bob", "end"))


def test_a_correction_supersedes_with_a_reason_and_what_it_sets_follows():
    life = claims()
    assert codes(life.do(c.Correct("cleo", "claim", {"amount": "4.00"}, "Typed wrongly."))) == {"not_complete_yet"}
    done(life.do(c.Confirm("cleo", "claim")))
    assert refused(life.do(c.Correct("bob", "claim", {"amount": "4.00"}, "x"))) == {("not_allowed", "correct claim")}
    reasons: tuple[Any, ...] = ("", " ", "\ud800", 7, None)
    for reason in reasons:
        assert codes(life.do(c.Correct("cleo", "claim", {"amount": "4.00"}, reason))) == {"reason_wanted"}
    assert codes(life.do(c.Correct("cleo", "claim", {"amount": "-4.00"}, "Typed wrongly."))) == {"datum_minimum"}
    done(life.do(c.Correct("cleo", "claim", {"amount": "4.00"}, "Typed wrongly.")))
    assert str(life.dyad.entries["claim"][0].data["amount"]) == "4.00"
    assert str(life.fields["last"]) == "4.00"
    assert [str(record.data["amount"]) for record in life.records if isinstance(record, c.Filled)] == ["40.00"]


# --------------------------------------------------------------------------------------------------------- once erased


def test_what_was_erased_from_a_draft_is_asked_for_again():
    life = forms()
    done(life.fill("ana", "pact", submit=False, ends="2026-10-01", goal="Learn"))
    life.forget("pact", "ends", "goal")

    assert refused(life.fill("ana", "pact")) == {("required", "ends")}
    done(life.fill("ana", "pact", ends="2026-11-01"))

    assert dict(life.dyad.entries["pact"][0].data) == {"goal": EMPTY, "ends": day("2026-11-01"), "score": 5}


def test_putting_right_the_rest_of_an_entry_leaves_erased_what_was():
    life = forms()
    done(life.fill("ana", "log", on="2026-09-20", hours=3))
    life.forget("log", "on")

    done(life.do(c.Correct("bob", "log", {"hours": 4}, "A slip.")))
    left = dict(life.dyad.entries["log"][0].data)
    done(life.do(c.Correct("bob", "log", {"on": "2026-09-19"}, "Said again.")))

    assert left == {"on": ERASED, "hours": 4}
    assert dict(life.dyad.entries["log"][0].data) == {"on": day("2026-09-19"), "hours": 4}


# ------------------------------------------------------------------------------------------------------------- on paper

PAPER = FORMS.replace("mentee: {}", "mentee: {delegate_to: [coordinator]}").replace("SIGNED", "[mentee]")


def test_what_was_done_on_paper_is_recorded_by_whom_the_role_lists_and_says_both():
    life = Life(program(PAPER), {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)})
    filled = c.Fill("ana", "pact", {"ends": "2026-10-01"}, True, None, "cleo", day("2026-09-18"))
    assert codes(life.do(filled._replace(recorded_by="bob"))) == {"not_delegated"}
    assert codes(life.do(filled._replace(actor="bob"))) == {"not_delegable"}
    done(life.do(filled))
    head = life.records[-1].head
    assert (head.actor, head.recorded_by, head.on, moment(head.recorded_at)) == (
        "ana",
        "cleo",
        day("2026-09-18"),
        "2026-09-21 10:00",
    )
    done(life.do(c.Sign("ana", "pact", None, "cleo", day("2026-09-18"))))
    assert life.dyad.entries["pact"][0].complete_on == day("2026-09-18")


def test_an_act_is_never_recorded_for_someone():
    life = Life(program(PAPER), {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)})
    assert codes(life.do(c.Fire("bob", "end", {}, "cleo"))) == {"not_on_paper"}
    assert codes(life.do(c.Answer("ana", "mentee", True, "cleo"))) == {"not_on_paper"}


def test_what_happened_is_never_in_the_future_and_may_be_before_the_start():
    life = Life(program(PAPER), {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)})
    filled = c.Fill("ana", "pact", {"ends": "2026-10-01"})
    assert codes(life.do(filled._replace(on=day("2026-09-22")))) == {"in_future"}
    assert codes(life.do(filled._replace(on=10**9))) == {"in_future"}
    assert codes(life.do(filled._replace(on=0))) == {"datum_type"}
    done(life.do(filled._replace(on=day("2020-01-01"))))
