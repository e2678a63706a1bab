"""What is correct in a clause, yet would surprise its author, or be clearer written otherwise?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dyade.program.conditions.compile import constant_value
from dyade.program.conditions.operators import is_constant
from dyade.program.conditions.problems import ConditionError
from dyade.program.conditions.tree import Call, Compare, Const, Logic, Node, Not, children, reads, same, walk
from dyade.program.conditions.types import BOOL, DECIMAL, DURATION, INT, UNKNOWN
from dyade.program.diagnostics import Term

_REFLEXIVE: Final = {"==": True, "<=": True, ">=": True, "!=": False, "<": False, ">": False}


class _Varies:
    """The verdict on what is not always the same."""


_VARIES: Final = _Varies()


def advice(tree: Node, text: str, unsound: Sequence[tuple[int, int]]) -> list[ConditionError]:
    """Judge a clause as a sentence; what lies under an error, at one of the `unsound` spans, is left alone."""
    sound = list(_sound(tree, unsound))
    same_always = list(_always_same(tree, sound))
    settled = list(_sound(tree, [*unsound, *((p.start, p.end) for p in same_always)]))
    return [*same_always, *_magic_numbers(settled, text), *_two_ideas(tree)]


def _sound(node: Node, unsound: Sequence[tuple[int, int]]) -> Iterator[Node]:
    return (n for n in walk(node) if not any(s < n.end and n.start < e for s, e in unsound))


def _two_ideas(tree: Node) -> Iterator[ConditionError]:
    if isinstance(tree, Logic) and tree.op == "and":
        yield ConditionError("E111", tree.start, tree.end)


def _magic_numbers(sound: Sequence[Node], text: str) -> Iterator[ConditionError]:
    seen: set[int] = set()
    for comparison in sound:
        if not isinstance(comparison, Compare):
            continue
        for part in walk(comparison):
            if isinstance(part, Const) and _is_magic(part) and part.start not in seen:
                seen.add(part.start)
                yield ConditionError("E110", part.start, part.end, {"number": text[part.start : part.end]})


def _is_magic(literal: Const) -> bool:
    return literal.type == DURATION or (literal.type in (INT, DECIMAL) and literal.value not in (0, 1))


def _always_same(node: Node, sound: Sequence[Node]) -> Iterator[ConditionError]:
    """The widest parts that are always yes, no or unknown."""
    verdict = _verdict(node) if any(node is part for part in sound) else _VARIES
    if not isinstance(verdict, _Varies):
        word = {True: "true", False: "false", None: "unknown"}[verdict]
        yield ConditionError("E107", node.start, node.end, {"value": Term(f"truth.{word}")})
        return
    for child in children(node):
        yield from _always_same(child, sound)


def _verdict(node: Node) -> bool | _Varies | None:
    if node.type not in (BOOL, UNKNOWN) or not isinstance(node, Compare | Logic | Not | Call | Const):
        return _VARIES
    if is_constant(node) and not reads(node):
        value = constant_value(node)
        return value if isinstance(value, bool) or value is None else _VARIES
    match node:
        case Compare() if same(node.left, node.right):
            return _REFLEXIVE.get(node.op, _VARIES)
        case Not():
            contrary = _verdict(node.item)
            return not contrary if isinstance(contrary, bool) else contrary
        case Logic():
            return _joint_verdict(node)
    return _VARIES


def _joint_verdict(node: Logic) -> bool | _Varies | None:
    decisive = node.op == "or"
    verdicts = [_verdict(item) for item in node.items]
    if any(v is decisive for v in verdicts):
        return decisive
    if any(isinstance(v, _Varies) for v in verdicts):
        return _VARIES
    return None if any(v is None for v in verdicts) else not decisive
