"""What does a command say when its disk or another process is in its way? One sentence, with what to do, and 3."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from dyade.cli.root import cli
from dyade.wiring import Engine
from tests.service.lives import file, folder, running, welcome

__all__ = ["file", "folder"]
ADDING = ("person", "add", "dan", "--name", "Dan")
WRITING = ("WRITE", "NAME", "REMOVE", "SHAPE")


SENTENCES = (
    ("ENOSPC", ("WRITE", "NAME"), "fr", "Erreur : Il n'y a plus de place sur le disque de la base"),
    ("ENOSPC", ("WRITE", "NAME"), "en", "Error: There is no room left on the disk of the store"),
    ("EROFS", WRITING, "fr", "Erreur : La base ne peut pas être modifiée : rien n'a été gardé. Vérifiez"),
    ("EROFS", WRITING, "en", "Error: The store cannot be written to: nothing was kept. Check"),
    ("EIO", WRITING, "fr", "Erreur : La base est injoignable : rien n'a été modifié. Vérifiez"),
    ("EIO", WRITING, "en", "Error: The store cannot be reached: nothing was changed. Check"),
    ("EIO", ("SYNC",), "fr", "Erreur : Le disque n'a pas confirmé ce qu'on lui a confié"),
    ("EIO", ("SYNC",), "en", "Error: The disk did not confirm what it was given"),
)


@pytest.mark.parametrize("word", ["/store/", "/keys/"])
def test_a_disk_that_fails_is_told(staged, word):
    """Whether it is that of the store or that of the keys; nothing is half done."""
    cases = [(error, calls, word, lang) for error, calls, lang, _ in SENTENCES]
    found = staged("speaking", cases=cases, arguments=ADDING)

    assert [(one["code"], one["sound"], one["said"].count("\n")) for one in found] == [(3, True, 1)] * len(SENTENCES)
    assert [one["said"][: len(said)] for one, (*_, said) in zip(found, SENTENCES, strict=True)] == [
        said for *_, said in SENTENCES
    ]
    # What the disk did not confirm is there or not, wholly.
    assert {"dan" in one["people"] for one in found[:6]} == {False}


@pytest.mark.parametrize(("lang", "said"), [("fr", "occupée par un autre processus"), ("en", "Another process holds")])
def test_a_lock_that_another_process_holds_is_waited_for_not_without_end(file, folder, lang, said):
    """What only looks does not wait; and once the lock is gone, everything goes on."""
    with Engine.open(f"sqlite:///{file}", folder) as engine:
        welcome(engine)
        dyad = running(engine)

    def ran(*arguments):
        environment = {"DYADE_DB": f"sqlite:///{file}?timeout=0.2", "DYADE_PROGRAMS": str(folder), "DYADE_LANG": lang}
        return CliRunner().invoke(cli, arguments, env=environment)

    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = ran("advance", dyad, "touch", "--as", "ana")
        assert (refused.exit_code, refused.stdout) == (3, "")
        assert said in " ".join(refused.stderr.split())
        assert ran("show", dyad).exit_code == 0
        other.execute("ROLLBACK")

    assert ran("advance", dyad, "touch", "--as", "ana").exit_code == 0
    with Engine.open(f"sqlite:///{file}", folder) as engine:
        assert engine.dyad(dyad).revision == 3
        assert engine.verify().sound


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize(("lang", "said"), [("fr", "libérez de la place"), ("en", "make room")])
def test_an_answer_for_which_there_is_no_room_is_told(file, folder, lang, said, format_):
    """What is asked was done; only its answer is lost, and a tool too learns it by the exit code."""
    Engine.open(f"sqlite:///{file}", folder).close()
    command = ["--db", str(file), "--programs", str(folder), "--lang", lang, *ADDING, "--format", format_]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "dyade", *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )

    assert ran.returncode == 3
    assert said in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
    with Engine.open(f"sqlite:///{file}", folder) as engine:
        assert [one.id for one in engine.people()] == ["dan"]
