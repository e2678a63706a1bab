"""Real processes on one store: forked by this one, which has imported everything and opened nothing.

    python nursery.py <work> <store> <programs> <json of what to do>

It prints one line of JSON: what each child was answered.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from dyade.errors import Conflict, StoreTrouble
from dyade.flow.outcome import Decision
from dyade.service.migrating import carry_out, foresee
from dyade.wiring import Engine


def fork(work):
    """Run work in a child; give its pid, and the file in which it tells what it was answered."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    code = 1
    try:
        os.close(reading)
        work(lambda said: os.write(writing, f"{json.dumps(said)}\n".encode()))
        code = 0
    finally:
        os._exit(code)


def told(reading):
    """All that a child told, before its end or its death."""
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().split(b"\n")
    return [json.loads(line) for line in lines[:-1]]


def revision(outcome):
    """The revision that an accepted command led to."""
    assert isinstance(outcome, Decision), outcome
    return outcome.dyad.revision


def touching(url, programs, prefix, times):
    """Fire again and again, and tell each answer once it was given."""

    def work(tell):
        with Engine.open(url, programs) as engine:
            for n in range(times):
                id_ = f"{prefix}-{n}"
                tell([id_, revision(engine.fire("D-1", "touch", "ana", id=id_))])

    return work


def race(url, programs, children, times, twins):
    """Several processes on one dyad, each under its own ids, or all under the same."""
    names = ["twin" if twins else f"child{child}" for child in range(children)]
    found = [fork(touching(url, programs, name, times)) for name in names]
    answers = [told(reading) for _, reading in found]
    return {"answers": answers, "codes": [os.waitpid(pid, 0)[1] for pid, _ in found]}


def expecting(url, programs, children, times):
    """Several processes that act only upon the revision that they have seen."""

    def work(tell):
        with Engine.open(url, programs) as engine:
            won = 0
            while won < times:
                seen = engine.show("D-1").dyad.revision
                try:
                    engine.fire("D-1", "touch", "ana", expects=seen)
                except Conflict as stale:
                    tell(["stale", stale.actual - seen])
                else:
                    won += 1
                    tell(["won", seen])

    found = [fork(work) for _ in range(children)]
    answers = [told(reading) for _, reading in found]
    return {"answers": answers, "codes": [os.waitpid(pid, 0)[1] for pid, _ in found]}


def kill(url, programs, rounds, seed):
    """Kill a process at a random moment of a run of commands, again and again."""
    chance = random.Random(seed)
    answered = []
    for number in range(rounds):
        pid, reading = fork(touching(url, programs, f"round{number}", 10_000))
        first = os.read(reading, 1 << 16)
        time.sleep(chance.uniform(0, 0.03))
        os.kill(pid, signal.SIGKILL)
        with os.fdopen(reading, "rb") as pipe:
            lines = (first + pipe.read()).split(b"\n")
        answered += [json.loads(line) for line in lines[:-1]]
        assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    return {"answered": answered}


def opening(url, programs, children):
    """Several processes that open a store which nobody has made yet."""

    def work(tell):
        with Engine.open(url, programs) as engine:
            tell(len(engine.people()))

    found = [fork(work) for _ in range(children)]
    answers = [told(reading) for _, reading in found]
    return {"answers": answers, "codes": [os.waitpid(pid, 0)[1] for pid, _ in found]}


def dying_in_migration(url, programs, after):
    """Die in the middle of the making of a store, after so many tables."""
    from alembic import op

    def work(tell):
        create, made = op.create_table, []

        def create_table(*args, **given):
            create(*args, **given)
            made.append(args[0])
            if len(made) == after:
                tell(made)
                os.kill(os.getpid(), signal.SIGKILL)

        op.create_table = create_table
        Engine.open(url, programs)

    pid, reading = fork(work)
    return {"made": told(reading), "codes": [os.waitpid(pid, 0)[1]]}


