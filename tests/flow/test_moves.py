"""From where to where: compound states, tracks, history, re-entry, and what delays do meanwhile."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from transitions import Machine, MachineError
from transitions.extensions import HierarchicalMachine
from transitions.extensions.nesting import NestedState

from dyade.flow import messages as c
from dyade.flow.decide import decide
from dyade.flow.machine import Move, Place, RegionMachine, Trigger, stock
from dyade.flow.plan import Plan, plan_of
from dyade.program.program import Program
from dyade.program.restore import restore
from tests.flow.living import (
    MONDAY,
    Life,
    at,
    codes,
    completed,
    day,
    done,
    program,
    reason,
    refused,
    shipped,
    unchecked,
)

NESTED = """
initial: dark
states:
  dark:
  lit:
    initial: warm
    states:
      warm:
        initial: slow
        states: {slow: , fast: }
      hot: {on_enter: [{emit: {name: hot}}]}
    on_enter: [{emit: {name: lit}}]
  end: {final: true}
transitions:
  - {id: start, from: dark, to: lit, by: [mentor]}
  - {id: speed, from: slow, to: fast, by: [mentor]}
  - {id: heat, from: lit.warm, to: hot, by: [mentor]}
  - {id: cool, from: hot, to: warm, by: [mentor]}
  - {id: again, from: lit, to: lit, by: [mentor]}
  - {id: rewarm, from: warm, to: warm, by: [mentor]}
  - {id: straight, from: dark, to: lit.hot, by: [mentor]}
  - {id: stop, from: lit, to: dark, by: [mentor]}
  - {id: back, from: dark, to: history(lit), by: [mentor]}
  - {id: back_warm, from: [dark, hot], to: history(lit.warm), by: [mentor]}
  - {id: stay, from: lit, to: history(lit), by: [mentor]}
  - {id: finish, from: any, to: end, by: [mentor]}
"""

TRACKED = """
initial: before
states:
  before:
  away:
  both:
    tracks:
      work:
        initial: first
        states:
          first:
          second: {initial: half, states: {half: , whole: }}
      mood: {initial: good, states: {good: , bad: }}
    on_enter: [{emit: {name: both}}]
  end: {final: true}
transitions:
  - {id: enter, from: before, to: both, by: [mentor]}
  - {id: advance, from: both.work.first, to: both.work.second, by: [mentor]}
  - {id: complete, from: half, to: whole, by: [mentor]}
  - {id: redo, from: second, to: first, by: [mentor]}
  - {id: frown, from: good, to: bad, by: [mentor]}
  - {id: smile, from: bad, to: good, by: [mentor]}
  - {id: leave, from: both, to: away, by: [mentor]}
  - {id: storm_out, from: bad, to: away, by: [mentor]}
  - {id: enter_bad, from: [before, away], to: both.mood.bad, by: [mentor]}
  - {id: enter_whole, from: [before, away], to: both.work.second.whole, by: [mentor]}
  - {id: anew, from: [away, both], to: both, by: [mentor]}
  - {id: back, from: [away, both], to: history(both), by: [mentor]}
  - {id: back_work, from: [away, both], to: history(both.work.second), by: [mentor]}
  - {id: finish, from: any, to: end, by: [mentor]}
