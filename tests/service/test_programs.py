"""Does a dyad keep the rules that it began with, in their newest words, whatever becomes of the file?"""

import os
from time import monotonic

import pytest

from dyade.errors import NotFound, ProgramInvalid
from dyade.program import load
from dyade.service import programs
from dyade.service.folder import Folder
from dyade.store.writing import Transaction
from tests.service.lives import begin, done, refused, running


def edit(folder, old, new):
    path = folder / "small.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_changed_rule_does_not_reach_a_dyad_that_runs(engine, again, folder):
    old = begin(engine)
    edit(folder, "by: [mentee, mentor, coordinator]", "by: [coordinator]")
    new = begin(engine)

    for one in (engine, again()):
        assert refused(one.fire(new, "begin", "ana")) == {"not_allowed"}
    done(again().fire(old, "begin", "ana"))
    assert engine.show(old).dyad.behaviour != engine.show(new).dyad.behaviour
    assert engine.verify().sound


def test_a_corrected_word_reaches_a_dyad_that_runs_at_once(engine, again, folder):
    dyad = running(engine)
    edit(folder, "Begun with", "Started with")

    for one in (engine, again()):
        assert one.show(dyad).program.model.templates["begun"].subject["en"].startswith("Started")
    other = running(engine)
    assert [m.subject for m in engine.outbox(other)] == ["Début avec Ana", "Started with Ana"]


def test_files_that_were_looked_at_lately_are_not_looked_at_again(engine, folder, monkeypatch):
    looks = []
    looking = Folder.signature

    def counted(self, names):
        looks.append(names)
        return looking(self, names)

    monkeypatch.setattr(Folder, "signature", counted)
    dyad = begin(engine)
    monkeypatch.setattr(programs, "LOOK", 60.0)
    done(engine.fire(dyad, "touch", "ana"))
    looks.clear()
    done(engine.fire(dyad, "touch", "ana"))
    edit(folder, "Begun with", "Started with")
    assert looks == []

    monkeypatch.setattr(programs, "monotonic", lambda: monotonic() + 61)
    done(engine.fire(dyad, "begin", "ana"))
    assert len(looks) > 0
    assert [m.subject for m in engine.outbox(dyad)] == ["Début avec Ana", "Started with Ana"]


def test_a_corrected_word_stays_when_its_file_is_gone(engine, again, folder, clock):
    dyad = begin(engine)
    clock.pass_days(1)
    edit(folder, "Begun with", "Started with")
    done(engine.fire(dyad, "touch", "ana"))
    (folder / "small.yaml").unlink()

    assert again().show(dyad).program.model.templates["begun"].subject["en"].startswith("Started")


def test_a_mistake_in_the_file_stops_new_dyads_only(engine, again, folder):
    dyad = begin(engine)
    edit(folder, "initial: waiting", "initial: nowhere")

    for one in (engine, again()):
        with pytest.raises(ProgramInvalid):
            begin(one)
        done(one.fire(dyad, "touch", "ana"))


def test_a_file_put_right_is_read_again(engine, folder):
    edit(folder, "initial: waiting", "initial: nowhere")
    with pytest.raises(ProgramInvalid):
        begin(engine)
    edit(folder, "initial: nowhere", "initial: waiting")

    assert begin(engine) == "D-1"


def test_a_dyad_goes_on_without_the_file(engine, again, folder):
    dyad = begin(engine)
    (folder / "small.yaml").unlink()

    for one in (engine, again()):
        done(one.fire(dyad, "touch", "ana"))
        with pytest.raises(NotFound, match='program "small"'):
            begin(one)


def test_a_program_is_found_under_its_own_name_only(engine, folder):
    (folder / "small.yaml").rename(folder / "other.yaml")

    with pytest.raises(NotFound, match='program "other"'):
        engine.start("other", "ana", {"mentee": "ana"})


def test_a_retired_program_begins_no_dyad_and_goes_on_with_the_others(engine, folder):
    dyad = begin(engine)
    edit(folder, "summary:", "status: retired\nsummary:")

    outcome = engine.start("small", "ana", {"mentee": "ana"})

    assert refused(outcome) == {"retired"}
    done(engine.fire(dyad, "touch", "ana"))


def test_a_program_is_kept_with_the_first_dyad_that_lasts(engine, again, folder, monkeypatch):
    """What was interrupted did not keep it: the next one does."""

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "commit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            begin(engine)
    dyad = begin(engine)
    (folder / "small.yaml").unlink()

    done(again().fire(dyad, "touch", "ana"))


def test_a_file_that_did_not_change_is_not_judged_again(engine, again, monkeypatch):
    dyad = begin(engine)
    monkeypatch.setattr(load, "load", None)

    other = again()

    done(other.fire(dyad, "touch", "ana"))
    begin(other)


def test_a_comment_changes_nothing_and_is_judged_once(engine, again, folder, monkeypatch):
    dyad = begin(engine)
    edit(folder, "initial: waiting", "initial: waiting # where a dyad begins")
    done(engine.fire(dyad, "touch", "ana"))
    monkeypatch.setattr(load, "load", None)

    begin(again())


def test_a_catalogue_that_changes_is_read_again(engine, folder):
    catalogue = folder / "catalogue.yaml"
    edit(folder, "params:", "sources:\n  paper: {title: {fr: T, en: T}, provisions: catalogue.yaml}\n\nparams:")
    seen = []
    read = Folder.read

    def watched(self, name):
        seen.append(name)
        return read(self, name)

    engine._desk.programs._shelf.__class__ = type("Watched", (Folder,), {"read": watched})
    for content in ("provisions: {}\n", "provisions: {} # more\n"):
        catalogue.write_text(content, encoding="utf-8")
        seen.clear()
        _try(engine)
        assert "catalogue.yaml" in seen
        seen.clear()
        _try(engine)
        assert seen == []


def _try(engine):
    try:
        begin(engine)
    except ProgramInvalid:
        return


# ---------------------------------------------------------------------------------------------------------- the folder


@pytest.mark.parametrize(
    "name", ["../secret.yaml", "/etc/passwd", "a\0b", "sub/../../secret.yaml", "link.yaml", "sub", "pipe"]
)
def test_nothing_is_read_outside_of_the_folder(tmp_path, name):
    folder = tmp_path / "programs"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("secret", encoding="utf-8")
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    os.mkfifo(folder / "pipe")

    assert Folder(folder).read(name) is None


def test_what_is_in_the_folder_is_read(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yaml").write_text("here", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("b", encoding="utf-8")
    (tmp_path / "b.scenarios.yaml").write_text("b", encoding="utf-8")

    assert Folder(tmp_path).read("sub/a.yaml") == b"here"
    assert Folder(tmp_path).programs() == ("b",)
