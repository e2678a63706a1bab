"""How is an application told over HTTP, so that it can tell that it was us?  Signed as Standard Webhooks says.

Nothing is followed, and nothing is connected to that was not checked first.
"""

from __future__ import annotations

import hmac
import ssl
from base64 import b64encode
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from json import loads
from typing import Any, Final
from urllib.parse import urlsplit

from dyade.delivery import places
from dyade.delivery.deadline import Deadline
from dyade.delivery.settings import WebhookSettings
from dyade.flow.tagged import compact
from dyade.service.parcels import SENT, Outcome, Parcel

SECOND: Final = 1_000_000
MOST_READ: Final = 65_536
"""Bytes of an answer; its words say nothing to us."""


class WebhookChannel:
    """An application that is told over HTTP."""

    to_people = False

    def __init__(self, settings: WebhookSettings, ask: places.Resolve = places.resolve) -> None:
        self._settings = settings
        self._ask = ask
        self.name = f"webhook {settings.name}"
        self.width = settings.at_once

    def open(self) -> WebhookLine:
        """Make ready to send; each message has a connection of its own."""
        return WebhookLine(self._settings, self._ask)


class WebhookLine:
    """What one thread needs to tell an application."""

    def __init__(self, settings: WebhookSettings, ask: places.Resolve) -> None:
        self._settings = settings
        self._ask = ask

    def close(self) -> None:
        """Nothing stays open."""

    def send(self, parcel: Parcel, now: int) -> Outcome:
        """Send one message; every answer, and silence, is an outcome."""
        content = body(parcel)
        with Deadline(self._settings.timeout) as deadline:
            try:
                return self._sent(content, signed(self._settings.secrets, parcel.id, content, now), deadline, now)
            except places.Walled:
                return Outcome("walled", by_endpoint=True)
            except ssl.SSLError as error:
                return Outcome(_late(deadline, error) or "privacy", by_endpoint=True)
            except (HTTPException, ValueError) as error:
                return Outcome(_late(deadline, error) or "garbage", by_endpoint=True)
            except OSError as error:
                cut = isinstance(error, ConnectionError) and not isinstance(error, ConnectionRefusedError)
                return Outcome(_late(deadline, error) or ("cut" if cut else "unreachable"), by_endpoint=True)

    def _sent(self, content: bytes, head: dict[str, str], deadline: Deadline, now: int) -> Outcome:
        place = urlsplit(self._settings.url)
        host, private = place.hostname or "", place.scheme == "https"
        port = place.port or (443 if private else 80)
        timeout = self._settings.timeout
        sock = places.connect(host, port, self._settings.allow, timeout, self._ask)
        try:
            deadline.watch(sock)
            if private:
                context = ssl.create_default_context(cafile=self._settings.ca or None)
                sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
                deadline.watch(sock)
                sock.do_handshake()
            connection = (HTTPSConnection if private else HTTPConnection)(host, port, timeout=timeout)
            connection.sock = sock
            target = (place.path or "/") + (f"?{place.query}" if place.query else "")
            connection.request("POST", target, content, head)
            with connection.getresponse() as response:
                response.read(MOST_READ)
                return _meaning(response, now)
        finally:
            sock.close()


def _late(deadline: Deadline, error: Exception) -> str:
    return "timeout" if deadline.has_passed or isinstance(error, TimeoutError) else ""


def body(parcel: Parcel) -> bytes:
    """What the application is told: its own message, or words for a person, whom it knows by their id."""
    message, letter = parcel.messages[0], parcel.first
    if letter.data:
        return letter.data.encode()
    told: dict[str, Any] = {"type": f"dyade.{message.kind}", "program": letter.program, "dyad": message.dyad}
    said = {"person": message.recipient, "channel": message.channel, "lang": letter.lang}
    words = {"subject": letter.subject, "text": letter.text, "reason": letter.reason}
    days = [{"id": one.id, "title": one.title, "day": one.day, "zone": one.zone} for one in letter.events]
    return compact({**told, "data": {**said, **words, "days": loads(compact(days))}}).encode()


def signed(secrets: tuple[bytes, ...], id_: str, content: bytes, now: int) -> dict[str, str]:
    """The headers: one signature for each secret, so that a secret can be changed while both are good."""
    moment = str(now // SECOND)
    covered = f"{id_}.{moment}.".encode() + content
    found = (b64encode(hmac.new(secret, covered, sha256).digest()).decode() for secret in secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": "dyade",
        "webhook-id": id_,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{one}" for one in found),
    }


def _meaning(response: HTTPResponse, now: int) -> Outcome:
    """What an answer says; 410 is a wish to be told nothing any more."""
    code = response.status
    if 200 <= code < 300:
        return SENT
    if code == 410:
        return Outcome("gone", lasting=True, gone=True)
    if 300 <= code < 400:
        return Outcome(f"redirected {code}", by_endpoint=True)
    overloaded = code >= 500 or code in (408, 429)
    return Outcome(f"http {code}", by_endpoint=overloaded, wait=_asked(response.getheader("Retry-After"), now))


def _asked(header: str | None, now: int) -> int:
    """How long the other side asks to be left alone, in microseconds."""
    if not header:
        return 0
    if header.strip().isascii() and header.strip().isdigit():
        return min(int(header.strip()[:9]), 10**9) * SECOND
    try:
        return max(0, int(parsedate_to_datetime(header).timestamp()) * SECOND - now)
    except (ValueError, TypeError, OverflowError):
        return 0