"""


def life(text: str, *events: str, **options: Any) -> Life:
    """A dyad in which the mentor fired these, one after the other."""
    found = Life(program(text), **options)
    for event in events:
        done(found.fire("bob", event))
    return found


def visits(found: Life) -> dict[str, int]:
    """How many times each active state was entered anew."""
    assert found.dyad is not None
    return {path: stay.visit for path, stay in found.dyad.stays.items() if stay.left_on is None}


def emitted(found: Life) -> list[str]:
    return [effect.name for effect in found.effects if isinstance(effect, c.Emitted)]


# ------------------------------------------------------------------------------------------------------------ compound


def test_a_compound_state_is_entered_at_its_initial_child_however_deep():
    assert life(NESTED, "start").state == "lit.warm.slow"


def test_a_compound_state_covers_its_children_as_a_source():
    assert life(NESTED, "start", "speed", "heat").state == "lit.hot"


def test_a_child_can_be_entered_straight_from_outside():
    assert life(NESTED, "straight").state == "lit.hot"


def test_moving_inside_a_compound_state_does_not_enter_it_again():
    moved = life(NESTED, "start", "heat", "cool")

    assert visits(moved) == {"lit": 1, "lit.warm": 2, "lit.warm.slow": 2}
    assert emitted(moved) == ["lit", "hot"]


def test_a_state_that_names_itself_as_target_is_entered_anew():
    moved = life(NESTED, "start", "speed", "again")

    assert moved.state == "lit.warm.slow"
    assert visits(moved) == {"lit": 2, "lit.warm": 2, "lit.warm.slow": 2}
    assert emitted(moved) == ["lit", "lit"]


def test_a_child_that_is_entered_anew_leaves_the_states_around_it_alone():
    moved = life(NESTED, "start", "speed", "rewarm")

    assert moved.state == "lit.warm.slow"
    assert visits(moved) == {"lit": 1, "lit.warm": 2, "lit.warm.slow": 2}


def test_states_are_entered_from_the_outside_in():
    assert emitted(life(NESTED, "straight")) == ["lit", "hot"]


def test_what_a_state_does_on_entering_is_done_when_a_dyad_begins_there():
    begun = Life(program("{initial: a, states: {a: {final: true, on_enter: [{emit: {name: begun}}]}}}"))

    assert emitted(begun) == ["begun"]


def test_any_covers_every_state_but_the_final_ones():
    for events in ((), ("start",), ("start", "heat")):
        ended = life(NESTED, *events, "finish")
        assert ended.state == "end"
        assert codes(ended.fire("bob", "finish")) == {"ended"}


def test_an_event_that_does_not_leave_this_state_says_where_it_does():
    outcome = life(NESTED).fire("bob", "speed")

    why = reason(outcome)
    assert (why.code, why.about) == ("not_available", "speed")
    assert why.facts == {"from": ("slow",), "here": ("dark",)}


def test_the_record_of_a_move_says_the_leaves():
    moved = life(NESTED, "start", "heat")

    [_, heat] = [record for record in moved.records if isinstance(record, c.Moved)]
    assert (heat.source, heat.target) == ("lit.warm.slow", "lit.hot")


# -------------------------------------------------------------------------------------------------------------- tracks


def test_entering_a_state_enters_all_its_tracks():
    assert life(TRACKED, "enter").leaves == {"": "both", "both.work": "both.work.first", "both.mood": "both.mood.good"}


def test_a_track_moves_and_the_others_stay():
    moved = life(TRACKED, "enter", "advance", "complete")

    assert moved.leaves == {"": "both", "both.work": "both.work.second.whole", "both.mood": "both.mood.good"}
    assert visits(moved)["both"] == visits(moved)["both.mood.good"] == 1


def test_a_leaf_in_a_track_may_leave_the_whole():
    assert life(TRACKED, "enter", "advance", "frown", "storm_out").leaves == {"": "away"}


def test_a_leaf_in_a_track_is_entered_from_outside_with_the_other_tracks_at_their_beginning():
    assert life(TRACKED, "enter_bad").leaves == {
        "": "both",
        "both.work": "both.work.first",
        "both.mood": "both.mood.bad",
    }
    assert life(TRACKED, "enter_whole").leaves["both.work"] == "both.work.second.whole"


def test_a_plain_entry_forgets_where_the_tracks_stood():
    anew = life(TRACKED, "enter", "advance", "frown", "leave", "anew")

    assert anew.leaves == {"": "both", "both.work": "both.work.first", "both.mood": "both.mood.good"}
    assert visits(anew)["both"] == 2


def test_entering_anew_what_is_active_begins_every_track_again():
    anew = life(TRACKED, "enter", "advance", "frown", "anew")

    assert anew.leaves == {"": "both", "both.work": "both.work.first", "both.mood": "both.mood.good"}
    assert emitted(anew) == ["both", "both"]


def test_a_track_that_is_left_and_entered_from_outside_is_a_new_visit_of_the_whole():
    again = life(TRACKED, "enter", "advance", "leave", "enter_bad")

    assert again.leaves == {"": "both", "both.work": "both.work.first", "both.mood": "both.mood.bad"}
    assert visits(again) == {"both": 2, "both.work.first": 2, "both.mood.bad": 1}


# ------------------------------------------------------------------------------------------------------------- history


def test_history_goes_back_to_the_leaf_that_was_left():
    back = life(NESTED, "start", "speed", "stop", "back")

    assert back.state == "lit.warm.fast"


def test_history_resumes_the_same_visit():
    back = life(NESTED, "start", "speed", "stop", "back")

    assert visits(back) == {"lit": 1, "lit.warm": 1, "lit.warm.fast": 1}


def test_coming_back_by_history_is_entering():
    """What a state does on entering is done at each return, and not where nothing was left."""
    assert emitted(life(NESTED, "start", "stop", "back")) == ["lit", "lit"]
    assert emitted(life(NESTED, "start", "stay")) == ["lit"]


def test_history_of_what_was_never_entered_is_its_beginning():
    assert life(NESTED, "back").state == "lit.warm.slow"
    assert visits(life(NESTED, "back")) == {"lit": 1, "lit.warm": 1, "lit.warm.slow": 1}


def test_history_of_one_child_is_its_own():
    """The child remembers where it stood, even where its parent was left from another child."""
    back = life(NESTED, "start", "speed", "heat", "stop", "back_warm")

    assert back.state == "lit.warm.fast"
    assert visits(back)["lit.warm.fast"] == 1


def test_the_latest_departure_is_what_history_remembers():
    assert life(NESTED, "start", "heat", "stop", "start", "stop", "back").state == "lit.warm.slow"


def test_history_of_where_one_stands_stays_there():
    stayed = life(NESTED, "start", "speed", "stay")

    assert stayed.state == "lit.warm.fast"
    assert visits(stayed) == {"lit": 1, "lit.warm": 1, "lit.warm.fast": 1}


def test_history_of_where_one_stands_keeps_every_track():
    found = life(TRACKED, "enter", "advance", "frown", "back")

    assert found.leaves == {"": "both", "both.work": "both.work.second.half", "both.mood": "both.mood.bad"}


def test_history_restores_every_track():
    back = life(TRACKED, "enter", "advance", "complete", "frown", "leave", "back")

    assert back.leaves == {"": "both", "both.work": "both.work.second.whole", "both.mood": "both.mood.bad"}
    assert set(visits(back).values()) == {1}


def test_history_keeps_the_track_that_one_left_from():
    assert life(TRACKED, "enter", "frown", "storm_out", "back").leaves["both.mood"] == "both.mood.bad"


def test_history_of_a_state_within_a_track_enters_the_other_tracks_anew():
    back = life(TRACKED, "enter", "advance", "complete", "frown", "leave", "back_work")

    assert back.leaves["both.work"] == "both.work.second.whole"
    assert back.leaves["both.mood"] == "both.mood.good"


def test_history_within_an_active_state_moves_that_track_alone():
    back = life(TRACKED, "enter", "advance", "complete", "redo", "frown", "back_work")

    assert back.leaves == {"": "both", "both.work": "both.work.second.whole", "both.mood": "both.mood.bad"}


# -------------------------------------------------------------------------------------------------------------- delays


def waiting(mode: str) -> str:
    """Ten days in `active` lead to `late`; meanwhile one may be away."""
    return f"""
