"""What may happen next, what stands in the way, and what there is to do about it."""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.telling.explain import ClauseView, Explanation, TransitionView, explain
from tests.flow.living import Life, done, moment, program

OF = program("""
locales: [fr, en]
title: {fr: Essai, en: Trial}
params: {least: {value: 4, label: {fr: Minimum, en: Minimum}}}
roles:
  mentor:
    label: {fr: Mentor, en: Mentor}
    count: {min: 0, max: 2}
    attributes: {rank: {type: int, label: {fr: Rang, en: Rank}}}
    eligible: [{id: high, when: person.rank >= 3}]
  mentee: {label: {fr: Personne mentorée, en: Mentee}}
  coordinator: {label: {fr: Coordination, en: Coordination}}
  guide: {label: {fr: Guide, en: Guide}, accepts: true}
fields:
  number: {type: int, label: {fr: Nombre, en: Number}, set_by: [coordinator]}
  end: {type: date, label: {fr: Fin prévue, en: Planned end}, set_by: [coordinator]}
forms:
  review:
    label: {fr: Bilan, en: Review}
    entry: {points: {type: int, label: {fr: Points, en: Points}}}
    filled_by: [mentor]
    signed_by: {all: [mentor, mentee]}
    available_in: here
    due: fields.end
  sheet:
    label: {fr: Fiche, en: Sheet}
    entry: {points: {type: int, label: {fr: Points, en: Points}}}
    filled_by: [mentor, mentee]
    confirmed_by: [coordinator]
    available_in: here
  notes:
    label: {fr: Notes, en: Notes}
    entry: {points: {type: int, label: {fr: Points, en: Points}}}
    filled_by: [mentee]
    available_in: here
    repeat: many
    aggregates: {number: {count: all}}
initial: here
states:
  here: {label: {fr: Ici, en: Here}}
  there: {label: {fr: Là, en: There}}
  good: {final: true, outcome: success, label: {fr: Réussi, en: Done}}
  bad: {final: true, outcome: failure, label: {fr: Raté, en: Failed}}
transitions:
  - id: go
    label: {fr: Aller, en: Go}
    from: here
    to: there
    by: {all: [mentor, mentee], within: 10 days}
    guard:
      - {id: reviewed, when: forms.review.done}
      - any:
          - {id: sheet_done, when: forms.sheet.done}
          - all: [{id: enough, when: fields.number >= 5}, {id: notes, when: forms.notes.number >= params.least}]
      - none: [{id: too_many, when: fields.number > 100}]
      - {id: some_notes, level: should, when: forms.notes.number >= 2, hint: {fr: Notez., en: Take notes.}}
      - eligible: [mentor]
      - {id: guided, when: roles.guide.assigned, waivable_by: [coordinator]}
  - {id: finish, label: {fr: Finir, en: Finish}, from: there, to: good, by: [coordinator]}
  - {id: fail, label: {fr: Rater, en: Fail}, from: [here, there], to: bad, by: [coordinator]}
  - id: give
    label: {fr: Donner, en: Give}
    from: here
    by: [mentee]
    input: {day: {type: date, label: {fr: Jour, en: Day}}}
    guard: [{id: later, when: input.day > today}, {id: known, when: fields.number > 0}]
    effects: [{set: {end: input.day}}]
  - {id: alone, label: {fr: Seul, en: Alone}, from: here, auto: true, guard: [{id: huge, when: fields.number > 1000}]}
  - {id: lapse, label: {fr: Échoir, en: Lapse}, from: here, to: bad, at: fields.end}
""")
NAMES = {"bob": "Bob Essai", "ana": "Ana Essai", "gil": "Gil Essai"}
PEOPLE = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}


def begun(people: dict[str, tuple[str, ...]] | None = None, **fields: object) -> Life:
    return Life(OF, PEOPLE | (people or {}), fields=fields, profiles={"bob": {"rank": 3}}, names=NAMES)


def seen(life: Life, reader: str | None = "cleo", lang: str = "en") -> Explanation:
    assert life.dyad is not None
    return explain(life.program, life.dyad, life.context, reader, lang)


def one(life: Life, transition: str, reader: str | None = "cleo", lang: str = "en") -> TransitionView:
    return next(view for view in seen(life, reader, lang).transitions if view.id == transition)


def verdicts(view: TransitionView) -> list[tuple[str, str]]:
    """(clause, or operator of a group; verdict) of every row."""
    return [(row.op or row.id, row.verdict) for row in view.clauses]


