"""Is a migration that is killed, or that races with people, whole for each dyad and finished by asking again?"""

import pytest

from dyade.flow import messages as m
from tests.service.lives import done, running
from tests.store.test_processes import nursery

__all__ = ["nursery"]

MIGRATION = "\nmigrations: [{from: 1.0.0, to: 2.0.0, states: {running: under_way}}]\n"


@pytest.fixture
def dyads(engine, folder):
    """Sixty dyads under way; then their program has a second version."""
    started = [running(engine) for _ in range(60)]
    for dyad in started[::3]:
        done(engine.fill(dyad, "log", "ana", {"hours": 1, "comment": "Premier jour"}))
    file = folder / "small.yaml"
    text = file.read_text(encoding="utf-8").replace("running", "under_way").replace('"1.0.0"', '"2.0.0"')
    file.write_text(text + MIGRATION, encoding="utf-8")
    return started


def migrations(engine, dyad):
    return [kept for kept in engine.history(dyad) if isinstance(kept.record, m.Migrated)]


def test_a_migration_that_is_killed_leaves_each_dyad_in_one_version_and_is_gone_on_with(dyads, nursery, again):
    answered = nursery("dying_while_migrating", rounds=6, seed=11)["answered"]

    other = again()
    behaviour = other.program("small").behaviour
    came = [dyad for dyad in dyads if other.dyad(dyad).behaviour == behaviour]
    assert 0 < len(came) < len(dyads)
    assert {dyad for dyad, _ in answered} <= set(came)
    assert other.verify().sound

    other.migrate("small")

    assert {other.dyad(dyad).leaves[""] for dyad in dyads} == {"under_way"}
    assert {len(migrations(other, dyad)) for dyad in dyads} == {1}
    assert other.verify().sound


def test_people_who_act_during_a_migration_lose_nothing(dyads, nursery, again):
    found = nursery("racing_a_migration", dyads=dyads[:20], times=100)

    acts, *_ = found["answers"]
    other = again()
    assert found["codes"] == [0, 0, 0]
    assert len(acts) == 100
    for dyad in dyads:
        revisions = sorted({kept.record.head.revision for kept in other.history(dyad)})
        assert revisions == list(range(1, len(revisions) + 1))
        assert len(migrations(other, dyad)) == 1
    assert sum(len(other.history(dyad)) for dyad in dyads) >= 100
    assert other.verify().sound
