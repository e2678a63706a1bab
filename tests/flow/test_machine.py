"""The state graph: does the library make every move, and is there no other way to make one?"""

from contextlib import suppress

import pytest
from transitions import MachineError

from dyade.flow import messages as c
from dyade.flow.acts import EndlessLoop
from dyade.flow.decide import decide
from dyade.flow.machine import Place, Trigger, build, stock
from dyade.flow.plan import plan_of
from tests.flow.living import Life, at, done, program, refused, shipped

LEAVES = ("a", "b.c", "b.d")
MOVES = (("go", "a", "b.c"), ("go", "b.c", "b.d"), ("back", "b.d", "a"), ("again", "a", "a"))


def test_our_machine_moves_as_the_library_s_own():
    """The hooks save time, and change nothing."""
    ours, theirs = build(LEAVES, "a", MOVES), stock(LEAVES, "a", MOVES)

    for source in LEAVES:
        for event in ("go", "back", "again"):
            mine, model = Place(source), Place(source)
            try:
                theirs.events[event].trigger(model)
            except (MachineError, AttributeError):
                with pytest.raises(MachineError):
                    ours.events[event].trigger(mine)
            else:
                assert ours.events[event].trigger(mine) is True
                assert mine.state == model.state


def test_there_is_no_back_door_to_a_state():
    """Automatic transitions would give every state an event that goes there, past the guards."""
    for machine in plan_of(shipped()).machines.values():
        assert not any(event.startswith("to_") or event == "to" for event in machine.events)

    life = Life(shipped(), {"mentore": ("ana",), "gestionnaire": ("cleo",)})
    assert refused(life.fire("cleo", "to_terminee")) == {("unknown_event", "to_terminee")}
    assert refused(life.fire("cleo", "to")) == {("unknown_event", "to")}


def test_a_place_holds_nothing_but_its_state():
    """Nothing is registered: the models are thrown away."""
    for machine in plan_of(shipped()).machines.values():
        assert machine.models == []
    assert Place.__slots__ == ("state",)


def test_no_name_of_a_program_reaches_the_library_as_a_callback():
    """The library imports and runs a callback that is given as a string."""
    named = program(
        """
        initial: os
        states: {os: {}, system: {}, z: {final: true}}
        transitions:
          - {id: before, from: os, to: system, by: [mentor], guard: [{id: conditions, when: roles.mentor.assigned}]}
          - {id: prepare, from: system, to: z, by: [mentor], effects: [{emit: {name: after}}]}
        """
    )
    for machine in plan_of(named).machines.values():
        assert not any((*machine.before_state_change, *machine.after_state_change, *machine.prepare_event, *machine.finalize_event))
        for event in machine.events.values():
            for transitions in event.transitions.values():
                for transition in transitions:
                    assert not any((*transition.prepare, *transition.conditions, *transition.before, *transition.after))
        for state in machine.states.values():
            assert not any((*state.on_enter, *state.on_exit))

    life = Life(named)
    done(life.fire("bob", "before"))
    done(life.fire("bob", "prepare"))
    assert life.state == "z"


def test_the_machine_makes_every_change_of_state(monkeypatch):
    """Without it, nothing moves: neither by people, nor by time, nor by itself, nor out of a track."""
    moving = program(
        """
        initial: a
        states:
          a: {}
          b: {tracks: {x: {initial: x1, states: {x1: {}, x2: {}}}}}
          z: {final: true}
        transitions:
          - {id: by_hand, from: a, to: b, by: [mentor]}
          - {id: in_a_track, from: x1, to: x2, by: [mentor]}
          - {id: by_time, from: b, to: z, after: 3 days}
          - {id: by_itself, from: b, to: z, auto: true, guard: [{id: ready, when: fields.ready}]}
        fields: {ready: {type: bool, set_by: [mentor]}}
        """
    )
    life = Life(moving)
    done(life.fire("bob", "by_hand"))
    stands = life.leaves
    moved: list[str] = []
    monkeypatch.setattr(Trigger, "trigger", lambda event, _model: moved.append(event.name))
    later = life.context._replace(now=at("2026-09-24 10:00"))

    broken = decide(moving, life.dyad, c.Fire("bob", "in_a_track"), life.context)
    assert (done(broken).dyad.leaves, moved) == (stands, ["in_a_track > b.x.x2"])
    for command, context, name in (
        (c.SetField("bob", "ready", True), life.context, "by_itself > z"),
        (c.Tick(), later, "by_time > z"),
    ):
        moved.clear()
        # What does not move may stay open, and be tried without end.
        with suppress(EndlessLoop):
            assert done(decide(moving, life.dyad, command, context)).dyad.leaves == stands
        assert set(moved) == {name}


def test_the_machine_refuses_a_move_that_the_program_does_not_have(monkeypatch):
    """A destination that no transition leads to is not reached, whatever asks for it."""
    plain = program(
        """
        initial: a
        states: {a: {}, b: {}, z: {final: true}}
        transitions:
          - {id: go, from: a, to: b, by: [mentor]}
          - {id: end, from: b, to: z, by: [mentor]}
        """
    )
    life = Life(plain)
    plan = plan_of(plain)
    with pytest.raises(MachineError):
        plan.machines[""].events["end > z"].trigger(Place("a"))
    monkeypatch.setattr("dyade.flow.acts.target_leaf", lambda _draft, _target: "z")
    with pytest.raises(KeyError):
        life.fire("bob", "go")
