"""How long may one exchange take? A watch cuts its connection, even where the other side says a little now and then."""

from __future__ import annotations

import socket
from threading import Lock, Timer
from types import TracebackType
from typing import Self


class Deadline:
    """So many seconds for all that happens inside."""

    def __init__(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True
        self._lock = Lock()
        self._watched: socket.socket | None = None
        self.has_passed = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._watched = None

    def watch(self, connection: socket.socket) -> None:
        """Cut this connection when the time is over."""
        with self._lock:
            self._watched = connection
            if self.has_passed:
                self._shut(connection)

    def _cut(self) -> None:
        with self._lock:
            self.has_passed = True
            if self._watched is not None:
                self._shut(self._watched)

    @staticmethod
    def _shut(connection: socket.socket) -> None:
        try:
            # Below TLS, whose own state belongs to the thread that reads.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        except OSError:
            # The other side was faster.
            return
