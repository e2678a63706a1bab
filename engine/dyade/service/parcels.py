"""What leaves, where to, and what comes of it: the words that deliverers and channels share."""

from __future__ import annotations

from json import loads
from typing import NamedTuple, Protocol

from dyade.flow.tagged import compact
from dyade.service.ports import Outgoing, Preference


class Event(NamedTuple):
    """A day that a message is about, for the calendar of whoever reads it."""

    id: str
    """The same for every message about it."""
    title: str
    day: str
    zone: str
    """Where that day is."""
    ends: bool
    """Whether it is a deadline, which falls at the end of the day; else something that takes place on that day."""
    revision: int
    """Greater in what is said later."""
    at: int | None = None
    """The instant of what happens at one; `None` for what a day brings."""
    place: str = ""
    """Where; empty where nobody said it."""


class Letter(NamedTuple):
    """A message as it is sent, written once, for the first attempt."""

    lang: str
    program: str
    title: str
    """Of the program."""
    sender: str
    """The program's mailbox; empty where it has none of its own."""
    subject: str
    text: str
    reason: str
    """Why one receives it."""
    events: tuple[Event, ...] = ()
    data: str = ""
    """What the host application is told, in JSON, instead of words."""

    def written(self) -> str:
        """The letter, as it is kept."""
        return compact([*self[:7], [list(event) for event in self.events], self.data])

    @classmethod
    def read(cls, written: str) -> Letter:
        """The letter that was kept."""
        lang, program, title, sender, subject, text, reason, events, data = loads(written)
        days = tuple(Event(*event) for event in events)
        return cls(lang, program, title, sender, subject, text, reason, days, data)


class Parcel(NamedTuple):
    """What leaves at once: one message, or the digest of several."""

    id: str
    """The same at every attempt."""
    messages: tuple[Outgoing, ...]
    letters: tuple[Letter, ...]
    address: str
    """Where the recipient is reached; empty where the channel needs none."""

    @property
    def first(self) -> Letter:
        """The letter that gives its language and its sender to the whole."""
        return self.letters[0]


class Outcome(NamedTuple):
    """What came of an attempt; `trouble` names what went wrong, and nothing of what was sent."""

    trouble: str = ""
    lasting: bool = False
    """Whether another attempt could only fail too."""
    by_endpoint: bool = False
    """Whether everything that goes there would fail just so."""
    wait: int = 0
    """Microseconds that the other side asks to be left alone."""
    gone: bool = False
    """Whether the other side wants to receive nothing any more."""


SENT = Outcome()


class Line(Protocol):
    """An open way to an endpoint, in the hands of one thread."""

    def send(self, parcel: Parcel, now: int) -> Outcome: ...
    def close(self) -> None: ...


class Channel(Protocol):
    """A way out."""

    @property
    def name(self) -> str:
        """The endpoint."""
        ...

    @property
    def width(self) -> int:
        """How many at once."""
        ...

    @property
    def to_people(self) -> bool:
        """Whether it writes to persons at their address, who may want a digest and quiet hours."""
        ...

    def open(self) -> Line: ...


class Routes(Protocol):
    """Which way each message goes."""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that lead somewhere."""
        ...

    @property
    def hours(self) -> Preference:
        """When people are written to who did not say when."""
        ...

    def way(self, message: Outgoing, program: str) -> Channel | None: ...
