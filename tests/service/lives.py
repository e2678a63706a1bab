"""A small program, four people and a clock that moves by argument: what the tests of keeping and acting live with."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dyade.flow.outcome import Decision, Refusal
from dyade.store.writing import Transaction
from dyade.wiring import Engine

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


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def engine(url: str, folder: Path, clock: Clock) -> Iterator[Engine]:
    with Engine.open(url, folder, clock) as opened:
        welcome(opened)
        yield opened


@pytest.fixture
def again(url: str, folder: Path, clock: Clock):
    """Opens the same store as another process would."""
    opened: list[Engine] = []

    def open_again() -> Engine:
        opened.append(Engine.open(url, folder, clock))
        return opened[-1]

    yield open_again
    for one in opened:
        one.close()
