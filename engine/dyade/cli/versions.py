"""Which versions of a program are there, and in which may dyads begin? `version`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dyade.cli.declare import KEEPING, Family, argument, command, option
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.words import say

if TYPE_CHECKING:
    from dyade.service.queries import Version

COMMANDS: Family = {}
VERSION: Family = {}


class Versions(Telling):
    """`dyade version`."""

    key = "version"


COMMANDS["version"] = Versions("version", commands=VERSION)


@command(VERSION, "list", KEEPING, key="version.list")
@argument("program", completer="programs")
def list_versions(session: Session, program: str) -> Page:
    """List the versions of a program."""
    with session.engine() as engine:
        found = engine.versions(program)
    return Page({"versions": [one._asdict() for one in found]}, lambda: _table(found))


def _table(found: Iterable[Version]) -> list[str]:
    from dyade.cli.tables import table

    titles = [say(f"version.{name}") for name in ("name", "digest", "running", "ended", "note")]
    rows = [
        (one.version, (one.behaviour[:12], "dim"), str(one.running), str(one.ended), ", ".join(_notes(one)))
        for one in found
    ]
    return table(titles, rows, right=(2, 3))


def _notes(one: Version) -> Iterator[str]:
    if one.current and one.withdrawn is None:
        yield say("version.current")
    if one.withdrawn is not None:
        yield say("version.is_withdrawn", reason=one.withdrawn)


@command(VERSION, "withdraw", KEEPING, key="version.withdraw")
@argument("program", completer="programs")
@argument("chosen")
@option("--reason", required=True)
def withdraw(session: Session, program: str, chosen: str, reason: str) -> Page:
    """Let no dyad begin in a version any more."""
    with session.engine() as engine:
        made = engine.withdraw_version(program, chosen, reason)
    said = say("version.withdrawn", program=clean(program), version=clean(made.version))
    data = {"outcome": "done", "program": program, "version": made.version, "behaviour": made.behaviour}
    return Page(data, lambda: flow(said, lead=[Span(mark("✔", "+"), "yes"), " "]))


@command(VERSION, "restore", KEEPING, key="version.restore")
@argument("program", completer="programs")
@argument("chosen")
def restore(session: Session, program: str, chosen: str) -> Page:
    """Let dyads begin in a version again."""
    with session.engine() as engine:
        done = engine.restore_version(program, chosen)
    key = "version.restored" if done else "version.was_not_withdrawn"
    said = say(key, program=clean(program), version=clean(chosen))
    sign = Span(mark("✔", "+"), "yes") if done else Span("!", "warn")
    return Page({"outcome": "done", "restored": done}, lambda: flow(said, lead=[sign, " "]))
