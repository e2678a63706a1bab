"""Whether a guard holds: trees, doubts, advice, clauses that are lifted, clauses about people."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest

from dyade.flow import messages as c
from dyade.flow.guards import CompiledGuard
from dyade.flow.outcome import Decision, Refusal
from dyade.flow.plan import plan_of
from tests.flow.living import Life, codes, done, program, reason, refused, sentences, unchecked

GUARDED = """
fields:
  x: {type: bool, set_by: [mentor]}
  y: {type: bool, set_by: [mentor]}
  z: {type: bool, set_by: [mentor]}
  level: {type: int, set_by: [mentor]}
MORE
initial: live
states: {live: , end: {final: true}}
transitions: [{id: go, from: live, to: end, by: [mentor], guard: GUARD}]
"""


def guarded(guard: str, more: str = "", **options: Any) -> Life:
    """A dyad whose only way out is guarded; `x`, `y` and `z` are yes, no or unknown."""
    return Life(program(GUARDED.replace("GUARD", guard).replace("MORE", more)), **options)


def clause(name: str, rest: str = "") -> str:
    return f"{{id: {name}, when: fields.{name}{rest}}}"


X, Y, Z = clause("x"), clause("y"), clause("z")
KNOWN = {"yes": True, "no": False, "unknown": None}


def given(**answers: str) -> dict[str, Any]:
    """The fields whose answer is known."""
    return {name: KNOWN[answer] for name, answer in answers.items() if KNOWN[answer] is not None}


# --------------------------------------------------------------------------------------------------------------- trees


def kleene(op: str, verdicts: list[bool | None]) -> bool | None:
    """What a tree of yes, no and unknown is worth, said another way: by trying every value of what is unknown."""
    found = {
        {"all": all, "any": any, "none": lambda these: not any(these)}[op](chosen)
        for chosen in product(*([value] if value is not None else [True, False] for value in verdicts))
    }
    return found.pop() if len(found) == 1 else None


@pytest.mark.parametrize("op", ["all", "any", "none"])
@pytest.mark.parametrize("x", list(KNOWN))
@pytest.mark.parametrize("y", list(KNOWN))
def test_a_group_is_open_when_whatever_is_unknown_cannot_change_it(op, x, y):
    life = guarded(f"[{{{op}: [{X}, {Y}]}}]", fields=given(x=x, y=y))

    outcome = life.fire("bob", "go")

    assert isinstance(outcome, Decision) is (kleene(op, [KNOWN[x], KNOWN[y]]) is True)


@pytest.mark.parametrize("outer", ["all", "any", "none"])
@pytest.mark.parametrize("inner", ["all", "any", "none"])
def test_groups_hold_groups(outer, inner):
    """Over every value of three clauses."""
    for x, y, z in product(KNOWN, repeat=3):
        life = guarded(f"[{{{outer}: [{X}, {{{inner}: [{Y}, {Z}]}}]}}]", fields=given(x=x, y=y, z=z))
        wanted = kleene(outer, [KNOWN[x], kleene(inner, [KNOWN[y], KNOWN[z]])])
        outcome = life.fire("bob", "go")
        assert isinstance(outcome, Decision) is (wanted is True), (x, y, z)
        # Whatever the tree, a refusal names a clause.
        assert wanted is True or codes(outcome) == {"clause"}, (x, y, z)


def test_every_clause_is_judged_and_each_that_blocks_is_told():
    life = guarded(f"[{X}, {Y}, {Z}]", fields=given(x="no", y="yes"))

    outcome = life.fire("bob", "go")

    assert isinstance(outcome, Refusal)
    assert [(reason.about, reason.facts["verdict"]) for reason in outcome.reasons] == [("x", "no"), ("z", "unknown")]


def test_what_is_unknown_says_which_empty_values_it_needed():
    life = guarded("[{id: enough, when: fields.x and fields.level > 3}]", fields=given(x="yes"))

    outcome = life.fire("bob", "go")

    why = reason(outcome)
    assert why.facts["verdict"] == "unknown"
    assert sentences(life.program, outcome) == ("Cannot be checked: not filled in — level.",)


@pytest.mark.parametrize(
    ("op", "fields", "blocking"),
    [
        ("any", given(x="no", y="no"), {"x", "y"}),
        ("any", given(x="no"), {"x", "y"}),
        ("none", given(x="yes", y="no"), {"x"}),
        ("none", given(x="no"), {"y"}),
        ("all", given(x="yes", y="no"), {"y"}),
    ],
)
def test_a_group_that_blocks_names_the_clauses_that_make_it_so(op, fields, blocking):
    life = guarded(f"[{{{op}: [{X}, {Y}]}}]", fields=fields)

    assert {name for _, name in refused(life.fire("bob", "go"))} == blocking


def test_a_guard_without_clauses_is_open():
    assert guarded("[]").tell(c.Fire("bob", "go")).state == "end"


# -------------------------------------------------------------------------------------------------------------- should

SHOULD = clause("y", ", level: should")


@pytest.mark.parametrize("y", ["no", "unknown"])
def test_what_should_hold_never_blocks_and_is_told_and_kept(y):
    life = guarded(f"[{X}, {SHOULD}]", fields=given(x="yes", y=y))

    outcome = done(life.fire("bob", "go"))

    assert [(reason.code, reason.about) for reason in outcome.advice] == [("clause", "y")]
    [moved] = [record for record in outcome.records if isinstance(record, c.Moved)]
    assert moved.advice == ("y",)


def test_what_should_hold_and_does_is_not_told():
    outcome = done(guarded(f"[{SHOULD}]", fields=given(y="yes")).fire("bob", "go"))

    assert outcome.advice == ()


def test_what_should_hold_is_not_a_reason_of_a_refusal():
    life = guarded(f"[{X}, {SHOULD}]", fields=given(x="no", y="no"))

    assert refused(life.fire("bob", "go")) == {("clause", "x")}


@pytest.mark.parametrize("op", ["all", "any", "none"])
def test_what_should_hold_does_not_count_in_a_group(op):
    """A group of one clause, whatever the advice beside it."""
    for x, y in product(("yes", "no"), KNOWN):
        life = guarded(f"[{{{op}: [{X}, {SHOULD}]}}]", fields=given(x=x, y=y))
        assert isinstance(life.fire("bob", "go"), Decision) is ((x == "yes") is (op != "none"))


def test_a_group_of_advice_alone_never_blocks():
    life = guarded(f"[{{any: [{SHOULD}]}}]", fields=given(y="no"))

    assert [reason.about for reason in done(life.fire("bob", "go")).advice] == ["y"]


def test_advice_under_none_is_told_when_it_is_true():
    for y, told in (("yes", ["y"]), ("no", [])):
        life = guarded(f"[{{none: [{SHOULD}]}}]", fields=given(y=y))
        assert [reason.about for reason in done(life.fire("bob", "go")).advice] == told


# ------------------------------------------------------------------------------------------------------- named clauses

NAMED = """
clauses:
  x: {when: fields.x}
  pair: {all: [{id: y, when: fields.y}, {id: z, when: fields.z}]}
  neither: {none: [{id: y2, when: fields.y}, {id: z2, when: fields.z}]}
