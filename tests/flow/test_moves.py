"""Leaving and entering: compound states, tracks, history, re-entry, beside a stock hierarchical machine."""

from random import Random

import pytest
from transitions.extensions.nesting import HierarchicalMachine, NestedState

from dyade.flow import messages as c
from tests.flow.living import Life, day, done, moment, program, unchecked

NESTED = """
initial: a
states:
  a: {}
  b:
    initial: b1
    states: {b1: {}, b2: {initial: c1, states: {c1: {}, c2: {}}}}
  t:
    tracks:
      x: {initial: x1, states: {x1: {}, x2: {}}}
      y: {initial: y1, states: {y1: {}, y2: {initial: y3, states: {y3: {}, y4: {}}}}}
  w: {delays: {t: run, b: run}}
  z: {final: true}
transitions:
  - {id: to_b, from: a, to: b, by: [mentor]}
  - {id: to_b2, from: a, to: b2, by: [mentor]}
  - {id: to_y2, from: y1, to: y2, by: [mentor]}
  - {id: deeper, from: b1, to: c2, by: [mentor]}
  - {id: within, from: b2, to: b1, by: [mentor]}
  - {id: to_itself, from: b, to: b, by: [mentor]}
  - {id: to_t, from: [a, b], to: t, by: [mentor]}
  - {id: x_on, from: x1, to: x2, by: [mentor]}
  - {id: x_back, from: x2, to: x1, by: [mentor]}
  - {id: y_on, from: y1, to: y4, by: [mentor]}
  - {id: y_out, from: y4, to: w, by: [mentor]}
  - {id: to_y4, from: [a, w], to: y4, by: [mentor]}
  - {id: wait, from: [t, b], to: w, by: [mentor]}
  - {id: resume_t, from: [w, t], to: history(t), by: [mentor]}
  - {id: resume_b, from: [w, b], to: history(b), by: [mentor]}
  - {id: afresh, from: [w, t], to: t, by: [mentor]}
  - {id: quit, from: any, to: z, by: [mentor]}
"""


def life(*events: str) -> Life:
    made = Life(program(NESTED))
    for event in events:
        done(made.fire("bob", event))
    return made


def test_entering_a_compound_state_ends_in_its_initial_leaf():
    assert life("to_b").leaves == {"": "b.b1"}


def test_entering_a_state_with_tracks_enters_them_all():
    assert life("to_t").leaves == {"": "t", "t.x": "t.x.x1", "t.y": "t.y.y1"}


def test_a_target_inside_a_track_enters_the_others_at_their_initial_leaf():
    assert life("to_y4").leaves == {"": "t", "t.x": "t.x.x1", "t.y": "t.y.y2.y4"}


def test_a_move_in_a_track_leaves_the_others_alone():
    before = life("to_t", "y_on")
    stay = before.dyad.stays["t"]
    done(before.fire("bob", "x_on"))

    assert before.leaves == {"": "t", "t.x": "t.x.x2", "t.y": "t.y.y2.y4"}
    assert before.dyad.stays["t"] == stay


def test_a_leaf_of_a_track_may_leave_the_whole():
    assert life("to_t", "y_on", "y_out").leaves == {"": "w"}


def test_what_contains_the_old_and_the_new_leaf_stays_as_it_is():
    moved = life("to_b", "deeper")
    assert moved.leaves == {"": "b.b2.c2"}
    assert moved.dyad.stays["b"].visit == 1
    done(moved.fire("bob", "within"))
    assert moved.dyad.stays["b"].visit == 1


def test_a_transition_to_the_present_state_enters_it_anew():
    again = life("to_b", "deeper", "to_itself")
    assert again.leaves == {"": "b.b1"}
    assert again.dyad.stays["b"].visit == 2


def test_history_restores_every_track_and_resumes_the_same_visit():
    resumed = life("to_t", "x_on", "y_on")
    entered = resumed.dyad.stays["t"]
    done(resumed.on("2026-09-25 10:00").fire("bob", "wait"))
    done(resumed.on("2026-09-30 10:00").fire("bob", "resume_t"))

    assert resumed.leaves == {"": "t", "t.x": "t.x.x2", "t.y": "t.y.y2.y4"}
    assert resumed.dyad.stays["t"].visit == entered.visit
    assert resumed.dyad.stays["t"].entered_at == entered.entered_at


