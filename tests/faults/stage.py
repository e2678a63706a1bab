"""A process whose disk can be broken: it forks others, lets them die, and looks at what they leave.

    python stage.py <work> <folder> <json of what to do>

It prints one line of JSON. It has imported everything, and holds nothing open as it forks.
"""

import errno
import json
import os
import shutil
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

from dyade.errors import StoreTrouble
from dyade.program import restore as restoring
from dyade.service.ports import Keep
from dyade.store import sqlite
from dyade.store.store import SqliteStore
from dyade.store.writing import Transaction
from tests.faults.breaking import Calls, Disk, How
from tests.faults.script import STEPS, Place, Step, census, populate

disk = Disk()
# The programs are the same at each kill: they are made again from their canonical form once.
restoring.restore = cache(restoring.restore)


def forked(work: Callable[[], object]) -> int:
    """Do work in a child; how it ended."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            disk.mend()
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitpid(pid, 0)[1]


def copied(place: Place, name: str) -> Place:
    """The same place, elsewhere, in the same words."""
    folder = place.folder.with_name(name)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(place.folder, folder)
    other = Place(folder)
    other.days = place.days
    return other


ERASED = ("sealed", "files", "erasures", "left open")
"""What an erasure alone changes, in a census."""


UNTIDY = ("unsettled", "strangers", "left open")
"""What is put in order by the next command that is kept, or as the store is opened."""


class Standing:
    """A store before a step, and what is kept after it where nothing breaks."""

    def __init__(self, before: Place, step: Step) -> None:
        self.name, self.days, self._act = step
        self.before = before
        self.before.days = self.days
        with before.open():
            pass
        self.kept_before = census(before)
        self.after = copied(before, f"after-{self.name}")
        self.answer = self.done(self.after)
        self.kept_after = census(self.after)
        with self.after.open() as engine:
            assert engine.verify().sound, self.name
        assert self.kept_before != self.kept_after, self.name

    def done(self, place: Place) -> object:
        """Do the step; what was answered."""
        with place.open() as engine:
            return self.asked(engine)

    def asked(self, engine: Any) -> object:
        """Ask for the step; what was answered, where it says anything."""
        answer = self._act(engine)
        return answer if isinstance(answer, list) else None

    def stands(self, place: Place, what: str, *, answered: bool, but: tuple[str, ...]) -> None:
        """What is kept is all that was kept before the step, or after it."""
        found, wanted = census(place), [self.kept_after] if answered else [self.kept_before, self.kept_after]
        # What was registered is erased as the store is opened; time tells the dyad when it next acts.
        aside = (*but, *(ERASED if self.name == "purge" else ()))
        found, *wanted = (one | dict.fromkeys(aside) for one in (found, *wanted))
        assert found in wanted, (what, differences(found, wanted))

    def judge(self, place: Place, *, answered: bool, what: str) -> None:
        """Look at what a process left: the step is done wholly, or not at all, and can be asked again."""
        with place.open() as engine:
            self.stands(place, what, answered=answered, but=())
            assert engine.verify().sound, what
            assert self.asked(engine) == self.answer, what
            found = census(place)
            assert found == self.kept_after, (what, differences(found, [self.kept_after]))
        assert census(place) == self.kept_after, what


def differences(found: dict[str, Any], wanted: list[dict[str, Any]]) -> list[Any]:
    """Where what was found is neither."""
    return [(key, value, [one[key] for one in wanted]) for key, value in found.items() if value != wanted[-1][key]]


def standings(folder: Path, names: list[str]) -> list[Standing]:
    """The stores before each of these steps."""
    place = Place(folder / "first")
    place.furnish()
    with place.open() as engine:
        populate(engine)
    found = []
    for step in STEPS:
        one = Standing(place, step)
        place = one.after
        if one.name in names:
            found.append(one)
    return found


def killing(
    folder: Path, names: list[str], how: str = "KILL", whole: bool = False, planted: str = ""
) -> dict[str, Any]:
    """Kill a process at each call that may change the disk, of each of these steps; how many there were.

    With `whole`, from the opening of the store to its closing; else from the moment when the step is asked for.
    """
    kills: dict[str, int] = {}
    for one in standings(folder, names):
        for number in count(1):
            place = copied(one.before, "broken")
            said = folder / "answered"
            said.unlink(missing_ok=True)

            def work(one=one, place=place, said=said, number=number):
                planting(planted)

                def arm():
                    disk.arm(How[how], place.folder, at=number, calls=Calls.WRITE if how == "TEAR" else Calls.ALL)

                if whole:
                    arm()
                with place.open() as engine:
                    if not whole:
                        arm()
                    one.asked(engine)
                    said.touch()
                    if not whole:
                        os._exit(0)

            code = forked(work)
            assert code in (0, signal.SIGKILL), (one.name, number, code)
            one.judge(place, answered=said.exists(), what=f"{one.name}, call {number}")
            if code == 0:
                kills[one.name] = number - 1
                break
    return {"kills": kills}


def failing(
    folder: Path, names: list[str], error: str, calls: list[str], lasting: bool, most: int = 999, planted: str = ""
) -> dict[str, Any]:
    """Let a call fail, of each of these steps, once or from then on; what was told of each, and after it was mended."""
    said: dict[str, Any] = {}
    kinds = kinds_of(calls)
    for one in standings(folder, names):
        for number in range(1, most + 1):
            place = copied(one.before, "broken")
            telling = folder / "telling"

            def work(one=one, place=place, telling=telling, number=number):
                planting(planted)
                how = How.FAIL_ON if lasting else How.FAIL
                with place.open() as engine:
                    disk.arm(how, place.folder, at=number, calls=kinds, error=getattr(errno, error))
                    told = [_tried(one.asked, engine)]
                    missed = disk.seen < number
                    engine.dyad("D-1")
                    one.stands(place, f"{one.name}, {number}: {told}", answered=told == ["done"], but=UNTIDY)
                    disk.mend()
                    told.append(_tried(one.asked, engine))
                    # In order again without a new start, at the latest with what is kept next.
                    if told[-1] == _tried(lambda given: given.enrol("olga", "small", "office"), engine) == "done":
                        one.stands(place, f"{one.name}, {number}: {told}", answered=True, but=("unsettled",))
                telling.write_text(json.dumps([missed, told]), encoding="utf-8")

            code = forked(work)
            assert code == 0, (one.name, number, code)
            missed, told = json.loads(telling.read_text(encoding="utf-8"))
            one.judge(place, answered="done" in told, what=f"{one.name}, call {number}: {told}")
            if missed:
                break
            said.setdefault(one.name, []).append(told)
    return said


def _tried(act: Callable[[Any], object], engine: Any) -> str:
    """What came of an act: done, or the reason of the trouble."""
    try:
        act(engine)
    except StoreTrouble as trouble:
        return trouble.reason
    return "done"


def making(folder: Path) -> dict[str, Any]:
    """Kill a process as it makes a store, at the first call of each kind in a row; how many there were."""

    def make(place: Place, how: How, number: int = 0) -> None:
        disk.arm(how, place.folder, at=number)
        with place.open() as engine:
            engine.add_person("ana", "Ana")

    def anew() -> Place:
        shutil.rmtree(folder / "made", ignore_errors=True)
        place = Place(folder / "made")
        place.furnish()
        return place

    make(anew(), How.COUNT)
    calls = ["", *disk.calls]
    disk.mend()
    numbers = [n for n in range(1, len(calls)) if calls[n] != calls[n - 1]]
    for number in numbers:
        place = anew()
        assert forked(partial(make, place, How.KILL, number)) == signal.SIGKILL
        with place.open() as engine:
            if engine.people() == []:
                engine.add_person("ana", "Ana")
            assert [one.name for one in engine.people()] == ["Ana"], calls[number]
            assert engine.verify().sound, calls[number]
    return {"kills": len(numbers)}


def speaking(folder: Path, cases: list[list[Any]], arguments: list[str]) -> list[dict[str, Any]]:
    """Run a command of the command line where each of these fails; how it ended, what it said, and what is there."""
    place = Place(folder / "first")
    place.furnish()
    with place.open() as engine:
        populate(engine)
    found = []
    for error, calls, word, lang in cases:
        code, said = _spoken(copied(place, "broken"), error, calls, word, lang, arguments)
        with Place(folder / "broken").open() as engine:
            people = [one.id for one in engine.people()]
            found.append({"code": code, "said": said, "people": people, "sound": engine.verify().sound})
    return found


def _spoken(place: Place, error: str, calls: list[str], word: str, lang: str, arguments: list[str]) -> tuple[int, str]:
    said = place.folder / "said"

    def work():
        from dyade.cli.root import cli

        os.environ |= {
            "DYADE_DB": f"{place.file}",
            "DYADE_PROGRAMS": str(place.folder / "programs"),
            "DYADE_KEYS": str(place.keys),
            "DYADE_LANG": lang,
            "COLUMNS": "1000",
        }
        with said.open("w", encoding="utf-8") as spoken:
            sys.stdout = sys.stderr = spoken
            disk.arm(How.FAIL_ON, word, calls=kinds_of(calls), error=getattr(errno, error))
            code = cli.main(arguments, standalone_mode=False)
            disk.mend()
        os._exit(code)

    return os.waitstatus_to_exitcode(forked(work)), said.read_text(encoding="utf-8")


def kinds_of(calls: list[str]) -> Calls:
    """Calls, by their names."""
    kinds = Calls(0)
    for call in calls:
        kinds |= Calls[call]
    return kinds


def planting(name: str) -> None:
    """Put a fault in the product, which what looks at it must find."""
    keep = Transaction._keep_dyad

    def in_two_transactions(self: Transaction, given: Keep) -> None:
        keep(self, given)
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN IMMEDIATE")

    def forgotten(_: SqliteStore, error: sqlite3.Error) -> StoreTrouble:
        return sqlite.trouble(error)

    planted: dict[str, tuple[type, str, object]] = {
        "in two transactions": (Transaction, "_keep_dyad", in_two_transactions),
        "answered before it lasts": (Transaction, "commit", lambda _: None),
        "unconfirmed and forgotten": (SqliteStore, "failed", forgotten),
    }
    if name:
        setattr(*planted[name])


WORK: dict[str, Callable[..., object]] = {
    "killing": killing,
    "failing": failing,
    "making": making,
    "speaking": speaking,
}

if __name__ == "__main__":
    name, where, given = sys.argv[1:]
    sys.stdout.write(json.dumps(WORK[name](Path(where), **json.loads(given))))
