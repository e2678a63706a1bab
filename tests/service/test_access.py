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


# --------------------------------------------------------------------------------------------- every way of reading it


def test_why_notes_what_its_conditions_read_and_nothing_else(engine, dyad):
    """The clause of `finish` reads the log; `touch` reads nothing of it."""
    engine.explain(dyad, reader="cleo", transition="touch")
    assert noted(engine) == []

    engine.explain(dyad, reader="cleo", transition="finish")
    assert noted(engine) == [("cleo", dyad, "forms.log")]


def test_the_raw_history_is_a_reading_of_everything(engine, dyad):
    engine.history(dyad)
    engine.history(dyad, reader="olga")

    assert noted(engine) == [("system", dyad, "dyad"), ("olga", dyad, "dyad")]


def test_an_export_notes_each_value_that_it_gives(engine, dyad):
    engine.export_person("ana")

    [(reader, where, what)] = noted(engine)
    assert (reader, where) == ("system", dyad)
    assert "forms.log.comment" in what.split()


@pytest.mark.parametrize("look", ["history", "export_person"])
def test_what_cannot_be_noted_is_not_given(engine, dyad, monkeypatch, look):
    def full(*_: object) -> None:
        raise StoreTrouble("full")

    monkeypatch.setattr(Transaction, "note_access", full)

    with pytest.raises(StoreTrouble):
        getattr(engine, look)(dyad if look == "history" else "ana")


@pytest.fixture
def glassy(url, folder, clock):
    """The same program, whose log its coordinator may open in an emergency."""
    file = folder / "small.yaml"
    text = file.read_text(encoding="utf-8").replace(NARROW[0], "    repeat: many\n    visibility: [mentee]\n")
    glass = (
        "visibility:\n  default: [mentee, mentor, coordinator]\n  break_glass: {items: [forms.log], by: [coordinator],"
        " for: 1 day, notify: {to: [mentee, coordinator], template: broken}}\n"
    )
    text = text.replace("templates:\n", "templates:\n  broken: {subject: Opened, body: Opened.}\n")
    file.write_text(glass + text, encoding="utf-8")
    with Engine.open(url, folder, clock) as opened:
        welcome(opened)
        yield opened


def test_an_opening_is_noted_with_what_was_opened_and_each_reading_through_it(glassy, clock):
    dyad = running(glassy)
    done(glassy.fill(dyad, "log", "ana", {"hours": 1, "comment": "confidences"}))
    assert "confidences" not in str(glassy.timeline(dyad, reader="cleo"))

    done(glassy.reveal(dyad, "forms.log", "She has not been seen for two days", "cleo"))
    assert "confidences" in str(glassy.timeline(dyad, reader="cleo"))
    clock.pass_days(1)
    assert "confidences" not in str(glassy.timeline(dyad, reader="cleo"))

    assert noted(glassy) == [("cleo", dyad, "visibility.break_glass forms.log")] * 2
    assert glassy.verify().sound


def test_an_opening_that_cannot_be_noted_is_not_kept(glassy, monkeypatch):
    dyad = running(glassy)

    def full(*_: object) -> None:
        raise StoreTrouble("full")

    monkeypatch.setattr(Transaction, "note_access", full)
    with pytest.raises(StoreTrouble):
        glassy.reveal(dyad, "forms.log", "She has not been seen for two days", "cleo")

    assert not glassy.dyad(dyad).opened


def test_an_opening_stands_after_the_store_is_opened_again(glassy, url, folder, clock):
    dyad = running(glassy)
    done(glassy.fill(dyad, "log", "ana", {"hours": 1, "comment": "confidences"}))
    done(glassy.reveal(dyad, "forms.log", "She has not been seen for two days", "cleo"))

    with Engine.open(url, folder, clock) as again:
        assert "confidences" in str(again.timeline(dyad, reader="cleo"))
