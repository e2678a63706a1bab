"""What does the service need of a store, and in which shape does it give and take?

The store never decides: it keeps what it is given, or says `Conflict`. Instants are microseconds since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Protocol

from dyade.flow.codec import Sealed
from dyade.flow.messages import Head


class Person(NamedTuple):
    """Someone, with what is known of them."""

    id: str
    name: str
    address: str | None
    """Where messages reach them."""
    lang: str
    attributes: Mapping[str, Any]


class Enrolment(NamedTuple):
    """A person in a program, in a role, before and beside any dyad."""

    person: str
    program: str
    role: str
    capacity: int | None
    """How many dyads at once; `None`: no limit."""
    profile: Mapping[str, Any]
    """What this program knows of the person in this role."""
    status: str


ACTIVE = "active"
"""The status of an enrolment that counts."""


class StoredDyad(NamedTuple):
    """A dyad as it is kept."""

    id: str
    number: int
    program: str
    behaviour: str
    revision: int
    rank: int
    """How many records it has."""
    next_due: int | None
    hash: bytes
    """The hash of its last record."""
    public: str
    private: str | None


class RecordRow(NamedTuple):
    """A record to keep."""

    n: int
    """Its place among the records of its revision, from 1."""
    kind: str
    head: Head
    body: str
    hash: bytes
    sealed: tuple[Sealed, ...]


class StoredRecord(NamedTuple):
    """A record as it is kept."""

    seq: int
    """Its place in the whole journal."""
    dyad: str
    n: int
    kind: str
    head: Head
    body: str
    hash: bytes


class StoredSeal(NamedTuple):
    """A sealed value as it is kept; salt and value are gone once its person's data were erased."""

    salt: bytes | None
    value: str | None


GONE = StoredSeal(None, None)
"""What is left of a value that was erased."""
CHANGED = StoredSeal(b"", "")
"""What is read where a value is no more as it was sealed."""


class SealedOf(NamedTuple):
    """A sealed value that concerns one person."""

    dyad: str
    path: str
    at: int
    actor: str
    value: str
    """JSON."""


class Outgoing(NamedTuple):
    """A message that waits to leave, worded once and for all."""

    id: str
    """The same for every attempt, and after a restored backup."""
    dyad: str
    seq: int
    """The record that caused it; for one to keep, the rank of that record in its decision."""
    n: int
    """Its place among the messages of that record, from 0."""
    kind: str
    """`notice`, `reminder`, `escalation`; `emit` for the host application; `start` for another dyad."""
    rule: str
    """The transition, state or reminder that sends it; for the host, the name of the message."""
    recipient: str | None
    channel: str
    priority: str
    template: str
    subject: str
    body: str
    status: str
    """`waiting`, `sent` or `failed`."""
    created_at: int


class Answer(NamedTuple):
    """What an accepted command was answered, to be answered again."""

    actor: str
    id: str
    request: str
    """sha256 of what was asked."""
    dyad: str
    revision: int
    answer: str
    at: int


class Published(NamedTuple):
    """A version of a program that dyads may live by."""

    behaviour: str
    text: str
    id: str
    version: str
    behaviour_form: str
    full_form: str
    files: Mapping[str, str | None]
    """The digest of each file that it was read from."""
    published_at: int


class StoredCertificate(NamedTuple):
    """A certificate as the store knows it: its number, whose dyad it is of, and whether it still attests."""

    program: str
    year: int
    sequence: int
    """Its place among those of its program and year, from 1."""
    number: str
    dyad: str
    certificate: str
    replaces: str
    """The number of the one before it; empty where it is the first of its dyad."""
    revoked_on: str | None
    """The day on which it was revoked, or replaced."""


class Closure(NamedTuple):
    """A program in which no dyad begins for now; those that live in it go on."""

    program: str
    reason: str
    at: int


class Withdrawal(NamedTuple):
    """A version in which no dyad begins any more."""

    behaviour: str
    program: str
    version: str
    reason: str
    at: int


class Share(NamedTuple):
    """A part of what dyads share that changes for a dyad: `None` for none, 0 while it waits for a place."""

    counter: str
    person: str
    before: int | None
    after: int | None
    bound: int | None
    """What all of them together may not pass."""
    waits: int | None
    """The rank, among the records to keep, of the one by which it begins to wait."""