def row(view: TransitionView, clause: str) -> ClauseView:
    return next(found for found in view.clauses if found.id == clause)


def ready(life: Life) -> Life:
    """Everything that `go` wants of the mentor and of others is there."""
    done(life.fill("bob", "review", points=1))
    for person in ("bob", "ana"):
        done(life.sign(person, "review"))
    done(life.fill("ana", "sheet", points=1))
    done(life.do(c.Confirm("cleo", "sheet")))
    done(life.set("cleo", "number", 1))
    done(life.do(c.Assign("cleo", "guide", "gil")))
    return life.tell(c.Answer("gil", "guide", True))


# --------------------------------------------------------------------------------------------------------------- status


@pytest.mark.parametrize(
    ("transition", "reader", "status"),
    [
        ("go", "bob", "blocked"),
        ("go", "cleo", "not_allowed"),
        ("go", None, "blocked"),
        ("finish", "cleo", "not_available"),
        ("finish", "bob", "not_available"),
        ("fail", "cleo", "open"),
        ("fail", None, "open"),
        ("fail", "ana", "not_allowed"),
        ("alone", "bob", "automatic"),
        ("lapse", None, "automatic"),
    ],
)
def test_each_transition_is_open_blocked_for_others_or_from_elsewhere(transition, reader, status):
    assert one(begun(), transition, reader).status == status


def test_one_that_asks_for_data_is_open_where_nothing_but_the_data_lacks():
    life = begun()
    assert one(life, "give", "ana").status == "blocked"

    done(life.set("cleo", "number", 1))

    view = one(life, "give", "ana")
    assert view.status == "open"
    assert verdicts(view) == [("later", "unknown"), ("known", "yes")]


def test_it_says_who_may_from_where_where_to_and_when():
    life = begun(end="2026-12-01")

    go, finish, lapse = (one(life, name) for name in ("go", "finish", "lapse"))

    assert (go.who, go.together, go.target, go.from_) == (("Mentor", "Mentee"), True, "There", ("Here",))
    assert (finish.who, finish.together, finish.from_) == (("Coordination",), False, ("There",))
    assert (lapse.who, lapse.when) == ((), "2026-12-01 00:00")


def test_one_transition_may_be_asked_for_alone_by_its_name_or_its_event():
    life = begun()
    assert life.dyad is not None

    found = explain(OF, life.dyad, life.context, "cleo", "en", "fail")

    assert [view.id for view in found.transitions] == ["fail"]


def test_it_says_where_the_dyad_stands_and_how_it_ended():
    life = begun()
    assert (seen(life, lang="fr").states, seen(life).outcome) == ((("", "Ici"),), "")

    done(life.fire("cleo", "fail"))

    assert (seen(life, lang="fr").states, seen(life).outcome) == ((("", "Raté"),), "failure")
    assert {view.status for view in seen(life).transitions} == {"not_available"}
    assert seen(life).todo == ()


# -------------------------------------------------------------------------------------------------------------- clauses


def test_every_clause_is_judged_and_the_groups_are_drawn_around_theirs():
    """Nothing short-circuits; a group has its own verdict, after Kleene."""
    view = one(begun(), "go", "bob")

    assert [(row.depth, row.op or row.id, row.level, row.verdict) for row in view.clauses] == [
        (0, "reviewed", "must", "no"),
        (0, "any", "must", "no"),
        (1, "sheet_done", "must", "no"),
        (1, "all", "must", "no"),
        (2, "enough", "must", "unknown"),
        (2, "notes", "must", "no"),
        (0, "none", "must", "unknown"),
        (1, "too_many", "must", "unknown"),
        (0, "some_notes", "should", "no"),
        (0, "high", "must", "yes"),
        (0, "guided", "must", "no"),
    ]


@pytest.mark.parametrize(
    ("number", "group", "inside"), [(1, "yes", "yes"), (101, "no", "no"), (None, "unknown", "unknown")]
)
def test_a_clause_under_none_is_fine_when_it_does_not_hold(number, group, inside):
    view = one(begun(number=number) if number else begun(), "go", "bob")

    assert [verdict for name, verdict in verdicts(view) if name in ("none", "too_many")] == [group, inside]


def test_a_clause_that_blocks_tells_its_sentence_its_values_what_is_missing_and_what_to_do():
    blocked = row(one(begun(), "go", "bob"), "notes")

    assert blocked.sentence == "Notes: 0 of 4"
    assert blocked.values == (("Notes", "0"), ("Minimum", "4"))
    assert (blocked.missing, blocked.todo) == ("4 missing", "fill in “Notes” (Mentee)")


