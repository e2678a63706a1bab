"""How does a program say its rules to those who have never seen its file: who acts, when, under which conditions?

No dyad is at hand: conditions are said by the labels of what they read, never by values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dyade.flow.plan import Plan
from dyade.flow.telling.words import Words, said
from dyade.program import model as m
from dyade.program.conditions.tree import (
    Arith,
    Call,
    Compare,
    Const,
    ListNode,
    Logic,
    Node,
    Not,
    Read,
    ReadNode,
)
from dyade.program.conditions.types import BOOL, DATE, DATETIME, TIME, Person
from dyade.program.data import Place
from dyade.program.durations import format_duration
from dyade.program.graph import ANY
from dyade.program.names import Site, SiteScope
from dyade.program.placeholders import Plural, Value, pieces
from dyade.program.typed import Eligible, Group, Guard, Leaf
from dyade.texts import has_sentence, sentence

DOMAIN = "booklets"
_RELATIONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge", "in": "in"}
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


class Plainly(Words):
    """The words of one program, where no dyad is at hand."""

    def __init__(self, plan: Plan, lang: str) -> None:
        super().__init__(plan, lang, {})

    def say(self, key: str, n: int | None = None, /, **facts: str | int) -> str:
        """A sentence of the booklets, in this language."""
        return sentence(DOMAIN, key, self.lang, n, **facts)

    def text(self, text: m.Text | None) -> str:
        """A text of the program, whose placeholders are told by the labels of what they stand for."""
        return said(text, self.lang)

    def listed(self, items: Iterable[str], word: str = "or") -> str:
        """Several, all of them: "a, b ou c"."""
        found = list(dict.fromkeys(items))
        if len(found) < 2:
            return "".join(found)
        return self.say(f"list.{word}", shown=", ".join(found[:-1]), last=found[-1])

    # -------------------------------------------------------------------------------------------------------------- who

    def who(self, transition: m.Transition) -> str:
        """Who fires a transition; empty where nobody does."""
        by = transition.by
        match by:
            case None:
                return ""
            case list():
                return self.listed(map(self.role, by))
            case m.JointAll():
                return self.say("who.together", who=self.listed(map(self.role, by.all), "and"))
            case m.JointEach():
                return self.say("who.each", who=self.listed(map(self.role, by.each), "and"))
        return self.say("who.quorum", n=by.quorum, who=self.listed(map(self.role, by.of)))

    def trigger(self, transition: m.Transition, index: int) -> str:
        """What sets off a transition that nobody fires: what happens, or the day; empty where somebody does."""
        if transition.auto:
            return self.say("trigger.auto")
        if transition.upon is not None:
            return self.upon(transition.upon)
        if transition.after is not None:
            return self.say("trigger.after", delay=self.delay(transition.after))
        if transition.at is not None:
            return self.say("trigger.at", day=self.at(("transitions", index, "at")))
        return ""

    def upon(self, upon: str) -> str:
        """What happens, for something to follow."""
        head, name, what = upon.split(".")
        label = {"forms": self.form, "roles": self.role, "series": self.series, "quotas": self.quota}[head](name)
        key = f"upon.{head}.{what}"
        if has_sentence(DOMAIN, key, self.lang):
            return self.say(key, label=label)
        step = next(step for step in self.model.forms[name].steps if step.id == what)
        return self.say("upon.step", label=label, step=said(step.label, self.lang, what))

    def sources(self, references: Iterable[str]) -> str:
        """The states that something leaves, or in which it holds."""
        found = [self.say("state.any") if ref == ANY else self.state(self.plan.graph.path(ref)) for ref in references]
        return self.listed(found)

    # ------------------------------------------------------------------------------------------------------- conditions

    def at(self, place: Place) -> str:
        """The expression at a place of the file, in words."""
        node = self.plan.program.node(place)
        return self.condition(node, self.plan.program.site(place)) if node is not None else ""

    def delay(self, text: str) -> str:
        """A duration, or a param that holds one."""
        return format_duration(self.plan.duration(text), self.lang)

    def clause(self, rule: str | Leaf, clause: str = "") -> str:
        """A clause: its label, else its condition in words."""
        if isinstance(rule, str):
            return super().clause(rule, clause)
        return said(rule.clause.label, self.lang) or self.condition(rule.when, rule.site)

    def guard(self, guard: Guard) -> Iterator[tuple[int, Leaf | None, str]]:
        """(depth, clause, words) of each line of a guard; the head of a group, and of a role, has no clause."""
        yield from self._lines(guard, 0, "all")

    def _lines(self, guard: Guard, depth: int, inside: str) -> Iterator[tuple[int, Leaf | None, str]]:
        match guard:
            case Leaf():
                yield depth, guard, self.clause(guard)
            case Group():
                op = guard.op if len(guard.items) > 1 or guard.op == "none" else inside
                if op != inside:
                    yield depth, None, self.say(f"group.{op}")
                for item in guard.items:
                    yield from self._lines(item, depth if op == inside else depth + 1, op)
            case Eligible():
                yield depth, None, self.say("group.eligible", role=self.role(guard.role))

    def condition(self, node: Node, site: Site, wanted: bool = True) -> str:
        """A condition, or any expression, in words."""
        match node:
            case Const():
                return self.value(node.value, node.type)
            case ReadNode():
                return self._read(node.read, site, wanted)
            case Not():
                inner = node.item
                if isinstance(inner, ReadNode):
                    return self._read(inner.read, site, not wanted)
                return self.say("cond.not", what=self.condition(inner, site))
            case Logic():
                return self.listed((self._inner(item, site) for item in node.items), node.op)
            case Compare():
                return self._compared(node, site)
            case Arith():
                left, right = self._value(node.left, site), self._value(node.right, site)
                return f"{left} {_SIGNS[node.op]} {right}"
            case Call():
                return self._call(node, site, wanted)
            case ListNode():
                return self.listed(self._value(item, site) for item in node.items)
        return ""

    def _inner(self, node: Node, site: Site) -> str:
        told = self.condition(node, site)
        return f"({told})" if isinstance(node, Logic) else told

    def _compared(self, node: Compare, site: Site) -> str:
        left, right = self._value(node.left, site), self._value(node.right, site)
        dated = node.left.type in (DATE, DATETIME, TIME) and node.op in ("<", "<=", ">", ">=")
        if node.op == "==" and isinstance(node.right, ReadNode) and node.right.read.constant is None:
            return self.say("cond.same", left=left, right=right)
        return self.say(f"cond.{_RELATIONS[node.op]}{'.day' if dated else ''}", left=left, right=right)

    def _value(self, node: Node, site: Site) -> str:
        """What stands on one side: a name rather than a claim."""
        if not isinstance(node, ReadNode):
            return self.condition(node, site)
        read = node.read
        label = self.label(read, site)
        if read.constant is not None:
            return f"{label} ({self.value(read.constant, read.type)})"
        if read.type == BOOL and read.parts[0] in ("forms", "roles"):
            return self._read(read, site, True)
        return label

    def _read(self, read: Read, site: Site, wanted: bool) -> str:
        if read.type != BOOL:
            return self._value(ReadNode(read=read, start=0, end=0), site)
        key = f"cond.{read.parts[0]}.{read.parts[-1]}.{'yes' if wanted else 'no'}"
        label = self.label(read, site)
        if read.parts[0] in ("forms", "roles", "deadlines", "certificates", "quotas") and has_sentence(
            DOMAIN, key, self.lang
        ):
            return self.say(key, label=label)
        return self.say("cond.true" if wanted else "cond.false", label=label)

    def label(self, read: Read, site: Site) -> str:
        """What people call the thing that a condition reads."""
        head, rest = read.parts[0], read.parts[1:]
        if head in (site.pair or ()):
            name = rest[0] if rest else "id"
            kind = "enrolments" if ("enrolments", head, name) in self.plan.program.data else "roles"
            told = self.datum((kind, head, name)) if (kind, head, name) in self.plan.program.data else ""
            return f"{told} ({self.role(head)})" if told else self.role(head)
        if head == "forms" and len(rest) == 2 and rest[1] not in self.model.forms[rest[0]].aggregates:
            key = f"read.forms.{rest[1]}"
            if has_sentence(DOMAIN, key, self.lang):
                return self.say(key, label=self.form(rest[0]))
        if head == "person" and (not rest or rest[0] in ("id", "name")) and site.person:
            return self.role(site.person)
        if head in ("form", "entry", "item") and rest and has_sentence(DOMAIN, f"read.entry.{rest[0]}", self.lang):
            form = site.form or site.entry or site.item or ""
            if form and ("forms", form, rest[0]) not in self.plan.program.data:
                return self.say(f"read.entry.{rest[0]}")
        if head == "fields" and isinstance(read.type, Person) and len(rest) == 2 and rest[1] not in ("id", "name"):
            return f"{self.field(rest[0])} › {rest[1]}"
        return self.read(read, site.input or (), site.form or site.entry or site.item or "")

    def _call(self, node: Call, site: Site, wanted: bool) -> str:
        args = [self._value(arg, site) for arg in node.args]
        if node.name == "tables":
            table = self.model.tables[node.of or ""]
            return f"{said(table.label, self.lang, node.of or '')} ({self.listed(args)})"
        if node.name == "first_set":
            return self.say("call.first_set.else").join(args)
        if node.name in ("min", "max"):
            day = ".day" if node.type in (DATE, DATETIME, TIME) else ""
            return self.say(f"call.{node.name}{day}", what="; ".join(args))
        yes = "" if wanted or node.type != BOOL else ".no"
        state = self.state(node.of) if node.of else ""
        # Sentences take what they need of the arguments.
        named = {f"a{i}": arg for i, arg in enumerate(args, start=1)}
        return self.say(f"call.{node.name}{yes}", state=state, **named)

    # ------------------------------------------------------------------------------------------------------------ texts

    def filled(self, text: m.Text | None, site: Site) -> str:
        """A text of the program with its placeholders told by labels, each between square brackets."""
        found = []
        for piece in pieces(said(text, self.lang)):
            if isinstance(piece, str):
                found.append(piece)
            elif isinstance(piece, Value):
                found.append(self._placeholder(piece.name, site))
            else:
                found.append(self._plural(piece, site))
        return "".join(found).strip()

    def _plural(self, piece: Plural, site: Site) -> str:
        words = dict(piece.forms)["other"]
        return words.replace("#", self._placeholder(piece.name, site))

    def _placeholder(self, name: tuple[str, ...], site: Site) -> str:
        read = SiteScope(self.plan.program.declared, site).resolve(name)
        if not isinstance(read, Read):
            return "[…]"
        if read.constant is not None:
            return self.value(read.constant, read.type)
        return f"[{self.label(read, site)}]"


def sentence_case(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def provisions(rule: m.Rule) -> Sequence[str]:
    """The provisions that a rule cites."""
    if isinstance(rule.source, m.Quotation):
        return (rule.source.doc,)
    return tuple(rule.source or ())
