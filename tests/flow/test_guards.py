"""Guards: all, any, none, should, waivers, eligible, unknown; told as they are judged."""

from random import Random

import pytest

from dyade.flow import messages as c
from dyade.flow.plan import plan_of
from tests.flow.living import Life, codes, done, program, refused, unchecked

BASE = """
fields:
  x: {type: bool, set_by: [mentor]}
  y: {type: bool, set_by: [mentor]}
  n: {type: int, set_by: [mentor]}
  e: {type: date, nullable: true, set_by: [mentor]}
initial: a
states: {a: {}, z: {final: true}}
transitions:
  - id: go
    from: a
    to: z
    by: [mentor]
    guard: GUARD
"""


def guarded(guard: str, **fields) -> Life:
    return Life(unchecked(BASE.replace("GUARD", guard)), fields=fields)


@pytest.mark.parametrize(
    ("guard", "fields", "blocking"),
    [
        ("[{id: p, when: fields.x}]", {"x": True}, set()),
        ("[{id: p, when: fields.x}]", {"x": False}, {"p"}),
        ("[{id: p, when: fields.x}]", {}, {"p"}),
        ("[{id: p, when: fields.x}, {id: q, when: fields.y}]", {}, {"p", "q"}),
        ("[{any: [{id: p, when: fields.x}, {id: q, when: fields.y}]}]", {"x": True}, set()),
        ("[{any: [{id: p, when: fields.x}, {id: q, when: fields.y}]}]", {"x": False}, {"p", "q"}),
        ("[{all: [{id: p, when: fields.x}, {id: q, when: fields.y}]}]", {"x": True, "y": False}, {"q"}),
        ("[{none: [{id: p, when: fields.x}, {id: q, when: fields.y}]}]", {"x": False, "y": False}, set()),
        ("[{none: [{id: p, when: fields.x}, {id: q, when: fields.y}]}]", {"x": True, "y": False}, {"p"}),
        ("[{none: [{id: p, when: fields.x}, {id: q, when: fields.y}]}]", {"y": False}, {"p"}),
        ("[{none: [{none: [{id: p, when: fields.x}]}]}]", {"x": True}, set()),
        ("[{none: [{none: [{id: p, when: fields.x}]}]}]", {"x": False}, {"p"}),
        ("[{none: [{all: [{id: p, when: fields.x}, {id: q, when: fields.y}]}]}]", {"x": True, "y": False}, set()),
        ("[{none: [{all: [{id: p, when: fields.x}, {id: q, when: fields.y}]}]}]", {"x": True, "y": True}, {"p", "q"}),
        ("[{id: p, when: fields.x, level: should}]", {"x": False}, set()),
        ("[{any: [{id: p, when: fields.x, level: should}]}]", {"x": False}, set()),
        ("[{any: [{id: p, when: fields.x}, {all: [{id: q, when: fields.y, level: should}]}]}]", {"x": False}, {"p"}),
        ("[{none: [{id: p, when: fields.x, level: should}, {id: q, when: fields.y}]}]", {"x": True, "y": False}, set()),
        ("[{id: p, when: fields.x or fields.y}]", {"x": True}, set()),
        ("[{id: p, when: fields.x and fields.y}]", {"x": True}, {"p"}),
        ("[{id: p, when: not fields.x}]", {}, {"p"}),
        ("[{id: p, when: fields.e <= today}]", {}, {"p"}),
        ("[{id: p, when: not is_set(fields.e)}]", {}, set()),
        ("[{id: p, when: fields.n >= 4}]", {"n": 4}, set()),
        ("[{id: p, when: fields.n >= 4}]", {"n": 3}, {"p"}),
    ],
)
def test_a_guard_opens_when_every_must_is_yes_and_names_those_that_are_not(guard, fields, blocking):
    outcome = guarded(guard, **fields).fire("bob", "go")
    assert {about for _, about in refused(outcome)} == blocking if blocking else done(outcome)


def test_nothing_short_circuits_where_people_are_told():
    """Each clause that blocks is named, with what is known of it."""
    outcome = guarded("[{id: p, when: fields.x}, {id: q, when: fields.n >= 4}, {id: r, when: fields.y}]", x=False, n=1)
    reasons = outcome.fire("bob", "go").reasons
    assert [(reason.about, reason.facts["verdict"]) for reason in reasons] == [("p", "no"), ("q", "no"), ("r", "unknown")]


