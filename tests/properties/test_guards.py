"""Is any tree of clauses judged as Kleene says, and never in the way without a reason?"""

from random import Random

import pytest

from dyade.flow.plan import plan_of
from tests.flow.living import Life, codes, unchecked

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


def _tree(rng: Random, depth: int, names: list[str]) -> tuple[object, str]:
    """A guard as the program writes it, and as the oracle reads it."""
    if depth == 0 or rng.random() < 0.4:
        names.append(f"k{len(names)}")
        field = rng.choice("xy")
        level = ", level: should" if rng.random() < 0.2 else ""
        return (
            names[-1],
            field,
            not level,
        ), f"{{id: {names[-1]}, when: fields.{field}{level}, waivable_by: [coordinator]}}"
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
