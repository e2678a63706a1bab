"""Which files are attached to a dyad, and where does the content of each stand?

A row names a content by where it is said: the record, the sealed value, the place in a list. The content is hidden
under the key of that value, so that whatever erases the one erases the other. It stands beside a store that is a file.
A store that several machines share, or that lives in memory, has a table of contents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from dyade.service.ports import DAMAGED, FileToKeep, Keep, SealedFile, StoredFile
from dyade.store.cabinet import Cabinet
from dyade.store.hiding import place_of
from dyade.store.sums import row_sum
from dyade.store.vault import Tampered, Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dyade.store.driver import Driver

_FILES: Final = "SELECT n, dyad, seq, i, position, place FROM files WHERE dyad = ? ORDER BY n"
_SAID: Final = """SELECT s.seq, s.i, s.path, s.subject, s.value FROM sealed s JOIN records r ON r.seq = s.seq
    WHERE r.dyad = ? AND s.value IS NOT NULL ORDER BY s.seq, s.i"""
_KEEP: Final = "INSERT INTO files (place, dyad, seq, i, position, checksum) VALUES (?, ?, ?, ?, ?, ?)"
_STRAYS: Final = "SELECT place FROM contents WHERE place NOT IN (SELECT place FROM files) ORDER BY place"
_ERASED: Final = """SELECT n, place FROM files WHERE dyad = ? AND NOT EXISTS (
    SELECT 1 FROM sealed s WHERE s.seq = files.seq AND s.i = files.i AND s.value IS NOT NULL)"""


class FileView:
    """Questions about attached files."""

    __slots__ = ()
    _connection: Driver
    _vault: Vault
    _cabinet: Cabinet | None
    _all: Callable[..., list[tuple[Any, ...]]]
    _seal: Callable[[str | None], Any]

    def files(self, dyad: str) -> list[StoredFile]:
        """List the files whose content is kept, in the order in which they came."""
        return [StoredFile._make(row) for row in self._all(_FILES, dyad)]

    def said_of_files(self, dyad: str, paths: frozenset[str] | None = None) -> list[SealedFile]:
        """List what records say at these paths, by default of the files that are kept, in the order of the records.

        What was erased is left out.
        """
        kept = {(one.seq, one.i) for one in self.files(dyad)} if paths is None else set()
        found = (
            (*said, self._seal(hidden).value)
            for *said, hidden in self._all(_SAID, dyad)
            if ((said[0], said[1]) in kept if paths is None else said[2] in paths)
        )
        return [SealedFile._make(row) for row in found if row[4]]

    def content(self, place: str) -> bytes | None:
        """Read a content; `None` where it is missing, or was erased. `DAMAGED` where it is not as it was kept."""
        hidden = self._hidden_content(place) if self._cabinet is None else self._cabinet.read(place)
        if hidden is None:
            return None
        try:
            return self._vault.show_content(hidden)
        except Tampered:
            return DAMAGED

    def _hidden_content(self, place: str) -> bytes | None:
        found = self._all("SELECT body FROM contents WHERE place = ?", place)
        return bytes(found[0][0]) if found else None

    def stray_files(self) -> list[str]:
        """List what stands among the contents, and no row names."""
        named = self._all("SELECT place FROM files UNION ALL SELECT place FROM removals")
        if self._cabinet is None:
            return [place for (place,) in self._all(_STRAYS)]
        return self._cabinet.strangers([place for (place,) in named])

    def is_tidy(self) -> bool:
        """Whether nothing was left half done with the contents of files."""
        return self._cabinet is None or not (self._cabinet.unsettled() or self._all("SELECT 1 FROM removals LIMIT 1"))


class FileTransaction(FileView):
    """What is done with attached files."""

    __slots__ = ()
    _put: list[str]
    """What was written, and no row that lasts names yet."""
    _parted: list[str]
    """What was erased, and rows that last name still."""
    _added: Callable[..., int]
    _know_the_keys: Callable[[], None]
    alone: Callable[[], None]

    def _keep_files(self, keep: Keep, seqs: Sequence[int]) -> None:
        for one in keep.files:
            self._keep_file(keep, one, seqs[one.record])

    def _keep_file(self, keep: Keep, one: FileToKeep, seq: int) -> None:
        record = keep.records[one.record]
        sealed, dyad = record.sealed[one.seal], keep.dyad.id
        self._know_the_keys()
        key = place_of(dyad, sealed.path, record.body)
        place = self._put_content(self._vault.hide_content(sealed.subject, key, one.content))
        row = (place, dyad, seq, one.seal, one.position)
        self._added(_KEEP, (*row, row_sum(row)), "n")

    def _put_content(self, content: bytes) -> str:
        if self._cabinet is None:
            place = uuid4().hex
            self._connection.execute("INSERT INTO contents (place, body) VALUES (?, ?)", (place, content))
            return place
        place = self._cabinet.put(content)
        self._put.append(place)
        return place

    def _erase_files(self, dyad: str) -> None:
        """Part with the contents of what was erased: they go once this lasts, or when the store is next opened."""
        for n, place in self._all(_ERASED, dyad):
            self._connection.execute("DELETE FROM files WHERE n = ?", (n,))
            if self._cabinet is None:
                self._connection.execute("DELETE FROM contents WHERE place = ?", (place,))
            else:
                self._connection.execute("INSERT INTO removals (place) VALUES (?)", (place,))
                self._parted.append(place)

    def tidy(self) -> None:
        """Finish what was left half done, alone to write: what nobody names then, nobody is about to name."""
        if self._cabinet is None:
            return
        self.alone()
        for place in self._cabinet.unsettled():
            self._cabinet.settle(place, named=self._is_named(place))
        for (place,) in self._all("SELECT place FROM removals"):
            if self._cabinet.remove(place):
                self._connection.execute("DELETE FROM removals WHERE place = ?", (place,))

    def _settled(self) -> None:
        """Give their place to the contents that were written, and remove those that were erased, now that it lasts."""
        if self._cabinet is not None:
            for place in self._put:
                self._cabinet.settle(place, named=True)
            for place in self._parted:
                self._cabinet.remove(place)
            # What has just been kept stands in the log where the others stood.
            while self._cabinet.doubtful:
                place = self._cabinet.doubtful.pop()
                self._cabinet.settle(place, named=self._is_named(place))
        self._put.clear()
        self._parted.clear()

    def doubted(self) -> None:
        """Leave the contents that were written as they are: a crash may yet show that they are named."""
        if self._cabinet is not None:
            self._cabinet.doubtful += self._put
        self._put.clear()

    def undone(self, written: int = 0, parted: int = 0) -> None:
        """Remove the contents that were written for nothing, and part with none, after so many of each."""
        if self._cabinet is not None:
            for place in self._put[written:]:
                self._cabinet.settle(place, named=False)
        del self._put[written:], self._parted[parted:]

    def _is_named(self, place: str) -> bool:
        return bool(self._all("SELECT 1 FROM files WHERE place = ?", place))