def test_what_should_hold_advises_and_is_recorded_with_the_act():
    life = guarded("[{id: p, when: fields.x, level: should}, {id: q, when: fields.y, level: should}]", x=True)
    decision = done(life.fire("bob", "go"))

    assert [reason.about for reason in decision.advice] == ["q"]
    assert life.records[-1].advice == ("q",)


# --------------------------------------------------------------------------------------------------------------- waivers

WAIVED = BASE.replace("GUARD", "[{id: p, when: fields.x, waivable_by: [coordinator]}, {id: q, when: fields.y}]")


def test_a_waiver_lifts_one_clause_with_a_reason_by_whom_it_may_be():
    life = Life(program(WAIVED), fields={"y": True})
    assert refused(life.do(c.Waive("bob", "go", "p", "Please."))) == {("not_allowed", "waive p")}
    assert refused(life.do(c.Waive("cleo", "go", "q", "Please."))) == {("not_waivable", "q")}
    assert refused(life.do(c.Waive("cleo", "go", "none", "Please."))) == {("unknown_clause", "none")}
    assert refused(life.do(c.Waive("cleo", "gone", "p", "Please."))) == {("unknown_rule", "gone")}
    for reason in ("", "  \n", "\0", "\ud800", None, 4):
        assert refused(life.do(c.Waive("cleo", "go", "p", reason))) == {("reason_wanted", "go")}

    done(life.do(c.Waive("cleo", "go", "p", "Agreed with both.")))
    done(life.fire("bob", "go"))
    assert life.records[-1].waived == ("p",)


def test_a_waiver_does_not_lift_the_others():
    life = Life(program(WAIVED), fields={"y": False})
    done(life.do(c.Waive("cleo", "go", "p", "Agreed.")))
    assert refused(life.fire("bob", "go")) == {("clause", "q")}


@pytest.mark.parametrize(
    "guard",
    [
        "[{none: [{id: p, when: fields.x, waivable_by: [coordinator]}]}]",
        "[{none: [{all: [{id: p, when: fields.x, waivable_by: [coordinator]}]}]}]",
        "[{any: [{id: p, when: not fields.x, waivable_by: [coordinator]}, {id: q, when: fields.y}]}]",
    ],
)
def test_a_waived_clause_is_what_is_wanted_of_it_wherever_it_stands(guard):
    life = guarded(guard, x=True, y=False)
    refused(life.fire("bob", "go"))
    done(life.do(c.Waive("cleo", "go", "p", "Agreed.")))
    done(life.fire("bob", "go"))


VISITS = """
fields: {x: {type: bool, set_by: [mentor]}}
initial: a
states:
  a: {initial: a1, states: {a1: {}}}
  b: {delays: {a: run}}
  c: {delays: {a: run}}
  z: {final: true}
transitions:
  - {id: go, from: [a, b], to: z, by: [mentor], guard: [{id: p, when: fields.x, waivable_by: [coordinator]}]}
  - {id: on, from: a, to: b, by: [mentor]}
  - {id: away, from: [a, b], to: c, by: [mentor]}
  - {id: back, from: c, to: history(a), by: [mentor]}
  - {id: anew, from: c, to: a, by: [mentor]}
"""


@pytest.mark.parametrize(
    ("events", "holds"), [((), True), (("on",), False), (("away", "back"), True), (("away", "anew"), False)]
)
def test_a_waiver_is_for_one_visit_of_the_state(events, holds):
    """Another state's first visit is another visit; history resumes the same one."""
    life = Life(program(VISITS))
    done(life.do(c.Waive("cleo", "go", "p", "Agreed.")))
    for event in events:
        done(life.fire("bob", event))
    outcome = life.fire("bob", "go")
    assert done(outcome) if holds else refused(outcome) == {("clause", "p")}


def test_a_clause_is_waived_only_where_its_source_is_active():
    life = Life(program(VISITS))
    done(life.fire("bob", "away"))
    assert refused(life.do(c.Waive("cleo", "go", "p", "Agreed."))) == {("not_available", "go")}


# -------------------------------------------------------------------------------------------------------------- eligible

ELIGIBLE = """
roles:
  mentor:
    count: {min: 1, max: 3}
    attributes: {apt: {type: bool}, level: {type: int}}
    eligible:
      - {id: apt, when: person.apt}
      - {id: high, when: person.level >= 3, level: should}
  mentee: {}
  coordinator: {}
fields: {proposed: {type: person, role: mentor, set_by: [mentee]}}
initial: a
states: {a: {}, z: {final: true}}
transitions:
  - {id: go, from: a, to: z, by: [mentee], guard: [{eligible: [mentor]}]}
  - {id: choose, from: a, to: z, by: [mentee], guard: [{eligible: {mentor: fields.proposed}}]}
"""
APT, INAPT, UNKNOWN = {"apt": True, "level": 5}, {"apt": False, "level": 1}, {"level": 1}


