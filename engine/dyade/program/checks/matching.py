"""Can pairs be proposed, by people who see what they decide on, and can their decision take effect?"""

from __future__ import annotations

from collections.abc import Iterator

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.conditions.tree import Broken, Read, reads
from dyade.program.conditions.types import BOOL, NUMBERS, UNKNOWN
from dyade.program.data import STATUS, DatumPath
from dyade.program.diagnostics import Term
from dyade.program.typed import actors


def check(ground: Ground) -> None:
    """Tell pairs that cannot be made, scores that say nothing, and what a decision would give away."""
    _profiles(ground)
    _statuses(ground)
    matching = ground.model.matching
    if matching is None:
        return
    for at, role in enumerate(matching.roles):
        declared = ground.model.roles.get(role)
        if declared is not None and declared.scope == "program":
            ground.tell("Q006", ("matching", "roles", at), role=role)
    for at, part in enumerate(matching.score):
        _score(ground, ("matching", "score", at), part)
    for place, node in ground.typed.nodes.items():
        if place[0] == "matching":
            for read in reads(node):
                _seen(ground, matching, place, read)
    _decision(ground, matching)
    if matching.begin:
        _beginning(ground, matching)


def _beginning(ground: Ground, matching: m.Matching) -> None:
    """Whether a decision may begin a dyad, and whether one that begins waits for a pair."""
    allowed = ground.model.started_by or ()
    for at, role in enumerate(matching.decided_by):
        if role in ground.model.roles and role not in allowed:
            ground.tell("Q012", ("matching", "decided_by", at), variant="start", role=role)
    graph = ground.graph
    found = [path for path in map(graph.find, matching.in_) if isinstance(path, str)]
    if "" in graph.regions and len(found) == len(matching.in_):
        leaf = graph.entry_leaf(graph.regions[""].initial)
        if not set(found) & {*graph.around(leaf)}:
            ground.tell("Q012", ("matching", "begin"), state=leaf)


def _profiles(ground: Ground) -> None:
    """A datum of an enrolment beside an attribute of the role: nobody could tell which of the two is read."""
    for role, enrolment in ground.model.enrolments.items():
        declared = ground.model.roles.get(role)
        for name in enrolment.profile if declared is not None else ():
            if declared is not None and name in declared.attributes:
                first = ground.tree.key_place(("roles", role, "attributes", name))
                path: Path = ("enrolments", role, "profile", name)
                related = [(first, "related.first")]
                ground.tell("D003", path, at_key=True, kind=Term("kind.attribute"), name=name, related=related)


def _statuses(ground: Ground) -> None:
    """Statuses that a transition gives, and that nobody has declared; a datum that would hide them."""
    for role, enrolment in ground.model.enrolments.items():
        if enrolment.statuses and STATUS in enrolment.profile:
            first = ground.tree.key_place(("enrolments", role, "statuses"))
            path: Path = ("enrolments", role, "profile", STATUS)
            related = [(first, "related.first")]
            ground.tell("D003", path, at_key=True, kind=Term("kind.attribute"), name=STATUS, related=related)
    for path, effect in ground.of(m.EnrolmentEffect):
        declared = ground.model.enrolments.get(effect.role)
        known = declared.statuses if declared is not None else {}
        if effect.status is None and effect.set is None:
            ground.tell("D006", path, variant="here", key="status")
        if effect.role not in ground.model.roles or ground.misses("enrolments"):
            continue
        if effect.status is not None and effect.status not in known:
            ground.unknown("D016", (*path, "status"), effect.status, known, kind=Term("kind.status"))
        said = declared.profile if declared is not None else {}
        for name in effect.set or ():
            if name not in said:
                ground.unknown("D016", (*path, "set", name), name, said, kind=Term("kind.attribute"), at_key=True)


def _score(ground: Ground, path: Path, part: m.Score) -> None:
    node = ground.typed.nodes[(*path, "value")]
    if not isinstance(node, Broken) and node.type not in (*NUMBERS, BOOL, UNKNOWN):
        ground.tell("Q007", (*path, "value"), score=part.id)
    if part.weight == 0:
        ground.tell("Q008", (*path, "weight"), score=part.id)


def _seen(ground: Ground, matching: m.Matching, place: Path, read: Read) -> None:
    """Who decides on a pair learns what its reasons were computed from."""
    for path in _data(ground, read, matching):
        datum = ground.data.all.get(path)
        if datum is None:
            continue
        if datum.model.privacy == "sensitive":
            ground.tell("Q009", place, variant="sensitive", name=read.name)
        seen_by = ground.seen_by(datum.model.visibility)
        if path[0] == "forms":
            seen_by &= ground.seen_by(ground.model.forms[path[1]].visibility)
        for role in matching.decided_by:
            if role in ground.model.roles and role not in seen_by:
                ground.tell("Q009", place, variant="hidden", role=role, name=read.name)


def _data(ground: Ground, read: Read, matching: m.Matching) -> Iterator[DatumPath]:
    """The data that a read tells of."""
    head, rest = read.parts[0], read.parts[1:]
    if head in matching.roles and rest:
        yield from ((kind, head, rest[0]) for kind in ("roles", "enrolments"))
    elif head == "forms" and len(rest) > 1:
        aggregate = ground.model.forms[rest[0]].aggregates.get(rest[1])
        named = (aggregate.sum, aggregate.min, aggregate.max, aggregate.count_distinct) if aggregate else ()
        yield from (("forms", rest[0], name) for name in named if name)
        if rest[1] == "last":
            yield ("forms", rest[0], rest[2])
    elif head in ("fields", "roles"):
        yield read.parts


def _decision(ground: Ground, matching: m.Matching) -> None:
    """Whether those who decide may do what a decision does."""
    sought = matching.roles[0]
    if sought not in ground.model.roles:
        return
    if matching.offer is None:
        allowed = frozenset(ground.model.roles[sought].assigned_by or ())
    else:
        known = {transition.id: transition for transition in ground.model.transitions}
        rule = known.get(matching.offer)
        if rule is None:
            if not ground.misses("transitions"):
                ground.unknown("D016", ("matching", "offer"), matching.offer, known, kind=Term("kind.transition"))
            return
        if offered_as(ground.model, rule) is None:
            ground.tell("Q010", ("matching", "offer"), transition=rule.id, role=sought)
        allowed = frozenset(actors(rule))
    for at, role in enumerate(matching.decided_by):
        if role in ground.model.roles and role not in allowed:
            variant = "offer" if matching.offer else "assign"
            ground.tell("Q011", ("matching", "decided_by", at), variant=variant, role=role, sought=sought)


def offered_as(model: m.Program, rule: m.Transition) -> str | None:
    """The input of a transition that names the person whom it offers."""
    assert model.matching is not None
    sought = model.matching.roles[0]
    named = [name for name, given in rule.input.items() if given.type == "person" and given.role == sought]
    return named[0] if len(named) == 1 else None
