"""What did each clause answer while lives were observed? Noted only in a plan that is made for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dyade.program.data import Place
from dyade.program.typed import Leaf

Test = Callable[[Any], "bool | None"]
OBSERVED = ("only_if", "always")
"""What is answered outside guards: whether an effect or a reminder is for this case, whether an invariant holds."""


class Answers:
    """The answers of the clauses of one plan, by the place where each clause is written."""

    def __init__(self) -> None:
        self.seen: dict[Place, set[bool | None]] = {}

    def noting(self, leaf: Leaf, test: Test) -> Test:
        """The same test, whose answers are noted."""
        return self.noting_at(leaf.place, test)

    def noting_at(self, place: Place, test: Test) -> Test:
        """The same for a test that stands somewhere by itself."""
        seen = self.seen.setdefault(place, set())

        def noted(draft: Any) -> bool | None:
            answer = test(draft)
            seen.add(answer)
            return answer

        return noted

    def note(self, place: Place, answer: bool | None) -> None:
        """Note an answer that no condition gave: whether a limit holds."""
        self.seen.setdefault(place, set()).add(answer)
