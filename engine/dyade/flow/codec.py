"""How does a record become JSON for the journal, and come back? What concerns a person is sealed apart.

A body is canonical: sorted keys, no space, no NaN, NFC. A value whose datum is personal or sensitive, and every reason
that someone wrote, leaves the body for a numbered place, `{"sealed": 0}`; the body keeps a salted commitment to it, so
that the chain of hashes covers it and still verifies once it is erased.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from json import loads
from typing import Any, Final, NamedTuple, Protocol, get_origin, get_type_hints
from unicodedata import normalize

from dyade.flow.dyad import Holding, new
from dyade.flow.messages import RECORDS, Head, Record
from dyade.flow.tagged import EMPTY_TAG, ERASED, flat_json, quoted, sorted_json
from dyade.program.conditions.types import EMPTY, Type
from dyade.program.conditions.values import dump_value, parse_value

Path = tuple[str, ...]
Holdings = Mapping[str, tuple[Holding, ...]]
FIRST_LINK: Final = bytes(32)
"""What the first record of a dyad is chained to."""


class Datum(Protocol):
    """What the codec asks of a datum of the program."""

    @property
    def type(self) -> Type: ...
    @property
    def private(self) -> bool: ...
    @property
    def subject(self) -> str | None: ...


class Described(Protocol):
    """What the codec asks of a program."""

    @property
    def data(self) -> Mapping[Path, Any]: ...


class Sealed(NamedTuple):
    """A value that concerns a person, kept beside the record."""

    path: str
    subject: str
    """The person whose datum it is."""
    salt: bytes
    value: str
    """JSON; empty for what was erased before it was written."""


class Encoded(NamedTuple):
    """A record, ready to be kept."""

    kind: str
    body: str
    sealed: tuple[Sealed, ...]


_CERTIFICATES: Final = frozenset(("Certified", "CertificateRevoked", "CertificateReissued"))
_OWN: Final = frozenset(("Assigned", "AttributesChanged", "Enrolled")) | _CERTIFICATES
"""Records whose values are about their `person`, whoever gave them."""
_LIST, _VALUES, _DATUM, _WORDS, _PLAIN = range(5)
"""How a part of a record is written: a list, values by name, one value of the program, what someone wrote, as it is."""
_SEVERAL: Final = (_LIST, _VALUES)
_AS_IS: Final = (_PLAIN, _LIST)


def _manner(kind: str, name: str, said: object) -> int:
    if name in ("reason", "content"):
        # A bare hash of a few words can be guessed: it is kept as the words are.
        return _WORDS
    if name == "name" and kind in _CERTIFICATES:
        return _WORDS
    if (kind, name) == ("FieldSet", "value"):
        return _DATUM
    if kind == "Migrated" and name in ("states", "names"):
        return _PLAIN
    origin = get_origin(said)
    return _LIST if origin is tuple else _VALUES if origin is Mapping else _PLAIN


_PARTS: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    kind: tuple((name, _manner(kind, name, said)) for name, said in get_type_hints(shape).items() if name != "head")
    for kind, shape in RECORDS.items()
}


_DECLARED: Final[Mapping[str, Path]] = {
    "Assigned": ("roles", "role"),
    "Enrolled": ("enrolments", "role"),
    "FieldSet": ("fields",),
    "Stepped": ("steps", "form", "step"),
    "Moved": ("transitions", "transition"),
    "Assented": ("transitions", "transition"),
}
"""Where the program declares the values of a record: a place, then what in the record says which; else in a form."""


def _prefix(kind: str, said: Callable[[str], str]) -> Path:
    """Where the program declares the values of this record."""
    if kind == "AttributesChanged":
        return ("roles", "*")
    place, *names = _DECLARED.get(kind, ("forms", "form"))
    return (place, *map(said, names))


class _Sealer:
    """Collects what leaves a body, place by place."""

    __slots__ = ("_holdings", "_record", "_salt", "sealed")

    def __init__(self, record: Record, holdings: Holdings, salt: Callable[[], bytes]) -> None:
        self.sealed: list[Sealed] = []
        self._record = record
        self._holdings = holdings
        self._salt = salt

    def place(self, path: Path, role: str | None, value: object) -> dict[str, int]:
        self.sealed.append(Sealed(".".join(path), self._subject(role), self._salt(), normal(sorted_json(value))))
        return {"sealed": len(self.sealed) - 1}

    def gone(self, path: Path) -> dict[str, int]:
        """A place whose value was erased: what it commits to, nobody knows."""
        self.sealed.append(Sealed(".".join(path), "", self._salt(), ""))
        return {"sealed": len(self.sealed) - 1}

    def _subject(self, role: str | None) -> str:
        if role is not None and len(holders := self._holdings.get(role, ())) == 1:
            return holders[0].person
        record = self._record
        return record.person if type(record).__name__ in _OWN else record.head.actor  # type: ignore[union-attr]


class RecordCodec:
    """Records of one program, to and from JSON."""

    __slots__ = ("_attributes", "_data")

    def __init__(self, program: Described) -> None:
        self._data: Mapping[Path, Datum] = program.data
        attributes: dict[Path, Datum] = {}
        for path, datum in program.data.items():
            if path[0] == "roles":
                known = attributes.setdefault(("roles", "*", path[2]), datum)
                if not known.private:
                    attributes["roles", "*", path[2]] = datum
        self._attributes = attributes

    def encode(self, record: Record, holdings: Holdings, salt: Callable[[], bytes]) -> Encoded:
        """Write a record; `holdings` tell whose datum a value is, where its program names a role."""
        kind = type(record).__name__
        body: dict[str, Any] = {}
        apart: list[tuple[str, int, Any]] = []
        # Where a text is declared, `ERASED` may stand: compiled, each part would be held to what is declared.
        parts: Any = record
        for (name, manner), value in zip(_PARTS[kind], parts[1:], strict=True):
            if value is None or (not value and manner in _SEVERAL):
                continue
            if manner in _AS_IS:
                body[name] = value
            else:
                apart.append((name, manner, value))
        if not apart:
            return new(Encoded, (kind, normal(flat_json(body, sorted(body))), ()))
        sealer = _Sealer(record, holdings, salt)
        for name, manner, value in apart:
            body[name] = self._dump(kind, name, manner, record, value, sealer)
        if sealer.sealed:
            body["sealed"] = [commitment(item.salt, item.value) for item in sealer.sealed]
        return new(Encoded, (kind, normal(flat_json(body, sorted(body))), tuple(sealer.sealed)))

    def decode(self, kind: str, head: Head, body: str, sealed: Mapping[int, str | None]) -> Record:
        """Read a record; a sealed value that is no more there reads `ERASED`."""
        content: dict[str, Any] = loads(body)
        values = [self._load(kind, name, manner, content, sealed) for name, manner in _PARTS[kind]]
        record: Record = RECORDS[kind](head, *values)
        return record

    def _dump(self, kind: str, name: str, manner: int, record: Record, value: Any, sealer: _Sealer) -> Any:
        if manner == _WORDS:
            path = (kind.lower(), name)
            return sealer.gone(path) if value is ERASED else sealer.place(path, None, value)
        prefix = _prefix(kind, record.__getattribute__)
        if manner == _DATUM:
            return self._put((*prefix, record.field), value, sealer)  # type: ignore[union-attr]
        return {key: self._put((*prefix, key), item, sealer) for key, item in value.items()}

    def _load(
        self, kind: str, name: str, manner: int, content: dict[str, Any], sealed: Mapping[int, str | None]
    ) -> Any:
        raw = content.get(name)
        if manner == _PLAIN:
            return raw
        if manner == _LIST:
            return tuple(raw or ())
        if manner == _WORDS:
            return _opened(content[name], sealed)
        prefix = _prefix(kind, content.__getitem__)
        if manner == _DATUM:
            return self._take((*prefix, content["field"]), raw, sealed)
        return {key: self._take((*prefix, key), item, sealed) for key, item in (raw or {}).items()}

    def _datum(self, path: Path) -> Datum:
        return self._attributes[path] if path[1] == "*" else self._data[path]

    def _put(self, path: Path, value: Any, sealer: _Sealer) -> Any:
        if value is None:
            return None
        if value is EMPTY:
            return {EMPTY_TAG: True}
        if value is ERASED:
            return sealer.gone(path)
        datum = self._datum(path)
        raw = dump_value(datum.type, value)
        if datum.private:
            return sealer.place(path, datum.subject, raw)
        return {"file": raw} if raw.__class__ is dict else raw

    def _take(self, path: Path, raw: Any, sealed: Mapping[int, str | None]) -> Any:
        if raw.__class__ is dict:
            if EMPTY_TAG in raw:
                return EMPTY
            raw = raw["file"] if "file" in raw else _opened(raw, sealed)
        return raw if raw is None or raw is ERASED else parse_value(self._datum(path).type, raw)


def _opened(raw: Mapping[str, int], sealed: Mapping[int, str | None]) -> Any:
    text = sealed.get(raw["sealed"])
    return ERASED if text is None else loads(text)


def normal(text: str) -> str:
    """The one spelling of a text: NFC."""
    return text if text.isascii() else normalize("NFC", text)


def commitment(salt: bytes, value: str) -> str:
    """What the body keeps of a sealed value: nobody can guess it without the salt, nor find another value for it."""
    return sha256(salt + value.encode()).hexdigest()


def link(previous: bytes, dyad: str, n: int, kind: str, head: Head, body: str) -> bytes:
    """Chain a record to the one before it: the hash covers everything that the journal says of both."""
    revision, at, recorded_at, actor, recorded_by, on = head
    by = "null" if recorded_by is None else quoted(recorded_by)
    said = f"{quoted(dyad)},{revision},{n},{quoted(kind)},{at},{recorded_at},{quoted(actor)},{by}"
    # JSON written so holds no line break: the two parts cannot be cut at another place.
    return sha256(previous + f'[1,{said},"{written_day(on)}"]\n{body}'.encode()).digest()


def commitments(body: str) -> tuple[str, ...]:
    """What a body has committed to, in the order of its places."""
    return tuple(loads(body).get("sealed", ()))


@lru_cache(maxsize=4096)
def written_day(ordinal: int) -> str:
    """A day as the journal writes it."""
    return date.fromordinal(ordinal).isoformat()
