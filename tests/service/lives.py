"""A small program, four people and a clock that moves by argument: what the tests of keeping and acting live with."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dyade.flow.outcome import Decision, Refusal
from dyade.store.writing import Transaction
from dyade.wiring import Engine
from tests import postgres

PROGRAMS = Path(__file__).with_name("programs")
SECOND = 1_000_000
DAY = 86_400 * SECOND
MONDAY = int(datetime(2026, 9, 21, 14, tzinfo=UTC).timestamp()) * SECOND
PEOPLE = ("ana", "bob", "cleo", "olga")


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> int:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += int(days * DAY)


def welcome(engine: Engine) -> None:
    """Make everyone known; olga is the office of the whole program."""
    for person in PEOPLE:
        engine.add_person(person, person.title(), lang="en" if person == "olga" else "fr", attributes={"level": 1})
    engine.enrol("olga", "small", "office")


def begin(engine: Engine, **given) -> str:
    """Start a dyad of ana and bob, coordinated by cleo."""
    outcome = engine.start("small", "ana", {"mentee": "ana", "mentor": "bob", "coordinator": "cleo"}, **given)
    return done(outcome).dyad.id


def running(engine: Engine) -> str:
    """A dyad that is under way."""
    dyad = begin(engine)
    done(engine.fire(dyad, "begin", "ana"))
    return dyad


def done(outcome: Decision | Refusal) -> Decision:
    """What was decided, where nothing was refused."""
    assert isinstance(outcome, Decision), outcome
    return outcome


def refused(outcome: Decision | Refusal) -> set[str]:
    """The codes of the reasons of a refusal."""
    assert isinstance(outcome, Refusal), outcome
    return {reason.code for reason in outcome.reasons}


def kinds(records) -> list[str]:
    """The kinds of some records."""
    return [type(record).__name__ for record in records]


def breaking_after(dyad: str):
    """A `Transaction.keep` that breaks once it has written what is to be kept of one dyad."""
    keep = Transaction.keep

    def keeping(self, given):
        keep(self, given)
        if given.dyad.id == dyad:
            raise ZeroDivisionError

    return keeping


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROGRAMS, tmp_path / "programs"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "dyade.db"


@contextmanager
def behind(url: str) -> Iterator[Any]:
    """A connection to a store of which the engine knows nothing; each statement lasts at once."""
    if url.startswith("sqlite:"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection
    else:
        with psycopg.connect(url, autocommit=True) as other:
            yield other


def careless(connection: Any) -> None:
    """Let a connection change what triggers and references guard."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA foreign_keys = OFF")
        for [trigger] in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
    else:
        connection.execute("SET session_replication_role = replica")


UNSOUND = (sqlite3.IntegrityError, psycopg.errors.IntegrityError)
"""What a database says that refuses a row."""


@pytest.fixture
def url(store_kind: str, tmp_path: Path) -> Iterator[str]:
    if store_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'dyade.db'}"
    else:
        with postgres.schema(tmp_path.name) as address:
            yield address


@pytest.fixture
def engine(url: str, folder: Path, clock: Clock, keys_place: str | None) -> Iterator[Engine]:
    with Engine.open(url, folder, clock, keys=keys_place) as opened:
        welcome(opened)
        yield opened


@pytest.fixture
def again(url: str, folder: Path, clock: Clock, keys_place: str | None):
    """Opens the same store as another process would."""
    opened: list[Engine] = []

    def open_again() -> Engine:
        opened.append(Engine.open(url, folder, clock, keys=keys_place))
        return opened[-1]

    yield open_again
    for one in opened:
        one.close()
