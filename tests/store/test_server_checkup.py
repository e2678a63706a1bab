"""Is what makes a server unfit to keep a store found, and nothing else?"""

import os
from contextlib import contextmanager
from pathlib import Path
from time import time_ns
from urllib.parse import quote

import psycopg
import pytest

from dyade.errors import StoreTrouble
from dyade.service.doctor import FORWARD
from dyade.store import upgrade
from dyade.store.postgres import checkup
from dyade.texts import languages, sentence
from dyade.wiring import Engine, examine
from tests import postgres
from tests.service.lives import begin, behind

KINDS = ("postgresql",)


def now():
    return time_ns() // 1000


def found(url, clock=now):
    """What is told of a server, as sentences can be made of it."""
    told = {one.code: one for one in checkup.look(url, clock)}
    for one in told.values():
        assert all(sentence("answers", one.key, lang, **one.facts) for lang in languages())
    return told


@contextmanager
def as_somebody(url, most):
    """Another name for the server, of which so many may be there at once."""
    name = f"some_{abs(hash(url)) % 10**8}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN SUPERUSER PASSWORD 'loopback-only' CONNECTION LIMIT {most}".encode())
        try:
            yield url.replace(f"//{postgres.OWNER}:", f"//{name}:")
        finally:
            server.execute(f"DROP ROLE {name}".encode())


@pytest.mark.usefixtures("engine")
def test_a_server_that_would_lose_something_is_named_setting_by_setting(tmp_path, folder, url):
    """The server of the tests keeps nothing safely; one as it is installed does."""
    assert {one.facts["setting"] for one in checkup.look(url, now) if one.code == "not_safe"} == {
        "fsync",
        "full_page_writes",
    }
    found(url)

    safe = postgres.Server(
        Path(os.environ[postgres.PLACE]) / tmp_path.name, fsync="on", full_page_writes="on", shared_buffers="16MB"
    )
    safe.make()
    try:
        safe.start()
        with Engine.open(safe.url, folder):
            assert found(safe.url) == {}
    finally:
        safe.stop()


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("value", ["off", "local"])
def test_a_server_that_answers_too_early_is_named(url, value):
    early = url.replace("options=", f"options={quote(f'-csynchronous_commit={value} ')}")

    assert found(early)["commit_early"].facts == {"value": value}
    assert "commit_early" not in found(url)


@pytest.mark.usefixtures("engine")
def test_an_older_schema_is_told_and_left(url):
    with behind(url) as other:
        other.execute("UPDATE alembic_version SET version_num = '0001'")

    assert found(url)["schema_older"].facts == {"version": "0001", "wanted": upgrade.VERSIONS[-1]}
    with behind(url) as other:
        assert other.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_where_there_is_no_store_it_is_told_and_none_is_made(url):
    for _ in range(2):
        with pytest.raises(StoreTrouble) as trouble:
            checkup.look(url, now)
        assert trouble.value.reason == "missing"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("ahead", [FORWARD + 5_000_000, -FORWARD - 5_000_000])
def test_a_clock_that_differs_from_the_servers_is_told(url, ahead):
    assert 60 <= found(url, lambda: now() + ahead)["clock_server"].facts["seconds"] <= 66
    assert "clock_server" not in found(url, lambda: now() + ahead // 2)


@pytest.mark.usefixtures("engine")
def test_a_server_that_has_few_connections_left_is_told(url, monkeypatch):
    assert "connections" not in found(url)

    monkeypatch.setattr(checkup, "CROWDED", 0.001)

    facts = found(url)["connections"].facts
    assert 0 < facts["used"] <= facts["most"]


@pytest.mark.usefixtures("engine")
def test_the_limit_of_a_name_counts_too(url):
    with as_somebody(url, 5) as somebody:
        assert "connections" not in found(somebody)
    with as_somebody(url, 1) as alone:
        assert found(alone)["connections"].facts == {"used": 1, "most": 1}


def test_what_is_late_or_stuck_is_told_of_a_store_on_a_server_too(engine, url, folder, clock):
    begin(engine)
    clock.pass_days(400)

    assert {"not_safe", "clock_server"} <= {one.code for one in examine(url, folder, clock)}
