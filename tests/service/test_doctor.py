"""Is what is late, stuck, ahead of its time or broken found, and nothing else?"""

from __future__ import annotations

import pytest

from dyade.service import doctor
from dyade.service.doctor import SECOND, STUCK
from dyade.service.notices import FAILED
from dyade.texts import languages, sentence
from tests.service.lives import DAY, begin, done, running


def found(engine, **given) -> dict[str, dict[str, str | int]]:
    """The codes of what is wrong, each with its facts."""
    return {one.code: one.facts for one in engine.examine(**given)}


def test_a_sound_store_has_nothing_wrong(engine):
    running(engine)

    assert found(engine) == {}


def test_what_is_late_is_counted_and_named(engine, clock):
    dyads = [running(engine) for _ in range(7)]
    clock.now = engine.next_due() + doctor.LATE - 1
    assert "timers_late" not in found(engine)

    clock.now += 1

    facts = found(engine)["timers_late"]
    assert facts["n"] == 7
    assert facts["dyads"] == ", ".join(dyads[:5]) + " …"
    assert "timers_late" not in found(engine, late=doctor.LATE + SECOND)
    engine.tick()
    assert "timers_late" not in found(engine)


def test_a_message_that_waits_for_a_day_is_stuck(engine, clock):
    running(engine)
    clock.now += STUCK
    assert "outbox_stuck" not in found(engine, late=30 * DAY)

    clock.now += 1

    # Those of `begun`, to the mentor and to the office.
    assert found(engine, late=30 * DAY)["outbox_stuck"]["n"] == 2


def test_a_message_that_failed_is_told_as_a_warning(engine, clock):
    running(engine)
    [first, *_] = engine.outbox()
    with engine._desk.store.writing() as transaction:
        transaction.mark(first.id, FAILED)
        transaction.commit()
    clock.now += 1

    assert [(one.code, one.severity) for one in engine.examine()] == [("outbox_failed", "warning")]


def test_what_was_kept_in_the_future_is_told(engine, clock):
    """A clock that was ahead for an hour: what it did is in the journal, and will not be done twice."""
    dyad = begin(engine)
    clock.now += 3_600 * SECOND
    done(engine.fire(dyad, "touch", "ana"))
    clock.now -= 3_600 * SECOND

    facts = found(engine)["clock_behind"]

    assert facts["n"] == 1
    assert facts["latest"] == clock.now + 3_600 * SECOND


def test_clocks_that_differ_by_a_minute_are_not_told(engine, clock):
    dyad = begin(engine)
    clock.now += 60 * SECOND
    done(engine.fire(dyad, "touch", "ana"))
    clock.now -= 60 * SECOND

    assert found(engine) == {}


def test_a_broken_chain_is_told_as_verify_tells_it(engine, file):
    import sqlite3

    dyad = begin(engine)
    done(engine.fire(dyad, "touch", "ana"))
    with sqlite3.connect(file) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE records SET actor = 'bob' WHERE seq = (SELECT MAX(seq) FROM records)")
    connection.close()

    [one] = [one for one in engine.examine() if one.check == "chain"]

    assert (one.severity, one.key, one.facts["dyad"]) == ("error", "verify.changed", dyad)
    assert found(engine, chains=False) == {}


@pytest.mark.parametrize("lang", languages())
def test_each_finding_is_told_in_both_languages(engine, clock, lang):
    dyads = [running(engine) for _ in range(2)]
    clock.now += 3 * DAY
    done(engine.fire(dyads[0], "touch", "ana"))
    clock.now += DAY
    with engine._desk.store.writing() as transaction:
        for one in engine.outbox()[:1]:
            transaction.mark(one.id, FAILED)
        transaction.commit()
    clock.now -= 2 * DAY
    told = {one.code: sentence("answers", one.key, lang, **one.facts) for one in engine.examine()}

    assert told.keys() == {"clock_behind", "timers_late", "outbox_stuck", "outbox_failed"}
    assert all("{" not in said for said in told.values())
