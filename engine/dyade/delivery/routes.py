"""Which way does each message go? The first of the settings that takes its channel and its program."""

from __future__ import annotations

from dyade.delivery import places
from dyade.delivery.console import ConsoleChannel, Writes
from dyade.delivery.invitations import check_installed
from dyade.delivery.settings import Settings
from dyade.delivery.smtp import MailChannel
from dyade.delivery.webhook import WebhookChannel
from dyade.service.parcels import Channel
from dyade.service.ports import Outgoing, Preference

DYADE = "dyade"
"""The channel of what the engine does itself."""


class SettledRoutes:
    """The ways out that settings open."""

    def __init__(self, settings: Settings, write: Writes, ask: places.Resolve = places.resolve) -> None:
        self.hours: Preference = settings.hours
        self._ways: list[tuple[frozenset[str], frozenset[str], Channel]] = []
        if settings.mail is not None:
            check_installed()
            self._add(settings.mail.channels, settings.mail.programs, MailChannel(settings.mail))
        for hook in settings.webhooks:
            self._add(hook.channels, hook.programs, WebhookChannel(hook, ask))
        if settings.console:
            self._add(settings.console, (), ConsoleChannel(write))
        named = sorted({channel for channels, _, _ in self._ways for channel in channels} - {DYADE})
        self.channels: tuple[str, ...] = tuple(named)

    def _add(self, channels: tuple[str, ...], programs: tuple[str, ...], way: Channel) -> None:
        self._ways.append((frozenset(channels), frozenset(programs), way))

    def way(self, message: Outgoing, program: str) -> Channel | None:
        """Where a message goes; `None` where nobody takes it."""
        for channels, programs, way in self._ways:
            if message.channel in channels and (not programs or program in programs):
                return way
        return None
