"""Is the store sound? `verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dyade.cli.declare import KEEPING, Family, command
from dyade.cli.ending import DONE, TROUBLE
from dyade.cli.paper import Span, flow, mark
from dyade.cli.progress import waiting
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.texts import sentence

if TYPE_CHECKING:
    from dyade.service.verify import Problem, Verified

COMMANDS: Family = {}


@command(COMMANDS, "verify", KEEPING)
def verify(session: Session) -> Page:
    """Read the whole journal again."""
    with session.engine() as engine, waiting(session, engine, say("worker.progress")):
        found = engine.verify()
    return Page(_data(found), lambda: _lines(found), DONE if found.sound else TROUBLE)


def _data(found: Verified) -> dict[str, Any]:
    return {
        "outcome": "done" if found.sound else "damaged",
        "dyads": found.dyads,
        "records": found.records,
        "problems": [
            {"code": p.code, "dyad": p.dyad, "record": p.seq, "detail": p.detail, "message": _told(p)}
            for p in found.problems
        ],
    }


def _told(problem: Problem) -> str:
    return sentence(
        "answers", f"verify.{problem.code}", lang(), dyad=problem.dyad, seq=problem.seq, detail=problem.detail
    )


def _lines(found: Verified) -> list[str]:
    looked = [say("verify.dyads", found.dyads), say("verify.records", found.records)]
    verdict = say("verify.sound" if found.sound else "verify.damaged", looked=", ".join(looked))
    sign, style = (mark("✔", "+"), "yes") if found.sound else (mark("✘", "x"), "no")
    lines = flow(verdict, lead=[Span(sign, style), " "])
    for problem in found.problems:
        lines += flow(_told(problem), lead=["  ", Span("-", "no"), " "])
    return lines
