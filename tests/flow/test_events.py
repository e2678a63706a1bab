"""Who fires what: several transitions for one event, `any`, the innermost first, then the order of the document."""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from tests.flow.living import Life, codes, done, program, reason, refused

RIVALS = """
fields:
  level: {type: int, default: 0, set_by: [mentor]}
  word: {type: text, nullable: true, set_by: [mentor]}
initial: a
states: {a: , low: {final: true}, middle: {final: true}, high: {final: true}}
transitions:
  - {id: to_high, event: go, from: a, to: high, by: [mentor], guard: [{id: ten, when: fields.level >= 10}]}
  - {id: to_middle, event: go, from: a, to: middle, by: [mentor, coordinator],
     guard: [{id: five, when: fields.level >= 5}]}
  - {id: to_low, event: go, from: a, to: low, by: [mentee], guard: [{id: any_word, when: is_set(fields.word)}]}
"""


def rivals(level: int) -> Life:
    return Life(program(RIVALS), fields={"level": level})


def test_the_first_of_the_document_wins_among_those_that_are_open():
    life = rivals(12)

    done(life.fire("bob", "go"))

    assert life.moves() == [("to_high", "high")]


def test_one_event_makes_one_transition():
    life = rivals(12)

    outcome = done(life.fire("bob", "go"))

    assert [type(record) for record in outcome.records] == [c.Moved]


def test_one_that_is_not_open_lets_the_next_try():
    life = rivals(7)

    done(life.fire("bob", "go"))

    assert life.moves() == [("to_middle", "middle")]


def test_a_refusal_tells_what_blocks_each_of_those_that_one_may_fire():
    assert refused(rivals(0).fire("bob", "go")) == {("clause", "ten"), ("clause", "five")}


def test_those_that_one_may_not_fire_do_not_count():
    assert refused(rivals(0).fire("cleo", "go")) == {("clause", "five")}
    assert rivals(12).tell(c.Fire("cleo", "go")).state == "middle"


def test_who_may_fire_none_is_told_who_may():
    life = Life(program(RIVALS), {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)})

    why = reason(life.fire("dan", "go"))

    assert (why.code, why.about) == ("not_allowed", "go")
    assert why.facts == {"roles": ("mentor", "coordinator", "mentee")}


def test_one_of_them_can_be_fired_by_its_own_name():
    life = rivals(12)

    done(life.fire("bob", "to_middle"))

    assert life.state == "middle"


def test_an_event_that_nothing_bears_is_unknown_and_those_there_are_are_told():
    why = reason(rivals(0).fire("bob", "run"))

    assert (why.code, why.about) == ("unknown_event", "run")
    assert why.facts == {"known": ("go",)}


NESTED = """
initial: lit
states:
  lit:
    initial: outer
    states:
      outer: {initial: inner, states: {inner: , other: }}
  far: {final: true}
  near: {final: true}
  nearest: {final: true}
transitions:
  - {id: from_any, event: go, from: any, to: far, by: [mentor]}
  - {id: from_outer, event: go, from: lit.outer, to: near, by: [mentor], guard: [{id: no_way, when: "false"}]}
  - {id: from_on, event: go, from: lit, to: far, by: [mentor]}
  - {id: from_inner, event: go, from: inner, to: nearest, by: [mentor],
     guard: [{id: by_bob, when: actor.id == roles.mentor.id}]}
  - {id: shift, from: inner, to: other, by: [mentor]}
"""


def test_the_innermost_source_wins_over_the_order_of_the_document():
    assert Life(program(NESTED)).tell(c.Fire("bob", "go")).moves() == [("from_inner", "nearest")]


def test_what_is_blocked_inside_lets_what_is_around_try():
    """`any` is the outermost of all, though it stands first in the document."""
    life = Life(program(NESTED)).tell(c.Fire("bob", "shift"))

    done(life.fire("bob", "go"))

    assert life.moves()[-1] == ("from_on", "far")


def test_a_list_of_sources_counts_by_the_innermost_that_is_active():
    text = """
initial: lit
states:
  lit: {initial: x, states: {x: , y: }}
  one: {final: true}
  two: {final: true}
transitions:
  - {id: first, event: go, from: lit, to: one, by: [mentor]}
  - {id: second, event: go, from: [lit, x], to: two, by: [mentor]}
  - {id: shift, from: x, to: y, by: [mentor]}
"""
    assert Life(program(text)).tell(c.Fire("bob", "go")).state == "two"
    assert Life(program(text)).tell(c.Fire("bob", "shift")).tell(c.Fire("bob", "go")).state == "one"