"""


def test_a_named_clause_is_used_where_it_is_named_and_takes_its_key_as_id():
    life = guarded("[{use: x}, {use: pair}]", NAMED, fields=given(x="no", y="yes", z="no"))

    assert refused(life.fire("bob", "go")) == {("clause", "x"), ("clause", "z")}


def test_a_named_group_stands_in_any_group():
    for y, z in product(("yes", "no"), repeat=2):
        life = guarded("[{any: [{use: pair}, {use: neither}]}]", NAMED, fields=given(y=y, z=z))
        assert isinstance(life.fire("bob", "go"), Decision) is (y == z)


@pytest.mark.parametrize(("x", "code"), [("yes", {("clause", "x")}), ("no", None), ("unknown", {("clause", "x")})])
def test_a_named_clause_under_none_is_its_contrary(x, code):
    outcome = guarded("[{none: [{use: x}]}]", NAMED, fields=given(x=x)).fire("bob", "go")

    assert (refused(outcome) if code else isinstance(outcome, Decision)) == (code or True)


@pytest.mark.parametrize(("y", "z"), list(product(("yes", "no", "unknown"), repeat=2)))
def test_a_named_group_under_none_is_its_contrary(y, z):
    """Not both: one is a no, whatever the other."""
    outcome = guarded("[{none: [{use: pair}]}]", NAMED, fields=given(y=y, z=z)).fire("bob", "go")

    assert isinstance(outcome, Decision) is ("no" in (y, z))


# ------------------------------------------------------------------------------------------------------------- waivers

WAIVABLE = clause("x", ", waivable_by: [coordinator]")
TWO = f"""
fields: {{x: {{type: bool, set_by: [mentor]}}, y: {{type: bool, set_by: [mentor]}}}}
initial: live
states: {{live: {{initial: early, states: {{early: , late: }}}}, other: , end: {{final: true}}}}
transitions:
  - {{id: go, from: [live, other], to: end, by: [mentor], guard: [{WAIVABLE}, {Y}]}}
  - {{id: also, from: live, to: end, by: [mentor], guard: [{WAIVABLE}]}}
  - {{id: advance, from: early, to: late, by: [mentor]}}
  - {{id: leave, from: live, to: other, by: [mentor]}}
  - {{id: back, from: other, to: history(live), by: [mentor]}}
  - {{id: anew, from: [other, live], to: live, by: [mentor]}}
