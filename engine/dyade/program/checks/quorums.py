"""Are there enough people for those who must be several?"""

from __future__ import annotations

from collections.abc import Sequence

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.checks.guards import constant
from dyade.program.conditions.types import BOOL, Enum


def check(ground: Ground) -> None:
    """Tell numbers of people that their roles cannot reach."""
    for index, transition in enumerate(ground.model.transitions):
        if isinstance(transition.by, m.JointQuorum):
            place: Path = ("transitions", index, "by")
            wanted = constant(ground.typed.nodes[*place, "quorum"])
            if isinstance(wanted, int):
                _enough(ground, (*place, "quorum"), wanted, transition.by.of)
                _different(ground, place, wanted, transition.by)
    for form_id, form in ground.model.forms.items():
        if isinstance(form.signed_by, m.QuorumOf):
            _enough(ground, ("forms", form_id, "signed_by", "quorum"), form.signed_by.quorum, form.signed_by.of)


def _enough(ground: Ground, path: Path, wanted: int, roles: Sequence[str]) -> None:
    if any(role not in ground.model.roles for role in roles):
        return
    most = sum(ground.model.roles[role].count.max for role in dict.fromkeys(roles))
    if wanted > most:
        first = ground.tree.key_place(("roles", roles[0]))
        facts = {"wanted": wanted, "most": most, "roles": ", ".join(roles)}
        ground.tell("R004", path, related=[(first, "related.because")], facts=facts)


def _different(ground: Ground, place: Path, wanted: int, by: m.JointQuorum) -> None:
    """No more different values than the attribute has."""
    if by.count_distinct is None:
        return
    kinds = [ground.data.all.get(("roles", role, by.count_distinct)) for role in by.of]
    values: set[str] = set()
    for datum in kinds:
        if datum is None or not (isinstance(datum.type, Enum) or datum.type == BOOL):
            return
        values.update(datum.type.values if isinstance(datum.type, Enum) else ("true", "false"))
    if wanted > len(values):
        facts = {"wanted": wanted, "most": len(values), "name": by.count_distinct}
        ground.tell("R004", (*place, "quorum"), variant="distinct", facts=facts)
