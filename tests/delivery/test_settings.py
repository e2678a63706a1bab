"""Do settings say what is wrong with them, and never what is secret?"""

from __future__ import annotations

from base64 import b64encode
from ipaddress import ip_network
from pathlib import Path

import pytest

from dyade.delivery.routes import SettledRoutes
from dyade.delivery.settings import load
from dyade.errors import ExtraMissing, SettingsTrouble
from dyade.service.ports import Preference
from dyade.texts import told
from tests.delivery.conftest import SECRET

SIGNS = f"whsec_{b64encode(SECRET).decode()}"
WHOLE = """
[people]
quiet = "21:00-07:00"
digest = "08:00"
timezone = "America/Toronto"

[mail]
host = "smtp.example.org"
security = "tls"
user = "dyade"
password = {env = "SMTP_PASSWORD"}
from = "dyade@office.example"
senders = {talks = "talks@office.example"}
domains = ["People.Example"]

[webhooks.office]
url = "https://office.example/hooks"
secrets = [{file = "office.secret"}, {env = "OLD"}]
programs = ["talks"]

[webhooks.near]
url = "http://127.0.0.1:8080/"
allow = ["127.0.0.0/8"]
secrets = [{env = "OLD"}]

[console]
channels = ["sms"]
"""
ENVIRONMENT = {"SMTP_PASSWORD": "very secret", "OLD": SIGNS}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    secret = tmp_path / "office.secret"
    secret.write_text(f"{SIGNS}\n", encoding="utf-8")
    secret.chmod(0o600)
    return tmp_path / "delivery.toml"


def test_settings_are_read(file):
    file.write_text(WHOLE, encoding="utf-8")

    found = load(file, ENVIRONMENT)

    assert found.hours == Preference("", "America/Toronto", 1260, 420, 480)
    assert found.mail is not None
    assert (found.mail.port, found.mail.password, found.mail.domains) == (465, "very secret", ("people.example",))
    office, near = found.webhooks
    assert (office.secrets, office.programs, office.channels) == ((SECRET, SECRET), ("talks",), ("host",))
    assert near.allow == (ip_network("127.0.0.0/8"),)
    assert found.console == ("sms",)
    assert SettledRoutes(found, print).channels == ("email", "host", "sms")


def test_no_secret_is_shown_by_what_holds_it(file):
    file.write_text(WHOLE, encoding="utf-8")

    shown = repr(load(file, ENVIRONMENT))

    assert "very secret" not in shown
    assert repr(SECRET) not in shown


BROKEN = [
    ("smtp.example.org", "smtp.example.org\n", "not_toml", "at line"),
    ('host = "smtp.example.org"\n', "", "missing", "mail.host"),
    ('host = "smtp.example.org"', 'hots = "x"', "missing", "mail.host"),
    ('security = "tls"', 'security = "tls"\nsecurty = "tls"', "unknown", "mail.securty"),
    ('security = "tls"', 'security = "ssl"', "wrong", "mail.security"),
    ('security = "tls"', 'security = "none"', "unsafe", "mail.security"),
    ('security = "tls"', "port = 0", "wrong", "mail.port"),
    ('security = "tls"', "port = true", "wrong", "mail.port"),
    ('security = "tls"', 'ca = "absent.pem"', "not_given", "mail.ca"),
    ('{env = "SMTP_PASSWORD"}', '"very secret"', "in_the_open", "mail.password"),
    ('{env = "SMTP_PASSWORD"}', '{env = "ABSENT"}', "not_given", "mail.password"),
    ('{env = "SMTP_PASSWORD"}', '{env = "SMTP_PASSWORD", file = "x"}', "wrong", "mail.password"),
    ('user = "dyade"\n', "", "missing", "mail.user"),
    ('from = "dyade@office.example"', 'from = "a@b.example, c@d.example"', "wrong", "mail.from"),
    ('talks = "talks@office.example"', 'talks = "talks"', "wrong", "mail.senders.talks"),
    ('[{file = "office.secret"}, {env = "OLD"}]', "[]", "wrong", "webhooks.office.secrets"),
    ('{file = "office.secret"}', '{file = "absent"}', "not_given", "webhooks.office.secrets"),
    ('{file = "office.secret"}', '{env = "SMTP_PASSWORD"}', "wrong", "webhooks.office.secrets"),
    ('{file = "office.secret"}', '"whsec_aaaa"', "in_the_open", "webhooks.office.secrets"),
    ("https://office.example/hooks", "ftp://office.example/", "wrong", "webhooks.office.url"),
    ("https://office.example/hooks", "https://u:p@office.example/", "wrong", "webhooks.office.url"),
    ("https://office.example/hooks", "https://office.example:99999/", "wrong", "webhooks.office.url"),
    ("https://office.example/hooks", "http://office.example/", "unsafe", "webhooks.office.url"),
    ('allow = ["127.0.0.0/8"]', 'allow = ["127.0.0.1/8"]', "wrong", "webhooks.near.allow"),
    ('quiet = "21:00-07:00"', 'quiet = "21:00"', "wrong", "people.quiet"),
    ('quiet = "21:00-07:00"', 'quiet = "21:00-21:00"', "wrong", "people.quiet"),
    ('digest = "08:00"', 'digest = "8 h"', "wrong", "people.digest"),
    ('"America/Toronto"', '"America/Nowhere"', "wrong", "people.timezone"),
    ("[console]", "[consol]", "unknown", "consol"),
    ('channels = ["sms"]', 'channels = "sms"', "wrong", "console.channels"),
]


@pytest.mark.parametrize(("said", "instead", "reason", "place"), BROKEN)
def test_a_mistake_is_told_with_its_place_in_both_languages(file, said, instead, reason, place):
    assert said in WHOLE
    file.write_text(WHOLE.replace(said, instead, 1), encoding="utf-8")

    with pytest.raises(SettingsTrouble) as caught:
        load(file, ENVIRONMENT)

    assert caught.value.reason == reason
    assert place in caught.value.place
    for lang in ("fr", "en"):
        words = told(caught.value, lang)
        assert str(file) in words
        assert "very secret" not in words
        assert "aaaa" not in words


def test_a_secret_that_others_can_read_is_refused(file):
    (file.parent / "office.secret").chmod(0o644)
    file.write_text(WHOLE, encoding="utf-8")

    with pytest.raises(SettingsTrouble) as caught:
        load(file, ENVIRONMENT)

    assert (caught.value.reason, caught.value.place) == ("read_by_others", "webhooks.office.secrets")


def test_settings_that_are_not_there_are_told(tmp_path):
    with pytest.raises(SettingsTrouble) as caught:
        load(tmp_path / "absent.toml", {})

    assert caught.value.reason == "unreadable"


def test_mail_asks_for_what_writes_calendars_before_anything_leaves(file, monkeypatch):
    """A mail that promises an invitation must not leave without it."""
    import sys

    monkeypatch.setitem(sys.modules, "icalendar", None)
    file.write_text(WHOLE, encoding="utf-8")

    with pytest.raises(ExtraMissing, match="mail"):
        SettledRoutes(load(file, ENVIRONMENT), print)