initial: active
states:
  active: {{initial: deep, states: {{deep: , deeper: }}}}
  away: {{initial: near, states: {{near: , far: }}, delays: {{active: {mode}}}}}
  late: {{final: true}}
transitions:
  - {{id: go, from: active, to: away, by: [mentor]}}
  - {{id: further, from: near, to: far, by: [mentor]}}
  - {{id: come_back, from: away, to: history(active), by: [mentor]}}
  - {{id: come_anew, from: away, to: active, by: [mentor]}}
  - {{id: deepen, from: deep, to: deeper, by: [mentor]}}
  - {{id: expire, from: active, to: late, after: 10 days}}
"""


def away(mode: str, back: str = "come_back") -> Life:
    """Four days in `active`, three days away, and back."""
    found = life(waiting(mode), now="2026-09-01 10:00")
    done(found.on("2026-09-05 12:00").fire("bob", "go"))
    done(found.on("2026-09-08 09:00").fire("bob", back))
    return found


@pytest.mark.parametrize(
    ("mode", "due"),
    [("run", "2026-09-11 10:00"), ("pause", "2026-09-14 10:00"), ("restart", "2026-09-18 09:00")],
)
def test_a_delay_runs_on_waits_or_begins_anew_while_one_is_away(mode, due):
    assert away(mode).due == at(due)


@pytest.mark.parametrize("mode", ["run", "pause", "restart"])
def test_a_plain_return_begins_the_delay_anew_whatever_the_mode(mode):
    assert away(mode, "come_anew").due == at("2026-09-18 09:00")


@pytest.mark.parametrize("mode", ["run", "pause", "restart"])
def test_nothing_is_due_while_one_is_away(mode):
    found = life(waiting(mode), now="2026-09-01 10:00")
    done(found.on("2026-09-05 12:00").fire("bob", "go"))

    assert found.due is None


def test_a_delay_that_ran_out_while_one_was_away_ends_at_the_return():
    found = life(waiting("run"), now="2026-09-01 10:00")
    done(found.on("2026-09-05 12:00").fire("bob", "go"))
    done(found.on("2026-09-20 09:00").fire("bob", "come_back"))

    assert found.state == "late"


def test_several_pauses_add_up():
    found = away("pause")
    done(found.on("2026-09-09 10:00").fire("bob", "go"))
    done(found.on("2026-09-11 10:00").fire("bob", "come_back"))

    assert found.due == at("2026-09-16 10:00")


def test_a_pause_goes_on_while_one_moves_about_in_the_pausing_state():
    found = life(waiting("pause"), now="2026-09-01 10:00")
    done(found.on("2026-09-05 12:00").fire("bob", "go"))
    done(found.on("2026-09-06 12:00").fire("bob", "further"))
    done(found.on("2026-09-08 09:00").fire("bob", "come_back"))

    assert found.due == at("2026-09-14 10:00")


def test_each_state_on_the_way_back_counts_by_itself():
    """Three days in a state that pauses, then four in one that does not."""
    text = waiting("pause").replace("  late:", "  between: {delays: {active: run}}\n  late:")
    text = text.replace("from: away, to: history", "from: [away, between], to: history")
    text += "  - {id: leave, from: away, to: between, by: [mentor]}\n"
    found = life(text, now="2026-09-01 10:00")
    done(found.on("2026-09-05 12:00").fire("bob", "go"))
    done(found.on("2026-09-08 09:00").fire("bob", "leave"))
    done(found.on("2026-09-12 09:00").fire("bob", "come_back"))

    assert found.due == at("2026-09-14 10:00")


def test_a_pause_within_one_day_moves_nothing():
    found = life(waiting("pause"), now="2026-09-01 10:00")
    done(found.on("2026-09-05 09:00").fire("bob", "go"))
    done(found.on("2026-09-05 17:00").fire("bob", "come_back"))

    assert found.due == at("2026-09-11 10:00")


def test_a_pause_moves_what_conditions_read_of_the_entry():
    text = waiting("pause").replace("after: 10 days", "at: state.entered + 10 days")
    found = life(text, now="2026-09-01 10:00")
    done(found.on("2026-09-05 12:00").fire("bob", "go"))
    done(found.on("2026-09-08 09:00").fire("bob", "come_back"))

    assert found.due == at("2026-09-14 00:00")


def test_moving_inside_keeps_the_delay_of_the_state_around():
    found = life(waiting("run"), now="2026-09-01 10:00")
    done(found.on("2026-09-05 12:00").fire("bob", "deepen"))

    assert found.due == at("2026-09-11 10:00")


def test_entering_anew_begins_the_delay_anew():
    text = waiting("run") + "  - {id: again, from: active, to: active, by: [mentor]}\n"
    found = life(text, now="2026-09-01 10:00")
    done(found.on("2026-09-05 12:00").fire("bob", "again"))

    assert found.due == at("2026-09-15 12:00")


@pytest.mark.parametrize(("mode", "due"), [("pause", "2026-09-14 10:00"), ("restart", "2026-09-18 09:00")])
def test_the_delays_of_tracks_wait_or_begin_anew_with_the_whole(mode, due):
    text = f"""
