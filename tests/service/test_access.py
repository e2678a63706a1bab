"""Is who reads what is confidential noted, and nothing else?"""

import pytest

from dyade.errors import StoreTrouble
from dyade.store.writing import Transaction
from dyade.wiring import Engine
from tests.service.lives import done, running, welcome

NARROW = ("    repeat: many\n", "    repeat: many\n    visibility: [mentee, coordinator]\n")


@pytest.fixture
def engine(url, folder, clock):
    """The small program, with a log that its mentor may not see."""
    file = folder / "small.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(*NARROW), encoding="utf-8")
    with Engine.open(url, folder, clock) as opened:
        welcome(opened)
        yield opened


@pytest.fixture
def dyad(engine):
    id_ = running(engine)
    done(engine.fill(id_, "log", "ana", {"hours": 1, "comment": "confidences"}))
    return id_


def noted(engine):
    return [(one.reader, one.dyad, one.what) for one in engine.accesses()]


@pytest.mark.parametrize("look", ["card", "timeline"])
def test_whoever_reads_what_is_confidential_is_noted(engine, dyad, look):
    getattr(engine, look)(dyad, reader="cleo")

    assert noted(engine) == [("cleo", dyad, "forms.log")]


def test_when_it_was_read_is_noted(engine, dyad, clock):
    engine.timeline(dyad, reader="cleo")
    clock.pass_days(1)
    engine.timeline(dyad, reader="cleo")

    first, second = (one.at for one in engine.accesses(dyad))
    assert second - first == 86_400_000_000


@pytest.mark.parametrize("reader", [None, "ana", "bob", "olga"])
def test_who_sees_nothing_confidential_or_wrote_it_is_not_noted(engine, dyad, reader):
    engine.timeline(dyad, reader=reader)
    engine.card(dyad, reader=reader)

    assert noted(engine) == []


def test_what_cannot_be_noted_is_not_read(engine, dyad, monkeypatch):
    def full(*_: object) -> None:
        raise StoreTrouble("full")

    monkeypatch.setattr(Transaction, "note_access", full)

    with pytest.raises(StoreTrouble):
        engine.timeline(dyad, reader="cleo")
