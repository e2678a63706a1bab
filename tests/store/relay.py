"""A line to a server that can be cut at a chosen word: a TCP relay on loopback."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class Relay:
    """Passes on what clients and server say, until it is told to cut."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._word = b""
        self._passes = False
        self._refuses_then = False
        self._refuses = False
        self.cuts = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A thread that waits in `accept` is woken by this alone.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """Cut every line, at once."""
        with self._lock:
            for pair in self._pairs:
                for end in pair:
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
            self._pairs.clear()

    def cut_before(self, word: bytes) -> None:
        """Cut when a client says a word, without passing it on."""
        self._word, self._passes, self._refuses_then = word, False, False

    def cut_after(self, word: bytes, *, then_refuse: bool = False) -> None:
        """Pass a word on and wait until the server has answered; then cut, without passing the answer on."""
        self._word, self._passes, self._refuses_then = word, True, then_refuse

    def serve(self) -> None:
        """Let clients in again."""
        self._refuses = False

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self._refuses:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._server))
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.append((client, server))
            cutting = threading.Event()
            for work in (self._to_server, self._to_client):
                thread = threading.Thread(target=work, args=(client, server, cutting), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _to_server(self, client: socket.socket, server: socket.socket, cutting: threading.Event) -> None:
        with suppress(OSError):
            while said := client.recv(1 << 16):
                if self._word and self._word in said:
                    self._word = b""
                    self.cuts += 1
                    self._refuses = self._refuses_then
                    if not self._passes:
                        break
                    cutting.set()
                server.sendall(said)
            else:
                server.shutdown(socket.SHUT_RDWR)
                return
        self._close(client, server)

    def _to_client(self, client: socket.socket, server: socket.socket, cutting: threading.Event) -> None:
        with suppress(OSError):
            while said := server.recv(1 << 16):
                if cutting.is_set():
                    break
                client.sendall(said)
        self._close(client, server)
        client.close()
        server.close()

    def _close(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