"""


def lifted(events: tuple[str, ...] = (), y: str = "yes") -> Life:
    """A dyad whose coordinator lifted `x` for `go`, and which then went its way."""
    life = Life(program(TWO), fields=given(x="no", y=y))
    done(life.do(c.Waive("cleo", "go", "x", "As agreed on the phone.")))
    for event in events:
        done(life.fire("bob", event))
    return life


def test_a_clause_that_is_lifted_does_not_block_and_the_move_says_so():
    life = lifted()

    outcome = done(life.fire("bob", "go"))

    [moved] = [record for record in outcome.records if isinstance(record, c.Moved)]
    assert moved.waived == ("x",)
    [waived] = [record for record in life.records if isinstance(record, c.Waived)]
    assert (waived.rule, waived.clause, waived.reason) == ("go", "x", "As agreed on the phone.")


def test_lifting_one_clause_lifts_no_other():
    assert refused(lifted(y="no").fire("bob", "go")) == {("clause", "y")}


def test_a_waiver_is_for_one_transition():
    assert refused(lifted().fire("bob", "also")) == {("clause", "x")}


@pytest.mark.parametrize(
    ("events", "stands"),
    [
        (("advance",), True),
        (("leave", "back"), True),
        (("leave", "anew"), False),
        (("anew",), False),
        (("leave",), False),
    ],
)
def test_a_waiver_is_for_one_visit_of_the_source(events, stands):
    """History resumes the visit; another source, or entering anew, is another visit."""
    outcome = lifted(events).fire("bob", "go")

    assert isinstance(outcome, Decision) is stands


def test_a_waiver_that_was_not_needed_is_not_spent_on_the_other_clauses():
    life = lifted()
    done(life.set("bob", "x", True))

    assert life.tell(c.Fire("bob", "go")).state == "end"


@pytest.mark.parametrize(("x", "opens"), [("yes", True), ("no", True), ("unknown", True)])
def test_lifting_a_clause_under_none_makes_it_a_no(x, opens):
    life = guarded(f"[{{none: [{WAIVABLE}]}}]", fields=given(x=x))
    done(life.do(c.Waive("cleo", "go", "x", "Agreed.")))

    assert isinstance(life.fire("bob", "go"), Decision) is opens


def test_lifting_one_clause_of_any_is_enough():
    life = guarded(f"[{{any: [{WAIVABLE}, {Y}]}}]", fields=given(x="no", y="no"))
    done(life.do(c.Waive("cleo", "go", "x", "Agreed.")))

    assert life.tell(c.Fire("bob", "go")).state == "end"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (c.Waive("bob", "go", "x", "Agreed."), ("not_allowed", "waive x")),
        (c.Waive("cleo", "go", "y", "Agreed."), ("not_waivable", "y")),
        (c.Waive("cleo", "go", "w", "Agreed."), ("unknown_clause", "w")),
        (c.Waive("cleo", "stop", "x", "Agreed."), ("unknown_rule", "stop")),
        (c.Waive("cleo", "go", "x", "  "), ("reason_wanted", "go")),
        (c.Waive("cleo", "go", "x", ""), ("reason_wanted", "go")),
        (c.Waive("cleo", "go", "x", "\0"), ("reason_wanted", "go")),
        (c.Waive("cleo", "go", "x", "\ud800"), ("reason_wanted", "go")),
        (c.Waive("cleo", "go", "x", None), ("reason_wanted", "go")),  # type: ignore[arg-type]
    ],
)
def test_a_waiver_is_given_by_who_may_for_what_may_be_lifted_with_a_reason(command, reason):
    assert refused(Life(program(TWO)).do(command)) == {reason}


def test_a_waiver_is_given_where_the_transition_starts_from():
    life = Life(program(TWO)).tell(c.Fire("bob", "leave"))

    assert codes(life.do(c.Waive("cleo", "also", "x", "Agreed."))) == {"not_available"}


def test_a_waiver_that_opens_an_automatic_guard_is_followed_at_once():
    text = f"""
