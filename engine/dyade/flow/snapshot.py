"""How does a dyad become JSON between two commands, and come back? What concerns a person stands in a second text.

A dyad changes a few of its parts at a time: each part has its own text, which serves again while the part is the same
object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json import loads
from typing import Any, Final, NamedTuple

from dyade.flow.codec import Described
from dyade.flow.dyad import Assent, Dyad, Entry, Holding, Signature, Stay
from dyade.flow.tagged import compact, tag, untag

_HEAD: Final = 7
_PRIVATE: Final[Mapping[str, int]] = {"holdings": 0, "fields": 1, "entries": 2, "assents": 3}
"""Which parts hold values of people, and their rank in the private text."""
_NAMES: Final = Dyad._fields[_HEAD:]
_NONE: Final = "null"

Names = frozenset[str]
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
        return None if self.private == (_NONE,) * len(_PRIVATE) else f"[{','.join(self.private)}]"


class SnapshotCodec:
    """Dyads of one program, to and from JSON."""

    __slots__ = ("_private",)

    def __init__(self, program: Described) -> None:
        private: dict[tuple[str, ...], set[str]] = {}
        for path, datum in program.data.items():
            names = private.setdefault(path[:-1], set())
            if datum.private:
                names.add(path[-1])
        self._private = {prefix: frozenset(names) for prefix, names in private.items()}

    def encode(self, dyad: Dyad, last: Snapshot | None = None) -> Snapshot:
        """Write a dyad; the parts that it shares with the last snapshot are not written again."""
        public = [compact(dyad[:_HEAD])]
        private = [_NONE] * len(_PRIVATE) if last is None else list(last.private)
        for rank, name in enumerate(_NAMES, 1):
            part = dyad[rank + _HEAD - 1]
            if last is not None and part is last.dyad[rank + _HEAD - 1]:
                public.append(last.public[rank])
                continue
            write = _WRITE.get(name)
            if write is None:
                public.append(compact(part))
                continue
            shown, hidden = write(part, self._private)
            public.append(compact(shown))
            if name in _PRIVATE:
                private[_PRIVATE[name]] = compact(hidden) if hidden else _NONE
        return Snapshot(dyad, tuple(public), tuple(private))

    def decode(self, public: str, private: str | None) -> Dyad:
        """Read a dyad back to itself."""
        parts = loads(public)
        hidden = [None] * len(_PRIVATE) if private is None else loads(private)
        values = [_read(name, parts[rank], hidden) for rank, name in enumerate(_NAMES, 1)]
        return Dyad(*parts[0], *values)


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


def _joined(shown: dict[str, Any], hidden: dict[str, Any] | None) -> dict[str, Any]:
    if hidden:
        shown.update(hidden)
    for name, raw in shown.items():
        if raw.__class__ is dict or raw.__class__ is list:
            shown[name] = untag(raw)
    return shown


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
}


def _read(name: str, raw: Any, hidden: list[Any]) -> Any:
    read = _READ.get(name)
    if read is None:
        return raw
    return read(raw, hidden[_PRIVATE[name]]) if name in _PRIVATE else read(raw, None)


def _read_rows(shape: Callable[[list[Any]], Any], at: int) -> Callable[[dict[str, Any], Any], Any]:
    def read(raw: dict[str, Any], hidden: Mapping[str, list[Any]] | None) -> Any:
        for key, rows in raw.items():
            apart = hidden.get(key) if hidden else None
            for rank, row in enumerate(rows):
                row[at] = _joined(row[at], apart[rank] if apart else None)
            raw[key] = tuple(map(shape, rows))
        return raw

    return read


def _entry(row: list[Any]) -> Entry:
    row[9] = tuple(map(Signature._make, row[9]))
    row[10] = tuple(row[10])
    return Entry._make(row)


_READ: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "stays": lambda raw, _: {state: Stay._make(row) for state, row in raw.items()},
    "holdings": _read_rows(Holding._make, 3),
    "fields": _joined,
    "entries": _read_rows(_entry, 1),
    "assents": _read_rows(Assent._make, 4),
    "waivers": lambda raw, _: {(row[0], row[1]): row[2] for row in raw},
    "marks": lambda raw, _: {tuple(row[:4]): tuple(row[4]) for row in raw},
    "fired": lambda raw, _: {name: tuple(pair) for name, pair in raw.items()},
    "broken": lambda raw, _: tuple(raw),
}
