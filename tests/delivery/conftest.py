"""Servers that start once, a small program, and its people."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dyade.delivery.routes import SettledRoutes
from dyade.delivery.settings import MailSettings, Settings, WebhookSettings
from dyade.flow.outcome import Decision
from dyade.service.deliver import Delivered, deliver_round
from dyade.service.ports import Posted, Preference
from dyade.wiring import Engine
from tests.delivery.servers import PASSWORD, USER, Certificate, Hook, Mailbox, make_certificate
from tests.service.lives import url

__all__ = ["url"]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONDAY = int(datetime(2026, 9, 21, 14, tzinfo=UTC).timestamp()) * SECOND
"""Ten in the morning in Toronto."""
SECRET = b"a secret that signs, of 32 bytes"


class World:
    """A store, its people, a clock, and the ways out."""

    def __init__(self, folder: Path, url: str) -> None:
        shutil.copytree(Path(__file__).with_name("programs"), folder / "programs")
        self.url = url
        self.folder = folder
        self.time = MONDAY
        self.settings = Settings()
        self.shown: list[str] = []
        self.chance = 0.0
        self.engine = Engine.open(self.url, folder / "programs", lambda: self.time)
        self.engine.add_person("ana", "Ana Essai", address="ana@people.example", lang="fr")
        self.engine.add_person("bob", "Bob Essai", address="bob@people.example", lang="fr")

    def begin(self, note: str = "À demain !") -> str:
        """A dyad of ana and bob."""
        outcome = self.engine.start("talks", "ana", {"mentee": "ana", "mentor": "bob"}, {"note": note})
        assert isinstance(outcome, Decision)
        return outcome.dyad.id

    def fire(self, dyad: str, event: str) -> None:
        """What ana does."""
        outcome = self.engine.fire(dyad, event, "ana")
        assert isinstance(outcome, Decision), outcome

    def told(self, note: str = "À demain !") -> str:
        """A message to bob that waits; its id."""
        self.fire(self.begin(note), "tell")
        return self.posts()[-1].message.id

    def signalled(self, note: str = "Vu") -> str:
        """A message to the host that waits; its id."""
        self.fire(self.begin(note), "signal")
        return self.posts()[-1].message.id

    def posts(self, *statuses: str) -> list[Posted]:
        return self.engine.posted(*statuses)

    def post(self, message: str) -> Posted:
        return self.engine.message(message)

    def mail(self, port: int, **changes: Any) -> None:
        """Let mail go to a port of this machine."""
        known: dict[str, Any] = {"host": "127.0.0.1", "port": port, "security": "none", "timeout": 20.0}
        settings = MailSettings(**{**known, "sender": "dyade@office.example", "hello": "here.example", **changes})
        self.settings = self.settings._replace(mail=settings)

    def hook(self, url: str, **changes: Any) -> None:
        """Let the host be told at a URL of this machine."""
        from ipaddress import ip_network

        known: dict[str, Any] = {"name": "office", "allow": (ip_network("127.0.0.0/8"),), "timeout": 20.0}
        hook = WebhookSettings(url=url, **{**known, "secrets": (SECRET,), **changes})
        self.settings = self.settings._replace(webhooks=(*self.settings.webhooks, hook))

    def usual(self, **hours: Any) -> None:
        self.settings = self.settings._replace(hours=Preference("", **hours))

    def deliver(self, **limits: Any) -> Delivered:
        """One round."""
        routes = SettledRoutes(self.settings, self.shown.append)
        return deliver_round(self.engine._desk, routes, lambda: self.chance, **{"seconds": 30.0, **limits})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the store is, for who asks for one in a file."""
    return tmp_path / "dyade.db"


@pytest.fixture
def world(tmp_path: Path, url: str) -> Iterator[World]:
    made = World(tmp_path, url)
    yield made
    made.engine.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def _context(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    return context


@pytest.fixture(scope="session")
def open_mailbox() -> Iterator[Mailbox]:
    yield from _running(Mailbox(auth_required=False))


@pytest.fixture(scope="session")
def starttls_mailbox(certificate) -> Iterator[Mailbox]:
    private = {"tls_context": _context(certificate), "require_starttls": True}
    yield from _running(Mailbox(auth_required=True, **private))


@pytest.fixture(scope="session")
def tls_mailbox(certificate) -> Iterator[Mailbox]:
    yield from _running(Mailbox(ssl_context=_context(certificate), auth_required=False, auth_require_tls=False))


@pytest.fixture(scope="session")
def open_hook() -> Iterator[Hook]:
    yield from _running(Hook())


def _running(server):
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mailbox(world: World, open_mailbox: Mailbox) -> Iterator[Mailbox]:
    """A server that takes what it is given, and that the world sends its mails to."""
    world.mail(open_mailbox.port)
    yield open_mailbox
    open_mailbox.received.clear()
    open_mailbox.answers.clear()


@pytest.fixture
def hook(world: World, open_hook: Hook) -> Iterator[Hook]:
    """An application that the world tells."""
    world.hook(open_hook.url)
    yield open_hook
    open_hook.received.clear()
    open_hook.answers.clear()


LOGIN = {"user": USER, "password": PASSWORD}
