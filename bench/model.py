"""What do the peers' machines keep of a dyad, and what do their conditions ask of it?"""

from __future__ import annotations

from typing import Any

from bench.lives import EXPERIENCE, HALF, HOURS, MENTOR, RECESSES, WHOLE, YEARS, End


class Model:
    """The facts of one dyad, its conditions and what its transitions do."""

    state: str

    def __init__(self) -> None:
        self.mentor: str | None = MENTOR
        self.years = YEARS
        self.logs: list[int] = []
        self.progress = ""
        self.recesses = 0

    # conditions

    def mentor_named(self, **_: Any) -> bool:
        return self.mentor is not None

    def mentor_experienced(self, **_: Any) -> bool:
        return self.years >= EXPERIENCE

    def half_written(self, **_: Any) -> bool:
        return len(self.logs) >= HALF

    def review_done(self, **_: Any) -> bool:
        return bool(self.progress)

    def all_written(self, **_: Any) -> bool:
        return len(self.logs) >= WHOLE

    def hours_done(self, **_: Any) -> bool:
        return sum(self.logs) >= HOURS

    def recess_left(self, **_: Any) -> bool:
        return self.recesses < RECESSES

    # what transitions do

    def write(self, hours: int) -> None:
        self.logs.append(hours)

    def look_back(self, progress: str) -> None:
        self.progress = progress

    def count_recess(self) -> None:
        self.recesses += 1

    # the end

    def end(self, state: str) -> End:
        """Read how the life ended."""
        return End(state, len(self.logs), sum(self.logs), bool(self.progress), self.recesses)
