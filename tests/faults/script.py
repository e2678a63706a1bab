"""A script of commands that touch everything that a store keeps: what is broken in the tests of faults."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from dyade.flow.outcome import Decision
from dyade.wiring import Engine
from tests.service.lives import DAY, MONDAY, PEOPLE, PROGRAMS
from tests.service.paperwork import PROGRAM as CLAIMS
from tests.service.paperwork import claim, pdf
from tests.store.test_certificates import PROGRAM as SCHOOL

PLACES = Path(__file__).parents[1] / "store" / "places.yaml"


class Place:
    """Where one store lives, with its keys and its programs, and what time it is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "store" / "dyade.db"
        self.keys = folder / "keys" / "keys"
        self.days = 0.0

    def now(self) -> int:
        return MONDAY + int(self.days * DAY)

    def furnish(self) -> None:
        """Make the folders, with the programs in theirs."""
        programs = self.folder / "programs"
        for made in (self.file.parent, self.keys.parent, programs):
            made.mkdir(parents=True)
        for name, text in (
            ("small", (PROGRAMS / "small.yaml").read_text(encoding="utf-8")),
            ("places", PLACES.read_text(encoding="utf-8")),
            ("claims", CLAIMS),
            ("school", SCHOOL),
        ):
            (programs / f"{name}.yaml").write_text(text, encoding="utf-8")

    def open(self, patience: float = 5.0) -> Engine:
        """The engine, as another process would open it."""
        url = f"sqlite:///{self.file}?timeout={patience}"
        return Engine.open(url, self.folder / "programs", self.now, keys=self.keys)


def populate(engine: Engine) -> None:
    """People, offices, and a first dyad of each program, so that their programs are kept."""
    for person in PEOPLE:
        engine.add_person(person, person.title(), lang="en", attributes={"level": 1})
    for program in ("small", "claims", "places"):
        engine.enrol("olga", program, "office")
    told(engine.start("small", "ana", {"mentee": "ana", "mentor": "bob", "coordinator": "cleo"}))  # D-1
    told(engine.start("claims", "ana", {"mentee": "ana", "mentor": "bob"}))  # D-2
    told(engine.start("places", "cleo", {"mentee": "cleo"}))  # D-3
    told(engine.start("school", "cleo", {"mentor": "cleo", "mentee": "ana"}))  # D-4


def told(outcome: object) -> list[Any]:
    """What was answered to a command."""
    assert isinstance(outcome, Decision), outcome
    return [outcome.dyad.id, outcome.dyad.revision]


HERS = {"mentee": "ana", "mentor": "dan", "coordinator": "cleo"}
Step = tuple[str, float, Callable[[Engine], object]]
STEPS: tuple[Step, ...] = (
    ("person", 0, lambda e: e.add_person("dan", "Dan Essai", address="dan@example.org")),
    ("enrol", 0, lambda e: e.enrol("dan", "small", "mentor")),
    ("start", 0, lambda e: told(e.start("small", "ana", HERS, id="s"))),
    ("notify", 0.1, lambda e: told(e.fire("D-1", "begin", "ana", id="b"))),
    ("hide", 0.2, lambda e: told(e.fill("D-1", "log", "ana", {"hours": 2, "comment": "Bien"}, id="l"))),
    ("attach", 0.3, lambda e: told(claim(e, "D-2", pdf("un", 3000), pdf("deux", 3000, "deux.pdf"), id="c"))),
    ("place", 0.4, lambda e: told(e.fire("D-3", "enter", "cleo", id="q"))),
    ("certify", 0.5, lambda e: told(e.fire("D-4", "end", "cleo", id="t"))),
    ("remind", 3, lambda e: e.tick()),
    ("end", 4, lambda e: told(e.fire("D-2", "stop", "ana", {"letter": pdf("fin")}, id="f"))),
    ("purge", 300, lambda e: e.tick()),
    ("erase", 301, lambda e: e.erase_person("dan", "request")),
)
"""Name, day, what is done; each may be done again, under its id where it has one."""
NAMES = tuple(name for name, _, _ in STEPS)


LEFT_OPEN = "SELECT count(*) FROM keys WHERE retired > 0 AND wrapped IS NOT NULL"
"""Keys that an erasure has retired, and not destroyed yet."""


def census(place: Place) -> dict[str, Any]:
    """What is kept, but for what is drawn by chance: in the store, beside it, among the keys."""
    with closing(sqlite3.connect(place.file)) as store, closing(sqlite3.connect(f"{place.keys}.vault")) as vault:

        def rows(text: str) -> list[list[Any]]:
            return sorted(map(list, store.execute(text)))

        named = {name for (name,) in store.execute("SELECT place FROM files")}
        cabinet = place.file.with_name(f"{place.file.name}.files")
        beside = {one.name for one in cabinet.rglob("*") if one.is_file()}
        unsettled = len(list((cabinet / "new").glob("*")))
        return {
            "whole": rows("PRAGMA integrity_check") + rows("PRAGMA foreign_key_check"),
            "people": rows("SELECT id, lang FROM people"),
            "enrolments": rows("SELECT program, role, person, status FROM enrolments"),
            "dyads": rows("SELECT id, revision, leaf, next_due_at FROM dyads"),
            "records": rows("SELECT dyad, revision, n, kind FROM records"),
            "sealed": rows("SELECT seq, i, path, value IS NULL FROM sealed"),
            "outbox": rows("SELECT id, status FROM outbox"),
            "commands": rows("SELECT actor, id, revision FROM commands"),
            "counters": rows("SELECT counter, person, used FROM counters"),
            "shares": rows("SELECT dyad, counter, amount FROM shares"),
            "certificates": rows("SELECT number, dyad FROM certificates"),
            # One that was cut short is registered again by whoever asks again.
            "erasures": rows("SELECT count(*) > 0 FROM erasures"),
            "files": sorted(Counter([name in beside for name in named]).items()),
            "unsettled": unsettled,
            "strangers": len(beside - named),
            "left open": vault.execute(
                "SELECT count(*) FROM keys WHERE retired > 0 AND wrapped IS NOT NULL"
            ).fetchone(),
        }
