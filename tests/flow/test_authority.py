"""Who may do what? Every act, by the holder of every role and by those of none: what is not listed is refused."""

from collections.abc import Callable

import pytest

from dyade.flow import messages as c
from tests.flow.living import Life, done, program

EVERYTHING = """
roles:
  mentor: {assigned_by: [coordinator]}
  mentee: {assigned_by: [mentor], delegate_to: [mentor]}
  coordinator: {assigned_by: [mentee]}
  office: {scope: program}
started_by: [coordinator]
fields: {f: {type: int, set_by: [mentee]}}
forms:
  form:
    entry: {x: {type: int}}
    filled_by: [mentor]
    signed_by: [mentee]
    confirmed_by: [coordinator]
    corrected_by: [office]
    steps: [{id: pay, from: submitted, to: paid, by: [office]}]
    repeat: many
    limits: [{per: week, max: 100, of: x, waivable_by: [mentee]}]
    available_in: [a]
initial: a
states: {a: {}, b: {}, z: {final: true}}
transitions:
  - {id: fire, from: a, to: b, by: [office], guard: [{id: p, when: fields.f > 0, waivable_by: [mentor]}]}
  - {id: hosted, from: a, to: z, by: [system]}
  - {id: itself, from: b, to: z, auto: true, guard: [{id: q, when: fields.f > 9}]}
  - {id: together, from: a, to: z, by: {all: [mentor, mentee]}}
"""
HOLDERS = {
    "mentor": "bob",
    "mentee": "ana",
    "coordinator": "cleo",
    "office": "olga",
    "nobody": "zed",
    "host": c.SYSTEM,
    "clock": c.CLOCK,
}
ACTS: dict[str, tuple[Callable[[str], c.Command], set[str]]] = {
    "fire": (lambda who: c.Fire(who, "fire"), {"office"}),
    "hosted": (lambda who: c.Fire(who, "hosted"), {"host"}),
    "itself": (lambda who: c.Fire(who, "itself"), set()),
    "together": (lambda who: c.Fire(who, "together"), {"mentor", "mentee"}),
    "set": (lambda who: c.SetField(who, "f", 1), {"mentee"}),
    "fill": (lambda who: c.Fill(who, "form", {"x": 1}), {"mentor"}),
    "draft": (lambda who: c.Fill(who, "form", {"x": 1}, False), {"mentor"}),
    "sign": (lambda who: c.Sign(who, "form", 2), {"mentee"}),
    "confirm": (lambda who: c.Confirm(who, "form", 2), {"coordinator"}),
    "step": (lambda who: c.Step(who, "form", "pay", 1), {"office"}),
    "correct": (lambda who: c.Correct(who, "form", {"x": 2}, "Wrong.", 1), {"office"}),
    "waive a clause": (lambda who: c.Waive(who, "fire", "p", "Agreed."), {"mentor"}),
    "waive a limit": (lambda who: c.Waive(who, "form", "x", "Agreed."), {"mentee"}),
    "assign": (lambda who: c.Assign(who, "mentor", "dan"), {"coordinator", "host"}),
    "unassign": (lambda who: c.Unassign(who, "coordinator", "cleo"), {"mentee", "host"}),
    "replace": (lambda who: c.Replace(who, "mentee", "ana", "dan"), {"mentor", "host"}),
    "answer": (lambda who: c.Answer(who, "mentor", True), set()),
    "inform": (lambda who: c.ChangeAttributes(who, "bob", {"x": 1}), set()),
    "withdraw": (lambda who: c.WithdrawAssent(who, "together"), set()),
    "unsign": (lambda who: c.Unsign(who, "form", 2), set()),
    "on paper": (lambda who: c.Fill("bob", "form", {"x": 1}, recorded_by=who), {"mentor"}),
    "signed on paper": (lambda who: c.Sign("ana", "form", 2, recorded_by=who), {"mentor", "mentee"}),
}


def authority() -> Life:
    """A dyad in which every act is possible for someone."""
    people = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}
    life = Life(program(EVERYTHING), people, shared={"office": ("olga",)}, fields={"f": 1})
    for _ in range(2):
        done(life.fill("bob", "form", x=1))
    done(life.sign("ana", "form", 1))
    done(life.do(c.Confirm("cleo", "form", 1)))
    return life


@pytest.mark.parametrize("act", ACTS)
def test_whoever_is_not_listed_is_refused(act):
    """Every role, and everyone of none, at every act."""
    command, allowed = ACTS[act]
    granted = set()
    for role, person in HOLDERS.items():
        life = authority()
        before = life.dyad
        if type(life.do(command(person))).__name__ == "Decision":
            granted.add(role)
        else:
            assert life.dyad == before
    assert granted == allowed
