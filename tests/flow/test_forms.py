"""A form in the life of a dyad: when it may be filled, what stands in its way, what an entry becomes, what follows.

What one command does is in `test_filling`; what entries add up to is in `test_entries` and `test_aggregates`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dyade.flow import messages as c
from dyade.flow.dyad import Entry
from dyade.flow.outcome import Decision
from dyade.program.conditions.types import EMPTY
from tests.flow.living import Life, codes, day, done, program, reason, refused, sentences

FORM = """
params: {most: {value: 2}}
fields:
  starts: {type: date, nullable: true, set_by: [coordinator]}
  ends: {type: date, nullable: true, set_by: [coordinator]}
  goal: {type: text, set_by: [coordinator]}
  total: {type: int, default: 0, set_by: [coordinator]}
forms:
  f:
    KEYS
initial: live
states: {live: , later: , end: {final: true}}
transitions:
  - {id: pass, from: live, to: later, by: [coordinator]}
  - {id: finish, from: any, to: end, by: [coordinator]}
"""


def form(*keys: str, entry: str = "{words: {type: text}}", more: str = "", **options: Any) -> Life:
    """A dyad with one form, `f`, of these keys."""
    lines = [f"entry: {entry}", *keys]
    if not any(key.startswith("available_in") for key in keys):
        lines.append("available_in: [live]")
    return Life(program(FORM.replace("KEYS", "\n    ".join(lines)) + more), **options)


def entries(life: Life, name: str = "f") -> tuple[Entry, ...]:
    assert life.dyad is not None
    return life.dyad.entries.get(name, ())


# ------------------------------------------------------------------------------------------------------ when it may be


def test_a_form_is_filled_in_its_states_alone_the_final_ones_too():
    life = form("filled_by: [mentee]", "repeat: many", "available_in: [live, end]")
    done(life.fill("ana", "f", words="during"))
    life.tell(c.Fire("cleo", "pass"))
    assert reason(life.fill("ana", "f", words="between")).facts == {"states": ("live", "end")}

    life.tell(c.Fire("cleo", "finish"))

    done(life.fill("ana", "f", words="after"))


def test_signing_confirming_and_steps_stay_possible_when_filling_no_longer_is():
    """And so does putting right; even in the end."""
    life = form(
        "filled_by: [mentee]",
        "signed_by: [mentor]",
        "confirmed_by: [coordinator]",
        "corrected_by: [coordinator]",
        "sets: {words: goal}",
        "steps: [{id: file, from: submitted, to: filed, by: [coordinator]}]",
    )
    life.tell(c.Fill("ana", "f", {"words": "x"})).tell(c.Fire("cleo", "finish"))
    assert codes(life.fill("ana", "f", words="y")) == {"form_closed"}

    life.tell(c.Sign("bob", "f")).tell(c.Confirm("cleo", "f")).tell(c.Step("cleo", "f", "file"))
    life.tell(c.Correct("cleo", "f", {"words": "z"}, "A slip of the pen."))

    assert entries(life)[0].step == "filed"
    assert life.fields["goal"] == "z"


def test_a_draft_that_waits_in_a_state_that_is_left_waits_there():
    life = form("filled_by: [mentee]").tell(c.Fill("ana", "f", {"words": "x"}, submit=False))
    life.tell(c.Fire("cleo", "pass"))

    assert codes(life.fill("ana", "f")) == {"form_closed"}


# -------------------------------------------------------------------------------------------------------------- drafts


def test_a_draft_may_lack_everything_and_still_say_nothing_false():
    life = form("filled_by: [mentee]", entry="{n: {type: int, max: 5}, words: {type: text}}")

    done(life.fill("ana", "f", submit=False))
    assert refused(life.fill("ana", "f", submit=False, n=6)) == {("datum_maximum", "n")}
    assert refused(life.fill("ana", "f", n=5)) == {("required", "words")}


def test_a_draft_sets_nothing_follows_nothing_and_does_not_count():
    more = "  - {id: note, from: live, upon: forms.f.filled, effects: [{emit: {name: noted}}]}"
    life = form("filled_by: [mentee]", "sets: {words: goal}", more=more)

    done(life.fill("ana", "f", submit=False, words="x"))
    assert (life.fields, life.effects, entries(life)[0].complete) == ({}, [], False)

    done(life.fill("ana", "f"))
    assert (life.fields, len(life.effects), entries(life)[0].complete) == ({"goal": "x"}, 1, True)


def test_a_draft_is_judged_when_it_is_submitted_and_not_before():
    life = form(
        "filled_by: [mentee]",
        "dated_by: held",
        "valid: [{id: short, when: form.n < 3}]",
        entry="{held: {type: date}, n: {type: int}}",
    )

    done(life.fill("ana", "f", submit=False, held="2026-12-01", n=9))
    assert codes(life.fill("ana", "f")) == {"in_future"}
    assert refused(life.fill("ana", "f", held="2026-09-01")) == {("clause", "short")}


def test_one_goes_on_with_one_s_own_draft_whatever_others_have_filled_meanwhile():
    """A later entry that waits for a signature does not hide it."""
    keys = ("filled_by: [mentee, mentor]", "repeat: many", "signed_by: [mentor]")
    life = form(*keys, entry="{n: {type: int}, words: {type: text}}")
    done(life.fill("ana", "f", submit=False, n=1))
    done(life.fill("bob", "f", n=2, words="x"))

    done(life.fill("ana", "f", words="y"))

    assert [(entry.by, entry.data) for entry in entries(life)] == [
        ("ana", {"n": 1, "words": "y"}),
        ("bob", {"n": 2, "words": "x"}),
    ]


def test_what_is_emptied_in_a_draft_is_wanted_again():
    life = form("filled_by: [mentee]").tell(c.Fill("ana", "f", {"words": "x"}, submit=False))

    assert refused(life.fill("ana", "f", words="")) == {("required", "words")}


def test_defaults_stand_for_what_was_left_out_and_empty_for_what_may_be():
    entry = "{n: {type: int, default: 4}, words: {type: text, nullable: true}}"
    life = form("filled_by: [mentee]", entry=entry)

    done(life.fill("ana", "f", n=None, words=""))

    assert entries(life)[0].data == {"n": 4, "words": EMPTY}


# ------------------------------------------------------------------------------------------------------------- clauses


def test_clauses_of_a_form_read_its_data_fields_and_other_entries():
    life = form(
        "filled_by: [mentee]",
        "repeat: many",
        "valid:",
        "  - {id: later, when: not forms.f.done or form.held > forms.f.latest}",
        "  - {id: inside, when: form.held <= fields.ends}",
        "aggregates: {latest: {max: held}}",
        entry="{held: {type: date}}",
        fields={"ends": "2026-09-20"},
    )

    done(life.fill("ana", "f", held="2026-09-10"))
    assert refused(life.fill("ana", "f", held="2026-09-10")) == {("clause", "later")}
    assert refused(life.fill("ana", "f", held="2026-09-21")) == {("clause", "inside")}
    done(life.fill("ana", "f", held="2026-09-11"))


def test_a_clause_that_cannot_be_computed_blocks_an_entry():
    life = form(
        "filled_by: [mentee]", "valid: [{id: inside, when: form.held <= fields.ends}]", entry="{held: {type: date}}"
    )

    outcome = life.fill("ana", "f", held="2026-09-10")

    assert reason(outcome).facts["verdict"] == "unknown"


def test_clauses_limits_and_repetitions_are_told_at_once():
    life = form(
        "filled_by: [mentee]",
        "repeat: many",
        "unique: [held]",
        "limits: [{id: most, per: dyad, max: 5, of: n}]",
        "valid: [{id: odd, when: form.n != 4}]",
        entry="{held: {type: date}, n: {type: int}}",
    ).tell(c.Fill("ana", "f", {"held": "2026-09-10", "n": 3}))

    assert refused(life.fill("ana", "f", held="2026-09-10", n=4)) == {
        ("clause", "odd"),
        ("not_unique", "f"),
        ("limit", "most"),
    }


# -------------------------------------------------------------------------------------------------------------- limits

LIMITED = ("filled_by: [mentee]", "repeat: many", "dated_by: held")
HOURS = "{held: {type: date}, n: {type: decimal}}"


@pytest.mark.parametrize(
    ("per", "first", "inside", "outside"),
    [
        ("day", "2026-09-10", "2026-09-10", "2026-09-11"),
        ("week", "2026-09-14", "2026-09-20", "2026-09-13"),
        ("week", "2026-09-20", "2026-09-14", "2026-09-21"),
        ("month", "2026-08-31", "2026-08-01", "2026-09-01"),
        ("month", "2026-02-28", "2026-02-01", "2026-03-01"),
        ("year", "2025-12-31", "2025-01-01", "2026-01-01"),
    ],
)
def test_a_limit_counts_by_the_day_week_month_or_year_that_an_entry_is_dated_in(per, first, inside, outside):
    """Weeks begin on Monday."""
    life = form(*LIMITED, f"limits: [{{id: most, per: {per}, max: 10, of: n}}]", entry=HOURS)
    done(life.fill("ana", "f", held=first, n="7.5"))

    assert reason(life.fill("ana", "f", held=inside, n="2.51")).facts["total"] == Decimal("10.01")
    done(life.fill("ana", "f", held=inside, n="2.5"))
    done(life.fill("ana", "f", held=outside, n="10"))


def test_a_limit_over_the_whole_dyad_counts_every_entry():
    life = form(*LIMITED, "limits: [{id: most, per: dyad, max: 10, of: n}]", entry=HOURS)
    done(life.fill("ana", "f", held="2020-01-01", n=6))

    assert refused(life.fill("ana", "f", held="2026-09-01", n=5)) == {("limit", "most")}


def test_a_limit_without_a_datum_counts_entries():
    life = form(*LIMITED, "limits: [{per: week, max: 2}]", entry=HOURS)
    for held in ("2026-09-14", "2026-09-15"):
        done(life.fill("ana", "f", held=held, n=1))

    assert refused(life.fill("ana", "f", held="2026-09-16", n=1)) == {("limit", "per_week")}


def test_a_limit_may_be_a_param():
    life = form(*LIMITED, "limits: [{per: week, max: params.most, of: n}]", entry=HOURS)

    assert refused(life.fill("ana", "f", held="2026-09-14", n=3)) == {("limit", "n")}
    done(life.fill("ana", "f", held="2026-09-14", n=2))


def test_a_limit_that_only_advises_lets_the_entry_in_and_says_so():
    life = form(*LIMITED, "limits: [{per: week, max: 2, of: n, level: should}]", entry=HOURS)

    outcome = done(life.fill("ana", "f", held="2026-09-14", n=3))

    assert [(advice.code, advice.about) for advice in outcome.advice] == [("limit", "n")]
    assert life.records[-1].advice == ("n",)


def test_a_limit_speaks_the_program_s_words_where_it_has_some():
    life = form(*LIMITED, "limits: [{per: week, max: 2, of: n, message: Two hours a week.}]", entry=HOURS)

    assert sentences(life.program, life.fill("ana", "f", held="2026-09-14", n=3)) == ("Two hours a week.",)


def test_drafts_take_no_room_and_the_entry_at_hand_counts_once():
    keys = ("filled_by: [mentee, mentor]", *LIMITED[1:], "signed_by: [mentor]")
    life = form(*keys, "limits: [{per: week, max: 4, of: n}]", entry=HOURS)
    done(life.fill("ana", "f", submit=False, held="2026-09-14", n=4))
    done(life.fill("bob", "f", held="2026-09-14", n=3))

    done(life.do(c.Fill("bob", "f", {"n": 4}, True, 2)))
    assert codes(life.fill("ana", "f")) == {"limit"}


def test_a_waiver_of_a_limit_is_for_one_entry():
    limit = "limits: [{id: most, per: week, max: 2, of: n, waivable_by: [coordinator]}]"
    life = form(*LIMITED, limit, entry=HOURS)
    life.tell(c.Waive("cleo", "f", "most", "A week of holidays."))
    done(life.fill("ana", "f", held="2026-09-14", n=9))

    assert refused(life.fill("ana", "f", held="2026-09-15", n=1)) == {("limit", "most")}


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ({"held": "2026-09-14", "n": 1}, {"held": "2026-09-14", "n": 1}, True),
        ({"held": "2026-09-14", "n": 1}, {"held": "2026-09-14", "n": 2}, False),
        ({"held": "2026-09-14", "n": 1}, {"held": "2026-09-15", "n": 1}, False),
        ({"held": "2026-09-14", "n": "1.0"}, {"held": "2026-09-14", "n": 1}, True),
    ],
)
def test_no_two_entries_are_alike_in_what_must_be_unique_together(first, second, alike):
    life = form(*LIMITED, "unique: [held, n]", entry=HOURS).tell(c.Fill("ana", "f", first))

    outcome = life.fill("ana", "f", **second)

    assert isinstance(outcome, Decision) is not alike


# ------------------------------------------------------------------------------------------------------------ dated_by


def test_an_entry_is_dated_by_its_datum_else_by_the_day_that_is_said_else_by_today():
    life = form("filled_by: [mentee]", "repeat: many", "dated_by: held", entry="{held: {type: date, nullable: true}}")
    done(life.fill("ana", "f", held="2026-09-10"))
    done(life.do(c.Fill("ana", "f", {}, on=day("2026-09-12"))))
    done(life.fill("ana", "f"))

    assert [entry.on for entry in entries(life)] == [day("2026-09-10"), day("2026-09-12"), day("2026-09-21")]


def test_an_entry_dated_by_an_hour_is_of_that_local_day():
    """An hour that is tomorrow elsewhere is today here."""
    life = form("filled_by: [mentee]", "repeat: many", "dated_by: held", entry="{held: {type: datetime}}")

    done(life.fill("ana", "f", held="2026-09-22T03:30:00Z"))

    assert entries(life)[0].on == day("2026-09-21")
    assert codes(life.fill("ana", "f", held="2026-09-22T04:30:00Z")) == {"in_future"}


# ------------------------------------------------------------------------------------------------------------- periods

WEEKLY = ("filled_by: {each: [mentor, mentee]}", "repeat: {every: 1 week, from: fields.starts, until: fields.ends}")
ASKED = """
  - {id: ask, from: live, by: [coordinator],
     effects: [{emit: {name: said, data: {done: forms.f.done, late: forms.f.overdue, who: forms.f.missing}}}]}