class Keep(NamedTuple):
    """All that one decision leaves, to be kept together."""

    before: StoredDyad | None
    """As it was read; `None` for a dyad that begins."""
    dyad: StoredDyad
    created_at: int
    at: int
    leaf: str
    """The state of the main region, for lists."""
    outcome: str | None
    """How it ended; empty where the program does not say."""
    records: tuple[RecordRow, ...]
    holdings: tuple[tuple[str, str, bool], ...] | None
    """(role, person, pending) now; `None` when they are as before."""
    outbox: tuple[Outgoing, ...]
    certificates: tuple[StoredCertificate, ...] = ()
    """Those that are issued."""
    revoked: tuple[tuple[str, str], ...] = ()
    """(number, day) of those that no longer attest."""
    shares: tuple[Share, ...] = ()
    """What changes in its part of what dyads share."""
    purges: tuple[tuple[str, str], ...] = ()
    """(rule, what) that time erased: all the dyad, or what one form gave."""


class Listed(NamedTuple):
    """A line in a list of dyads."""

    id: str
    number: int
    program: str
    behaviour: str
    revision: int
    created_at: int
    at: int
    leaf: str
    outcome: str | None
    """`None` while it goes on."""
    next_due: int | None
    people: tuple[tuple[str, str], ...]
    """(role, person)."""


class Filter(NamedTuple):
    """Which dyads to list; `None` leaves the choice open."""

    program: str | None = None
    person: str | None = None
    role: str | None = None
    leaf: str | None = None
    """The state, or a state that it stands inside."""
    ended: bool | None = None
    due_by: int | None = None
    after: int = 0
    """Only numbers above this one."""
    limit: int | None = None


class Asked(NamedTuple):
    """An erasure in the register that stands beside the keys."""

    n: int
    owner: str
    """A digest of the person: only who has the keys can tell, and only of an id that they know; empty for a dyad's."""
    dyad: str
    what: str
    """What is erased of that dyad: `dyad` for all, `forms.x` for what one form gave."""
    reason: str
    at: int
    open: bool
    """Whether its keys are still to be destroyed."""


class Keys(Protocol):
    """What hides the data of people, outside the store."""

    def owner(self, person: str) -> str: ...
    def ask_to_erase(self, person: str, dyad: str, what: str, reason: str, at: int) -> int: ...
    def erasures(self) -> list[Asked]: ...
    def retire_within(self, n: int, dyad: str, what: str) -> None: ...
    def retire(self, n: int, person: str, dyads: list[str]) -> None: ...
    def destroy(self, n: int) -> None: ...


