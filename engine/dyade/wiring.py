"""Which store, which folder, which clock? The only place where real things are chosen."""

from __future__ import annotations

import os
from collections.abc import Callable
from secrets import token_bytes
from time import time_ns
from typing import Self

from dyade.service import engine as service
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

    @classmethod
    def open(
        cls,
        url: str = "sqlite:///dyade.db",
        programs: str | os.PathLike[str] = "programs",
        now: Callable[[], int] = now,
        *,
        create: bool = True,
    ) -> Self:
        """Open a store and a folder of programs; `now` gives microseconds since 1970, UTC.

        A store that is not there is made, unless `create` is false.

        Raises `StoreTrouble` when the store cannot be used: read-only, damaged, made by a newer dyade …
        """
        return cls(Desk(SqliteStore(url, create=create), Programs(Folder(programs)), now, salt))