def test_a_clause_that_is_unknown_names_the_empty_values():
    unknown = row(one(begun(), "go", "bob", "fr"), "enough")

    assert unknown.unknown == ("Nombre",)
    assert unknown.sentence == "Impossible à vérifier : non rempli — Nombre."
    assert unknown.todo == "indiquer « Nombre » (Coordination)"


def test_a_clause_that_holds_tells_what_it_read():
    assert row(one(begun(), "go", "bob"), "high").sentence == "Rank (Bob Essai): 3"


def test_advice_has_its_hint_and_who_may_lift_a_clause_is_told():
    view = one(begun(), "go", "bob")

    assert row(view, "some_notes").hint == "Take notes."
    assert row(view, "guided").waivable_by == ("Coordination",)


def test_a_clause_that_was_lifted_is_told_as_such():
    life = begun()
    done(life.do(c.Waive("cleo", "go", "guided", "There is nobody to guide them.")))

    assert row(one(life, "go", "bob"), "guided").verdict == "waived"


def test_each_holder_is_judged_and_named():
    life = begun({"mentor": ("bob", "ana")})

    rows = [found for found in one(life, "go", "bob").clauses if found.id == "high"]

    assert [(found.verdict, found.unknown) for found in rows] == [("yes", ()), ("unknown", ("Rank (Ana Essai)",))]


def test_where_nobody_holds_the_role_that_is_told_with_who_assigns_it():
    view = one(begun({"mentor": ()}), "go", "ana")

    assert row(view, "mentor").sentence == "Mentor: nobody is assigned."
    assert row(view, "mentor").todo == "assign: Mentor (Coordination)"


# -------------------------------------------------------------------------------------------------------------- assents


def test_assents_are_told_with_who_is_still_wanted_and_until_when():
    life = ready(begun())
    assert one(life, "go", "ana").status == "open"

    done(life.on("2026-09-22 09:30").fire("bob", "go"))

    view = one(life, "go", "ana")
    assert (view.status, view.assents) == ("waiting", (("Bob Essai", "2026-09-22"),))
    assert (view.missing_assents, view.until) == (("Ana Essai",), "2026-10-02 09:30")
    assert view.todo == ("assent of Ana Essai",)


def test_an_assent_that_has_lapsed_is_not_told_any_more():
    life = ready(begun())
    done(life.fire("bob", "go"))

    view = one(life.on("2026-10-20"), "go", "ana")

    assert (view.status, view.assents, view.until) == ("open", (), "")


# ---------------------------------------------------------------------------------------------------------------- to do


def test_what_is_to_be_done_of_several_ways_is_told_as_a_choice():
    """Fill the sheet, or give the number and take notes."""
    review, choice, guide = one(begun(end="2026-12-01"), "go", "bob").todo

    assert review == "fill in “Review” (Mentor), then sign (Mentor, Mentee) · wanted by 2026-12-01"
    assert choice == (
        "fill in “Sheet” (Mentor, Mentee), then confirm (Coordination) "
        "or give “Number” (Coordination) + fill in “Notes” (Mentee)"
    )
    assert guide == "assign: Guide (Coordination)"


def test_a_choice_in_french():
    assert one(begun(), "go", "bob", "fr").todo[1] == (
        "remplir « Fiche » (Mentor, Personne mentorée), puis confirmer (Coordination) "
        "ou indiquer « Nombre » (Coordination) + remplir « Notes » (Personne mentorée)"
    )


def test_once_one_way_was_taken_the_others_are_not_asked_for():
    life = begun()
    done(life.fill("ana", "sheet", points=1))
    done(life.do(c.Confirm("cleo", "sheet")))

    todo = one(life, "go", "bob").todo

    assert not any("Notes" in act or "Number" in act for act in todo)


def test_what_was_lifted_is_not_asked_for():
    life = begun()
    done(life.do(c.Waive("cleo", "go", "guided", "There is nobody to guide them.")))

    assert not any("Guide" in act for act in (*one(life, "go", "bob").todo, *seen(life, "bob").todo))


