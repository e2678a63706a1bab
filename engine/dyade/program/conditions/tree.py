"""What does a condition mean, once every name is known and every node has its type?

The nodes are public: an explainer walks them to show the values that a clause has read.

    Const(value)            a literal, or the id of an enum value
    ReadNode(read)          something that the engine knows: a field, a param, `today`
    Compare(op, l, r)       op is one of == != < <= > >= in
    Logic(op, items)        op is `and` or `or`
    Not(item)
    Arith(op, l, r)         op is one of + - * /
    Call(name, args, of)    a function; `of` is the state, or the table, that it is about
    ListNode(items)         a list in so many words
    Broken(parts)           what could not be understood, and was reported
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from dyade.program.conditions.types import BOOL, UNKNOWN, Type, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Something that a condition reads, by its full name."""

    parts: tuple[str, ...]
    type: Type
    may_be_unknown: bool = True
    nullable: bool = False
    """Empty is one of its values (`EMPTY`)."""
    constant: Value = None
    """The value, when it is the same for the whole life of a program version, as a param is."""

    @property
    def name(self) -> str:
        """The dotted name."""
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Const:
    """A value in so many words."""

    value: Value
    type: Type
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNode:
    """A read, where it stands in the text."""

    read: Read
    start: int
    end: int

    @property
    def type(self) -> Type:
        return self.read.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A comparison: yes, no, or unknown when a side is."""

    op: str
    left: Node
    right: Node
    start: int
    end: int

    @property
    def type(self) -> Type:
        return BOOL


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic:
    """Parts joined by one word, after Kleene."""

    op: str
    items: tuple[Node, ...]
    start: int
    end: int

    @property
    def type(self) -> Type:
        return BOOL


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The contrary; the contrary of unknown is unknown."""

    item: Node
    start: int
    end: int

    @property
    def type(self) -> Type:
        return BOOL


@dataclass(frozen=True, slots=True, kw_only=True)
class Arith:
    """A calculation."""

    op: str
    left: Node
    right: Node
    type: Type
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function at work."""

    name: str
    """As written, without the id of the table: `midpoint`, `is_in`, `tables`."""
    args: tuple[Node, ...]
    of: str | None
    """The full path of a state, or the id of a table."""
    type: Type
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNode:
    """A list in so many words."""

    items: tuple[Node, ...]
    type: Type
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What could not be understood; its problem is reported apart."""

    parts: tuple[Node, ...] = ()
    """What was understood inside: it counts as read all the same."""
    start: int
    end: int

    @property
    def type(self) -> Type:
        return UNKNOWN


Node: TypeAlias = Const | ReadNode | Compare | Logic | Not | Arith | Call | ListNode | Broken


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in the order of the text."""
    match node:
        case Compare() | Arith():
            return (node.left, node.right)
        case Logic() | ListNode():
            return node.items
        case Not():
            return (node.item,)
        case Call():
            return node.args
        case Broken():
            return node.parts
    return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and all that it holds, in the order of the text."""
    yield node
    for child in children(node):
        yield from walk(child)


def reads(node: Node) -> tuple[Read, ...]:
    """Everything that a tree reads, each once, in the order of the text."""
    return tuple({n.read.parts: n.read for n in walk(node) if isinstance(n, ReadNode)}.values())


def calls(node: Node) -> tuple[Call, ...]:
    """Every function that a tree calls, in the order of the text."""
    return tuple(n for n in walk(node) if isinstance(n, Call))


def same(one: Node, other: Node) -> bool:
    """Whether two trees say the same thing, wherever they stand in the text."""
    return _shape(one) == _shape(other)


def _shape(node: Node) -> tuple[object, ...]:
    parts = tuple(_shape(child) for child in children(node))
    match node:
        case Const():
            return ("const", type(node.value), node.value)
        case ReadNode():
            return ("read", node.read.parts)
        case Call():
            return ("call", node.name, node.of, *parts)
        case Compare() | Logic() | Arith():
            return (type(node), node.op, *parts)
    return (type(node), *parts)
