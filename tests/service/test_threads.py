"""May many threads share one engine?"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from dyade.wiring import Engine
from tests.service.lives import begin, done, running, welcome

THREADS = 8
EACH = 12


def test_threads_on_one_dyad_lose_and_double_nothing(engine):
    dyad = running(engine)

    def work(thread):
        return [done(engine.fire(dyad, "touch", "ana", id=f"{thread}-{n}")).dyad.revision for n in range(EACH)]

    with ThreadPoolExecutor(THREADS) as pool:
        revisions = [revision for found in pool.map(work, range(THREADS)) for revision in found]

    assert sorted(revisions) == list(range(3, 3 + THREADS * EACH))
    assert engine.verify().sound


def test_threads_on_many_dyads_do_not_mix_them(engine):
    def work(thread):
        dyad = running(engine)
        for n in range(1, EACH):
            done(engine.fill(dyad, "log", "ana", {"hours": n, "comment": f"{thread}"}))
            assert engine.dyad(dyad).entries["log"][-1].data["comment"] == f"{thread}"
        return dyad

    with ThreadPoolExecutor(THREADS) as pool:
        dyads = list(pool.map(work, range(THREADS)))

    assert sorted(dyads) == sorted(f"D-{n}" for n in range(1, THREADS + 1))
    assert engine.verify().sound


def test_a_view_sees_one_instant(engine):
    """While others write, a view never sees half of what they keep."""
    dyad = begin(engine)

    def write(_):
        for _n in range(EACH):
            done(engine.fire(dyad, "touch", "ana"))

    def look(_):
        for _n in range(EACH):
            records = engine.history(dyad)
            revisions = [kept.record.head.revision for kept in records]
            assert all(later in (earlier, earlier + 1) for earlier, later in pairwise(revisions))

    with ThreadPoolExecutor(4) as pool:
        for outcome in [*[pool.submit(write, n) for n in range(2)], *[pool.submit(look, n) for n in range(2)]]:
            outcome.result()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_store_in_memory_is_shared_by_threads_too(url, folder, clock):
    with Engine.open(url, folder, clock) as engine:
        welcome(engine)
        dyad = running(engine)

        def work(_):
            return [done(engine.fire(dyad, "touch", "ana")).dyad.revision for _n in range(EACH)]

        with ThreadPoolExecutor(THREADS) as pool:
            revisions = [revision for found in pool.map(work, range(THREADS)) for revision in found]

        assert len(set(revisions)) == THREADS * EACH
        assert engine.verify().sound