initial: active
states:
  active: {{tracks: {{one: {{initial: early, states: {{early: , late: }}}}}}}}
  away: {{delays: {{active: {mode}}}}}
  end: {{final: true}}
transitions:
  - {{id: finish, from: any, to: end, by: [mentor]}}
  - {{id: go, from: active, to: away, by: [mentor]}}
  - {{id: come_back, from: away, to: history(active), by: [mentor]}}
  - {{id: grow_late, from: early, to: late, after: 10 days}}
"""
    found = life(text, now="2026-09-01 10:00")
    done(found.on("2026-09-05 12:00").fire("bob", "go"))
    done(found.on("2026-09-08 09:00").fire("bob", "come_back"))

    assert found.due == at(due)


def test_the_day_on_which_a_state_is_entered_is_local():
    late = life(NESTED, now="2026-09-21 23:30")

    assert late.dyad is not None
    assert late.dyad.stays["dark"].entered_on == day("2026-09-21")


def test_days_spent_in_a_state_are_those_of_every_stay_together():
    text = waiting("pause") + (
        "  - {id: note, from: active, by: [mentor], guard: [{id: seven, when: days_in(active) >= 7}]}\n"
    )
    found = life(text, now="2026-09-01 10:00")
    done(found.on("2026-09-05 12:00").fire("bob", "go"))
    done(found.on("2026-09-08 09:00").fire("bob", "come_back"))

    assert refused(found.on("2026-09-10 09:00").fire("bob", "note")) == {("clause", "seven")}
    done(found.on("2026-09-11 09:00").fire("bob", "note"))


def test_a_state_is_visited_once_it_was_entered():
    text = NESTED + "  - {id: note, from: any, by: [mentor], guard: [{id: seen, when: visited(lit.hot)}]}\n"

    assert refused(life(text, "start").fire("bob", "note")) == {("clause", "seen")}
    done(life(text, "straight", "stop").fire("bob", "note"))


# --------------------------------------------------------------------------------------------------------- the machine


def walked(seed: int) -> None:
    """A flat program at random, and the library's own machine: the same events end in the same states."""
    rng = Random(seed)
    states = [f"s{i}" for i in range(6)]
    moves = [(f"e{rng.randrange(5)}", rng.choice(states), rng.choice(states), rng.randrange(3)) for _ in range(24)]
    moves += [("next", one, other, 0) for one, other in pairwise(states)]
    transitions = [
        f"  - {{id: t{i}, event: {event}, from: {source}, to: {target}, by: [mentor], "
        f"guard: [{{id: c{i}, when: fields.level >= {least}}}]}}"
        for i, (event, source, target, least) in enumerate(moves)
    ]
    text = "\n".join(
        [
            "initial: s0",
            "states: {" + ", ".join(f"{state}: " for state in states) + ", end: {final: true}}",
            "fields: {level: {type: int, default: 1, set_by: [mentor]}}",
            "transitions:",
            *transitions,
            "  - {id: finish, from: any, to: end, by: [mentor]}",
        ]
    )
    found, level = Life(restore(program(text).canonical())), 1
    model = Place("s0")
    yardstick = Machine(model=None, states=states, initial="s0", auto_transitions=False)
    for event, source, target, least in moves:
        yardstick.add_transition(event, source, target, conditions=[lambda *_, least=least: level >= least])
    for _ in range(60):
        if rng.random() < 0.2:
            level = rng.randrange(3)
            done(found.set("bob", "level", level))
        event = rng.choice(sorted({move[0] for move in moves}))
        with suppress(MachineError):
            yardstick.events[event].trigger(model)
        found.fire("bob", event)
        assert found.state == model.state


