"""How does a dyad become JSON between two commands, and come back? What concerns a person stands in a second text.

A dyad changes a few of its parts at a time: each part has its own text, which serves again while the part is the same
object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from json import JSONDecoder
from typing import Any, Final, NamedTuple

from dyade.flow.codec import Described
from dyade.flow.dyad import Assent, Dyad, Entry, Holding, Issued, Log, Meeting, Signature, Stay, new
from dyade.flow.tagged import compact, quoted, tag, untag

_HEAD: Final = 7
_PRIVATE: Final[Mapping[str, int]] = {"holdings": 0, "fields": 1, "entries": 2, "assents": 3}
"""Which parts hold values of people, and their rank in the private text."""
_NAMES: Final = Dyad._fields[_HEAD:]
_NONE: Final = "null"
_NOTHING: Final[tuple[str, ...]] = (_NONE,) * len(_PRIVATE)
_NOBODY: Final[tuple[list[Any], list[str]]] = ([None] * len(_PRIVATE), list(_NOTHING))
_NOTHINGS: Final = {text: text for text in ("{}", "[]", _NONE)}
"""The texts of parts that hold nothing, once for all dyads."""
_decoder: Final[Any] = JSONDecoder()
_scan: Final[Callable[[str, int], tuple[Any, int]]] = _decoder.scan_once
"""Reads the JSON that stands at a place of a text, and tells where it ends."""
_ENTERED: Final = Stay._fields.index("entered_at")
_STAYS: Final = Dyad._fields.index("stays")
_NAMED: Final = (Dyad._fields.index("leaves"), Dyad._fields.index("memory"))
"""The parts that are names by names."""
_DAYS: Final = tuple(map(Stay._fields.index, ("entered_on", "left_on", "since")))
_EMPTY: Final[dict[Any, Any]] = {}
"""Stands for every mapping of a dyad that holds nothing: mappings are never changed in place."""

Names = frozenset[str]
Same = Callable[[Any, Any], Any]
"""Given a name or a day twice, gives the object that stands for it everywhere."""
Values = Mapping[str, Any]


class Snapshot(NamedTuple):
    """A dyad, with the text of each of its parts."""

    dyad: Dyad
    public: tuple[str, ...]
    private: tuple[str, ...]

    @property
    def public_text(self) -> str:
        """What may be read by whoever administers the store."""
        return f"[{','.join(self.public)}]"

    @property
    def private_text(self) -> str | None:
        """What concerns people, `None` when there is nothing."""
        return None if self.private == _NOTHING else f"[{','.join(self.private)}]"


class SnapshotCodec:
    """Dyads of one program, to and from JSON."""

    __slots__ = ("_private", "_same")

    def __init__(self, program: Described) -> None:
        private: dict[tuple[str, ...], set[str]] = {}
        for path, datum in program.data.items():
            names = private.setdefault(path[:-1], set())
            if datum.private:
                names.add(path[-1])
        self._private = {prefix: frozenset(names) for prefix, names in private.items()}
        # The names of a program and the days are the same objects in all its dyads: copies would weigh as much as they.
        self._same: Same = {None: None}.setdefault

    def encode(self, dyad: Dyad, last: Snapshot | None = None) -> Snapshot:
        """Write a dyad; the parts that it shares with the last snapshot are not written again."""
        if last is None:
            before, public, private = None, [_NONE] * (len(_NAMES) + 1), _NOTHING
        else:
            before, public, private = last.dyad, list(last.public), last.private
        public[0] = _written_head(dyad)
        for rank, at, write, place in _PARTS:
            part: Any = dyad[at]
            if before is not None and part is before[at]:
                continue
            if at == _STAYS:
                public[rank] = _written_stays(part, {} if before is None else before.stays, public[rank])
                continue
            if at in _NAMED:
                public[rank] = _written_names(part)
                continue
            if write is None:
                public[rank] = compact(part)
                continue
            shown, hidden = write(part, self._private)
            public[rank] = compact(shown)
            if place is not None and (hidden or private[place] != _NONE):
                private = (*private[:place], compact(hidden) if hidden else _NONE, *private[place + 1 :])
        return new(Snapshot, (dyad, tuple(public), private))

    def decode(self, public: str, private: str | None) -> Dyad:
        """Read a dyad back to itself; `ValueError` where these are not its two texts."""
        return self.open(public, private).dyad

    def open(self, public: str, private: str | None) -> Snapshot:
        """Read a dyad back to itself, and keep the text of each of its parts."""
        parts, texts = _cut(public)
        hidden, apart = _NOBODY if private is None else _cut(private)
        id_, program, behaviour, *numbers = parts[0]
        same = self._same
        # What was kept before a part was known has none.
        lacking = _NAMES[len(parts) - 1 :]
        parts += [None] * len(lacking)
        texts += [compact(_NO_PART[name]) for name in lacking]
        rows = zip(_NAMES, parts[1:], strict=True)
        values = [(_read(name, raw, hidden, same) if raw else None) or _NO_PART[name] for name, raw in rows]
        dyad = new(Dyad, (id_, same(program, program), same(behaviour, behaviour), *numbers, *values))
        return new(Snapshot, (dyad, tuple(texts), tuple(apart)))


def _cut(text: str) -> tuple[list[Any], list[str]]:
    """The parts of a list, as values and as they are written."""
    values: list[Any] = []
    texts: list[str] = []
    at, mark = 1, ","
    try:
        while mark == ",":
            value, end = _scan(text, at)
            values.append(value)
            said = text[at:end]
            texts.append(_NOTHINGS.get(said, said))
            at, mark = end + 1, text[end]
    except (StopIteration, IndexError):
        mark = ""
    if mark != "]":
        raise ValueError(text[:at])
    return values, texts


def _written_head(dyad: Dyad) -> str:
    names = f"{quoted(dyad.id)},{quoted(dyad.program)},{quoted(dyad.behaviour)}"
    return f"[{names},{dyad.revision},{dyad.created_at},{dyad.at},{dyad.rank}]"


def _written_names(names: Mapping[str, str]) -> str:
    """What `compact` writes, at a quarter of its price."""
    return f"{{{','.join([f'{quoted(name)}:{quoted(other)}' for name, other in names.items()])}}}"


def _written_stays(stays: Mapping[str, Stay], before: Mapping[str, Stay], text: str) -> str:
    """What `compact` writes; a stay that is the same object is not written again, but cut from the text before."""
    written: list[str] = text[1:-2].split("],")
    known = list(before.values())
    if len(written) != len(known) or list(before) != list(stays)[: len(known)]:
        written, known = [], []
    same: Stay | None = None
    said = ""
    for rank, (name, stay) in enumerate(stays.items()):
        is_known = rank < len(known)
        if not is_known or known[rank] is not stay:
            if stay is not same:
                # A state is entered and left with those around it: they have the same stay.
                same, said = stay, _written_stay(stay)
            piece = f"{quoted(name)}:{said}"
            if is_known:
                written[rank] = piece
            else:
                written.append(piece)
    return f"{{{'],'.join(written)}]}}" if written else "{}"


def _written_stay(stay: Stay) -> str:
    """A list without its end."""
    visit, at, on, rank, paused, left_on, since, days = stay
    left = "null" if left_on is None else str(left_on)
    return f"[{visit},{at},{on},{rank},{paused},{left},{since},{days}"


Shown = tuple[Any, Any]
Private = Mapping[tuple[str, ...], Names]


def _split(values: Values, private: Names) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Part what may be read from what concerns a person; the order of the keys stays."""
    shown: dict[str, Any] = {}
    hidden: dict[str, Any] | None = None
    for name, value in values.items():
        written = tag(value)
        if name in private:
            shown[name] = None
            hidden = hidden or {}
            hidden[name] = written
        else:
            shown[name] = written
    return shown, hidden