fields: {{x: {{type: bool, set_by: [mentor]}}}}
initial: live
states: {{live: , end: {{final: true}}}}
transitions: [{{id: go, from: live, to: end, auto: true, guard: [{WAIVABLE}]}}]
"""
    life = Life(program(text))

    assert life.tell(c.Waive("cleo", "go", "x", "Agreed.")).state == "end"


# ------------------------------------------------------------------------------------------------------------ eligible

ELIGIBLE = """
roles:
  mentor:
    count: {max: 2}
    attributes:
      trained: {type: bool}
      unit: {type: text}
      boss: {type: person, nullable: true}
    eligible:
      - {id: trained, when: person.trained}
      - {id: not_boss, when: person.id != roles.mentee.boss}
      - {id: same_unit, level: should, when: person.unit == roles.mentee.unit}
  mentee: {attributes: {boss: {type: person, nullable: true}, unit: {type: text}}}
  coordinator:
fields: {proposed: {type: person, role: mentor, set_by: [coordinator]}}
initial: live
states: {live: , end: {final: true}}
transitions:
  - {id: go, from: live, to: end, by: [coordinator], guard: [{eligible: [mentor]}]}
  - {id: propose, from: live, to: end, by: [coordinator], guard: [{eligible: {mentor: fields.proposed}}]}
"""
PROFILES: dict[str, dict[str, Any]] = {
    "bob": {"trained": True, "unit": "north"},
    "dan": {"trained": False, "unit": "south"},
    "eve": {"unit": "north"},
    "gil": {"trained": True, "unit": "north"},
    "ana": {"boss": "gil", "unit": "north"},
}
NOBODY = {"mentee": ("ana",), "coordinator": ("cleo",)}


def eligible(**options: Any) -> Life:
    return Life(program(ELIGIBLE), NOBODY, profiles=PROFILES, **options)


def test_assigning_is_refused_by_a_definite_no():
    life = eligible()

    assert refused(life.do(c.Assign("cleo", "mentor", "dan"))) == {("clause", "trained")}
    assert refused(life.do(c.Assign("cleo", "mentor", "gil"))) == {("clause", "not_boss")}
    assert life.dyad is not None
    assert life.dyad.holdings.get("mentor", ()) == ()


def test_assigning_shows_what_is_not_known():
    outcome = done(eligible().do(c.Assign("cleo", "mentor", "eve")))

    assert [reason.about for reason in outcome.advice] == ["trained"]


def test_assigning_shows_what_should_be():
    profiles = {**PROFILES, "bob": {"trained": True, "unit": "west"}}
    life = Life(program(ELIGIBLE), NOBODY, profiles=profiles)

    assert [reason.about for reason in done(life.do(c.Assign("cleo", "mentor", "bob"))).advice] == ["same_unit"]


def test_starting_judges_those_who_hold_the_roles():
    life = Life(program(ELIGIBLE), begin=False, profiles=PROFILES)

    assert ("clause", "not_boss") in refused(life.do(c.Start(c.SYSTEM, {**NOBODY, "mentor": ("gil",)})))


def test_a_guard_needs_a_yes_for_each_holder():
    life = eligible().tell(c.Assign("cleo", "mentor", "bob")).tell(c.Assign("cleo", "mentor", "eve"))
    assert refused(life.fire("cleo", "go")) == {("clause", "trained")}

    life.tell(c.ChangeAttributes(c.SYSTEM, "eve", {"trained": True}))
    assert life.tell(c.Fire("cleo", "go")).state == "end"


def test_a_guard_waits_for_somebody_to_hold_the_role():
    assert refused(eligible().fire("cleo", "go")) == {("nobody_holds", "mentor")}


@pytest.mark.parametrize(
    ("person", "opens"), [("bob", True), ("dan", False), ("eve", False), ("gil", False), ("zed", False)]
)
def test_somebody_who_does_not_hold_the_role_yet_is_judged_by_their_profile(person, opens):
    outcome = eligible(fields={"proposed": person}).fire("cleo", "propose")

    assert isinstance(outcome, Decision) is opens


def test_while_nobody_is_proposed_nobody_is_judged():
    assert refused(eligible().fire("cleo", "propose")) == {("nobody_holds", "mentor")}


def test_what_changes_about_a_person_is_read_at_once():
    life = eligible().tell(c.Assign("cleo", "mentor", "bob"))
    life.tell(c.ChangeAttributes(c.SYSTEM, "bob", {"trained": False}))

    assert ("clause", "trained") in refused(life.fire("cleo", "go"))


# ----------------------------------------------------------------------------------------------------------- the actor


def test_a_guard_may_read_who_acts():
    text = """