def test_history_of_a_state_never_entered_is_its_beginning():
    assert life("to_t", "wait", "resume_b").leaves == {"": "b.b1"}


def test_history_of_a_state_that_is_active_is_where_it_stands():
    """What it was left in some time ago counts no more."""
    stands = life("to_b", "wait", "resume_b", "deeper", "resume_b")
    assert stands.leaves == {"": "b.b2.c2"}
    tracks = life("to_t", "x_on", "wait", "resume_t", "x_back", "resume_t")
    assert tracks.leaves["t.x"] == "t.x.x1"
    assert tracks.dyad.stays["t"].visit == 1


def test_a_plain_entry_forgets_where_the_tracks_stood():
    anew = life("to_t", "x_on", "wait", "afresh")
    assert anew.leaves == {"": "t", "t.x": "t.x.x1", "t.y": "t.y.y1"}
    assert anew.dyad.stays["t"].visit == 2


def test_any_covers_every_leaf_but_the_final_ones():
    for events in ((), ("to_b", "deeper"), ("to_t",), ("to_t", "wait")):
        ended = life(*events, "quit")
        assert ended.leaves == {"": "z"}
        assert {reason.code for reason in ended.fire("bob", "quit").reasons} == {"ended"}


def test_days_in_a_state_add_up_over_its_stays():
    counted = program(NESTED.replace("id: quit, from: any, to: z, by: [mentor]", "id: quit, from: any, to: z, by: [mentor], guard: [{id: long, when: days_in(t) >= 5}]"))
    lived = Life(counted)
    done(lived.fire("bob", "to_t"))
    done(lived.on("2026-09-24 09:00").fire("bob", "wait"))
    done(lived.on("2026-09-28 09:00").fire("bob", "resume_t"))
    lived.on("2026-09-29 23:00")
    assert {reason.about for reason in lived.fire("bob", "quit").reasons} == {"long"}
    done(lived.on("2026-09-30 00:10").fire("bob", "quit"))


# --------------------------------------------------------------------------------------------------------------- delays

PAUSING = """
initial: on
states:
  on: {initial: up, states: {up: {}}}
  off: {delays: {on: MODE}}
  between: {delays: {on: run}}
  z: {final: true}
transitions:
  - {id: stop, from: on, to: off, by: [mentor]}
  - {id: leave, from: off, to: between, by: [mentor]}
  - {id: resume, from: [off, between], to: history(on), by: [mentor]}
  - {id: elapse, from: on, to: z, after: 10 days}
"""


@pytest.mark.parametrize(
    ("mode", "ends"), [("run", "2026-10-01 10:00"), ("pause", "2026-10-04 10:00"), ("restart", "2026-10-06 12:00")]
)
def test_delays_run_pause_or_begin_anew_while_another_state_is_active(mode, ends):
    """Entered on the 21st at 10:00, away from the 23rd to the 26th at 12:00."""
    paused = Life(program(PAUSING.replace("MODE", mode)))
    done(paused.on("2026-09-23 09:00").fire("bob", "stop"))
    done(paused.on("2026-09-26 12:00").fire("bob", "resume"))

    assert moment(paused.due) == ends
    paused.live("2026-12-01")
    assert paused.state == "z"
    assert moment(paused.records[-1].head.at) == ends


def test_each_state_on_the_way_back_counts_by_itself():
    """Three days in a state that pauses, then four in one that does not."""
    paused = Life(program(PAUSING.replace("MODE", "pause")))
    done(paused.on("2026-09-23 09:00").fire("bob", "stop"))
    done(paused.on("2026-09-26 12:00").fire("bob", "leave"))
    done(paused.on("2026-09-30 12:00").fire("bob", "resume"))

    assert moment(paused.due) == "2026-10-04 10:00"


def test_pauses_add_up():
    paused = Life(program(PAUSING.replace("MODE", "pause")))
    for left, back in (("2026-09-22", "2026-09-23"), ("2026-09-24", "2026-09-26")):
        done(paused.on(f"{left} 09:00").fire("bob", "stop"))
        done(paused.on(f"{back} 09:00").fire("bob", "resume"))
    assert moment(paused.due) == "2026-10-04 10:00"


# ------------------------------------------------------------------------------------------------------- a stock machine


class Dotted(NestedState):
    separator = "."


class Stock(HierarchicalMachine):
    state_cls = Dotted


