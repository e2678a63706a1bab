"""Many clients in several real processes, all after the same few places.

    python crowd.py <store> <programs> <json of what to do>

It prints one line of JSON: for each round, how many places were given and how many were counted.
"""

import json
import os
import sys

from dyade.errors import Conflict
from dyade.flow.outcome import Decision
from dyade.store import writing
from dyade.store.reading import View
from dyade.wiring import Engine
from tests.store.nursery import fork, told

UNGUARDED = "UPDATE counters SET used = used + ? WHERE program = ? AND counter = ? AND person = ? AND ? <= ?"


def blind(guarded):
    """See nothing of what others have taken, as in a store whose writers do not wait for each other."""
    View.counter = lambda *_: (0, 0, "")  # type: ignore[method-assign]
    if not guarded:
        writing._USE = UNGUARDED


def clients(url, programs, dyads, blinded, guarded):
    def work(tell):
        if blinded:
            blind(guarded)
        with Engine.open(url, programs) as engine:
            for dyad in dyads:
                try:
                    tell(isinstance(engine.fire(dyad, "enter", "ana"), Decision))
                except Conflict:
                    tell(False)

    return work


def crowd(url, programs, rounds, processes, blinded=False, guarded=True):
    """Let everyone try to enter, again in each round, once those of the last round have left."""
    given = []
    with Engine.open(url, programs) as engine:
        everyone = [one.id for one in engine.dyads()]
    for _ in range(rounds):
        shares = [everyone[child::processes] for child in range(processes)]
        found = [fork(clients(url, programs, share, blinded, guarded)) for share in shares]
        entered = sum(sum(told(reading)) for _, reading in found)
        codes = {os.waitpid(pid, 0)[1] for pid, _ in found}
        with Engine.open(url, programs) as engine:
            counted = next(one.used for one in engine.shared("places") if one.id == "places")
            inside = engine.dyads(state="inside")
            for one in inside:
                engine.fire(one.id, "leave", "ana")
        given.append([entered, len(inside), counted, *codes])
    return given


if __name__ == "__main__":
    url, programs, asked = sys.argv[1:]
    sys.stdout.write(json.dumps(crowd(url, programs, **json.loads(asked))))
