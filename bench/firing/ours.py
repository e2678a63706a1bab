"""dyade: each reminder is a whole decision, with its record, its message to send and the next due instant."""

from __future__ import annotations

import gc
from pathlib import Path

from bench.engines.ours import DAY, MONDAY
from dyade import Decision, Engine
from dyade.cli import RARELY

NAME, PACKAGE = "dyade, a round of a worker", "dyade"
PROGRAMS = Path(__file__).parents[1] / "programs"
EVERY = 14 * DAY


class Contender:
    """An engine on a store of its own; every dyad has a reminder due every two weeks."""

    def __init__(self, store: str, folder: str, count: int) -> None:
        # As every process of the command line, `dyade worker` among them.
        gc.set_threshold(RARELY)
        self.now = MONDAY
        self.engine = Engine.open(store, PROGRAMS, lambda: self.now, keys=f"{folder}/keys")
        self.engine.add_person("cleo", "Cleo")
        for number in range(count):
            people = {"mentee": f"ana-{number}", "mentor": f"bob-{number}", "coordinator": "cleo"}
            for person in list(people.values())[:2]:
                self.engine.add_person(person, person)
            begun = self.engine.start("reminded", "cleo", people)
            assert isinstance(begun, Decision), begun

    def prepare(self, _count: int) -> None:
        """Let the reminders of all dyads fall due, once those that were due before are done."""
        if self.engine.due_count() == 0:
            self.now += EVERY

    def fire(self, count: int) -> int:
        """Do so many that are due; how many were."""
        done = 0
        for some in self.engine.ticking(limit=count, abreast=True):
            assert not some.failures, some.failures[0]
            done += sum(len(one.records) for one in some.done)
        return done
