"""What came of one act in each of many dyads, for tools and for people: shared by `bulk` and `cohort`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dyade.cli.answers import reasons_of
from dyade.cli.ending import DONE, REFUSED, TROUBLE
from dyade.cli.paper import Span, flow, mark
from dyade.cli.words import lang
from dyade.flow.outcome import Refusal
from dyade.texts import told

if TYPE_CHECKING:
    from dyade.service.cohort import Reached
    from dyade.service.engine import Engine


def exit_code(reached: Iterable[Reached]) -> int:
    """The worst of them; where nothing was reached, refused."""
    return max(map(_code, reached), default=REFUSED)


def _code(one: Reached) -> int:
    return TROUBLE if one.error is not None else REFUSED if isinstance(one.outcome, Refusal) else DONE


def row(engine: Engine, one: Reached) -> dict[str, Any]:
    """One dyad, for tools."""
    if one.error is not None:
        return {"dyad": one.dyad, "outcome": "failed", "messages": [told(one.error, lang())]}
    if isinstance(one.outcome, Refusal):
        return {"dyad": one.dyad, "outcome": "refused", "messages": reasons_of(engine.show(one.dyad), one.outcome)}
    return {"dyad": one.dyad, "outcome": "done", "messages": []}


def count(rows: Iterable[Mapping[str, Any]]) -> int:
    """In how many it was done."""
    return sum(one["outcome"] == "done" for one in rows)


def lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """All of them, for people: each with what stopped it."""
    found: list[str] = []
    for one in rows:
        sign = Span(mark("✔", "+"), "yes") if one["outcome"] == "done" else Span(mark("✘", "x"), "no")
        found += flow(one["dyad"], lead=["  ", sign, " "])
        for message in dict.fromkeys(one["messages"]):
            found += flow(message, lead=["      ", Span("-", "no"), " "])
    return found
