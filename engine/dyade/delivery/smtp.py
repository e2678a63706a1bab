"""How does a mail reach its server, and what does the server's answer mean?  (door: smtplib)

What a server says is never kept nor logged, save its three digits: it may quote whom the mail is for.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from base64 import b64encode
from contextlib import suppress
from typing import Final

from dyade.delivery import headers
from dyade.delivery.deadline import Deadline
from dyade.delivery.mime import Mail, mail
from dyade.delivery.settings import MailSettings
from dyade.service.parcels import SENT, Outcome, Parcel

CONNECTING: Final = 10.0
"""Seconds at most to reach a server."""


class MailChannel:
    """A server that takes mails."""

    to_people = True

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self.name = f"mail {settings.host}"
        self.width = settings.at_once

    def open(self) -> MailLine:
        """Make ready to send; the connection is made with the first mail."""
        return MailLine(self._settings)


class MailLine:
    """One connection, kept from one mail to the next."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._server: _Server | None = None

    def send(self, parcel: Parcel, now: int) -> Outcome:
        """Send a parcel; every answer of a server, and its silence, is an outcome."""
        written = self._written(parcel, now)
        if isinstance(written, Outcome):
            return written
        with Deadline(self._settings.timeout) as deadline:
            try:
                outcome = self._sent(written, deadline)
            except (smtplib.SMTPException, OSError, UnicodeError, ValueError) as error:
                outcome = _meaning(error, deadline)
        if outcome.by_endpoint:
            self._cut()
        return outcome

    def _written(self, parcel: Parcel, now: int) -> Mail | Outcome:
        """The mail, or why there can be none."""
        settings, first = self._settings, parcel.first
        recipient = headers.address(parcel.address)
        if recipient is None:
            return Outcome("bad_address", lasting=True)
        domain = recipient.rpartition("@")[2]
        if settings.domains and not any(domain == one or domain.endswith(f".{one}") for one in settings.domains):
            return Outcome("domain_not_allowed", lasting=True)
        sender = headers.address(settings.senders.get(first.program) or first.sender or settings.sender)
        if sender is None:
            return Outcome("bad_sender", lasting=True)
        return mail(parcel, sender, first.title, recipient, now)

    def _sent(self, written: Mail, deadline: Deadline) -> Outcome:
        if self._server is not None and self._server.sock is not None:
            deadline.watch(self._server.sock)
            if not self._is_alive(self._server):
                self._cut()
        if self._server is None:
            self._server = _Server(self._settings, deadline)
        self._server.sendmail(written.sender, [written.recipient], written.content)
        return SENT

    @staticmethod
    def _is_alive(server: _Server) -> bool:
        """Whether a server still listens: between two mails, it may have hung up for good reasons of its own."""
        try:
            return server.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def close(self) -> None:
        """Say goodbye, without waiting for the answer."""
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.putcmd("QUIT")
            self._cut()


class _Server(smtplib.SMTP):
    """A server, greeted, in private, and told who we are."""

    def __init__(self, settings: MailSettings, deadline: Deadline) -> None:
        self._settings = settings
        self._deadline = deadline
        super().__init__(local_hostname=settings.hello or socket.gethostname())
        try:
            self._begin(settings)
        except BaseException:
            self.close()
            raise

    def _begin(self, settings: MailSettings) -> None:
        self._host = settings.host
        patience = min(CONNECTING, settings.timeout)
        self.sock = socket.create_connection((settings.host, settings.port), patience)
        self._watch(self.sock)
        if settings.security == "tls":
            self._make_private()
        code, _ = self.getreply()
        if code != 220:
            raise smtplib.SMTPConnectError(code, "")
        self.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            self._ask_for_privacy()
        if settings.user:
            self._identify(settings)

    def _identify(self, settings: MailSettings) -> None:
        """Say the password; the library would allow no accent in it."""
        if "PLAIN" not in self.esmtp_features.get("auth", "").upper().split():
            self.login(settings.user, settings.password)
            return
        said = b64encode(f"\0{settings.user}\0{settings.password}".encode()).decode()
        code, _ = self.docmd("AUTH", f"PLAIN {said}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, "")

    def _watch(self, connection: socket.socket) -> None:
        connection.settimeout(self._settings.timeout)
        self._deadline.watch(connection)

    def _ask_for_privacy(self) -> None:
        if not self.has_extn("starttls"):
            raise _NoPrivacy
        code, _ = self.docmd("STARTTLS")
        if code != 220:
            raise _NoPrivacy
        self._make_private()
        # Whatever was said before may have been said by anybody.
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False
        self.ehlo_or_helo_if_needed()

    def _make_private(self) -> None:
        assert self.sock is not None
        context = ssl.create_default_context(cafile=self._settings.ca or None)
        private = context.wrap_socket(self.sock, server_hostname=self._settings.host, do_handshake_on_connect=False)
        self.sock, self.file = private, None
        self._watch(private)
        private.do_handshake()


class _NoPrivacy(smtplib.SMTPException):
    """The server offers no encryption."""


def _meaning(error: Exception, deadline: Deadline) -> Outcome:
    """What a failure says, of the mail or of the server."""
    # The library tells a silence as a cut, and keeps the silence as the cause.
    if deadline.has_passed or isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return Outcome("timeout", by_endpoint=True)
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _answered("refused_recipient", next(iter(error.recipients.values()))[0])
        case smtplib.SMTPSenderRefused():
            return _answered("refused_sender", error.smtp_code)
        case smtplib.SMTPDataError():
            return _answered("refused_content", error.smtp_code)
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPNotSupportedError():
            return Outcome("authentication", by_endpoint=True)
        case _NoPrivacy() | ssl.SSLError():
            return Outcome("privacy", by_endpoint=True)
        case smtplib.SMTPServerDisconnected() | ConnectionResetError() | BrokenPipeError():
            return Outcome("cut", by_endpoint=True)
        case smtplib.SMTPResponseException() if 400 <= error.smtp_code < 600:
            return Outcome(f"smtp {error.smtp_code}", by_endpoint=True)
        case smtplib.SMTPException() | UnicodeError() | ValueError():
            return Outcome("garbage", by_endpoint=True)
    return Outcome("unreachable", by_endpoint=True)


def _answered(what: str, code: int) -> Outcome:
    """What a code says: 5 for ever, 4 for now, 421 of the server itself; anything else is no answer."""
    if code == 421:
        return Outcome("smtp 421", by_endpoint=True)
    if not 400 <= code < 600:
        return Outcome("garbage", by_endpoint=True)
    return Outcome(f"{what} {code}", lasting=code >= 500)
