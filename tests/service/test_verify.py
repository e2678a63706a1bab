"""Does `verify` find whatever was changed behind our back, and name the first bad record?"""

import sqlite3

import pytest

from dyade.errors import StoreTrouble
from dyade.texts import has_sentence
from tests.service.lives import done, running


@pytest.fixture
def dyads(engine):
    """Two dyads whose records alternate in the journal."""
    first, second = running(engine), running(engine)
    for comment in ("un", "deux", "trois"):
        for dyad in (first, second):
            done(engine.fill(dyad, "log", "ana", {"hours": 1, "comment": comment}))
    done(engine.correct(first, "log", "ana", {"hours": 3}, "Une heure de trop peu", entry=1))
    return first, second


@pytest.fixture
def tamper(file):
    """Change the file as someone would who does not care for triggers."""

    def run(*statements):
        with sqlite3.connect(file, isolation_level=None) as connection:
            for [trigger] in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            for statement in statements:
                assert connection.execute(statement).rowcount != 0, statement
        connection.close()

    return run


def problems(engine):
    return [(problem.code, problem.dyad, problem.seq) for problem in engine.verify().problems]


def seqs(engine, dyad):
    return [kept.seq for kept in engine.history(dyad)]


def test_what_nobody_touched_is_sound(engine, dyads):
    verified = engine.verify()

    assert verified.sound
    assert (verified.dyads, verified.records) == (2, sum(len(seqs(engine, dyad)) for dyad in dyads))


@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, '1', '2')",
        "body = body || ' '",
        "kind = 'Signed'",
        "at = at + 1",
        "recorded_at = recorded_at - 1",
        "actor = 'bob'",
        "recorded_by = 'bob'",
        "occurred_on = '2026-09-20'",
        "occurred_on = 'monday'",
        "hash = zeroblob(32)",
        "body = x'ff'",
        "revision = revision + 100",
    ],
)
def test_a_record_that_was_changed_is_named(engine, dyads, tamper, again, change):
    first, _ = dyads
    bad, *later = seqs(engine, first)[-3:]
    tamper(f"UPDATE records SET {change} WHERE seq = {bad}")

    [(code, dyad, seq)] = problems(again())

    assert dyad == first
    # A record that was moved to another revision leaves a gap: what is named is the first that does not follow.
    assert (code, seq) in ({("gap", later[0])} if "revision" in change else {("changed", bad)})


def test_a_record_that_was_removed_is_missed(engine, dyads, tamper):
    first, _ = dyads
    gone, after = seqs(engine, first)[-3:-1]
    tamper(f"DELETE FROM sealed WHERE seq = {gone}", f"DELETE FROM records WHERE seq = {gone}")

    assert problems(engine) == [("gap", first, after)]


def test_records_that_changed_places_are_found(engine, dyads, tamper):
    first, _ = dyads
    one, other = seqs(engine, first)[-3:-1]
    tamper(
        f"UPDATE records SET revision = -1 WHERE seq = {one}",
        f"UPDATE records SET revision = (SELECT revision FROM records WHERE seq = {one} + 2) - 1 WHERE seq = {other}",
        f"UPDATE records SET revision = (SELECT revision FROM records WHERE seq = {other}) + 1 WHERE seq = {one}",
    )

    assert problems(engine) == [("changed", first, other)]


def test_a_record_of_another_dyad_is_not_taken_for_its_own(engine, dyads, tamper):
    first, second = dyads
    bad = seqs(engine, second)[-1]
    tamper(
        f"UPDATE records SET (body, hash) = (SELECT body, hash FROM records WHERE seq = {seqs(engine, first)[-2]})"
        f" WHERE seq = {bad}"
    )

    assert problems(engine) == [("changed", second, bad)]


def test_a_tail_that_was_cut_off_is_missed(engine, dyads, tamper):
    first, _ = dyads
    *_, last, cut = seqs(engine, first)
    tamper(f"DELETE FROM sealed WHERE seq = {cut}", f"DELETE FROM records WHERE seq = {cut}")

    assert problems(engine) == [("truncated", first, last)]


def test_a_tail_that_was_replaced_is_found(engine, dyads, tamper):
    """A chain that is whole in itself, but not the one that the dyad was kept with."""
    first, _ = dyads
    last = seqs(engine, first)[-1]
    tamper(f"UPDATE dyads SET hash = zeroblob(32) WHERE id = '{first}'")

    assert problems(engine) == [("head", first, last)]


@pytest.mark.parametrize(
    "change", ["UPDATE sealed SET value = '\"quatre\"'", "UPDATE sealed SET salt = zeroblob(16)", "DELETE FROM sealed"]
)
def test_a_sealed_value_that_was_changed_is_named(engine, dyads, tamper, change):
    first, _ = dyads
    bad = seqs(engine, first)[-3]
    tamper(f"{change} WHERE seq = {bad}")

    assert problems(engine) == [("sealed", first, bad)]


def test_what_was_erased_leaves_the_chain_whole(engine, dyads, tamper):
    """Only the dyad as it stands must be made again; the journal is what it was."""
    first, _ = dyads
    bad = seqs(engine, first)[-3]
    tamper(f"UPDATE sealed SET value = NULL, salt = NULL WHERE seq = {bad}")

    assert problems(engine) == [("snapshot", first, 0)]
    assert repr(engine.history(first)[-3].record.data["comment"]) == "ERASED"


@pytest.mark.parametrize(
    "change",
    [
        "public = replace(public, '\"running\"', '\"waiting\"')",
        "private = replace(private, 'trois', 'quatre')",
        "private = NULL",
        "public = '[]'",
        "public = replace(public, 'small', 'smell')",
    ],
)
def test_a_dyad_that_does_not_stand_where_its_records_lead_is_found(engine, dyads, tamper, change):
    first, _ = dyads
    tamper(f"UPDATE dyads SET {change} WHERE id = '{first}'")

    [(code, dyad, _)] = problems(engine)

    assert (code, dyad) in {("snapshot", first), ("unreadable", first)}


def test_a_damaged_dyad_is_not_used(dyads, tamper, again):
    first, second = dyads
    tamper(f"UPDATE dyads SET public = replace(public, 'running', 'waiting') WHERE id = '{first}'")

    other = again()

    with pytest.raises(StoreTrouble) as trouble:
        other.fire(first, "touch", "ana")
    assert trouble.value.reason == "damaged"
    with pytest.raises(StoreTrouble):
        other.show(first)
    done(other.fire(second, "touch", "ana"))


def test_a_dyad_that_is_gone_is_missed(engine, dyads, tamper):
    first, _ = dyads
    mine = seqs(engine, first)
    tamper("PRAGMA foreign_keys = OFF", f"DELETE FROM dyads WHERE id = '{first}'")

    assert problems(engine) == [("dyad_missing", first, 0), *(("stray", first, seq) for seq in mine)]


@pytest.mark.usefixtures("dyads")
def test_a_program_that_is_gone_is_told(tamper, again, folder):
    tamper("DELETE FROM programs")
    (folder / "small.yaml").unlink()

    assert {code for code, _, _ in problems(again())} == {"program"}


CODES = (
    "database", "gap", "changed", "sealed", "unreadable", "truncated", "head", "snapshot", "program", "dyad_missing",
    "stray",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_problem_has_its_sentence(code, lang):
    assert has_sentence("answers", f"verify.{code}", lang)
