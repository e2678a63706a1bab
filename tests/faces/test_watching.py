"""Can a worker be watched: its figures scraped, its health asked, its log read by machines?"""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from dyade.store.vault import make_file
from dyade.wiring import Engine, now
from tests.faces.test_json import documented
from tests.faces.test_worker import PATIENCE, Worker
from tests.service.lives import DAY, folder, running, welcome
from tests.watching.test_figures import read

__all__ = ["folder"]
PLANTED = "Zqx"


@pytest.fixture
def kept(tmp_path, folder):
    """A store with keys of its own, and a dyad whose reminder is a day late."""
    keys, file = tmp_path / "apart" / "keys", tmp_path / "store" / "dyade.db"
    make_file(keys)
    file.parent.mkdir()
    with Engine.open(f"sqlite:///{file}", folder, lambda: now() - 3 * DAY, keys=keys) as engine:
        welcome(engine)
        engine.change_person("bob", name=f"Bob {PLANTED}", address=f"bob@{PLANTED}.example")
        running(engine)
        engine.drop_messages([one.id for one in engine.outbox()], "-")
    return file, keys


@pytest.fixture
def watched(kept, folder):
    """A worker with its page; and where that is."""
    worker = Worker(kept[0], folder, "--keys", str(kept[1]), "--metrics", "0", "--log", "json")
    out = worker._process.stdout
    assert out is not None
    said = "".join(out.readline() for _ in range(2))
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said
    yield worker, found[0]
    if worker._process.poll() is None:
        worker.end(signal.SIGKILL)


def get(url: str) -> tuple[int, bytes]:
    try:
        with urlopen(url, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def scraped(url: str, name: str, *labels: str) -> dict[tuple[str, ...], float]:
    """The figures, once this one is there."""
    end = time.monotonic() + PATIENCE
    while (name, *labels) not in (found := read(get(f"{url}/metrics")[1])):
        assert time.monotonic() < end, found
        time.sleep(0.02)
    return found


def test_what_a_worker_does_is_scraped_and_logged_without_a_name(watched):
    worker, url = watched

    figures = scraped(url, "dyade_decisions_total", "time", "small")
    code, out, err = worker.end(signal.SIGTERM)

    assert figures["dyade_records_total", "reminded", "small"] == 1
    # Due two days after it began, at nine: fifteen to thirty-nine hours before now, an hour more where clocks change.
    assert 14 * 3_600 < figures["dyade_timer_lateness_seconds_sum", "small"] < 41 * 3_600
    assert figures["dyade_timers_due",] == 0
    assert figures["dyade_outbox_waiting",] == 1
    assert code == 0, out
    [line] = [told for told in map(json.loads, err.splitlines()) if told["event"] == "decided"]
    assert (line["program"], line["dyad"], line["command"], line["records"]) == ("small", "D-1", "time", ["reminded"])
    assert PLANTED not in err


def test_health_turns_red_and_says_why(watched, kept):
    _, url = watched
    scraped(url, "dyade_decisions_total", "time", "small")

    before = get(f"{url}/health")
    kept[1].chmod(0o644)
    status, body = get(f"{url}/health")

    assert (before[0], json.loads(before[1])["findings"]) == (200, [])
    told = json.loads(body)
    assert (status, told["outcome"]) == (503, "trouble")
    assert [one["code"] for one in told["findings"]] == ["keys_open"]


def test_an_address_that_is_taken_is_told_at_once(watched, kept, folder):
    _, url = watched

    second = Worker(kept[0], folder, "--keys", str(kept[1]), "--metrics", url.removeprefix("http://"))
    out, err = second._process.communicate(timeout=PATIENCE)

    assert (second._process.returncode, out) == (2, "")
    assert "cannot be had" in err


@pytest.mark.parametrize("written", ["http", "70000", "localhost:", "::1:9464", "a:b:1", "-1", "٣"])
def test_an_address_is_well_written(peopled, written):
    ran = peopled("worker", f"--metrics={written}", env={"DYADE_LANG": "en"})

    assert ran.code == 2
    assert "is not an address" in ran.err


TRUE = {"DYADE_TEST": None, "DYADE_NOW": None}


@pytest.fixture
def sound(dyade, tmp_path):
    """The command line over a store that lacks nothing."""
    make_file(tmp_path / "apart" / "keys")
    (tmp_path / "store").mkdir()
    file = tmp_path / "store" / "dyade.db"
    dyade.environment |= {"DYADE_DB": f"sqlite:///{file}", "DYADE_KEYS": str(tmp_path / "apart" / "keys"), **TRUE}
    dyade.done("person", "add", "amelie", "--name", "Amélie Essai", "--language", "fr")
    return dyade


def test_health_is_a_line_and_an_exit_code(sound, tmp_path):
    well = sound("health")
    (tmp_path / "apart" / "keys").chmod(0o644)
    ill = sound("health", "--format", "json")

    assert (well.code, well.out) == (0, "✔ Tout va bien.\n")
    assert (ill.code, ill.data["outcome"]) == (3, "trouble")
    assert set(ill.data) == documented("`health`")
    assert [one["code"] for one in ill.data["findings"]] == ["keys_open"]


def test_what_only_may_go_wrong_one_day_is_told_and_stops_nothing(sound, tmp_path):
    for name in ("keys", "keys.vault"):
        (tmp_path / "apart" / name).rename(tmp_path / "store" / name)

    ran = sound("health", "--keys", str(tmp_path / "store" / "keys"), env={"DYADE_LANG": "en"})

    assert ran.code == 0
    assert ran.out.startswith("! All is well for now")


def test_the_figures_of_the_store_are_printed_once(sound):
    ran = sound.done("metrics")

    assert read(ran.out.encode())["dyade_store_up",] == 1
    assert read(ran.out.encode())["dyade_timers_due",] == 0
    assert set(sound("metrics", "--format", "json").data) == documented("`metrics`")


def test_what_is_not_installed_is_named(sound, monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    ran = sound("metrics", env={"DYADE_LANG": "en"})

    assert ran.code == 3
    assert "dyade[watching]" in ran.err
