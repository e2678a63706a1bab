"""What did each clause answer while lives were observed? Noted only in a plan that is made for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dyade.program.data import Place
from dyade.program.typed import Leaf

Test = Callable[[Any], "bool | None"]


class Answers:
    """The answers of the clauses of one plan, by the place where each clause is written."""

    def __init__(self) -> None:
        self.seen: dict[Place, set[bool | None]] = {}

    def noting(self, leaf: Leaf, test: Test) -> Test:
        """The same test, whose answers are noted."""
        seen = self.seen.setdefault(leaf.place, set())

        def noted(draft: Any) -> bool | None:
            answer = test(draft)
            seen.add(answer)
            return answer

        return noted