def _joined(shown: dict[str, Any], hidden: dict[str, Any] | None, same: Same) -> dict[str, Any]:
    if not shown:
        return _EMPTY
    if hidden:
        shown.update(hidden)
    return {
        same(name, name): untag(raw) if raw.__class__ is dict or raw.__class__ is list else raw
        for name, raw in shown.items()
    }


def _write_fields(fields: Values, private: Private) -> Shown:
    return _split(fields, private.get(("fields",), frozenset()))


def _write_rows(prefix: str, at: int) -> Callable[[Mapping[str, tuple[tuple[Any, ...], ...]], Private], Shown]:
    """Write rows whose values stand at one rank, under a key that says where those values are declared."""

    def write(part: Mapping[str, tuple[tuple[Any, ...], ...]], private: Private) -> Shown:
        shown: dict[str, list[Any]] = {}
        hidden: dict[str, list[Any]] = {}
        for key, rows in part.items():
            names = private.get((prefix, key), frozenset())
            both = [_split(row[at], names) for row in rows]
            shown[key] = [(*row[:at], values, *row[at + 1 :]) for row, (values, _) in zip(rows, both, strict=True)]
            if any(apart for _, apart in both):
                hidden[key] = [apart for _, apart in both]
        return shown, hidden

    return write


def _write_pairs(part: Mapping[tuple[Any, ...], Any], _: Private) -> Shown:
    """Write a mapping whose keys are not texts."""
    return [[*key, value] for key, value in part.items()], None


