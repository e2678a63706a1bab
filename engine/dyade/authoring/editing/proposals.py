"""What is proposed to whoever writes, and what does it take the place of?"""

from __future__ import annotations

from typing import NamedTuple


class Proposal(NamedTuple):
    """Something that may be written at the caret."""

    label: str
    kind: str
    """`key`, `value`, `word`, or the kind of a name."""
    detail: str = ""
    """A few words beside it."""
    about: str = ""
    """What it is for."""
    insert: str = ""
    """What is written, where it is not the label."""

    @property
    def text(self) -> str:
        """What is written."""
        return self.insert or self.label
