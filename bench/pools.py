"""How long does it take to propose pairs for a large pool?

    python -m bench.pools [people on each side]

The store is made first, apart from the time: so many dyads that wait, and as many people with room for one.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from dyade.wiring import Engine

PROGRAMS = Path(__file__).with_name("programs")
PEOPLE = 2_000
FIELDS, TOWNS = ("law", "art", "care"), 200


def fill(engine: Engine, people: int) -> None:
    """Make people known on both sides, drawn the same each time."""
    drawn = random.Random(1)
    for at in range(people):
        mentor, mentee = f"mentor{at}", f"mentee{at}"
        engine.add_person(mentor, mentor, attributes={"ready": True, "town": f"town{drawn.randrange(TOWNS)}"})
        profile = {"fields": [], "field": drawn.choice(FIELDS), "level": drawn.randint(0, 9)}
        engine.enrol(mentor, "pool", "mentor", capacity=1, profile=profile)
        wished, level, town = drawn.choice(FIELDS), drawn.randint(0, 9), f"town{drawn.randrange(TOWNS)}"
        engine.add_person(mentee, mentee, attributes={"field": wished, "level": level, "town": town})
        engine.start("pool", mentee, {"mentee": mentee}, fields={"wished": wished})


def main() -> None:
    """Measure once: a pool is read whole each time."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with Engine.open(f"sqlite:///{place / 'pool.db'}", PROGRAMS, keys=str(place / "keys")) as engine:
            fill(engine, people)
            begun = perf_counter()
            found = engine.propose("pool")
            seconds = perf_counter() - begun
    print(json.dumps({"people": people, "pairs": len(found.pairs), "seconds": round(seconds, 2)}))


if __name__ == "__main__":
    main()
