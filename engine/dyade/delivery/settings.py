"""Where do messages go, and how? A file in TOML, whose secrets stand elsewhere: in the environment, or in files.

    [people]
    quiet = "21:00-07:00"
    digest = "08:00"

    [mail]
    host = "smtp.example.org"
    port = 587
    security = "starttls"
    user = "dyade"
    password = {env = "DYADE_SMTP_PASSWORD"}
    from = "dyade@example.org"

    [webhooks.office]
    url = "https://office.example.org/hooks"
    secrets = [{file = "office.secret"}]

Any text may stand as `{env = "NAME"}` or `{file = "path"}`, and a secret must. A file is sought beside the settings.
"""

from __future__ import annotations

import binascii
import tomllib
from base64 import b64decode
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dyade.delivery import headers
from dyade.delivery.places import Network
from dyade.errors import SettingsTrouble
from dyade.service.ports import Preference

SECURITIES: Final = ("starttls", "tls", "none")
PREFIX: Final = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret that signs, as Standard Webhooks says."""
READ_BY_OTHERS: Final = 0o077


class MailSettings(NamedTuple):
    """A server that takes mails."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""
    senders: Mapping[str, str] = {}
    """{program: mailbox}, before what the program itself says."""
    domains: tuple[str, ...] = ()
    """Where mails may go; empty: anywhere."""
    channels: tuple[str, ...] = ("email",)
    programs: tuple[str, ...] = ()
    at_once: int = 2
    timeout: float = 60.0
    """Seconds for one mail, greetings included."""
    hello: str = ""
    """How we present ourselves; empty: the name of the machine."""
    ca: str = ""
    """A file of certificates to trust, instead of the system's."""

    def __repr__(self) -> str:
        # A password must not reach a log by way of an error.
        return f"MailSettings({self.host})"


class WebhookSettings(NamedTuple):
    """An application that is told."""

    name: str
    url: str
    secrets: tuple[bytes, ...]
    channels: tuple[str, ...] = ("host",)
    programs: tuple[str, ...] = ()
    allow: tuple[Network, ...] = ()
    """Addresses that may be reached although they are not public."""
    at_once: int = 4
    timeout: float = 20.0
    ca: str = ""

    def __repr__(self) -> str:
        return f"WebhookSettings({self.name})"


class Settings(NamedTuple):
    """Every way out."""

    mail: MailSettings | None = None
    webhooks: tuple[WebhookSettings, ...] = ()
    console: tuple[str, ...] = ()
    """The channels that are shown on the console."""
    hours: Preference = Preference("")
    """When people are written to who did not say when."""


