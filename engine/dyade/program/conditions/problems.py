"""What is wrong with a condition, and where in its text?"""

from __future__ import annotations

from collections.abc import Mapping

from dyade.program.conditions.types import Enum, Type, type_key
from dyade.program.diagnostics import Term


class ConditionError(ValueError):
    """A condition says something that cannot be understood, or that would surprise its author.

    `start` and `end` are character offsets in the condition; `variant` chooses a sentence of the code that has the
    places of these facts (`E100.chained`).
    """

    def __init__(
        self,
        code: str,
        start: int,
        end: int,
        facts: Mapping[str, str | int] | None = None,
        suggestion: str | None = None,
        *,
        variant: str = "",
        expected: tuple[str, ...] = (),
    ) -> None:
        super().__init__(code, start, end)
        self.code = code
        self.start = start
        self.end = end
        self.facts: Mapping[str, str | int] = facts or {}
        self.suggestion = suggestion
        self.variant = variant
        self.expected = expected

    def __repr__(self) -> str:
        code = f"{self.code}.{self.variant}" if self.variant else self.code
        return f"ConditionError({code} {self.start}:{self.end} {dict(self.facts)} {self.suggestion!r})"


def mismatch(start: int, end: int, left: Type, right: Type, suggestion: str | None = None) -> ConditionError:
    """Two types that do not go together (E101)."""
    variant = "choices" if isinstance(left, Enum) and isinstance(right, Enum) else ""
    facts = {"left": type_term(left), "right": type_term(right)}
    return ConditionError("E101", start, end, facts, suggestion, variant=variant)


def type_term(kind: Type) -> Term:
    """The name of a type, said in the reader's language."""
    return Term(type_key(kind))