_WRITE: Final[Mapping[str, Callable[[Any, Private], Shown]]] = {
    "holdings": _write_rows("roles", 3),
    "fields": _write_fields,
    "entries": _write_rows("forms", 1),
    "assents": _write_rows("transitions", 4),
    "waivers": _write_pairs,
    "marks": _write_pairs,
    "shares": _write_pairs,
    "opened": _write_pairs,
}
_PARTS: Final = tuple(
    (rank, rank + _HEAD - 1, _WRITE.get(name), _PRIVATE.get(name)) for rank, name in enumerate(_NAMES, 1)
)
"""For each part: its rank among the texts, its rank in the dyad, how it is written, its rank in the private text."""


def _read(name: str, raw: Any, hidden: list[Any], same: Same) -> Any:
    read = _READ.get(name)
    if read is None or raw is None:
        return raw
    return read(raw, hidden[_PRIVATE[name]] if name in _PRIVATE else None, same)


def _read_rows(
    shape: Callable[[list[Any], Same], Any], at: int, gather: Callable[[Iterable[Any]], Any] = tuple
) -> Callable[[dict[str, Any], Any, Same], Any]:
    def read(raw: dict[str, Any], hidden: Mapping[str, list[Any]] | None, same: Same) -> Any:
        for key, rows in raw.items():
            apart = hidden.get(key) if hidden else None
            for rank, row in enumerate(rows):
                row[at] = _joined(row[at], apart[rank] if apart else None, same)
        return {same(key, key): gather([shape(row, same) for row in rows]) for key, rows in raw.items()}

    return read


def _entry(row: list[Any], same: Same) -> Entry:
    row[3], row[8] = same(row[3], row[3]), same(row[8], row[8])
    row[9] = tuple(map(Signature._make, row[9]))
    row[10] = tuple(row[10])
    return Entry._make(row)


def _meeting(row: list[Any]) -> Meeting:
    return Meeting(*row[:4], *map(tuple, row[4:7]), *row[7:])


def _names(raw: dict[str, str], _: None, same: Same) -> dict[str, str]:
    found = {same(name, name): same(state, state) for name, state in raw.items()}
    return same(tuple(found.items()), found) if found else _EMPTY


def _holding(row: list[Any], same: Same) -> Holding:
    row[1] = same(row[1], row[1])
    return new(Holding, row)


def _stays(raw: dict[str, list[Any]], _: None, same: Same) -> dict[str, Stay]:
    found: dict[str, Stay] = {}
    # A state is entered with those around it, as another is left: the same stay, the same instant, the same days.
    once: Same = {}.setdefault
    for state, row in raw.items():
        for at in _DAYS:
            row[at] = same(row[at], row[at])
        row[_ENTERED] = once(row[_ENTERED], row[_ENTERED])
        stay = new(Stay, row)
        found[same(state, state)] = once(stay, stay)
    return found


_READ: Final[Mapping[str, Callable[[Any, Any, Same], Any]]] = {
    "leaves": _names,
    "stays": _stays,
    "memory": _names,
    "holdings": _read_rows(_holding, 3),
    "fields": _joined,
    "entries": _read_rows(_entry, 1, Log.of),
    "assents": _read_rows(lambda row, _: Assent._make(row), 4),
    "waivers": lambda raw, *_: {(row[0], row[1]): row[2] for row in raw},
    "marks": lambda raw, *_: {tuple(row[:4]): tuple(row[4]) for row in raw},
    "fired": lambda raw, _, same: {same(name, name): tuple(pair) for name, pair in raw.items()},
    "broken": lambda raw, *_: tuple(raw),
    "shares": lambda raw, *_: {(row[0], row[1]): row[2] for row in raw},
    "opened": lambda raw, *_: {(row[0], row[1]): row[2] for row in raw},
    "meetings": lambda raw, _, same: {same(name, name): tuple(map(_meeting, rows)) for name, rows in raw.items()},
    "certificates": lambda raw, *_: {name: tuple(map(Issued._make, rows)) for name, rows in raw.items()},
}
_NO_PART: Final[Mapping[str, Any]] = {name: () if name == "broken" else _EMPTY for name in _NAMES}
