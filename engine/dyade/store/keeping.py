"""Where are the keys of a store? In two files of one machine, on a server that many share, or in memory with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dyade.errors import ExtraMissing, StoreTrouble
from dyade.store.postgres.address import is_ours
from dyade.store.vault import Vault, default_file, in_file, make_file

if TYPE_CHECKING:
    from types import ModuleType

    from dyade.store.driver import Driver

Place = str | Path | None
"""A file, the address of a database on a server, or the file of whoever runs this."""


class Keys(NamedTuple):
    """The keys of a store that was opened."""

    vault: Vault
    made: Path | None
    """The file that had to be made for them, so that somebody be told to look after it."""


def keys_at(place: Place, store: str, *, is_new: bool, beside: Driver | None = None) -> Keys:
    """Find the keys of a store; only one that hides nothing yet may have a place made for them.

    `beside` is the database of the store, where it is on a server too: keys are refused that stand in the same one.
    """
    if isinstance(place, str) and is_ours(place):
        return _on_server(place, store, is_new=is_new, beside=beside)
    file = Path(place) if place is not None else default_file()
    made = file if is_new and not file.exists() and make_file(file) else None
    return Keys(in_file(file, store), made)


def _on_server(url: str, store: str, *, is_new: bool, beside: Driver | None) -> Keys:
    door = server_door()
    at = door.KeysAddress.of(url)
    box = door.ServerBox(at)
    try:
        if beside is not None and box.server() == door.server_of(beside):
            raise StoreTrouble("keys_same", at.shown)
        made_before = box.is_made()
        if not made_before and not is_new:
            raise StoreTrouble("keys", at.shown)
        # A key that wraps is made with its box alone: another one could not read what is there.
        made = None if made_before else door.may_make_file(at)
        master = at.master()
        if not made_before:
            box.make(master)
        box.check(master)
        if box.unswept():
            box.sweep()
    except BaseException:
        box.close()
        raise
    return Keys(Vault(box, master, store), made)


def make_place(place: str) -> tuple[bool, Path | None]:
    """Make a place for keys; whether there was none, and the file of the key that wraps them if it was made."""
    if not is_ours(place):
        return make_file(Path(place)), None
    door = server_door()
    at = door.KeysAddress.of(place)
    box = door.ServerBox(at)
    try:
        if box.is_made():
            return False, None
        made = door.may_make_file(at)
        return box.make(at.master()), made
    finally:
        box.close()


def carry(file: Path, url: str) -> bool:
    """Copy the keys of a file to a server; `False` where some are there already."""
    done: bool = server_door().carry(file, url)
    return done


def told_place(place: Place) -> str:
    """How a place of keys is told to people: without what is secret in an address."""
    from dyade.store.postgres.address import shown

    if isinstance(place, str) and is_ours(place):
        return shown(place)
    return str(place if place is not None else default_file())


def server_door() -> ModuleType:
    """What speaks to servers, which is imported where one is asked alone."""
    try:
        from dyade.store.postgres import strongbox
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise ExtraMissing("postgres") from None
    return strongbox
