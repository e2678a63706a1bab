"""Does an engine read again exactly the dyads that changed since it saw them?"""

import pytest

from dyade.errors import NotFound, StoreTrouble
from dyade.service.desk import Recent
from dyade.store.reading import View
from dyade.store.writing import Transaction
from tests.service.lives import begin, behind, careless, done, kinds, refused, running


@pytest.fixture
def readings(monkeypatch):
    """The dyads that were read whole, in order."""
    found = []
    read = View.dyad

    def reading(self, dyad):
        found.append(dyad)
        return read(self, dyad)

    monkeypatch.setattr(View, "dyad", reading)
    return found


def test_a_dyad_that_is_as_it_was_seen_is_not_read_again(engine, readings):
    dyad = begin(engine)

    for _ in range(3):
        done(engine.fire(dyad, "touch", "ana"))
    refused(engine.fire(dyad, "finish", "ana"))

    assert readings == []


def test_a_dyad_that_another_process_changed_is_read_again(engine, again, readings):
    """Both decide upon what the other kept: the hours of one are the other's."""
    dyad = running(engine)
    other = again()
    done(other.fill(dyad, "log", "ana", {"hours": 1}))
    done(engine.fill(dyad, "log", "ana", {"hours": 1}))
    readings.clear()

    done(other.fire(dyad, "finish", "bob"))

    assert done(engine.fire(dyad, "finish", "ana")).dyad.leaves[""] == "done"
    assert readings == [dyad, dyad]
    assert engine.verify().sound


def test_an_instant_that_another_process_keeps_is_seen(engine, again, clock, readings):
    """Nothing else of the dyad changed, nor its hash."""
    dyad = running(engine)
    with again()._desk.store.writing() as transaction:
        transaction.set_next_due(transaction.dyad(dyad), clock.now + 1)
        transaction.commit()
    readings.clear()

    done(engine.fire(dyad, "touch", "ana"))
    done(engine.fire(dyad, "touch", "ana"))

    assert readings == [dyad]


def test_what_was_not_committed_is_not_remembered(engine, monkeypatch):
    dyad = begin(engine)
    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "commit", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            engine.fire(dyad, "touch", "ana")

    assert engine._desk.recent.get(dyad).row.revision == 1
    assert done(engine.fire(dyad, "touch", "ana")).dyad.revision == 2
    assert engine.verify().sound


def test_a_dyad_that_is_gone_is_not_there_although_it_was_seen(engine, url):
    """As after a restored backup: what is remembered is never shown instead of what is kept."""
    begin(engine)
    with behind(url) as other:
        careless(other)
        other.execute("DELETE FROM holdings")
        other.execute("DELETE FROM records")
        other.execute("DELETE FROM dyads")

    with pytest.raises(NotFound):
        engine.fire("D-1", "touch", "ana")


def test_bytes_that_the_disk_changed_are_not_kept_again(engine, again, url):
    """Whoever saw the dyad goes on from what they saw; nobody takes the other bytes for the dyad."""
    dyad = begin(engine)
    with behind(url) as other:
        other.execute("UPDATE dyads SET public = replace(public, 'waiting', 'running')")
    with pytest.raises(StoreTrouble):
        again().fire(dyad, "touch", "ana")

    assert kinds(done(engine.fire(dyad, "touch", "ana")).records) == ["Moved"]
    assert again().dyad(dyad) == engine.dyad(dyad)
    assert engine.verify().sound


def test_of_too_many_dyads_the_one_not_seen_for_longest_is_forgotten(engine):
    desk = engine._desk
    one, two, three = [desk.recent.get(begin(engine)) for _ in range(3)]
    recent = Recent(most=2)

    for seen in (one, two, one, three):
        recent.put(seen)

    assert [recent.get(seen.row.id) for seen in (one, two, three)] == [one, None, three]


def test_an_older_view_does_not_bring_back_what_it_saw(engine):
    """A reader may open a dyad as it was, after it has changed: the next command is decided upon what is kept."""
    dyad = begin(engine)
    desk = engine._desk
    with desk.store.reading() as view:
        seen = view.dyad(dyad)
        done(engine.fire(dyad, "touch", "ana"))
        _, before = desk.opened(seen)

    assert before.snapshot.dyad.revision == 1
    assert done(engine.fire(dyad, "touch", "ana")).dyad.revision == 3