def load(file: Path, environment: Mapping[str, str]) -> Settings:
    """Read the settings of a file; `SettingsTrouble` says what to mend, and never what a secret is."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise SettingsTrouble("unreadable", str(file), "-") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        place = str(error).rpartition("(")[2].rstrip(")") if isinstance(error, tomllib.TOMLDecodeError) else "-"
        raise SettingsTrouble("not_toml", str(file), place) from None
    return _Reader(file, environment).settings(content)


class _Table:
    """One table of the file, of which every key has to be read."""

    def __init__(self, reader: _Reader, name: str, content: object) -> None:
        self._reader = reader
        self.name = name
        if not isinstance(content, dict):
            raise reader.wrong(name)
        self.left: dict[str, Any] = dict(content)

    def _take(self, key: str, default: Any) -> Any:
        if key in self.left:
            return self.left.pop(key)
        if default is None:
            raise self._reader.trouble("missing", f"{self.name}.{key}")
        return default

    def text(self, key: str, default: str | None = None) -> str:
        """A text, wherever it stands."""
        return self._reader.text(f"{self.name}.{key}", self._take(key, default))

    def secret(self, key: str, default: str | None = None) -> str:
        """A text that may not stand in the file itself."""
        found = self._take(key, default)
        return found if found == default else self._reader.secret(f"{self.name}.{key}", found)

    def whole(self, key: str, default: int, most: int) -> int:
        """A number from 1."""
        found = self._take(key, default)
        if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= most:
            raise self._reader.wrong(f"{self.name}.{key}")
        return found

    def names(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        found = self._take(key, default)
        if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
            raise self._reader.wrong(f"{self.name}.{key}")
        return tuple(found)

    def many(self, key: str) -> list[Any]:
        """A list of anything."""
        found = self._take(key, None)
        if not isinstance(found, list) or not found:
            raise self._reader.wrong(f"{self.name}.{key}")
        return found

    def done(self) -> None:
        """Refuse what nobody reads: a misspelt key would silently mean nothing."""
        if self.left:
            raise self._reader.trouble("unknown", f"{self.name}.{sorted(self.left)[0]}".lstrip("."))


class _Reader:
    """Reads one file."""

    def __init__(self, file: Path, environment: Mapping[str, str]) -> None:
        self._file = file
        self._environment = environment

    def trouble(self, reason: str, place: str) -> SettingsTrouble:
        return SettingsTrouble(reason, str(self._file), headers.one_line(place)[:80] or "-")

    def wrong(self, place: str) -> SettingsTrouble:
        return self.trouble("wrong", place)

    def settings(self, content: dict[str, Any]) -> Settings:
        whole = _Table(self, "", content)
        mail = whole.left.pop("mail", None)
        webhooks = _Table(self, "webhooks", whole.left.pop("webhooks", {})).left
        console = _Table(self, "console", whole.left.pop("console", {}))
        hours = _Table(self, "people", whole.left.pop("people", {}))
        whole.done()
        shown = console.names("channels")
        console.done()
        return Settings(
            None if mail is None else self._mail(_Table(self, "mail", mail)),
            tuple(self._webhook(name, _Table(self, f"webhooks.{name}", one)) for name, one in webhooks.items()),
            shown,
            self._hours(hours),
        )

    # -------------------------------------------------------------------------------------------------------- texts

    def text(self, place: str, value: object) -> str:
        if isinstance(value, str):
            return value
        return self.secret(place, value)

    def secret(self, place: str, value: object) -> str:
        """A text that stands in the environment, or in a file that only its owner reads."""
        match value:
            case {"env": str(name), **rest} if not rest:
                found = self._environment.get(name)
            case {"file": str(name), **rest} if not rest:
                found = self._kept(place, name)
            case str():
                raise self.trouble("in_the_open", place)
            case _:
                raise self.wrong(place)
        if not found:
            raise self.trouble("not_given", place)
        return found

    def _kept(self, place: str, name: str) -> str | None:
        file = self._file.parent / name
        try:
            if file.stat().st_mode & READ_BY_OTHERS:
                raise self.trouble("read_by_others", place)
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None

    def _beside(self, place: str, name: str) -> str:
        """The path of a file that is there."""
        file = self._file.parent / name
        if name and not file.is_file():
            raise self.trouble("not_given", place)
        return str(file) if name else ""

    # --------------------------------------------------------------------------------------------------------- ways

    def _mail(self, table: _Table) -> MailSettings:
        security = table.text("security", "starttls")
        if security not in SECURITIES:
            raise self.wrong("mail.security")
        user, password = table.text("user", ""), table.secret("password", "")
        if bool(user) != bool(password):
            raise self.trouble("missing", "mail.password" if user else "mail.user")
        if password and security == "none":
            raise self.trouble("unsafe", "mail.security")
        sender, senders = table.text("from"), table.left.pop("senders", {})
        mailboxes = _Table(self, "mail.senders", senders).left
        for place, one in (("mail.from", sender), *((f"mail.senders.{key}", one) for key, one in mailboxes.items())):
            if not isinstance(one, str) or headers.address(one) is None:
                raise self.wrong(place)
        found = MailSettings(
            host=table.text("host"),
            port=table.whole("port", {"starttls": 587, "tls": 465, "none": 25}[security], 65_535),
            security=security,
            sender=sender,
            user=user,
            password=password,
            senders=mailboxes,
            domains=tuple(one.lower() for one in table.names("domains")),
            channels=table.names("channels", ("email",)),
            programs=table.names("programs"),
            at_once=table.whole("at_once", 2, 32),
            timeout=table.whole("timeout", 60, 600),
            hello=table.text("hello", ""),
            ca=self._beside("mail.ca", table.text("ca", "")),
        )
        table.done()
        return found

    def _webhook(self, name: str, table: _Table) -> WebhookSettings:
        place = f"webhooks.{name}"
        allow = tuple(self._network(f"{place}.allow", one) for one in table.names("allow"))
        url = table.text("url")
        if not _is_url(url):
            raise self.wrong(f"{place}.url")
        if url.startswith("http:") and not allow:
            raise self.trouble("unsafe", f"{place}.url")
        found = WebhookSettings(
            name=name,
            url=url,
            secrets=tuple(self._signing(f"{place}.secrets", one) for one in table.many("secrets")),
            channels=table.names("channels", ("host",)),
            programs=table.names("programs"),
            allow=allow,
            at_once=table.whole("at_once", 4, 32),
            timeout=table.whole("timeout", 20, 600),
            ca=self._beside(f"{place}.ca", table.text("ca", "")),
        )
        table.done()
        return found

    def _network(self, place: str, text: str) -> Network:
        try:
            return ip_network(text)
        except ValueError:
            raise self.wrong(place) from None

    def _signing(self, place: str, value: object) -> bytes:
        text = self.secret(place, value)
        try:
            found = b64decode(text.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            raise self.wrong(place) from None
        if not text.startswith(PREFIX) or not SHORTEST <= len(found) <= LONGEST:
            raise self.wrong(place)
        return found

    def _hours(self, table: _Table) -> Preference:
        zone = table.text("timezone", "")
        if zone and not is_zone(zone):
            raise self.wrong("people.timezone")
        quiet, digest = table.text("quiet", ""), table.text("digest", "")
        table.done()
        try:
            start, end = span(quiet) if quiet else (None, None)
        except ValueError:
            raise self.wrong("people.quiet") from None
        try:
            return Preference("", zone or None, start, end, minutes(digest) if digest else None)
        except ValueError:
            raise self.wrong("people.digest") from None


def _is_url(url: str) -> bool:
    """Whether a URL leads somewhere, openly: without a password in it, which would stand in the file."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return False
    return parts.username is None and not parts.fragment and url.isascii() and url.isprintable() and " " not in url


def minutes(text: str) -> int:
    """An hour such as `08:00`, in minutes; ValueError where it is none."""
    hours, colon, rest = text.partition(":")
    if not (colon and len(hours) == len(rest) == 2 and text.isascii() and (hours + rest).isdigit()):
        raise ValueError(text)
    if int(hours) > 23 or int(rest) > 59:
        raise ValueError(text)
    return int(hours) * 60 + int(rest)


def span(text: str) -> tuple[int, int]:
    """Hours such as `21:00-07:00`; ValueError where they are none."""
    start, _, end = text.partition("-")
    found = minutes(start), minutes(end)
    if found[0] == found[1]:
        raise ValueError(text)
    return found


def is_zone(name: str) -> bool:
    """Whether a zone is known."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
