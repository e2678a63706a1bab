"""Real servers on loopback that behave, or do not: mail by aiosmtpd, HTTP by the standard library, and bare sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from time import monotonic, sleep
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

USER, PASSWORD = "dyade", "pass word:é"


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something, with a deadline."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it never came"
        sleep(0.01)


class Certificate(NamedTuple):
    """The files of a certificate for this machine alone."""

    chain: Path
    key: Path


def make_certificate(folder: Path, name: str = "localhost") -> Certificate:
    """Make a certificate that signs itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    found = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    found.chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return found


class Received(NamedTuple):
    """A mail as it arrived."""

    sender: str
    recipients: list[str]
    content: bytes
    login: str

    @property
    def message(self) -> EmailMessage:
        """The mail, as a mail program reads it."""
        found = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def part(self, kind: str) -> Any:
        """What one of its parts says."""
        for part in self.message.walk():
            if part.get_content_type() == kind:
                return part.get_content()
        return None


class Mailbox:
    """A mail server: keeps what it receives, and answers as it is told to, one answer after the other."""

    def __init__(self, **settings: Any) -> None:
        self.received: list[Received] = []
        self.answers: dict[str, list[str]] = {}
        """Of `MAIL`, `RCPT`, `DATA`: what to say instead of accepting."""
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=free_port(),
            authenticator=self._authenticated,
            decode_data=False,
            **settings,
        )

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def _next(self, verb: str) -> str | None:
        waiting = self.answers.get(verb)
        return waiting.pop(0) if waiting else None

    def _authenticated(self, _server, session, _envelope, _mechanism, data) -> AuthResult:
        session.login_name = data.login.decode()
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=good)

    async def handle_MAIL(self, _server, _session, envelope, address, options) -> str:  # noqa: N802
        if (said := self._next("MAIL")) is not None:
            return said
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, options) -> str:  # noqa: N802
        if (said := self._next("RCPT")) is not None:
            return said
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope) -> str:  # noqa: N802
        said = self._next("DATA")
        if said is not None and not said.startswith("lose"):
            return said
        login = getattr(session, "login_name", "")
        self.received.append(Received(envelope.mail_from, envelope.rcpt_tos, envelope.original_content, login))
        if said is not None:
            # The mail is here, and the one who sent it will never know.
            _server.transport.close()
        return "250 OK"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Request(NamedTuple):
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


class Hook:
    """An application that is told over HTTP: keeps what it receives, and answers as it is told to."""

    def __init__(self) -> None:
        self.received: list[Request] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                hook.received.append(Request(self.path, {k.lower(): v for k, v in self.headers.items()}, content))
                code, more = hook.answers.pop(0) if hook.answers else (204, {})
                self.send_response(code)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?from=dyade"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def bare(talk: Callable[[socket.socket], None]):
    """A server of its own manners: `talk` has each connection; gives the port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        opened: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                opened.append(connection)
                threading.Thread(target=_talk, args=(talk, connection), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        for connection in opened:
            connection.close()
        thread.join()


def _talk(talk: Callable[[socket.socket], None], connection: socket.socket) -> None:
    try:
        talk(connection)
    except OSError:
        return
