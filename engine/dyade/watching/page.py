"""Where do Prometheus and whoever watches over machines look? At two pages: `/metrics`, and `/health` (200 or 503)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socket import AF_INET, AF_INET6
from threading import Thread
from types import TracebackType
from typing import Any, NamedTuple, Self

FIGURES = "text/plain; version=0.0.4; charset=utf-8"
JSON = "application/json"
PATIENCE = 10.0
"""Seconds for a reader to say what they want."""
log = logging.getLogger(__name__)


class Health(NamedTuple):
    """Whether all is well, and what is told of it."""

    sound: bool
    told: Mapping[str, Any]


class Page:
    """Serves both pages, in threads of its own, until it is closed."""

    def __init__(self, host: str, port: int, figures: Callable[[], bytes], health: Callable[[], Health]) -> None:
        """Take the address; raises OSError where it cannot be had. Port 0 takes one that is free."""

        class Handler(_Handler):
            pages = {"/metrics": lambda: (200, FIGURES, figures()), "/health": lambda: _health(health())}  # noqa: RUF012

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            address_family = AF_INET6 if _is_new(host) else AF_INET

        self._server = Server((host, port), Handler)
        self._thread = Thread(target=self._server.serve_forever, name="dyade page", daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        host, port = self._server.server_address[:2]
        name = str(host)
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _is_new(host: str) -> bool:
    """Whether an address is one of IPv6."""
    try:
        return ip_address(host).version == 6
    except ValueError:
        return False


def _health(found: Health) -> tuple[int, str, bytes]:
    return 200 if found.sound else 503, JSON, json.dumps(found.told, ensure_ascii=False).encode()


class _Handler(BaseHTTPRequestHandler):
    """Answers one reader; nothing that they send is read beyond the path."""

    timeout = PATIENCE
    pages: Mapping[str, Callable[[], tuple[int, str, bytes]]] = {}

    def do_GET(self) -> None:
        """Answer with a page."""
        make = self.pages.get(self.path.partition("?")[0])
        try:
            status, kind, body = make() if make is not None else (404, JSON, b"{}")
        except Exception as error:
            log.warning("a page could not be made: %s", type(error).__name__)
            status, kind, body = 500, JSON, b"{}"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """Say what answers, and not which version of it."""
        return "dyade"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's own signature)
        """Say nothing: who reads figures is of no interest."""