@pytest.mark.parametrize("seed", range(10))
def test_a_flat_program_lives_as_a_stock_machine_does(seed):
    """Document order among those that compete, and a guard that is not open lets the next one try."""
    walked(seed)


def machines() -> list[tuple[Plan, str, RegionMachine]]:
    """The machine of every region of programs with compound states and tracks."""
    plans = [plan_of(of) for of in (program(NESTED), program(TRACKED), shipped("cisss"))]
    return [(plan, region, machine) for plan in plans for region, machine in plan.machines.items()]


def test_each_region_has_a_machine_that_moves_as_a_stock_one():
    """From every leaf, by every event: the same destination, or none."""
    tried = 0
    for plan, region, machine in machines():
        moves = [
            (name, transition.source, transition.dest or "")
            for name, event in machine.events.items()
            for found in event.transitions.values()
            for transition in found
        ]
        leaves = plan.graph.regions[region].leaves
        yardstick = stock(leaves, machine.initial or "", moves)
        assert sorted(machine.states) == sorted(leaves)
        for leaf in leaves:
            for event in yardstick.events:
                assert by(machine, event, leaf) == by(yardstick, event, leaf)
                tried += 1
    assert tried > 100


def by(machine: Machine, event: str, leaf: str) -> str | None:
    """Where an event leads from a leaf."""
    place = Place(leaf)
    try:
        machine.events[event].trigger(place)
    except MachineError:
        return None
    return place.state