STATES = ("a", "b", "b.b1", "b.b2", "b.b2.c1", "b.b2.c2", "t", "t.x.x1", "t.x.x2", "t.y.y1", "t.y.y2")
TREE = """
initial: a
states:
  a: {on_enter: [{emit: {name: a}}]}
  b:
    on_enter: [{emit: {name: b}}]
    initial: b1
    states:
      b1: {on_enter: [{emit: {name: b1}}]}
      b2:
        on_enter: [{emit: {name: b2}}]
        initial: c1
        states: {c1: {on_enter: [{emit: {name: c1}}]}, c2: {on_enter: [{emit: {name: c2}}]}}
  t:
    on_enter: [{emit: {name: t}}]
    tracks:
      x: {initial: x1, states: {x1: {on_enter: [{emit: {name: x1}}]}, x2: {on_enter: [{emit: {name: x2}}]}}}
      y: {initial: y1, states: {y1: {on_enter: [{emit: {name: y1}}]}, y2: {on_enter: [{emit: {name: y2}}]}}}
  z: {final: true}
transitions:
  - {id: end, from: any, to: z, by: [coordinator]}
"""


def _stock(rules, entered):
    states = [
        "a",
        {"name": "b", "initial": "b1", "children": ["b1", {"name": "b2", "initial": "c1", "children": ["c1", "c2"]}]},
        {
            "name": "t",
            "parallel": [
                {"name": "x", "initial": "x1", "children": ["x1", "x2"]},
                {"name": "y", "initial": "y1", "children": ["y1", "y2"]},
            ],
        },
    ]
    machine = Stock(states=states, initial="a", auto_transitions=False)
    for name, source, target in rules:
        machine.add_transition(name, source, target)
    for path in (*STATES, "t.x", "t.y"):
        machine.get_state(path).add_callback("enter", lambda *_args, path=path: entered.append(path.rpartition(".")[2]))
    return machine


def _rules(rng: Random) -> list[tuple[str, str, str]]:
    """Moves between leaves, and to compound states; a track is left as a whole, and not crossed."""
    found = []
    for i in range(12):
        source, target = rng.choice(("a", "b.b1", "b.b2.c1", "b.b2.c2", "t.x.x1", "t.x.x2", "t.y.y1")), rng.choice(STATES)
        inside = source.split(".")[:2], target.split(".")[:2]
        # Nobody goes from one track to another; and the library enters one track alone, where we enter them all.
        into_a_track = target.startswith("t.") and inside[0] != inside[1]
        if not into_a_track and source != target:
            found.append((f"e{i}", source, target))
    return found


@pytest.mark.parametrize("group", range(4))
def test_moves_enter_what_a_stock_hierarchical_machine_enters_in_its_order(group):
    """Without history, which the library lacks."""
    for seed in range(20):
        _walk_beside_a_stock_machine(Random(group * 20 + seed))


def _walk_beside_a_stock_machine(rng: Random) -> None:
    rules = _rules(rng)
    entered: list[str] = []
    theirs = _stock(rules, entered)
    written = "".join(f"  - {{id: {name}, from: {source}, to: {target}, by: [mentor]}}\n" for name, source, target in rules)
    ours = Life(unchecked(TREE + written))
    ours.effects.clear()
    for _ in range(25):
        name, _source, target = rng.choice(rules)
        told = len(ours.effects)
        entered.clear()
        moved = ours.do(c.Fire("bob", name))
        try:
            theirs.trigger(name)
        except Exception as refusal:
            assert type(refusal).__name__ in ("MachineError", "AttributeError")
            assert type(moved).__name__ == "Refusal"
            continue
        shown = theirs.state if isinstance(theirs.state, list) else [theirs.state]
        assert sorted(shown) == sorted(leaf for region, leaf in ours.leaves.items() if region or leaf != "t")
        if not _differs(theirs, target):
            assert [effect.name for effect in ours.effects[told:]] == [name for name in entered if name not in ("x", "y")]


def _differs(_machine, target: str) -> bool:
    """Where the target is around the source, the library keeps it; we enter it anew, as every plain entry does."""
    return target in ("b", "b.b2", "t")


def test_the_day_on_which_a_state_was_entered_is_local():
    late = Life(program(NESTED), now="2026-09-21 23:30")
    assert late.dyad.stays["a"].entered_on == day("2026-09-21")
