"""Does each name of a list belong to one item only?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.diagnostics import Term
from dyade.program.typed import Eligible, Guard, Leaf


def check(ground: Ground) -> None:
    """Tell the second of two items that bear one name."""
    model = ground.model
    _once(ground, "transition", ((("transitions", i), t.id) for i, t in enumerate(model.transitions)))
    _once(ground, "reminder", ((("reminders", i), r.id) for i, r in enumerate(model.reminders)))
    _once(ground, "retention", ((("retention", i), r.id) for i, r in enumerate(model.retention)))
    _once(ground, "invariant", ((("invariants", i), v.id) for i, v in enumerate(model.invariants)))
    if model.matching is not None:
        hard = enumerate(model.matching.hard)
        _once(ground, "clause", ((("matching", "hard", i), clause.id) for i, clause in hard))
        _once(ground, "score", ((("matching", "score", i), part.id) for i, part in enumerate(model.matching.score)))
    for form_id, form in model.forms.items():
        _once(ground, "step", ((("forms", form_id, "steps", i), step.id) for i, step in enumerate(form.steps)))
        limits = enumerate(form.limits)
        _once(ground, "limit", ((("forms", form_id, "limits", i), limit.id) for i, limit in limits if limit.id))
        _apart(ground, form_id, form)
    for guard in ground.typed.guards.values():
        _once(ground, "clause", ((leaf.place, leaf.id) for leaf in _own_leaves(guard)))


def _apart(ground: Ground, form_id: str, form: m.Form) -> None:
    """A clause and a limit of one form are lifted by name: they cannot bear the same."""
    clauses = {leaf.id: leaf.place for leaf in _own_leaves(ground.typed.guards["forms", form_id, "valid"])}
    for i, limit in enumerate(form.limits):
        if limit.id in clauses:
            related = [(ground.tree.place((*clauses[limit.id], "id")), "related.first")]
            path = ("forms", form_id, "limits", i, "id")
            ground.tell("D003", path, kind=Term("kind.limit"), name=limit.id, related=related)


def _own_leaves(guard: Guard) -> Iterator[Leaf]:
    """The clauses of a guard; those of a role belong to the role."""
    if isinstance(guard, Leaf):
        yield guard
    elif not isinstance(guard, Eligible):
        for item in guard.items:
            yield from _own_leaves(item)


def _once(ground: Ground, kind: str, named: Iterable[tuple[Path, str]]) -> None:
    first: dict[str, Path] = {}
    for path, name in named:
        if first.setdefault(name, path) == path:
            continue
        place = ground.tree.place((*first[name], "id"))
        related = [(place, "related.first")]
        ground.tell("D003", (*path, "id"), kind=Term(f"kind.{kind}"), name=name, related=related)