class Dotted(NestedState):
    separator = "."


class Nested(HierarchicalMachine):
    state_cls = Dotted


class Walker:
    """The model of a hierarchical machine, which notes what it enters."""

    def __init__(self) -> None:
        self.entered: list[str] = []


def hierarchical(of: Program) -> tuple[Any, Walker]:
    """The library's hierarchical machine of a program."""
    model, walker = of.model, Walker()

    def noting(path: str) -> Any:
        return lambda: walker.entered.append(path)

    def state(name: str, one: Any, prefix: str) -> dict[str, Any]:
        path = f"{prefix}{name}"
        found: dict[str, Any] = {"name": name, "on_enter": [noting(path)]}
        if one.tracks:
            found["parallel"] = [
                {
                    "name": track,
                    "initial": region.initial,
                    "children": [state(n, s, f"{path}.{track}.") for n, s in region.states.items()],
                }
                for track, region in one.tracks.items()
            ]
        elif one.states:
            found |= {
                "initial": one.initial or next(iter(one.states)),
                "children": [state(n, s, f"{path}.") for n, s in one.states.items()],
            }
        return found

    machine = Nested(
        walker,
        states=[state(name, one, "") for name, one in model.states.items()],
        initial=model.initial,
        auto_transitions=False,
    )
    graph = of.graph
    for rule in model.transitions:
        for source in rule.from_:
            if rule.to:
                machine.add_transition(rule.id, graph.path(source), graph.path(rule.to))
    return machine, walker


TREE = """
initial: a
states:
  a:
  b: {initial: b1, states: {b1: , b2: {initial: c1, states: {c1: , c2: }}}}
  t:
    tracks:
      x: {initial: x1, states: {x1: , x2: }}
      y: {initial: y1, states: {y1: , y2: {initial: y3, states: {y3: , y4: }}}}
  z: {final: true}
transitions:
"""
PLACES = ("a", "b", "b.b1", "b.b2", "b.b2.c1", "b.b2.c2", "t", "t.x.x1", "t.x.x2", "t.y.y1", "t.y.y2", "t.y.y2.y4")


def moves_at_random(rng: Random) -> list[tuple[str, str, str]]:
    """Between any two states; but a hierarchical machine sent to a leaf of one track enters it alone."""
    found: list[tuple[str, str, str]] = []
    while len(found) < 40:
        source, target = rng.choice(PLACES), rng.choice(PLACES)
        if not target.startswith("t.") or source.split(".")[:2] == target.split(".")[:2]:
            found.append((f"e{len(found)}", source, target))
    return found


def written(moves: list[tuple[str, str, str]]) -> str:
    """The program of these moves."""
    return TREE + "".join(f"  - {{id: {name}, from: {source}, to: {to}, by: [mentor]}}\n" for name, source, to in moves)