def test_advice_is_not_asked_for():
    life = ready(begun())

    assert one(life, "go", "bob").todo == ()


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (0, "fill in “Review” (Mentor), then sign (Mentor, Mentee)"),
        (1, "sign “Review” (Bob Essai, Ana Essai)"),
        (2, "sign “Review” (Ana Essai)"),
    ],
)
def test_what_is_left_of_a_form_is_asked_of_those_who_have_it_to_do(step, told):
    life = begun()
    acts: list[c.Command] = [c.Fill("bob", "review", {"points": 1}), c.Sign("bob", "review")]
    for act in acts[:step]:
        done(life.do(act))

    assert row(one(life, "go", "bob"), "reviewed").todo == told


def test_what_waits_to_be_confirmed_is_asked_of_those_who_confirm():
    life = begun()
    done(life.fill("ana", "sheet", points=1))

    assert row(one(life, "go", "bob"), "sheet_done").todo == "confirm “Sheet” (Coordination)"


def test_who_has_not_accepted_is_asked_to():
    life = begun()
    done(life.do(c.Assign("cleo", "guide", "gil")))

    assert row(one(life, "go", "bob"), "guided").todo == "accept the role of Guide (Gil Essai)"


# ---------------------------------------------------------------------------------------------------------- the way out


def test_the_way_out_is_the_acts_of_the_first_move_then_the_moves():
    """At least: what later moves will want is not known yet."""
    assert seen(ready(begun())).todo == ("Go (Mentor + Mentee)", "Finish (Coordination)")
    assert seen(begun()).todo[-2:] == ("Go (Mentor + Mentee)", "Finish (Coordination)")
    assert len(seen(begun()).todo) == 5


def test_the_way_out_asks_those_who_have_not_assented_yet():
    life = ready(begun())
    done(life.fire("bob", "go"))

    assert seen(life).todo == ("Go (Mentee)", "Finish (Coordination)")


def test_where_there_is_no_success_any_end_will_do():
    of = program("""
initial: here
states: {here: {}, there: {}, bad: {final: true, outcome: failure}}
transitions:
  - {id: go, from: here, to: there, by: [mentor]}
  - {id: fail, from: there, to: bad, by: [mentor]}
""")

    assert seen(Life(of)).todo == ("go (mentor)", "fail (mentor)")


def test_the_way_out_goes_through_a_track_from_where_it_stands():
    life = Life(TRACKS)
    assert seen(life).todo == ("tire (mentor)", "stop (mentor)")

    done(life.fire("bob", "tire"))

    assert seen(life).todo == ("stop (mentor)",)


TRACKS_TEXT = """
initial: work
states:
  work:
    tracks:
      mood: {initial: calm, states: {calm: {}, worn: {}}}
      pace: {initial: slow, states: {slow: {}, fast: {}}}
  end: {final: true}
transitions:
  - {id: tire, from: calm, to: worn, by: [mentor]}
  - {id: rest, from: worn, to: calm, by: [mentor]}
  - {id: hurry, from: slow, to: fast, by: [mentee]}
  - {id: stop, from: worn, to: end, by: [mentor], guard: [{id: sure, when: fields.sure}]}
fields: {sure: {type: bool, default: true, set_by: [mentor]}}
"""
TRACKS = program(TRACKS_TEXT)


def test_tracks_are_told_beside_the_state_around_them():
    assert seen(Life(TRACKS)).states == (("", "work"), ("mood", "calm"), ("pace", "slow"))


@pytest.mark.parametrize("tired", [False, True])
def test_the_way_out_tells_nothing_of_a_track_that_one_does_not_see(tired):
    """Nor does anything that is told of a transition that starts in it, unless one may fire it."""
    of = program(TRACKS_TEXT.replace("to: worn, by: [mentor]", "to: worn, by: [mentor], visibility: [mentor]"))
    life = Life(of)
    if tired:
        done(life.fire("bob", "tire"))

    for reader in ("ana", None):
        found = seen(life, reader)
        assert found.todo == ("stop (mentor)",)
        assert found.states == (("", "work"), ("pace", "slow"))
        hidden = [view for view in found.transitions if view.id != "hurry"]
        assert {(view.status, view.clauses, view.todo) for view in hidden} == {("not_allowed", (), ())}
    assert one(life, "stop", "bob").status == ("open" if tired else "not_available")


def test_what_time_will_do_is_told_if_nothing_changes():
    life = begun(end="2026-12-01")

    assert seen(life).upcoming == (
        ("2026-12-01 00:00", "to fill in: Review"), ("2026-12-01 00:00", "transition: Lapse"),
    )  # fmt: skip
    assert moment(life.due) == "2026-12-01 00:00"
