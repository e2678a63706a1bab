"""Which store, which folder, which clock? The only place where real things are chosen."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes
from time import time_ns
from typing import Self

from dyade.service import engine as service
from dyade.service import erasing
from dyade.service.desk import Desk
from dyade.service.folder import Folder
from dyade.service.programs import Programs
from dyade.store.store import SqliteStore


def now() -> int:
    """The present instant, in microseconds since 1970, UTC."""
    return time_ns() // 1000


def salt() -> bytes:
    """Sixteen bytes that nobody can guess."""
    return token_bytes(16)


class Engine(service.Engine):
    """An engine on a store and a folder of programs."""

    made_keys: Path | None = None
    """The file of keys that was made as the store began; whoever runs it should keep a copy, apart from the store's."""

    @classmethod
    def open(
        cls,
        url: str = "sqlite:///dyade.db",
        programs: str | os.PathLike[str] = "programs",
        now: Callable[[], int] = now,
        *,
        create: bool = True,
        keys: str | os.PathLike[str] | None = None,
    ) -> Self:
        """Open a store and a folder of programs; `now` gives microseconds since 1970, UTC.

        A store that is not there is made, unless `create` is false. `keys` is the file of the keys that hide what
        concerns people; by default, one in the configuration of whoever runs this, made for a store that begins.

        Raises `StoreTrouble` when the store cannot be used: read-only, damaged, made by a newer dyade …
        """
        file = None if keys is None else Path(keys)
        store = SqliteStore(url, create=create, keys=file)
        opened = cls(Desk(store, Programs(Folder(programs)), now, salt))
        opened.made_keys = store.made_keys
        try:
            # A store that comes from an older copy learns what was erased since, before it answers anybody.
            erasing.catch_up(opened._desk)
        except BaseException:
            opened.close()
            raise
        return opened