def walked_beside(rng: Random) -> int:
    """The same leaves in every region and the same states entered as the library; return how many moves were made."""
    moves = moves_at_random(rng)
    of = unchecked(written(moves))
    _machine, walker = hierarchical(of)
    found, made = Life(of), 0
    for _ in range(60):
        name = rng.choice(moves)[0]
        walker.entered.clear()
        assert found.dyad is not None
        before = found.dyad.stays
        try:
            walker.trigger(name)  # type: ignore[attr-defined]
        except MachineError:
            assert codes(found.fire("bob", name)) == {"not_available"}
            continue
        done(found.fire("bob", name))
        made += 1
        standing = {leaf for region, leaf in found.leaves.items() if region or len(found.leaves) == 1}
        assert standing == _listed(walker.state)  # type: ignore[attr-defined]
        assert {path for path, stay in found.dyad.stays.items() if stay.visit != _visit(before, path)} == {
            path for path in walker.entered if path in of.graph.nodes
        }
    return made


@pytest.mark.parametrize("group", range(3))
def test_a_tree_of_states_lives_as_a_hierarchical_machine_does(group):
    """Without history, which the library lacks."""
    assert sum(walked_beside(Random(group * 10 + seed)) for seed in range(10)) > 60


@pytest.mark.parametrize("group", range(2))
def test_states_are_entered_from_the_outside_in_as_in_a_hierarchical_machine(group):
    """What is done on entering is done in the same order."""
    for seed in range(10):
        rng = Random(group * 10 + seed)
        moves = moves_at_random(rng)
        of = unchecked(noisy(written(moves)))
        _machine, walker = hierarchical(of)
        found = Life(of)
        for _ in range(25):
            name = rng.choice(moves)[0]
            told = len(found.effects)
            walker.entered.clear()
            try:
                walker.trigger(name)  # type: ignore[attr-defined]
            except MachineError:
                continue
            done(found.fire("bob", name))
            entered = [path.rpartition(".")[2] for path in walker.entered if path in of.graph.nodes]
            assert [effect.name for effect in found.effects[told:]] == entered


def noisy(text: str) -> str:
    """The same program, in which each state says that it was entered."""
    data: Any = completed(text)
    for path, node in unchecked(text).graph.nodes.items():
        here = data
        for key in node.place:
            here = here[key]
        here["on_enter"] = [{"emit": {"name": path.rpartition(".")[2]}}]
    return json.dumps(data)


def _visit(stays: Any, path: str) -> int:
    return stays[path].visit if path in stays else 0


def _listed(state: Any) -> set[str]:
    """The leaves of a hierarchical machine's state, whose tracks are lists in lists."""
    if isinstance(state, str):
        return {state}
    return {leaf for item in state for leaf in _listed(item)}


def test_no_machine_has_a_back_door():
    """`to_<state>()` would go around every guard."""
    for _plan, _region, machine in machines():
        assert not machine.auto_transitions
        assert not [event for event in machine.events if event.startswith("to_")]
        assert machine.models == []
    assert not [name for name in dir(Place("dark")) if name.startswith(("to_", "trigger"))]
    assert codes(life(NESTED).fire("bob", "to_lit")) == {"unknown_event"}


def test_no_machine_is_given_a_callback():
    """A callback given as a string would be imported and run."""
    for _plan, _region, machine in machines():
        kept: list[Any] = [machine.prepare_event, machine.before_state_change, machine.after_state_change]
        kept += [machine.finalize_event, machine.on_exception, machine.on_final]
        for state in machine.states.values():
            kept += [state.on_enter, state.on_exit]
        for event in machine.events.values():
            for transition in (one for found in event.transitions.values() for one in found):
                kept += [transition.prepare, transition.conditions, transition.before, transition.after]
        assert not any(kept)


