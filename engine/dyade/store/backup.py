"""How is a store copied while it lives, and put back?

    FOLDER/backup.json   what the copy holds, of when, with the digest of each file
    FOLDER/store.db      the whole database, as it was at one instant
    FOLDER/files/…       the contents of attached files, hidden as they are in the store

The keys are never in it: they are copied apart, so that destroying one reaches every copy. What was erased since is
erased again as the store that was put back is opened, and what it sends again has the ids that it had.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from dyade.errors import BackupTrouble, StoreTrouble
from dyade.store import sqlite, upgrade

FORMAT: Final = "dyade backup 1"
TABLE: Final = "backup.json"
DATABASE: Final = "store.db"
FILES: Final = "files"
PAGES: Final = 1000
"""How many pages are copied between two signs of progress."""
CHUNK: Final = 1 << 20

Progress = Callable[[int, int], None]
"""Hears how much is done, of how much."""


class Copy(NamedTuple):
    """A copy of a store."""

    folder: Path
    made_at: str
    version: str
    """That of its schema."""
    files: dict[str, str]
    """Each file in it, with its digest."""
    size: int
    """Bytes."""


class Restored(NamedTuple):
    """A store that was put back."""

    copy: Copy
    aside: Path | None
    """Where the store that stood there was put."""


def attached(store: Path) -> Path:
    """The folder of the contents of attached files, beside the store."""
    return store.with_name(f"{store.name}.files")


# ------------------------------------------------------------------------------------------------------------- copying


def backup(address: sqlite.Address, folder: Path, now: int, progress: Progress) -> Copy:
    """Copy a store into a folder that is not there yet; whoever writes meanwhile goes on."""
    if not address.exists:
        raise StoreTrouble("missing", address.path)
    if folder.exists():
        raise BackupTrouble("taken", str(folder))
    draft = folder.with_name(f"{folder.name}.part")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        version = _copy_database(address, draft / DATABASE, progress)
        # After the database: what a row of it names was written before that row.
        _copy_files(attached(Path(address.path)), draft / FILES)
        made = Copy(folder, _moment(now), version, _digests(draft), _size(draft))
        _write(draft / TABLE, made)
        _confirm(draft)
        draft.rename(folder)
        _confirm(folder.absolute().parent)
    except OSError as error:
        raise BackupTrouble("unwritable", f"{folder}: {error.strerror or type(error).__name__}") from error
    return made


def _copy_database(address: sqlite.Address, file: Path, progress: Progress) -> str:
    source = sqlite.connect(address)
    try:
        with sqlite.told():
            target = sqlite3.connect(file, isolation_level=None)
            try:
                # Held open, the view of one instant is copied, however much is written meanwhile.
                source.execute(sqlite.BEGIN_READING)
                version = upgrade.current(source)
                source.backup(target, pages=PAGES, progress=lambda _, left, all_: progress(all_ - left, all_))
                target.execute("PRAGMA journal_mode = delete")
            finally:
                target.close()
    finally:
        source.close()
    if version is None:
        raise StoreTrouble("foreign")
    file.chmod(0o600)
    return version


def _copy_files(source: Path, target: Path) -> None:
    for file in _inside(source):
        place = target / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            shutil.copyfile(file, place)
        except FileNotFoundError:
            # It was erased, or took its place, while the others were copied.
            settled = source / file.name
            if settled != file and settled.exists():
                shutil.copyfile(settled, target / file.name)
        else:
            place.chmod(0o600)


def _inside(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (one for one in sorted(folder.rglob("*")) if one.is_file() and not one.is_symlink())


def _digests(folder: Path) -> dict[str, str]:
    return {one.relative_to(folder).as_posix(): _digest(one) for one in _inside(folder)}


def _digest(file: Path) -> str:
    found = sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _size(folder: Path) -> int:
    return sum(one.stat().st_size for one in _inside(folder))


def _write(file: Path, made: Copy) -> None:
    data = {"format": FORMAT, "made_at": made.made_at, "version": made.version, "files": made.files}
    file.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    file.chmod(0o600)


def _confirm(place: Path) -> None:
    """Make what is in a folder last, before anybody is told that it is there."""
    if os.name == "nt":
        return
    folders = [place, *(one for one in place.rglob("*") if one.is_dir())] if place.name.endswith(".part") else [place]
    files = list(_inside(place)) if place.name.endswith(".part") else []
    for one in (*files, *folders):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _moment(at: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).isoformat(timespec="seconds")


# --------------------------------------------------------------------------------------------------------- putting back


def inspect(folder: Path) -> Copy:
    """Read what a copy says of itself, and hold it to it. Raises `BackupTrouble` where it is not whole."""
    try:
        data = json.loads((folder / TABLE).read_text(encoding="utf-8"))
        said = _said(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupTrouble("not_one", str(folder)) from error
    made_at, version, files = said
    if version not in upgrade.VERSIONS:
        raise BackupTrouble("newer", version)
    for name, digest in files.items():
        file = folder / name
        if not file.is_file() or _digest(file) != digest:
            raise BackupTrouble("damaged", str(file))
    return Copy(folder, made_at, version, files, sum((folder / name).stat().st_size for name in files))


def _said(data: dict[str, Any]) -> tuple[str, str, dict[str, str]]:
    files = {str(name): str(digest) for name, digest in data["files"].items()}
    if data["format"] != FORMAT or DATABASE not in files:
        raise ValueError(FORMAT)
    for name in files:
        # A copy that somebody wrote by hand names nothing outside its folder.
        parts = Path(name).parts
        if Path(name).is_absolute() or ".." in parts or (name != DATABASE and parts[0] != FILES):
            raise ValueError(name)
    return str(data["made_at"]), str(data["version"]), files


def restore(folder: Path, address: sqlite.Address, now: int, *, replace: bool, progress: Progress) -> Restored:
    """Put a store back from its copy. One that stands there is refused, or put aside; one that is in use, refused."""
    if address.in_memory:
        raise BackupTrouble("elsewhere", address.path)
    store = Path(address.path)
    if store.exists() and not replace:
        raise BackupTrouble("exists", str(store))
    copy = inspect(folder)
    draft = store.with_name(f"{store.name}.part")
    try:
        store.absolute().parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(attached(draft), ignore_errors=True)
        for n, name in enumerate(copy.files, 1):
            _put(folder / name, draft if name == DATABASE else attached(draft) / Path(name).relative_to(FILES))
            progress(n, len(copy.files))
        aside = _put_aside(store, now) if store.exists() else None
        if attached(draft).exists():
            attached(draft).rename(attached(store))
        # The database last: until it stands there, there is no store, and the same command may be given again.
        draft.replace(store)
        _confirm(store.absolute().parent)
    except OSError as error:
        raise BackupTrouble("unwritable", f"{store}: {error.strerror or type(error).__name__}") from error
    return Restored(copy, aside)


def _put(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("rb") as source, place.open("wb") as target:
        shutil.copyfileobj(source, target, CHUNK)
        target.flush()
        os.fsync(target.fileno())
    place.chmod(0o600)


def _put_aside(store: Path, now: int) -> Path:
    """Give another name to the store that stands there; nobody may have it open."""
    _close_for_all(store)
    aside = store.with_name(f"{store.name}.{_moment(now)[:19].replace(':', '')}")
    for suffix in ("", "-wal", "-shm", ".files"):
        part = store.with_name(f"{store.name}{suffix}")
        if part.exists():
            part.rename(aside.with_name(f"{aside.name}{suffix}"))
    return aside


def _close_for_all(store: Path) -> None:
    """Bring the log of a store into its file, which SQLite does only where nobody else has it open."""
    connection = sqlite3.connect(store, timeout=0, isolation_level=None)
    try:
        [[journal]] = connection.execute("PRAGMA journal_mode = delete").fetchall()
    except sqlite3.DatabaseError as error:
        if sqlite.trouble(error).reason == "busy":
            raise BackupTrouble("in_use", str(store)) from error
        # A damaged one is put aside as it is.
        return
    finally:
        connection.close()
    if journal == "wal":
        raise BackupTrouble("in_use", str(store))
