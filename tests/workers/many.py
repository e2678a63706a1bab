"""Many dyads in a moment: one comes in as a file brings it in, the others as it would be kept under other ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

from dyade.service import importing
from dyade.service.importing import Arrival
from dyade.service.keep import kept
from dyade.wiring import Engine, now
from tests.service.lives import DAY, welcome

AGO = 2.5
"""Days since they are under way: one reminder of each is due, the next one in three days."""


class Gathering:
    """A connection that only notes what it is asked to insert, and numbers records as the server will."""

    def __init__(self, first: int) -> None:
        self.asked: dict[str, list[Sequence[Any]]] = {}
        self.rowcount = 1
        self._next = first
        self._rows = 0

    def execute(self, text: str, values: Sequence[Any] = ()) -> Gathering:
        if text.startswith("INSERT"):
            self.asked.setdefault(text, []).append(values)
        self._rows = text.partition("VALUES")[2].count("(")
        return self

    def executemany(self, text: str, values: Sequence[Sequence[Any]]) -> None:
        self.asked.setdefault(text, []).extend(values)

    def fetchone(self) -> tuple[int]:
        self._next += 1
        return (self._next - 1,)

    def fetchall(self) -> list[tuple[int]]:
        return [self.fetchone() for _ in range(self._rows)]


class OpenBox:
    """A vault that stays open: all keys that are made in it last together."""

    def __init__(self, box: Any, vault: sqlite3.Connection) -> None:
        self.place = box.place
        self._vault = vault

    @contextmanager
    def open(self, *, writing: bool = False) -> Iterator[sqlite3.Connection]:  # noqa: ARG002
        yield self._vault

    def close(self) -> None:
        pass


def bring_in(url: str, folder: Any, number: int, monkeypatch: Any) -> None:
    """Bring in dyads in each of which one reminder is due by now."""
    seen: list[Any] = []

    def seeing(*given: Any) -> Any:
        seen.extend(given)
        return kept(*given)

    with Engine.open(url, folder, lambda: now() - int(AGO * DAY)) as past:
        welcome(past)
        today = date.fromtimestamp(past.now() / 1_000_000).toordinal()
        people = {"mentee": ("ana",), "mentor": ("bob",), "coordinator": ("cleo",)}
        with monkeypatch.context() as patch:
            patch.setattr(importing, "kept", seeing)
            came = past.import_dyads("small", [Arrival(1, "running", people, {}, today, today)], keep=True)
        assert not came[0].reasons
        known, _, _, decision, salt, wording = seen
        store: Any = past._desk.store
        with (
            store.writing() as transaction,
            closing(sqlite3.connect(store.vault._box.place + ".vault", isolation_level=None)) as vault,
        ):
            vault.execute("BEGIN IMMEDIATE")
            box, store.vault._box = store.vault._box, OpenBox(store.vault._box, vault)
            real = transaction._connection
            [first] = real.execute("SELECT MAX(seq) + 1 FROM records").fetchone()
            transaction._connection = gathering = Gathering(first)
            for n in range(2, number + 1):
                one = decision._replace(dyad=decision.dyad._replace(id=f"D-{n}"))
                transaction.keep(kept(known, None, n, one, salt, wording)[0])
                # The key of its messages, which each would else make by itself.
                store.vault.hide("", one.dyad.id, "")
            transaction._connection = real
            for text, values in gathering.asked.items():
                real.executemany(text, values)
            vault.execute("COMMIT")
            store.vault._box = box
            transaction.commit()
