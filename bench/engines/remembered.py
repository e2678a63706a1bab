"""dyade, as its service remembers a dyad between two commands: with the texts in which it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.engines import ours
from bench.lives import Step
from dyade.flow.snapshot import SnapshotCodec

NAME = "dyade, with the texts that are kept"
PACKAGE = ours.PACKAGE
CODEC = SnapshotCodec(ours.PROGRAM)


def idle(number: int, steps: Sequence[Step]) -> Any:
    """A dyad that waits, and what is written of it."""
    return CODEC.encode(ours.idle(number, steps))