def test_no_name_is_ever_resolved_as_a_callback(monkeypatch):
    """A whole life, and the library is never asked to look a callable up."""

    def resolve(func: Any, _event: Any) -> Any:
        raise AssertionError(func)

    monkeypatch.setattr(Machine, "resolve_callable", staticmethod(resolve))
    monkeypatch.setattr(Machine, "callback", lambda _machine, func, _event: resolve(func, None))

    moved = Life(restore(program(TRACKED).canonical()))
    for event in ("enter", "advance", "frown", "leave", "back", "complete", "storm_out", "anew"):
        done(moved.fire("bob", event))

    assert moved.leaves == {"": "both", "both.work": "both.work.first", "both.mood": "both.mood.good"}


# ------------------------------------------------------------------------------------------------------ planted faults


def _moves_nowhere(monkeypatch):
    monkeypatch.setattr(Move, "execute", lambda _move, _model: True)


def _moves_elsewhere(monkeypatch):
    def trigger(event, model, *_args, **_kwargs):
        model.state = min(event.transitions)
        return True

    monkeypatch.setattr(Trigger, "trigger", trigger)


def _takes_the_last(monkeypatch):
    sound = Plan._index

    def index(plan):
        plan.rules = dict(reversed(plan.rules.items()))
        for i, rule in enumerate(plan.rules.values()):
            rule.index = i
        sound(plan)

    monkeypatch.setattr(Plan, "_index", index)


def walked_thrice() -> None:
    for seed in range(3):
        walked(seed)


def test_without_a_fault_the_same_walks_find_nothing():
    walked_thrice()


@pytest.mark.parametrize("plant", [_moves_nowhere, _moves_elsewhere, _takes_the_last])
def test_a_broken_machine_is_noticed(plant, monkeypatch):
    """The machine makes every change of state: where it is broken, nothing moves, or not as a stock machine does."""
    plant(monkeypatch)

    with pytest.raises((AssertionError, MachineError)):
        walked_thrice()


MOVING = """
fields: {ready: {type: bool, set_by: [mentor]}}
initial: a
states:
  a:
  b: {tracks: {x: {initial: x1, states: {x1: , x2: }}}}
  end: {final: true}
transitions:
  - {id: by_hand, from: a, to: b, by: [mentor]}
  - {id: in_a_track, from: x1, to: x2, by: [mentor]}
  - {id: by_time, from: b, to: end, after: 3 days}
  - {id: by_itself, from: b, to: end, auto: true, guard: [{id: ready, when: fields.ready}]}
"""


@pytest.mark.parametrize(
    ("command", "when", "asked"),
    [
        (c.Fire("bob", "in_a_track"), MONDAY, "in_a_track > b.x.x2"),
        (c.SetField("bob", "ready", True), MONDAY, "by_itself > end"),
        (c.Tick(), "2026-09-24 10:00", "by_time > end"),
    ],
)
def test_nothing_moves_without_the_machine(command, when, asked, monkeypatch):
    """Neither in a track, nor by itself, nor by time."""
    found = Life(restore(program(MOVING).canonical())).tell(c.Fire("bob", "by_hand")).on(when)
    stood, moved = found.leaves, []
    monkeypatch.setattr(Trigger, "trigger", lambda event, _model: moved.append(event.name))

    with pytest.raises(MachineError, match="and not to"):
        done(decide(found.program, found.dyad, command, found.context))

    assert (found.leaves, set(moved)) == (stood, {asked})


def test_names_that_look_like_callbacks_are_names():
    """The library imports and runs a callback that is given as a string."""
    text = """
initial: os
states: {os: , system: , exit: {final: true}}
transitions:
  - {id: before, from: os, to: system, by: [mentor], guard: [{id: conditions, when: roles.mentor.assigned}]}
  - {id: prepare, from: system, to: exit, by: [mentor], effects: [{emit: {name: after}}]}
"""
    assert life(text, "before", "prepare").state == "exit"


def test_a_move_that_the_machine_does_not_know_is_never_made(monkeypatch):
    """The verdict of a guard is not enough: the machine must know the way."""
    of = restore(program(NESTED).canonical())
    found = Life(of)
    for event in plan_of(of).machines[""].events.values():
        monkeypatch.setattr(event, "transitions", {})

    with pytest.raises(MachineError):
        found.fire("bob", "start")