def dying_in_a_round(url, programs, now, after):
    """Die as time acts in many dyads in one go, once so many of them were decided."""
    from dyade.store.writing import Transaction

    keeper: Any = Transaction

    def work(_tell):
        keep, kept = keeper.keep, []

        def dying(self, given):
            keep(self, given)
            kept.append(given)
            if len(kept) == after:
                os.kill(os.getpid(), signal.SIGKILL)

        keeper.keep = dying
        with Engine.open(url, programs, lambda: now) as engine:
            engine.tick()

    pid, reading = fork(work)
    os.close(reading)
    return {"codes": [os.waitpid(pid, 0)[1]]}


def only_reading(url, programs):
    """Read a store as someone whom the permissions of files bind, as they do not bind root."""
    with Engine.open(url, programs) as engine:
        engine.dyad("D-1")

    def work(tell):
        if os.geteuid() == 0:
            os.setgroups([])
            os.setuid(65534)
        with Engine.open(url, programs) as engine:
            tell(engine.dyad("D-1").revision)
            try:
                engine.fire("D-1", "touch", "ana")
            except StoreTrouble as trouble:
                tell(trouble.reason)
            tell(engine.dyad("D-1").revision)

    pid, reading = fork(work)
    return {"told": told(reading), "codes": [os.waitpid(pid, 0)[1]]}


def _connections(engine):
    """The connections that an engine holds open."""
    store: Any = engine._desk.store
    return store._free


def inheriting(url, programs, times):
    """Act in a process that was forked from one whose engine was open, and in that one too."""
    with Engine.open(url, programs) as engine:

        def act():
            return [revision(engine.fire("D-1", "touch", "ana")) for _ in range(times)]

        def act_apart(tell):
            tell(act())
            tell([id(connection) in inherited for connection in _connections(engine)])

        first = act()
        inherited = set(map(id, _connections(engine)))
        pid, reading = fork(act_apart)
        mine = act()
        theirs, shared = told(reading)
        return {"revisions": first + mine + theirs, "shared": shared, "codes": [os.waitpid(pid, 0)[1]]}


def migrating(url, programs):
    """Bring every dyad to the new version, and tell each that has come."""

    def work(tell):
        with Engine.open(url, programs) as engine:
            desk = engine._desk
            for moved in carry_out(desk, "small", foresee(desk, "small")):
                tell([moved.dyad, moved.status])

    return work


def dying_while_migrating(url, programs, rounds, seed):
    """Kill a migration at a random moment, again and again; the last one goes to its end."""
    chance = random.Random(seed)
    answered = []
    for _ in range(rounds):
        pid, reading = fork(migrating(url, programs))
        first = os.read(reading, 1 << 16)
        time.sleep(chance.uniform(0, 0.02))
        os.kill(pid, signal.SIGKILL)
        with os.fdopen(reading, "rb") as pipe:
            lines = (first + pipe.read()).split(b"\n")
        answered += [json.loads(line) for line in lines[:-1]]
        os.waitpid(pid, 0)
    return {"answered": answered}


def racing_a_migration(url, programs, dyads, times):
    """Act on dyads while another process brings them to the new version."""

    def act(tell):
        with Engine.open(url, programs) as engine:
            for n in range(times):
                dyad = dyads[n % len(dyads)]
                tell([dyad, revision(engine.fire(dyad, "touch", "ana"))])

    found = [fork(act), fork(migrating(url, programs)), fork(migrating(url, programs))]
    answers = [told(reading) for _, reading in found]
    return {"answers": answers, "codes": [os.waitpid(pid, 0)[1] for pid, _ in found]}


WORK: dict[str, Callable[..., object]] = {
    "dying_while_migrating": dying_while_migrating,
    "racing_a_migration": racing_a_migration,
    "inheriting": inheriting,
    "only_reading": only_reading,
    "race": race,
    "expecting": expecting,
    "kill": kill,
    "opening": opening,
    "dying_in_a_round": dying_in_a_round,
    "dying_in_migration": dying_in_migration,
}

if __name__ == "__main__":
    name, url, programs, given = sys.argv[1:]
    sys.stdout.write(json.dumps(WORK[name](url, programs, **json.loads(given))))
