"""How is a store copied, and put back? `backup`, `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import KEEPING, Family, argument, command, option
from dyade.cli.paper import Span, flow, mark
from dyade.cli.progress import Progress
from dyade.cli.session import Page, Session, on_server
from dyade.cli.words import say
from dyade.errors import BackupTrouble, ExtraMissing, StoreTrouble

if TYPE_CHECKING:
    from types import ModuleType

    from dyade.store.backup import Copy, Restored
    from dyade.store.sqlite import Address

COMMANDS: Family = {}
FOLDER = click.Path(file_okay=False, path_type=Path)


@command(COMMANDS, "backup", KEEPING)
@argument("copy", type=FOLDER)
def backup(session: Session, copy: Path) -> Page:
    """Copy the store, whoever writes meanwhile."""
    from dyade.store.backup import backup

    with Progress(session, say("backup.progress")) as progress:
        made = backup(_address(session), copy, _now(session), progress)
    data = {"outcome": "done", **_data(made), "keys": _keys(session)}
    return Page(data, lambda: _backed_up(made, _keys_apart(session)))


@command(COMMANDS, "restore", KEEPING)
@argument("copy", type=FOLDER)
@option("--replace", is_flag=True)
def restore(session: Session, copy: Path, replace: bool) -> Page:
    """Put a store back from its copy."""
    with Progress(session, say("restore.progress")) as progress:
        done = _restored(session, copy, progress, replace=replace)
    lacking = _open_once(session)
    aside = None if done.aside is None else str(done.aside)
    data = {"outcome": "done", **_data(done.copy), "aside": aside, "keys_found": not lacking}

    def lines() -> list[str]:
        told = flow(say("restore.done", at=done.copy.made_at), lead=[Span(mark("✔", "+"), "yes"), " "])
        if aside is not None:
            told += flow(say("restore.aside", file=aside), lead=["  "])
        if lacking:
            told += flow(say("restore.keys", file=_keys(session)), lead=["  ", Span("!", "warn"), " "])
        return told

    return Page(data, lines)


def _restored(session: Session, copy: Path, progress: Progress, *, replace: bool) -> Restored:
    """Put a copy into a file, or into a database that is empty."""
    from dyade.store.backup import Restored, restore

    if not on_server(session.db):
        return restore(copy, _address(session), _now(session), replace=replace, progress=progress)
    if replace:
        raise click.UsageError(say("usage.replace_server"), click.get_current_context())
    return Restored(moving_door().move_in(copy, session.db, progress), None)


def moving_door() -> ModuleType:
    """What moves a store to a server, which is imported where it is asked alone."""
    try:
        from dyade.store.postgres import moving
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise ExtraMissing("postgres") from None
    return moving


def _open_once(session: Session) -> bool:
    """Do at once what was erased since the copy was made; whether the keys that it takes are lacking."""
    try:
        with session.engine():
            return False
    except StoreTrouble as trouble:
        if not trouble.reason.startswith("keys"):
            raise
        return True


def _address(session: Session) -> Address:
    from dyade.store.postgres.address import shown
    from dyade.store.sqlite import Address

    if on_server(session.db):
        raise BackupTrouble("server", shown(session.db))
    if not session.db.startswith("sqlite:"):
        raise BackupTrouble("elsewhere", session.db.partition(":")[0])
    return Address(session.db)


def _now(session: Session) -> int:
    from dyade import wiring

    return (session.now or wiring.now)()


def _keys(session: Session) -> str:
    from dyade.store.keeping import told_place

    return told_place(session.keys)


def _keys_apart(session: Session) -> str:
    """How keys are copied: two files, or a database."""
    shared = session.keys is not None and on_server(session.keys)
    return say("backup.keys.server" if shared else "backup.keys", file=_keys(session))


def _data(copy: Copy) -> dict[str, Any]:
    return {"folder": str(copy.folder), "made_at": copy.made_at, "files": len(copy.files), "bytes": copy.size}


def _backed_up(made: Copy, keys: str) -> list[str]:
    size = say("backup.size", size=f"{made.size / 2**20:.1f}")
    lines = flow(
        say("backup.done", folder=str(made.folder)), " ", Span(size, "quiet"), lead=[Span(mark("✔", "+"), "yes"), " "]
    )
    return lines + flow(keys, lead=["  ", Span("!", "warn"), " "])
