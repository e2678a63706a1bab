"""Does the log say what was done, and nothing of people or of what they wrote?"""

import io
import json
import logging
from datetime import date
from typing import Any

import pytest

from dyade.delivery.routes import SettledRoutes
from dyade.delivery.settings import Settings, WebhookSettings
from dyade.errors import Conflict, DyadeError
from dyade.service.deliver import deliver_round
from dyade.watching.logs import JsonLines, Logged, as_json_lines, remove
from tests.service.lives import clock, done, engine, folder, refused, url

__all__ = ["clock", "engine", "folder", "url"]
KINDS = ("sqlite",)
PLANTED = "zqx"
"""Stands in every id, name, address and word of this life."""


@pytest.fixture
def log():
    """Everything that is logged, as it is written; libraries say all they can."""
    out = io.StringIO()
    handler = as_json_lines(out)
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    yield out
    root.setLevel(before)
    remove(handler)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def lived(engine, clock) -> str:
    """A whole life: begun, refused, reminded, written to in vain, ended; everywhere the planted word."""
    people = {role: f"{role}-{PLANTED}" for role in ("mentee", "mentor", "coordinator")}
    mentee, _, coordinator = people.values()
    for person in people.values():
        engine.add_person(person, f"Name {PLANTED}", address=f"{person}@{PLANTED}.example", attributes={"level": 1})
    dyad = done(engine.start("small", mentee, people, {"remark": f"Said {PLANTED}"}, id=f"id-{PLANTED}")).dyad.id
    refused(engine.fire(dyad, "finish", mentee))
    with pytest.raises(DyadeError):
        engine.fire(dyad, "begin", f"stranger-{PLANTED}")
    with pytest.raises(Conflict):
        engine.fire(dyad, "begin", mentee, expects=17)
    done(engine.fire(dyad, "begin", mentee))
    done(engine.fill(dyad, "log", mentee, {"hours": 1, "comment": f"Wrote {PLANTED}"}))
    refused(engine.fill(dyad, "log", mentee, {"hours": f"{PLANTED}"}))
    done(engine.set(dyad, "ends", date(2026, 10, 30), coordinator))
    clock.pass_days(3)
    engine.tick()
    hook = WebhookSettings("hook", f"https://{PLANTED}.invalid/", (b"s" * 32,), ("email",))
    deliver_round(engine._desk, SettledRoutes(Settings(webhooks=(hook,)), print), lambda: 0.0, seconds=5)
    clock.pass_days(60)
    engine.tick()
    engine.erase_person(mentee, f"Asked by {PLANTED}")
    return dyad


def test_a_whole_life_leaves_nothing_of_people_in_the_log(engine, clock, log):
    engine.watched_by(Logged())

    dyad = lived(engine, clock)

    assert PLANTED not in log.getvalue()
    told = [line for line in lines(log) if line.get("dyad") == dyad]
    assert {line["event"] for line in told} == {"decided", "refused"}
    assert [line["command"] for line in told][:3] == ["start", "fire", "fire"]
    assert any(line["event"] == "not delivered" for line in lines(log))


def test_what_was_decided_is_told_with_its_kinds_and_codes(engine, clock, log):
    engine.watched_by(Logged())
    lived(engine, clock)

    begun, no = [line for line in lines(log) if line["logger"] == "dyade.decisions"][:2]
    assert (begun["program"], begun["revision"], begun["level"]) == ("small", 1, "info")
    assert begun["records"][0] == "started"
    assert no["codes"] == ["not_available"]


def test_how_late_time_acted_is_told(engine, clock, log):
    engine.watched_by(Logged())
    lived(engine, clock)

    late = [line["late"] for line in lines(log) if line.get("command") == "time"]
    assert late[0] == 25 * 3600


@pytest.mark.parametrize("name", ["dyade.clock", "other"])
def test_an_error_is_told_by_its_kind_alone(log, name):
    try:
        raise ValueError(f"could not read {PLANTED}")
    except ValueError:
        logging.getLogger(name).exception("it failed")

    [line] = lines(log)
    assert line["error"] == "ValueError"
    assert line["places"]
    assert PLANTED not in log.getvalue()


def test_other_libraries_are_told_by_their_place_alone(log):
    logging.getLogger("apscheduler.executors").warning("job %s failed with %s", PLANTED, PLANTED)

    [line] = lines(log)
    assert (line["logger"], line["level"]) == ("apscheduler.executors", "warning")
    assert PLANTED not in log.getvalue()


def test_it_is_one_line_whatever_it_says():
    record = logging.LogRecord("dyade.x", logging.INFO, "f", 1, "two\nlines \u2028", None, None)

    assert "\n" not in JsonLines().format(record)


def test_an_onlooker_that_fails_disturbs_nobody(engine, caplog):
    class Broken(Logged):
        def saw(self, _seen):
            raise ZeroDivisionError

    engine.watched_by(Broken())

    dyad = done(engine.start("small", "ana", {"mentee": "ana", "mentor": "bob", "coordinator": "cleo"})).dyad.id
    assert engine.dyad(dyad).revision == 1
    assert "ZeroDivisionError" in caplog.text