"""


def asked(life: Life) -> tuple[Any, ...]:
    """Done, overdue, missing, as the program reads them."""
    done(life.fire("cleo", "ask"))
    return tuple(life.effects[-1].data.values())


def weekly() -> Life:
    return form(*WEEKLY, more=ASKED, fields={"starts": "2026-09-21", "ends": "2026-10-05"})


def test_where_each_fills_a_copy_each_period_wants_one_from_each():
    """One who fills twice does not stand for the other."""
    life = weekly()
    for _ in range(2):
        done(life.fill("ana", "f", words="x"))
    assert asked(life) == (False, 0, ["bob"])

    life.on("2026-09-28 00:00")
    assert asked(life) == (False, 1, ["bob"])
    done(life.fill("bob", "f", words="x"))
    assert asked(life) == (False, 0, ["bob"])
    done(life.fill("bob", "f", words="x"))
    assert asked(life) == (True, 0, [])


def test_periods_that_are_late_add_up_over_those_who_owe_them():
    assert asked(weekly().on("2026-10-05 00:00")) == (False, 4, ["bob", "ana"])


def test_once_every_period_is_served_nobody_is_missing():
    life = form(
        "filled_by: [mentee]",
        "repeat: {every: 1 week, from: fields.starts, until: fields.ends}",
        more=ASKED,
        fields={"starts": "2026-09-21", "ends": "2026-09-28"},
    )
    assert asked(life) == (False, 0, ["ana"])
    done(life.fill("ana", "f", words="x"))

    assert asked(life) == (True, 0, [])


def test_periods_of_months_keep_the_day_of_their_first():
    """From the 31st: the second begins on the last day of February, the third on the 31st again."""
    life = form(
        "filled_by: [mentee]",
        "repeat: {every: 1 month, from: fields.starts, until: fields.ends}",
        more=ASKED,
        now="2026-01-31 10:00",
        fields={"starts": "2026-01-31", "ends": "2026-05-01"},
    )
    days = ("2026-02-27", "2026-02-28", "2026-03-30", "2026-03-31")
    late = [asked(life.on(f"{when} 09:00"))[1] for when in days]

    assert late == [0, 1, 1, 2]


# -------------------------------------------------------------------------------------------------- steps, corrections

CLAIM = (
    "filled_by: [mentee]",
    "repeat: many",
    "corrected_by: [coordinator]",
    "sets: {n: total, goal: goal}",
    "steps:",
    "  - {id: pay, from: submitted, to: paid, by: [coordinator], effects: [{set: {total: entry.n + entry.extra}}]}",
    "  - {id: redo, from: [paid, refused], to: submitted, by: [coordinator]}",
    "  - {id: refuse, from: submitted, to: refused, by: [coordinator]}",
)
CLAIMED = "{n: {type: int, max: 9}, extra: {type: int, nullable: true}, goal: {type: text, default: none}}"


def test_a_step_whose_effects_cannot_be_computed_is_refused_and_changes_nothing():
    """Setting a field to nothing is `clear`, never an accident."""
    life = form(*CLAIM, entry=CLAIMED).tell(c.Fill("ana", "f", {"n": 3}))

    assert refused(life.do(c.Step("cleo", "f", "pay"))) == {("effect_unknown", "total")}
    assert (entries(life)[0].step, life.fields["total"]) == ("submitted", 3)


def test_a_step_is_for_the_last_entry_that_may_take_it_unless_one_is_named():
    life = form(*CLAIM, entry=CLAIMED)
    for n in (1, 2, 3):
        done(life.fill("ana", "f", n=n, extra=10))

    life.tell(c.Step("cleo", "f", "pay")).tell(c.Step("cleo", "f", "pay")).tell(c.Step("cleo", "f", "refuse", 1))
    assert [entry.step for entry in entries(life)] == ["refused", "paid", "paid"]

    life.tell(c.Step("cleo", "f", "redo", 2))
    assert [entry.step for entry in entries(life)] == ["refused", "submitted", "paid"]
    assert codes(life.do(c.Step("cleo", "f", "pay", 3))) == {"wrong_step"}
    assert codes(life.do(c.Step("cleo", "f", "pay", 4))) == {"unknown_entry"}


def test_a_correction_changes_what_it_says_and_leaves_the_rest():
    life = form(*CLAIM, entry=CLAIMED).tell(c.Fill("ana", "f", {"n": 3, "extra": 1, "goal": "learn"}))
    life.tell(c.Correct("cleo", "f", {"n": 4}, "Counted again."))

    assert entries(life)[0].data == {"n": 4, "extra": 1, "goal": "learn"}
    assert (life.fields["total"], life.fields["goal"]) == (4, "learn")


def test_a_field_that_has_changed_since_stays_where_a_correction_does_not_touch_its_datum():
    """The end was put off; a slip put right in the agreement does not bring it back."""
    life = form(*CLAIM, entry=CLAIMED).tell(c.Fill("ana", "f", {"n": 3, "goal": "lern"}))
    done(life.set("cleo", "total", 8))

    life.tell(c.Correct("cleo", "f", {"goal": "learn"}, "A slip of the pen."))

    assert (life.fields["total"], life.fields["goal"]) == (8, "learn")


def test_an_older_entry_put_right_does_not_set_the_fields_again():
    life = form(*CLAIM, entry=CLAIMED).tell(c.Fill("ana", "f", {"n": 3})).tell(c.Fill("ana", "f", {"n": 5}))

    life.tell(c.Correct("cleo", "f", {"n": 4}, "Counted again.", 1))

    assert [entry.data["n"] for entry in entries(life)] == [4, 5]
    assert life.fields["total"] == 5


def test_a_correction_is_judged_as_an_entry_without_the_one_it_takes_the_place_of():
    life = form(
        *LIMITED,
        "unique: [held]",
        "corrected_by: [coordinator]",
        "limits: [{id: most, per: week, max: 4, of: n}]",
        "valid: [{id: later, when: not forms.f.done or form.held > forms.f.latest}]",
        "aggregates: {latest: {max: held}}",
        entry=HOURS,
    )
    done(life.fill("ana", "f", held="2026-09-14", n=1))
    done(life.fill("ana", "f", held="2026-09-15", n=2))

    done(life.do(c.Correct("cleo", "f", {"n": 3}, "Counted again.")))
    assert refused(life.do(c.Correct("cleo", "f", {"n": 4}, "Counted again."))) == {("limit", "most")}
    assert refused(life.do(c.Correct("cleo", "f", {"held": "2026-09-14"}, "The day before."))) == {
        ("clause", "later"),
        ("not_unique", "f"),
    }
    assert codes(life.do(c.Correct("cleo", "f", {"held": "2026-09-22"}, "Tomorrow."))) == {"in_future"}


def test_a_correction_moves_the_day_of_an_entry_with_the_datum_that_dates_it():
    life = form(*LIMITED, "corrected_by: [coordinator]", entry=HOURS)
    life.tell(c.Fill("ana", "f", {"held": "2026-09-14", "n": 1}))

    life.tell(c.Correct("cleo", "f", {"held": "2026-09-11"}, "It was a Friday."))

    assert entries(life)[0].on == day("2026-09-11")


def test_a_correction_keeps_who_filled_signed_and_confirmed_and_the_first_words_in_the_records():
    life = form(
        "filled_by: [mentee]", "signed_by: [mentor]", "confirmed_by: [coordinator]", "corrected_by: [coordinator]"
    )
    life.tell(c.Fill("ana", "f", {"words": "first"})).tell(c.Sign("bob", "f")).tell(c.Confirm("cleo", "f"))

    life.tell(c.Correct("cleo", "f", {"words": "second"}, "As agreed."))

    [entry] = entries(life)
    assert (entry.by, entry.confirmed, [s.person for s in entry.signatures]) == ("ana", ("cleo",), ["bob"])
    assert [r.data["words"] for r in life.records if isinstance(r, c.Filled)] == ["first"]
    assert [(r.head.actor, r.reason) for r in life.records if isinstance(r, c.Corrected)] == [("cleo", "As agreed.")]
