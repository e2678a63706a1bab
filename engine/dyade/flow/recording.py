"""What a command leaves: its records, each applied to the draft as it is made.

Every change of a draft goes through `record`, so that the journal and the dyad cannot differ.
"""

from __future__ import annotations

from typing import Any

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import new
from dyade.flow.evolve import apply_now


def record(draft: Draft, kind: Any, *content: Any) -> None:
    """Leave a record of the command at hand, and apply it."""
    made = kind(draft.head, *content)
    apply_now(draft, made)
    draft.records.append(made)


def open_head(
    draft: Draft, actor: str, recorded_at: int, recorded_by: str | None = None, on: int | None = None
) -> None:
    """Begin the records of a command: the next revision, at the draft's instant."""
    day = draft.today if on is None else on
    draft.head = new(r.Head, (draft.revision + 1, draft.now, recorded_at, actor, recorded_by, day))