TRACKS = """
initial: both
states:
  both:
    tracks:
      one: {initial: a, states: {a: , b: {initial: c, states: {c: , d: }}}}
      two: {initial: x, states: {x: , y: }}
  end: {final: true}
transitions:
  - {id: two_moves, event: go, from: x, to: y, by: [mentor]}
  - {id: one_moves, event: go, from: a, to: b, by: [mentor]}
  - {id: deeper, event: go, from: c, to: d, by: [mentor]}
  - {id: finish, event: go, from: both, to: end, by: [mentor]}
"""


def test_one_event_never_moves_two_regions_at_once():
    """Both tracks could; the first of the document does, then the other, then what is around."""
    life = Life(program(TRACKS))
    for _ in range(4):
        done(life.fire("bob", "go"))

    assert [name for name, _ in life.moves()] == ["two_moves", "one_moves", "deeper", "finish"]


def test_the_innermost_source_wins_across_tracks():
    life = Life(program(TRACKS.replace("event: go, from: a", "event: first, from: a"))).tell(c.Fire("bob", "first"))

    done(life.fire("bob", "go"))

    assert life.moves()[-1] == ("deeper", "both.one.b.d")


ALONE = """
roles:
  mentor:
  mentee:
  coordinator:
  office: {scope: program, count: {max: 5}}
initial: a
states: {a: , b: {final: true}}
transitions:
  - {id: go, from: a, to: b, by: [office]}
  - {id: host_goes, from: a, to: b, by: [system]}
  - {id: either, from: a, to: b, by: [mentor, system]}
"""


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [("olga", {"go"}), ("bob", {"either"}), ("system", {"host_goes", "either"}), ("clock", set()), ("ana", set())],
)
def test_nobody_fires_what_does_not_name_them(actor, allowed):
    """Holders of a shared role, of a role of the dyad, the host application, the clock, somebody else."""
    people = {"mentor": ("bob",), "mentee": ("ana",)}
    for event in ("go", "host_goes", "either"):
        outcome = Life(program(ALONE), people, shared={"office": ("olga",)}).fire(actor, event)
        if event in allowed:
            done(outcome)
        else:
            assert codes(outcome) == {"not_allowed"}


def test_what_nobody_fires_cannot_be_fired():
    text = """
fields: {ready: {type: bool, default: false, set_by: [mentor]}}
initial: a
states: {a: , b: , end: {final: true}}
transitions:
  - {id: by_itself, from: a, to: b, auto: true, guard: [{id: ready, when: fields.ready}]}
  - {id: by_time, from: b, to: end, after: 1 day}
"""
    life = Life(program(text))

    assert codes(life.fire("bob", "by_itself")) == {"unknown_event"}
    assert codes(life.fire("system", "by_time")) == {"unknown_event"}


INPUT = """
fields: {ends: {type: date}, motive: {type: text}}
initial: a
states: {a: , end: {final: true}}
transitions:
  - id: extend
    from: a
    by: [mentor]
    input: {until: {type: date}, why: {type: text, nullable: true, max_length: 10}}
    guard: [{id: to_come, when: input.until > today}]
    effects: [{set: {ends: input.until}}]
  - {id: finish, from: a, to: end, by: [mentor]}
"""


def test_what_the_actor_gives_is_read_by_guards_and_effects_and_kept():
    life = Life(program(INPUT))

    done(life.fire("bob", "extend", until="2026-10-01", why="more"))

    [moved] = [record for record in life.records if isinstance(record, c.Moved)]
    assert dict(moved.input) == {"until": life.fields["ends"], "why": "more"}
    assert refused(life.fire("bob", "extend", until="2026-09-01")) == {("clause", "to_come")}


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        ({}, {("required", "until")}),
        ({"until": "soon"}, {("datum_type", "until")}),
        ({"until": "2026-10-01", "why": "x" * 11}, {("datum_maxLength", "why")}),
        ({"until": "2026-10-01", "by": 1}, {("unknown_datum", "by")}),
        (
            {"until": 3, "why": 4, "other": 5},
            {("datum_type", "until"), ("datum_type", "why"), ("unknown_datum", "other")},
        ),
    ],
)
def test_what_the_actor_gives_is_checked_like_any_form(given, reasons):
    assert refused(Life(program(INPUT)).fire("bob", "extend", **given)) == reasons


def test_what_asks_for_nothing_is_given_nothing():
    assert refused(Life(program(INPUT)).fire("bob", "finish", until="2026-10-01")) == {("unknown_datum", "until")}


def test_a_transition_without_a_target_leaves_the_dyad_where_it_was():
    life = Life(program(INPUT))
    assert life.dyad is not None
    before = life.dyad.stays

    done(life.fire("bob", "extend", until="2026-10-01"))

    assert life.state == "a"
    assert life.dyad.stays == before
    assert life.moves() == [("extend", None)]
