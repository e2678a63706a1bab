"""How are messages seen where no world is to be told? They are written where somebody looks."""

from __future__ import annotations

from typing import Protocol

from dyade.delivery import headers, pages
from dyade.service.parcels import SENT, Outcome, Parcel


class Writes(Protocol):
    """Something that is written to, such as the standard output."""

    def __call__(self, text: str, /) -> object: ...


class ConsoleChannel:
    """Shows messages, and takes them for delivered."""

    name = "console"
    width = 1
    to_people = False

    def __init__(self, write: Writes) -> None:
        self._write = write

    def open(self) -> ConsoleChannel:
        """It is always open."""
        return self

    def close(self) -> None:
        """It stays open."""

    def send(self, parcel: Parcel, now: int) -> Outcome:  # noqa: ARG002 (it does not matter when)
        """Show a parcel; nothing in it moves the cursor."""
        first, message = parcel.first, parcel.messages[0]
        to = message.recipient or message.channel
        title = f"{parcel.id} → {headers.one_line(to)} : {headers.one_line(pages.subject(parcel))}"
        words = first.data or pages.text(parcel)
        shown = "\n".join("".join(char for char in line if char.isprintable()) for line in words.splitlines())
        self._write(f"{title}\n{shown}\n\n")
        return SENT
