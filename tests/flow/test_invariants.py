"""What must always hold: who is refused for it, and what is only watched?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.outcome import Refusal
from dyade.flow.placing import Placement, place
from dyade.flow.telling.cards import card
from dyade.flow.telling.timeline import timeline
from tests.flow.living import Life, done, moment, program, refused, sentences

OF = program("""
roles:
  mentor: {attributes: {chief: {type: person, nullable: true}}}
  mentee:
  coordinator:
locales: [fr, en]
fields:
  x: {type: int, set_by: [mentor], default: 0}
  y: {type: int, set_by: [mentor], default: 10}
  ends: {type: date, set_by: [mentor]}
  drifts: {type: date, set_by: [mentor]}
forms:
  sheet:
    entry: {x: {type: int}}
    filled_by: [mentor]
    available_in: here
    repeat: many
    sets: {x: x}
invariants:
  - {id: in_order, always: fields.x <= fields.y,
     message: {fr: "x ({fields.x}) dépasse y ({fields.y}).", en: "x ({fields.x}) is above y ({fields.y})."}}
  - {id: in_time, always: today <= fields.ends, while: here}
  - {id: no_chief, always: roles.mentor.chief != roles.mentee.id}
initial: here
states: {here: {}, there: {}, end: {final: true}}
transitions:
  - {id: raise, from: here, by: [mentor], effects: [{set: {x: fields.x + 20}}]}
  - {id: go, from: here, to: there, by: [mentor]}
  - {id: back, from: there, to: here, by: [mentor]}
  - {id: drift, from: here, at: fields.drifts, effects: [{set: {x: fields.y + 1}}]}
  - {id: stop, from: any, to: end, by: [coordinator]}