roles:
  mentor: {count: {max: 2}, attributes: {senior: {type: bool}}}
  mentee:
  coordinator:
initial: live
states: {live: , end: {final: true}}
transitions: [{id: go, from: live, to: end, by: [mentor], guard: [{id: senior, when: actor.senior}]}]
"""
    people = {"mentor": ("bob", "dan"), "mentee": ("ana",), "coordinator": ("cleo",)}
    life = Life(program(text), people, profiles={"bob": {"senior": True}, "dan": {"senior": False}})

    assert refused(life.fire("dan", "go")) == {("clause", "senior")}
    assert life.tell(c.Fire("bob", "go")).state == "end"


def test_a_guard_may_read_in_which_role_one_acts():
    text = """
initial: live
states: {live: , end: {final: true}}
transitions: [{id: go, from: live, to: end, by: [mentor, mentee],
   guard: [{id: mentee_alone, when: actor.role == mentee}]}]
"""
    assert refused(Life(program(text)).fire("bob", "go")) == {("clause", "mentee_alone")}
    assert Life(program(text)).tell(c.Fire("ana", "go")).state == "end"


# ----------------------------------------------------------------------------------------------------- trees at random


def tree(rng: Random, depth: int, names: list[str]) -> tuple[Any, str]:
    """A guard as an oracle reads it, and as the program writes it."""
    if depth == 0 or rng.random() < 0.4:
        names.append(f"k{len(names)}")
        field = rng.choice("xyz")
        level = ", level: should" if rng.random() < 0.2 else ""
        text = f"{{id: {names[-1]}, when: fields.{field}{level}, waivable_by: [coordinator]}}"
        return (names[-1], field, not level), text
    op = rng.choice(("all", "any", "none"))
    inner = [tree(rng, depth - 1, names) for _ in range(rng.randint(1, 3))]
    return (op, [one for one, _ in inner]), f"{{{op}: [{', '.join(text for _, text in inner)}]}}"


def oracle(one: Any, values: dict[str, Any], lifted: frozenset[str], wanted: bool = True) -> float | None:
    """Kleene in numbers: 0, 1/2 or 1; `None` where the tree only advises."""
    if len(one) == 3:
        name, field, must = one
        if not must:
            return None
        return float(wanted) if name in lifted else {True: 1.0, False: 0.0, None: 0.5}[values[field]]
    op, inner = one
    known = [v for v in (oracle(item, values, lifted, wanted is not (op == "none")) for item in inner) if v is not None]
    if not known:
        return None
    return min(known) if op == "all" else max(known) if op == "any" else 1 - max(known)


@pytest.mark.parametrize("group", range(3))
def test_any_tree_is_judged_so_and_never_blocks_without_naming_a_clause(group):
    rng = Random(group)
    for _ in range(40):
        names: list[str] = []
        trees = [tree(rng, 3, names) for _ in range(rng.randint(1, 3))]
        text = GUARDED.replace("GUARD", f"[{', '.join(text for _, text in trees)}]").replace("MORE", "")
        life = Life(unchecked(text))
        guard = plan_of(life.program).rules["go"].guard
        for _ in range(8):
            values = {field: rng.choice((True, False, None)) for field in "xyz"}
            lifted = frozenset(rng.sample(names, rng.randint(0, min(2, len(names)))))
            draft = life.draft()
            draft.fields = {field: value for field, value in values.items() if value is not None}
            expected = all(oracle(one, values, lifted) in (1.0, None) for one, _ in trees)
            assert guard.opens(draft, lifted) is expected
            assert bool(guard.blocking(draft, lifted)) is not expected


@pytest.mark.sources
def test_a_guard_that_is_not_open_fires_nothing_even_where_no_clause_could_be_named(monkeypatch):
    life = guarded(f"[{X}]", fields=given(x="no"))
    monkeypatch.setattr(CompiledGuard, "blocking", lambda *_: [])

    assert codes(life.fire("bob", "go")) == {"hidden"}
    assert life.state == "live"
