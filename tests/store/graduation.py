"""Several real processes that issue certificates at the same time.

python graduation.py <store> <programs> <json of dyads>
"""

import json
import os
import sys

from dyade.flow.outcome import Decision
from dyade.wiring import Engine
from tests.store.nursery import fork, told

PROCESSES = 4


def issuing(url, programs, dyads):
    def work(tell):
        with Engine.open(url, programs) as engine:
            for dyad in dyads:
                tell(isinstance(engine.fire(dyad, "end", "bob"), Decision))

    return work


if __name__ == "__main__":
    store, folder, given = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    children = [fork(issuing(store, folder, given[n::PROCESSES])) for n in range(PROCESSES)]
    answers = [told(reading) for _, reading in children]
    codes = [os.waitpid(pid, 0)[1] for pid, _ in children]
    sys.exit(0 if not any(codes) and all(all(said) for said in answers) else 1)
