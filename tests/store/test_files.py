"""A process that dies while it attaches a file leaves either both, the record and its content, or neither."""

import subprocess
import sys
from typing import Any

import pytest

from dyade.wiring import Engine
from tests.service.lives import done, welcome
from tests.service.paperwork import PROGRAM, begun, beside, claim, pdf

DYING = """
import os, sys
from dyade.store import cabinet, filing, writing
from dyade.wiring import Engine
from tests.service.paperwork import claim, pdf

url, folder, dyad, where, now = sys.argv[1:]
def die(*_, **__): os._exit(9)
put, commit = cabinet.Cabinet.put, writing.Transaction.commit
if where == "writing":
    cabinet.Cabinet._confirm_folder = die
elif where == "written":
    cabinet.Cabinet.put = lambda self, content: (put(self, content), die())
elif where == "named":
    writing.Transaction.commit = die
elif where == "committed":
    writing.Transaction.lasts = die
elif where == "settling":
    cabinet.Cabinet.settle = die
with Engine.open(url, folder, lambda: int(now)) as engine:
    claim(engine, dyad, pdf(size=5000), id="c1")
"""


@pytest.fixture
def dyad(url, folder, clock):
    (folder / "claims.yaml").write_text(PROGRAM, encoding="utf-8")
    with Engine.open(url, folder, clock) as engine:
        welcome(engine)
        engine.enrol("olga", "claims", "office")
        yield begun(engine)


@pytest.mark.parametrize("where", ["writing", "written", "named", "committed", "settling"])
def test_nothing_is_left_half_done(url, folder, clock, file, dyad, where):
    died = subprocess.run(
        [sys.executable, "-c", DYING, url, str(folder), dyad, where, str(clock.now)], check=False, timeout=60
    )
    assert died.returncode == 9

    with Engine.open(url, folder, clock) as engine:
        kept = engine.files(dyad, reader="bob")
        assert len(beside(file)) == len(kept) == (where in ("committed", "settling"))
        assert [engine.file(dyad, one.n, reader="bob") for one in kept] == [pdf(size=5000) for _ in kept]
        assert engine.verify().sound
        # Sent again under its id, the command is done, or is known to be.
        done(claim(engine, dyad, pdf(size=5000), id="c1"))
        assert len(engine.files(dyad, reader="bob")) == len(beside(file)) == 1
        assert engine.verify().sound


@pytest.mark.usefixtures("dyad")
def test_who_opens_the_store_leaves_alone_what_another_is_writing(url, folder, clock, file):
    with Engine.open(url, folder, clock) as writer:
        store: Any = writer._desk.store
        with store.writing() as transaction:
            place = store.cabinet.put(b"not committed yet")
            with Engine.open(f"{url}?timeout=0.1", folder, clock):
                pass  # it may not write now: it goes on without
            assert [one.name for one in beside(file)] == [place]
            transaction.undone()
    with Engine.open(url, folder, clock):
        assert beside(file) == []
