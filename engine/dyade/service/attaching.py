"""How does the content of a file come with a command, and what is said of it? Its type is told by what it holds.

A command holds what is said of its files; their contents go beside it, and are kept in the same transaction. No record
says anything of a file whose content is not kept.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from json import loads
from typing import Any, Final, TypeVar

from dyade.flow.outcome import Reason, Refusal
from dyade.flow.tagged import sorted_json
from dyade.service.ports import DAMAGED, FileToKeep, Keep, Reading

TOGETHER: Final = 50_000_000
"""Bytes that may come with one command."""
LONGEST_NAME: Final = 150
Said = Mapping[str, Any]
"""What is said of a file: its name, its size, its type, the digest of its content."""
Contents = Mapping[str, bytes]
"""What is said of a file, as text -> its content."""
NO_FILES: Final[Contents] = {}
Order = TypeVar("Order")


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that someone attaches: it stands in a command where the value of a datum would."""

    name: str
    content: bytes

    def said(self) -> dict[str, Any]:
        """What a record says of it."""
        return {
            "name": plain_name(self.name),
            "size": len(self.content),
            "type": recognised(self.content),
            "sha256": sha256(self.content).hexdigest(),
        }


def plain_name(name: str) -> str:
    """The name of a file without a folder, nor anything that a terminal or a disk would take for something else."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    shown = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ").strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > LONGEST_NAME:
        shown = f"{(stem or ending)[: LONGEST_NAME - 10]}{dot}{ending[:9]}" if stem else shown[:LONGEST_NAME]
    return shown or "-"


_BEGINNINGS: Final = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
)
_HEIC: Final = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")


def recognised(content: bytes) -> str:
    """The type that a content shows by how it begins; empty for any that no program may ask for."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return "heic" if content[4:8] == b"ftyp" and content[8:12] in _HEIC else ""


# ----------------------------------------------------------------------------------------------------- with a command


_PLAIN: Final = frozenset((str, int, type(None)))


def detached(command: Order) -> tuple[Order, Contents]:
    """Part a command from the contents of its files: what is said of each takes its place."""
    parts: tuple[Any, ...] = tuple(command)  # type: ignore[arg-type]
    if not any(_holds_files(part) for part in parts if part.__class__ not in _PLAIN):
        return command, {}
    contents: dict[str, bytes] = {}
    made = command._make(_part(part, contents) for part in parts)  # type: ignore[attr-defined]
    return made, contents


def _holds_files(part: Any) -> bool:
    if part.__class__ is dict:
        return any(map(_holds_files, part.values()))
    if part.__class__ in (list, tuple):
        return any(one.__class__ is Attachment for one in part)
    return part.__class__ is Attachment


def _part(part: Any, contents: dict[str, bytes]) -> Any:
    if part.__class__ is dict:
        return {name: _part(value, contents) for name, value in part.items()}
    if part.__class__ is list:
        return [_part(value, contents) for value in part]
    if part.__class__ is not Attachment:
        return part
    said = part.said()
    contents[sorted_json(said)] = part.content
    return said


def too_much(contents: Contents) -> Refusal | None:
    """Refuse more than is taken at once."""
    size = sum(map(len, contents.values()))
    if size <= TOGETHER:
        return None
    return Refusal((Reason("datum_file_together", "", {"size": size, "most": TOGETHER}),))


# ------------------------------------------------------------------------------------------------------- what is kept


class NotAttached(Exception):
    """A record would say something of a file whose content nobody gave."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def with_files(view: Reading, keep: Keep, paths: frozenset[str], contents: Contents) -> Keep:
    """Add the contents of the files that the records to keep speak of; raise `NotAttached` where one is missing.

    What was attached before stays attached: a draft that is submitted, a field that an entry sets.
    """
    wanted = list(_said_in(keep, paths))
    if not wanted:
        return keep
    kept = KeptFiles(view, keep.dyad.id)
    files: list[FileToKeep] = []
    for record, seal, position, said in wanted:
        sealed = keep.records[record].sealed[seal]
        text = sorted_json(said)
        if (sealed.subject, sealed.path, text) in kept.places:
            continue
        content = contents[text] if text in contents else kept.content(text)
        if content is None and kept.knows(text):
            # What was kept is missing: looking at everything tells so, and the dyad goes on.
            continue
        if content is None:
            path = tuple(sealed.path.split("."))
            facts = {"path": path, "file": str(said.get("name", ""))}
            raise NotAttached(Reason("datum_file_missing", path[-1], facts))
        kept.places[sealed.subject, sealed.path, text] = ""
        files.append(FileToKeep(record, seal, position, content))
    return keep._replace(files=tuple(files))


def _said_in(keep: Keep, paths: frozenset[str]) -> Iterator[tuple[int, int, int, Said]]:
    for record, row in enumerate(keep.records):
        for seal, sealed in enumerate(row.sealed):
            if sealed.path in paths:
                for position, said in enumerate(descriptions(sealed.value)):
                    yield record, seal, position, said


def descriptions(value: str) -> list[Said]:
    """What a value says of files: of one, or of several."""
    said = loads(value)
    return said if isinstance(said, list) else [said]


class KeptFiles:
    """The files that a dyad keeps already."""

    def __init__(self, view: Reading, dyad: str) -> None:
        self._view = view
        rows = {(one.seq, one.i, one.position): one.place for one in view.files(dyad)}
        self.places: dict[tuple[str, str, str], str] = {}
        """(whose, where in the program, what is said) -> where its content stands."""
        for said in view.said_of_files(dyad) if rows else ():
            for position, one in enumerate(descriptions(said.value)):
                place = rows.get((said.seq, said.i, position))
                if place is not None:
                    self.places[said.subject, said.path, sorted_json(one)] = place

    def knows(self, text: str) -> bool:
        """Whether such a file was attached."""
        return any(said == text and place for (_, _, said), place in self.places.items())

    def content(self, text: str, *, once: bool = False) -> bytes | None:
        """The content of a file, by what is said of it; with `once`, the first time only."""
        place = next((place for (_, _, said), place in self.places.items() if said == text and place), None)
        if place is None:
            return None
        if once:
            self.places = {key: there for key, there in self.places.items() if key[2] != text}
        found = self._view.content(place)
        return None if found == DAMAGED else found


# ------------------------------------------------------------------------------------------------------ looked at again


def amiss(view: Reading, dyad: str, paths: frozenset[str]) -> Iterator[tuple[str, int, str]]:
    """What is wrong with the files of a dyad: (what, the record that speaks of it, the number of the file)."""
    rows = {(one.seq, one.i, one.position): one for one in view.files(dyad)}
    kept: set[tuple[str, str, str]] = set()
    spoken: list[tuple[int, tuple[str, str, str]]] = []
    for said in view.said_of_files(dyad, paths):
        for position, one in enumerate(descriptions(said.value)):
            key = (said.subject, said.path, sorted_json(one))
            spoken.append((said.seq, key))
            row = rows.pop((said.seq, said.i, position), None)
            if row is None:
                continue
            kept.add(key)
            content = view.content(row.place)
            if content is None:
                yield "file_missing", said.seq, str(row.n)
            elif content == DAMAGED or sha256(content).hexdigest() != one.get("sha256"):
                yield "file_altered", said.seq, str(row.n)
    # A row that says what no record says was put there, or taken from elsewhere.
    yield from (("file_altered", row.seq, str(row.n)) for row in rows.values())
    lost = dict.fromkeys((seq, key) for seq, key in spoken if key not in kept)
    yield from (("file_missing", seq, "-") for seq, _ in lost)
