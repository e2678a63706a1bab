"""What tree does the text of a condition draw, before any name is understood?

The grammar:

    or := and ("or" and)*    and := not ("and" not)*    not := "not" not | test
    test := sum (("==" | "!=" | "<" | "<=" | ">" | ">=" | "in") sum)?
    sum := term (("+" | "-") term)*    term := atom (("*" | "/") atom)*
    atom := number | number unit | "text" | date | true | false | name | name(args) | [a, b] | (or)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, NoReturn

from dyade.program.conditions.problems import ConditionError
from dyade.program.conditions.tokens import Token, tokens
from dyade.program.conditions.types import BOOL, DATE, DECIMAL, DURATION, INT, TEXT
from dyade.program.conditions.written import Apply, Binary, Items, Junction, Literal, Name, Negation, Written
from dyade.program.durations import LARGEST_NUMBER, duration_of, near_unit

DEEPEST: Final = 12


COMPARISONS: Final = frozenset(("==", "!=", "<", "<=", ">", ">=", "in"))
KEYWORDS: Final = frozenset(("and", "or", "not", "in", "true", "false"))

_BETWEEN: Final[Mapping[str, str]] = {
    "et": "and",
    "ou": "or",
    "dans": "in",
    "est": "==",
    "is": "==",
    "equals": "==",
    **{word: word for word in ("and", "or", "in")},
}
_BEFORE: Final[Mapping[str, str]] = {"non": "not", "pas": "not", "not": "not"}
_TRUTH: Final[Mapping[str, str]] = {"true": "true", "false": "false"}
_STARTS_OPERAND: Final = frozenset(("number", "text", "date", "word"))


def parse(text: str) -> Written:
    """Draw the tree of a condition; raise the first `ConditionError` met."""
    parser = _Parser(text)
    tree = parser.disjunction()
    parser.finish()
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    @property
    def after(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def is_word(self, word: str) -> bool:
        return self.next.kind == "word" and self.next.text == word

    def is_sign(self, *signs: str) -> bool:
        return self.next.kind == "sign" and self.next.text in signs

    # or, and, not

    def disjunction(self) -> Written:
        return self.junction("or", lambda: self.junction("and", self.negation))

    def junction(self, word: str, part: Callable[[], Written]) -> Written:
        items = [part()]
        while self.is_word(word):
            self.take()
            items.append(part())
        return items[0] if len(items) == 1 else Junction(word, tuple(items), items[0].start, items[-1].end)

    def negation(self) -> Written:
        if not self.is_word("not"):
            self.refuse_foreign_negation()
            return self.test()
        token = self.take()
        self.enter(token)
        item = self.negation()
        self.depth -= 1
        return Negation(item, token.start, item.end)

    def refuse_foreign_negation(self) -> None:
        """`non`, `pas` and `NOT` stand before an operand; alone they may be names."""
        meant = _BEFORE.get(self.next.text.casefold()) if self.next.kind == "word" else None
        if meant and (self.after.kind in _STARTS_OPERAND or self.after.text == "(") and self.after.text not in KEYWORDS:
            self.refuse(meant)

    # comparisons and calculations

    def test(self) -> Written:
        left = self.sum()
        if not self.is_comparison():
            self.refuse_not_in(left)
            return left
        op = self.take().text
        right = self.sum()
        if self.is_comparison():
            self.refuse_chain(left, op, right)
        return Binary(op, left, right, left.start, right.end)

    def is_comparison(self) -> bool:
        return self.next.kind in ("sign", "word") and self.next.text in COMPARISONS

    def refuse_chain(self, left: Written, op: str, middle: Written) -> None:
        second = self.take().text
        right = self.sum()
        source = self.text
        inside = source[middle.start : middle.end]
        meant = f"{source[left.start : left.end]} {op} {inside} and {inside} {second} {source[right.start : right.end]}"
        raise ConditionError("E100", left.start, right.end, {"found": second}, meant, variant="chained")

    def refuse_not_in(self, left: Written) -> None:
        if not (self.is_word("not") and self.after.text == "in"):
            return
        start = self.next.start
        self.take()
        self.take()
        right = self.sum()
        meant = f"not {self.text[left.start : left.end]} in {self.text[right.start : right.end]}"
        raise ConditionError("E100", left.start, right.end, {"found": self.text[start : right.start].strip()}, meant)

    def sum(self) -> Written:
        left = self.term()
        while self.is_sign("+", "-"):
            op = self.take().text
            right = self.term()
            left = Binary(op, left, right, left.start, right.end)
        return left

    def term(self) -> Written:
        left = self.atom()
        while self.is_sign("*", "/"):
            op = self.take().text
            right = self.atom()
            left = Binary(op, left, right, left.start, right.end)
        return left

    # atoms

    def atom(self) -> Written:
        token = self.next
        match token.kind, token.text:
            case "number", _:
                return self.number()
            case "text", _:
                self.take()
                return Literal(TEXT, token.text[1:-1], token.start, token.end)
            case "date", _:
                self.take()
                return Literal(DATE, self.day(token), token.start, token.end)
            case "word", "true" | "false":
                self.take()
                return Literal(BOOL, token.text == "true", token.start, token.end)
            case "word", word if word not in KEYWORDS:
                return self.name_or_call()
            case "sign", "(":
                return self.parenthesis()
            case "sign", "[":
                return self.list()
        return self.refuse(variant="operand")

    def day(self, token: Token) -> int:
        try:
            return date.fromisoformat(token.text).toordinal()
        except ValueError:
            facts = {"found": token.text}
            raise ConditionError("E100", token.start, token.end, facts, variant="no_such_day") from None

    def number(self) -> Written:
        token = self.take()
        unit = self.next
        if unit.kind != "word" or unit.text in KEYWORDS or unit.text.casefold() in _BETWEEN:
            if "." in token.text:
                return Literal(DECIMAL, Decimal(token.text), token.start, token.end)
            return Literal(INT, int(token.text), token.start, token.end)
        return self.duration(token)

    def duration(self, number: Token) -> Written:
        first, second = self.take(), self.next
        count = 0 if "." in number.text else int(number.text)
        if second.kind == "word":
            both = duration_of(count, f"{first.text} {second.text}")
            if both is not None and "." not in number.text:
                self.take()
                return Literal(DURATION, both, number.start, second.end)
        one = duration_of(count, first.text)
        if one is not None and "." not in number.text:
            return Literal(DURATION, one, number.start, first.end)
        meant = near_unit(min(count, LARGEST_NUMBER), first.text)
        found = self.text[number.start : first.end]
        raise ConditionError("E100", number.start, first.end, {"found": found}, meant, variant="duration")

    def name_or_call(self) -> Written:
        name = self.name()
        if not self.is_sign("("):
            return name
        opening = self.take()
        args = self.until(")", opening)
        return Apply(name, args, name.start, self.tokens[self.at - 1].end)

    def name(self) -> Name:
        first = last = self.take()
        parts = [first.text]
        while self.is_sign(".") and self.next.start == last.end:
            dot = self.take()
            last = self.next
            if last.kind != "word" or last.start != dot.end:
                self.refuse(variant="name")
            parts.append(self.take().text)
        return Name(tuple(parts), first.start, last.end)

    def parenthesis(self) -> Written:
        opening = self.take()
        self.enter(opening)
        inside = self.disjunction()
        if not self.is_sign(")"):
            self.refuse_here(opening)
        closing = self.take()
        self.depth -= 1
        return inside._replace(start=opening.start, end=closing.end)

    def list(self) -> Written:
        opening = self.take()
        if self.is_sign("]"):
            raise ConditionError("E100", opening.start, self.next.end, {"found": "[]"}, variant="empty_list")
        items = self.until("]", opening)
        return Items(items, opening.start, self.tokens[self.at - 1].end)

    def until(self, closing: str, opening: Token) -> tuple[Written, ...]:
        self.enter(opening)
        items: list[Written] = []
        more = not self.is_sign(closing)
        while more:
            items.append(self.disjunction())
            more = self.is_sign(",")
            if more:
                self.take()
        if not self.is_sign(closing):
            self.refuse_here(opening)
        self.take()
        self.depth -= 1
        return tuple(items)

    # what is wrong

    def enter(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            facts: dict[str, str | int] = {"found": token.text, "most": DEEPEST}
            raise ConditionError("E100", token.start, token.end, facts, variant="too_deep")

    def finish(self) -> None:
        if self.next.kind != "end":
            self.refuse_here(None)

    def refuse_here(self, opening: Token | None) -> NoReturn:
        """An operand has ended, and what follows cannot go on."""
        token = self.next
        previous = self.tokens[self.at - 1]
        if token.kind == "end" and opening is not None:
            raise ConditionError("E100", opening.start, opening.end, {"found": opening.text}, variant="unclosed")
        if token.kind == "word" and (meant := _BETWEEN.get(token.text.casefold())):
            self.refuse(meant)
        if token.text == "," and previous.kind == self.after.kind == "number" and token.end == self.after.start:
            found = f"{previous.text},{self.after.text}"
            meant = found.replace(",", ".")
            raise ConditionError("E100", previous.start, self.after.end, {"found": found}, meant, variant="comma")
        if token.text in (")", "]"):
            self.refuse(variant="unopened")
        if token.kind in _STARTS_OPERAND or token.text in ("(", "["):
            self.refuse(variant="operator")
        self.refuse()

    def refuse(self, meant: str | None = None, *, variant: str = "") -> NoReturn:
        token = self.next
        if token.kind == "end":
            variant = "end"
        elif meant is None and token.kind == "word":
            meant = _TRUTH.get(token.text.casefold())
        raise ConditionError("E100", token.start, token.end, {"found": token.text}, meant, variant=variant)
