"""What does the service need of a store, and in which shape does it give and take?

The store never decides: it keeps what it is given, or says `Conflict`. Instants are microseconds since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Protocol

from dyade.errors import StoreTrouble
from dyade.flow.codec import Sealed
from dyade.flow.messages import Head


class Again(Exception):
    """Others were in the way, and nothing was kept: the same work may be done again, from its beginning."""

    def __init__(self, trouble: StoreTrouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        """What is told where it was tried often enough."""


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
    """`waiting`, `sent`, `failed` or `dropped`."""
    created_at: int


class Posted(NamedTuple):
    """A message, and how far it has come on its way out."""

    message: Outgoing
    try_at: int
    """Before that instant, nobody tries: it has failed, it is held, or its reader is not to be disturbed."""
    attempts: int
    trouble: str
    """Why it has not left; empty where nothing is wrong."""
    settled_at: int | None
    parcel: str
    """The message with which it leaves, in a digest; empty where it leaves alone."""
    letter: str
    """What is sent, as it was written for the first attempt, in JSON; empty before."""


class Endpoint(NamedTuple):
    """Where messages go, and what came of it lately."""

    name: str
    failures: int = 0
    """In a row."""
    rests_until: int = 0
    stopped: str = ""
    """Why nothing is sent there any more."""
    trouble: str = ""
    """What went wrong last."""


class Preference(NamedTuple):
    """When someone wants to be written to; hours are minutes of their day."""

    person: str
    timezone: str | None = None
    """Theirs; `None`: that of the program."""
    quiet_from: int | None = None
    quiet_until: int | None = None
    digest_at: int | None = None
    """When the messages of a day come, as one; `None`: each comes by itself."""
    digested_on: int | None = None
    """The last day on which a digest was made."""


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
    files: tuple[FileToKeep, ...] = ()
    """The contents that were attached."""


class StoredFile(NamedTuple):
    """An attached file whose content is kept, and which sealed value says what it is."""

    n: int
    dyad: str
    seq: int
    i: int
    """The place of that value among those that its record sealed."""
    position: int
    """Its place in that value, where that is a list; else 0."""
    place: str
    """Where its content stands."""


class SealedFile(NamedTuple):
    """What a record says of an attached file, or of several."""

    seq: int
    i: int
    path: str
    subject: str
    value: str
    """JSON."""


class FileToKeep(NamedTuple):
    """The content of an attached file, to be kept with what says what it is."""

    record: int
    """The rank of its record, among those to keep."""
    seal: int
    position: int
    content: bytes


DAMAGED = b"\0damaged"
"""What is read where a content is not as it was kept; no file of an accepted type begins so."""


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


class Anonymised(NamedTuple):
    """A dyad whose history is of nobody in particular any more, as the law wants it registered."""

    n: int
    """The number of the erasure beside the keys."""
    at: int
    program: str
    dyad: str
    rule: str
    persons: int
    """How many were in it."""
    values: int
    """How many values were erased from it."""
    head: bytes
    """The hash of its last record, as its history was before."""


class Keys(Protocol):
    """What hides the data of people, outside the store."""

    def owner(self, person: str) -> str: ...
    def ask_to_erase(self, person: str, dyad: str, what: str, reason: str, at: int) -> int: ...
    def erasures(self) -> list[Asked]: ...
    def retire_within(self, n: int, dyad: str, what: str) -> None: ...
    def retire_place(self, n: int, person: str, place: str) -> None: ...
    def retire(self, n: int, person: str, dyads: list[str]) -> None: ...
    def destroy(self, n: int) -> None: ...


class Reading(Protocol):
    """A consistent view of the store."""

    def dyad(self, id: str) -> StoredDyad | None: ...  # noqa: A002
    def stands(self, seen: StoredDyad) -> bool: ...
    def dyads(self, which: Filter) -> list[Listed]: ...
    def dyads_of(self, person: str) -> list[tuple[str, str]]: ...
    def due(self, now: int, after: tuple[int, int], limit: int) -> list[tuple[int, int, str]]: ...
    def due_count(self, now: int) -> int: ...
    def ahead(self, now: int) -> tuple[int, int]: ...
    def has_message(self, id: str) -> bool: ...  # noqa: A002
    def outbox_before(self, status: str, at: int) -> tuple[int, int]: ...
    def heads(self) -> Iterator[StoredDyad]: ...
    def known_ids(self, kind: str, prefix: str, limit: int) -> list[str]: ...
    def person(self, id: str) -> Person | None: ...  # noqa: A002
    def language(self, id: str) -> str | None: ...  # noqa: A002
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
    def anonymisations(self) -> list[Anonymised]: ...
    def unpaired(self, program: str) -> list[tuple[str, str, int]]: ...
    def programs_with_enrolments(self) -> list[str]: ...
    def aliases(self, person: str) -> list[str]: ...
    def merged_into(self, person: str) -> str | None: ...
    def sealed_of(self, person: str) -> list[SealedOf]: ...
    def strays(self) -> list[tuple[int, str]]: ...
    def files(self, dyad: str) -> list[StoredFile]: ...
    def said_of_files(self, dyad: str, paths: frozenset[str] | None = None) -> list[SealedFile]: ...
    def content(self, place: str) -> bytes | None: ...
    def stray_files(self) -> list[str]: ...
    def answered(self, actor: str, id: str) -> Answer | None: ...  # noqa: A002
    def published(self, behaviour: str) -> Published | None: ...
    def publications(self, program: str) -> list[Published]: ...
    def outbox(
        self, dyad: str | None, status: str | None, limit: int | None, kind: str | None = None
    ) -> list[Outgoing]: ...
    def posted(self, statuses: tuple[str, ...], dyad: str | None, limit: int | None) -> list[Posted]: ...
    def one_posted(self, message: str) -> Posted | None: ...
    def messages_beginning(self, letters: str, most: int) -> list[str]: ...
    def with_parcel(self, parcel: str, recipient: str) -> list[Posted]: ...
    def endpoints(self) -> list[Endpoint]: ...
    def preference(self, person: str) -> Preference | None: ...
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

    def alone(self) -> None: ...
    def claim_due(self, now: int, after: tuple[int, int], limit: int) -> list[tuple[int, int, str]]: ...
    def take_together(self, dyads: Sequence[str]) -> None: ...
    def keep_together(self) -> None: ...
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
    def claim(self, channels: tuple[str, ...], now: int, until: int, lease: str, limit: int) -> list[Posted]: ...
    def claim_of(self, one: Outgoing, parcel: str, now: int, until: int, lease: str) -> list[Posted]: ...
    def gather(self, messages: list[str], parcel: str, lease: str) -> None: ...
    def freeze(self, message: Outgoing, letter: str, lease: str) -> None: ...
    def postpone(self, message: str, lease: str, try_at: int, attempts: int, trouble: str) -> None: ...
    def settle(self, message: str, lease: str, status: str, at: int, trouble: str) -> bool: ...
    def send_again(self, message: str) -> bool: ...
    def drop(self, message: str, at: int, reason: str) -> bool: ...
    def keep_endpoint(self, endpoint: Endpoint) -> None: ...
    def keep_preference(self, preference: Preference) -> None: ...
    def turn_keys(self) -> None: ...
    def erase_values(self, dyad: str, person: str) -> int: ...
    def erase_within(self, dyad: str, what: str) -> int: ...
    def rewrite_journal(
        self, dyad: StoredDyad, rows: Sequence[tuple[int, RecordRow]], nobody: Mapping[str, str]
    ) -> None: ...
    def note_anonymisation(self, one: Anonymised) -> None: ...
    def erase_enrolment(self, n: int, enrolment: Enrolment, at: int) -> None: ...
    def merge_person(self, kept: str, dropped: str, at: int) -> None: ...
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


class Watch(Protocol):
    """Watches a store for what others keep in it."""

    def changed(self) -> bool:
        """Tell whether anything was kept since this was last asked; at little cost, and sometimes for nothing."""
        ...

    def close(self) -> None:
        """Watch no more."""
        ...


class Store(Protocol):
    """Where dyads, people and programs are kept."""

    @property
    def vault(self) -> Keys: ...
    @property
    def abreast(self) -> int:
        """How many transactions of one process may write at once without waiting for each other."""
        ...

    def reading(self) -> ReadingSession: ...
    def writing(self) -> WritingSession: ...
    def watch(self) -> Watch: ...
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