""")


def begun(**fields: object) -> Life:
    return Life(OF, fields=fields)


def watched(life: Life) -> list[tuple[str | None, str, bool]]:
    """(moment, invariant, whether it holds) of every change that was recorded."""
    return [(moment(r.head.at), r.invariant, r.holds) for r in life.records if isinstance(r, c.Watched)]


def broken(life: Life) -> tuple[str, ...]:
    """What the card says does not hold."""
    assert life.dyad is not None
    return card(life.program, life.dyad, life.context, "cleo", "en").broken


# ------------------------------------------------------------------------------------------------------- who is refused

ACTS: dict[str, c.Command] = {
    "a field": c.SetField("bob", "x", 11),
    "a form": c.Fill("bob", "sheet", {"x": 11}),
    "a transition": c.Fire("bob", "raise"),
    "an assignment": c.Assign("cleo", "mentor", "dan"),
    "a replacement": c.Replace("cleo", "mentee", "ana", "eve"),
}
BREAKS = {"an assignment": "no_chief", "a replacement": "no_chief"}


@pytest.mark.parametrize("what", ACTS)
def test_an_act_that_would_break_one_is_refused_whole(what):
    life = begun()
    life.profiles = {"dan": {"chief": "ana"}}
    if what == "a replacement":
        done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"chief": "eve"})))
    before = life.dyad

    outcome = life.do(ACTS[what])

    assert refused(outcome) == {("invariant", BREAKS.get(what, "in_order"))}
    assert life.dyad == before


def test_a_dyad_does_not_begin_broken():
    life = Life(OF, begin=False)

    outcome = life.do(c.Start(c.SYSTEM, {"mentor": ("bob",)}, {"x": 11}))

    assert refused(outcome) == {("invariant", "in_order")}
    assert life.dyad is None


def test_every_one_that_would_break_is_named():
    life = begun()

    outcome = life.do(c.Start(c.SYSTEM, {"mentor": ("bob",)}, {"x": 11, "ends": "2026-09-01"}))
    assert refused(outcome) == {("already_begun", "D-1")}
    life = Life(OF, begin=False)
    outcome = life.do(c.Start(c.SYSTEM, {"mentor": ("bob",)}, {"x": 11, "ends": "2026-09-01"}))

    assert refused(outcome) == {("invariant", "in_order"), ("invariant", "in_time")}


def test_the_refusal_is_told_in_the_words_of_the_program_as_it_would_have_been():
    life = begun()

    outcome = life.set("bob", "x", 11)

    assert sentences(OF, outcome, "fr") == ("x (11) dépasse y (10).",)
    assert sentences(OF, outcome, "en") == ("x (11) is above y (10).",)


def test_one_without_words_is_told_by_its_name():
    life = begun()

    outcome = life.set("bob", "ends", "2026-09-01")

    assert sentences(OF, outcome) == ("The rule “in_time” would be broken.",)


def test_one_that_cannot_be_computed_is_not_broken():
    """Nobody is the mentee yet, and there is no date."""
    life = Life(OF, {"mentor": ("bob",), "coordinator": ("cleo",)})

    assert broken(life) == ()
    assert life.live("2027-01-01").kinds().count("Watched") == 0


def test_one_is_watched_in_its_states_alone():
    life = begun(ends="2026-09-30")
    done(life.fire("bob", "go"))

    done(life.on("2026-10-10").set("bob", "x", 1))

    assert watched(life) == []
    assert refused(life.fire("bob", "back")) == {("invariant", "in_time")}


# ------------------------------------------------------------------------------------------------- what is only watched


def test_what_changed_outside_is_kept_and_recorded():
    """Nobody can be refused for it."""
    life = begun()

    done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"chief": "ana"})))

    assert watched(life) == [("2026-09-21 10:00", "no_chief", False)]
    assert broken(life) == ("no_chief",)


def test_what_time_does_is_kept_and_recorded_at_its_instant():
    life = begun(drifts="2026-10-01")

    life.tick("2026-11-01")

    assert watched(life) == [("2026-10-01 00:00", "in_order", False)]


def test_it_is_recorded_once_however_long_it_lasts():
    life = begun(drifts="2026-10-01")

    for when in ("2026-10-01", "2026-10-02", "2027-01-01"):
        life.tick(when)
    done(life.set("bob", "ends", "2027-06-01"))

    assert len(watched(life)) == 1


def test_it_is_recorded_when_it_holds_again():
    life = begun()
    done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"chief": "ana"})))

    done(life.on("2026-09-22").do(c.Replace("cleo", "mentor", "bob", "dan")))

    assert watched(life)[-1] == ("2026-09-22 00:00", "no_chief", True)
    assert broken(life) == ()


def test_nobody_is_refused_for_what_was_broken_before_them():
    life = begun()
    done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"chief": "ana"})))

    done(life.set("bob", "x", 3))

    assert refused(life.set("bob", "x", 11)) == {("invariant", "in_order")}


def test_what_the_passing_of_a_day_broke_refuses_nobody_either():
    """The date has passed; the next command records it, and goes through."""
    life = begun(ends="2026-09-30")

    done(life.on("2026-10-02 12:00").set("bob", "x", 1))

    assert watched(life) == [("2026-10-02 12:00", "in_time", False)]


def test_leaving_the_states_in_which_it_is_watched_mends_it():
    life = begun(ends="2026-09-30")
    done(life.on("2026-10-02").set("bob", "x", 1))

    done(life.fire("bob", "go"))

    assert [holds for _, _, holds in watched(life)] == [False, True]


def test_a_dyad_that_is_put_where_it_stands_is_not_judged_and_is_told_broken():
    outcome = place(OF, "D-1", Placement(("here",), {"mentor": ("bob",)}, {"x": 99}), begun().context)

    assert not isinstance(outcome, Refusal)
    assert outcome.dyad.broken == ("in_order",)


def test_the_history_says_when_it_ceased_to_hold_and_when_it_held_again():
    life = begun()
    done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"chief": "ana"})))
    done(life.on("2026-09-22").do(c.Replace("cleo", "mentor", "bob", "dan")))
    assert life.dyad is not None

    told = timeline(OF, life.dyad, life.records, life.context, "cleo", "en")

    assert [event.what for event in told if "invariant" in event.what] == [
        "the invariant “no_chief” no longer holds", "the invariant “no_chief” holds again",
    ]  # fmt: skip