def pair(*mentors, **profiles) -> Life:
    people = {"mentee": ("ana",), "coordinator": ("cleo",)} | ({"mentor": mentors} if mentors else {})
    return Life(program(ELIGIBLE), people, profiles=profiles)


def test_a_guard_wants_a_yes_for_each_holder():
    assert done(pair("bob", "dan", bob=APT, dan=APT).fire("ana", "go"))
    life = pair("bob", "dan", bob=APT, dan=UNKNOWN)
    reasons = life.fire("ana", "go").reasons
    assert [(reason.about, reason.facts["person"], reason.facts["verdict"]) for reason in reasons] == [("apt", "dan", "unknown")]


def test_a_guard_on_a_role_that_nobody_holds_is_not_met():
    assert refused(pair().fire("ana", "go")) == {("nobody_holds", "mentor")}


def test_assigning_is_refused_by_a_definite_no_and_shows_the_rest():
    life = pair(bob=INAPT, dan=UNKNOWN)
    assert refused(life.do(c.Assign("cleo", "mentor", "bob"))) == {("clause", "apt")}
    assert [reason.about for reason in done(life.do(c.Assign("cleo", "mentor", "dan"))).advice] == ["apt", "high"]


def test_someone_not_yet_in_the_role_can_be_judged():
    life = pair(bob=INAPT, dan=APT)
    assert refused(life.fire("ana", "choose")) == {("nobody_holds", "mentor")}
    done(life.set("ana", "proposed", "bob"))
    assert refused(life.fire("ana", "choose")) == {("clause", "apt")}
    done(life.set("ana", "proposed", "dan"))
    done(life.fire("ana", "choose"))


# ------------------------------------------------------------------------------------------------------ trees at random


def _tree(rng: Random, depth: int, names: list[str]) -> tuple[object, str]:
    """A guard as the program writes it, and as the oracle reads it."""
    if depth == 0 or rng.random() < 0.4:
        names.append(f"k{len(names)}")
        field = rng.choice("xy")
        level = ", level: should" if rng.random() < 0.2 else ""
        return (names[-1], field, not level), f"{{id: {names[-1]}, when: fields.{field}{level}, waivable_by: [coordinator]}}"
    op = rng.choice(("all", "any", "none"))
    inner = [_tree(rng, depth - 1, names) for _ in range(rng.randint(1, 3))]
    return (op, [tree for tree, _ in inner]), f"{{{op}: [{', '.join(text for _, text in inner)}]}}"


def _oracle(tree, values, waived, wanted=True):
    """Kleene, written another way: the verdict as 0, 1/2 or 1; `None` where the tree only advises."""
    if len(tree) == 3:
        name, field, must = tree
        if not must:
            return None
        return float(wanted) if name in waived else {True: 1.0, False: 0.0, None: 0.5}[values.get(field)]
    op, inner = tree
    known = [v for v in (_oracle(one, values, waived, wanted is not (op == "none")) for one in inner) if v is not None]
    if not known:
        return None
    return min(known) if op == "all" else max(known) if op == "any" else 1 - max(known)


@pytest.mark.parametrize("group", range(3))
def test_any_tree_is_judged_as_kleene_says_and_is_never_blocked_without_a_reason(group):
    rng = Random(group)
    for _ in range(40):
        names: list[str] = []
        trees = [_tree(rng, 3, names) for _ in range(rng.randint(1, 3))]
        life = guarded(f"[{', '.join(text for _, text in trees)}]")
        guard = plan_of(life.program).rules["go"].guard
        for _ in range(8):
            values = {field: rng.choice((True, False, None)) for field in "xy"}
            lifted = frozenset(rng.sample(names, rng.randint(0, min(2, len(names)))))
            draft = life.draft()
            draft.fields = {field: value for field, value in values.items() if value is not None}
            expected = all(_oracle(tree, values, lifted) in (1.0, None) for tree, _ in trees)
            assert guard.opens(draft, lifted) is expected
            assert bool(guard.blocking(draft, lifted)) is not expected


def test_a_guard_that_is_not_open_fires_nothing_even_where_no_clause_can_be_named(monkeypatch):
    life = guarded("[{id: p, when: fields.x}]", x=False)
    monkeypatch.setattr("dyade.flow.guards.CompiledGuard.blocking", lambda *_: [])
    assert codes(life.fire("bob", "go")) == {"hidden"}
    assert life.state == "a"