class Reading(Protocol):
    """A consistent view of the store."""

    def dyad(self, id: str) -> StoredDyad | None: ...  # noqa: A002
    def stands(self, seen: StoredDyad) -> bool: ...
    def dyads(self, which: Filter) -> list[Listed]: ...
    def dyads_of(self, person: str) -> list[tuple[str, str]]: ...
    def due(self, now: int, after: tuple[int, int], limit: int) -> list[tuple[int, int, str]]: ...
    def heads(self) -> Iterator[StoredDyad]: ...
    def known_ids(self, kind: str, prefix: str, limit: int) -> list[str]: ...
    def person(self, id: str) -> Person | None: ...  # noqa: A002
    def people(self) -> list[Person]: ...
    def person_ids(self) -> list[str]: ...
    def is_erased(self, id: str) -> bool: ...  # noqa: A002
    def erasures(self) -> dict[int, tuple[int, int, int]]: ...
    def dyads_about(self, person: str) -> list[str]: ...
    def has_dyad(self, id: str) -> bool: ...  # noqa: A002
    def head(self, id: str) -> StoredDyad: ...  # noqa: A002
    def enrolments(self, program: str) -> list[Enrolment]: ...
    def shared_roles(self, program: str, roles: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]: ...
    def enrolments_of(self, person: str) -> list[Enrolment]: ...
    def lives(self, dyad: str) -> list[tuple[int, str]]: ...
    def withdrawals(self, program: str | None) -> list[Withdrawal]: ...
    def closures(self) -> list[Closure]: ...
    def closed(self, program: str) -> str | None: ...
    def records(self, dyad: str, first: int = 0, last: int | None = None) -> list[StoredRecord]: ...
    def sealed(self, dyad: str) -> Mapping[int, Mapping[int, StoredSeal]]: ...
    def accesses(self, dyad: str | None) -> list[tuple[int, str, str, str]]: ...
    def incidents(self) -> list[tuple[int, str, int, str, str, int, str]]: ...
    def sealed_of(self, person: str) -> list[SealedOf]: ...
    def strays(self) -> list[tuple[int, str]]: ...
    def answered(self, actor: str, id: str) -> Answer | None: ...  # noqa: A002
    def published(self, behaviour: str) -> Published | None: ...
    def publications(self, program: str) -> list[Published]: ...
    def outbox(self, dyad: str | None, status: str | None, limit: int | None) -> list[Outgoing]: ...
    def certified(self, program: str, year: int) -> int: ...
    def certificates(self, program: str | None, number: str | None) -> list[StoredCertificate]: ...
    def damage(self) -> list[str]: ...
    def counter(self, program: str, counter: str, person: str) -> tuple[int, int, str]: ...
    def counters(self, program: str) -> list[tuple[str, str, int, int]]: ...
    def shares(self) -> list[tuple[str, str, str, str, int, bool]]: ...
    def waiting(self) -> list[tuple[str, str, str, str, int]]: ...
    def queue(self, program: str, counter: str, person: str) -> list[str]: ...
    def sums(self) -> list[tuple[str, str, str, int]]: ...


class Writing(Reading, Protocol):
    """The one who may write, until the end of the transaction."""

    def next_number(self) -> int: ...
    def keep(self, keep: Keep) -> None: ...
    def set_next_due(self, dyad: StoredDyad, next_due: int | None) -> None: ...
    def remember(self, answer: Answer) -> None: ...
    def publish(self, program: Published) -> None: ...
    def withdraw(self, withdrawal: Withdrawal) -> None: ...
    def restore(self, behaviour: str) -> bool: ...
    def close_program(self, closure: Closure) -> None: ...
    def open_program(self, program: str) -> bool: ...
    def add_person(self, person: Person, at: int) -> bool: ...
    def change_person(self, person: Person, at: int) -> None: ...
    def enrol(self, enrolment: Enrolment, at: int) -> None: ...
    def mark(self, message: str, status: str) -> None: ...
    def turn_keys(self) -> None: ...
    def erase_values(self, dyad: str, person: str) -> int: ...
    def erase_within(self, dyad: str, what: str) -> int: ...
    def erase_words(self, dyad: str) -> None: ...
    def erase_person(self, id: str, at: int) -> None: ...  # noqa: A002
    def note_erasure(self, n: int, at: int, dyads: int, values: int) -> None: ...
    def note_access(self, at: int, reader: str, dyad: str, what: str) -> None: ...
    def note_incident(self, on: str, at: int, risk: str, told: str, people: int, what: str) -> int: ...
    def rewrite(self, dyad: StoredDyad) -> None: ...
    def savepoint(self) -> None: ...
    def release(self) -> None: ...
    def back_to_savepoint(self) -> None: ...
    def commit(self) -> None: ...


class ReadingSession(Protocol):
    """Opens a view, and lets it go."""

    def __enter__(self) -> Reading: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class WritingSession(Protocol):
    """Opens a transaction; what was not committed at its end never was."""

    def __enter__(self) -> Writing: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Store(Protocol):
    """Where dyads, people and programs are kept."""

    @property
    def vault(self) -> Keys: ...
    def reading(self) -> ReadingSession: ...
    def writing(self) -> WritingSession: ...
    def close(self) -> None: ...


class Shelf(Protocol):
    """Where the files of the programs are read."""

    def read(self, name: str) -> bytes | None:
        """Read a file, `None` where there is none; never one outside the shelf."""
        ...

    def signature(self, names: Iterable[str]) -> tuple[object, ...]:
        """Tell, without reading, whether files are what they were."""
        ...

    def programs(self) -> tuple[str, ...]:
        """The ids of the programs that it holds."""
        ...
