"""Does `verify` find whatever was changed behind our back, and name the first bad record?"""

from random import Random

import pytest

from dyade.errors import StoreTrouble
from dyade.texts import has_sentence
from dyade.wiring import Engine
from tests.service.lives import behind, careless, done, running


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
def tamper(url):
    """Change the store as someone would who does not care for triggers."""

    def run(*statements):
        with behind(url) as connection:
            careless(connection)
            for statement in statements:
                assert connection.execute(statement).rowcount != 0, statement

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
        "hash = (SELECT hash FROM records WHERE seq = 1)",
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
    tamper(f"UPDATE dyads SET hash = (SELECT hash FROM records WHERE seq = 1) WHERE id = '{first}'")

    assert problems(engine) == [("head", first, last)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sealed SET value = 'quatre'",
        # Hidden under the right key, yet another value.
        "UPDATE sealed SET value = (SELECT value FROM sealed other WHERE other.seq <> sealed.seq AND i = 0 LIMIT 1)",
        "DELETE FROM sealed",
    ],
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
        "private = substr(private, 1, 40) || 'AAAA' || substr(private, 45)",
        "private = NULL",
        "public = '[]'",
        "public = replace(public, 'small', 'smell')",
    ],
)
def test_a_dyad_that_does_not_stand_where_its_records_lead_is_found(engine, dyads, tamper, change):
    first, _ = dyads
    tamper(f"UPDATE dyads SET {change} WHERE id = '{first}'")

    assert problems(engine) == [("snapshot", first, 0)]


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


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE dyads SET leaf = 'done'", "leaf"),
        ("UPDATE dyads SET outcome = ''", "outcome"),
        ("UPDATE dyads SET created_at = created_at + 1", "created_at"),
        ("UPDATE dyads SET at = at + 1", "at"),
        ("UPDATE holdings SET person = 'olga' WHERE role = 'mentor'", "people"),
    ],
)
def test_a_list_that_says_otherwise_than_its_dyad_is_found(engine, dyads, tamper, change, what):
    tamper(change)

    assert [(p.code, p.dyad, p.detail) for p in engine.verify().problems] == [("snapshot", id_, what) for id_ in dyads]


def test_an_instant_that_time_would_not_come_to_is_found(engine, dyads, tamper, again):
    tamper(f"UPDATE dyads SET next_due_at = next_due_at + 1 WHERE id = '{dyads[0]}'")

    assert [(p.code, p.dyad, p.detail) for p in engine.verify().problems] == [("snapshot", dyads[0], "next_due")]
    with pytest.raises(StoreTrouble):
        again().fire(dyads[0], "touch", "ana")


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ("UPDATE people SET name = 'Anna' WHERE id = 'ana'", "people ana"),
        ("UPDATE people SET attributes = '{}' WHERE id = 'ana'", "people ana"),
        ("UPDATE enrolments SET role = 'mentor'", "enrolments small"),
        ("UPDATE outbox SET recipient = 'ana' WHERE id = (SELECT MIN(id) FROM outbox)", "outbox "),
        ("UPDATE commands SET answer = '{}'", "commands ana"),
        ("UPDATE programs SET full_form = replace(full_form, 'chess', 'cheese') || ' '", "programs "),
    ],
)
@pytest.mark.usefixtures("dyads")
def test_a_row_that_is_not_as_it_was_written_is_found(engine, tamper, change, detail):
    done(engine.fire("D-1", "touch", "ana", id="one"))
    tamper(change)

    found = engine.verify().problems

    assert [problem.code for problem in found] == ["database"]
    assert found[0].detail.startswith(detail)


@pytest.mark.usefixtures("dyads", "file")
def test_bytes_where_words_should_be_are_found(engine, tamper):
    """SQLite alone keeps anything anywhere."""
    tamper("UPDATE outbox SET body = x'00' WHERE rowid = 1", "UPDATE records SET body = x'ff' WHERE seq = 1")

    assert {problem.code for problem in engine.verify().problems} == {"database", "changed"}


def test_rows_that_changed_as_they_should_are_sound(engine, dyads, clock):
    engine.change_person("ana", name="Anastasia", lang="en", address="ana@example.org")
    engine.set_attributes("bob", {"level": 2})
    engine.enrol("olga", "small", "office", profile={"a": 1}, capacity=3)
    done(engine.fire(dyads[0], "follow", "cleo", id="one"))
    clock.pass_days(4)
    engine.tick()

    assert engine.verify().sound


def test_a_program_that_is_not_as_it_was_kept_is_not_used(dyads, tamper, again, folder):
    tamper("UPDATE programs SET full_form = full_form || ' '")
    (folder / "small.yaml").unlink()

    with pytest.raises(StoreTrouble) as trouble:
        again().fire(dyads[0], "touch", "ana")

    assert trouble.value.reason == "damaged"


def _all_that_is_told(engine):
    return (
        engine.dyads(),
        [(engine.show(one.id).dyad, engine.show(one.id).next_due, engine.history(one.id)) for one in engine.dyads()],
        (engine.people(), engine.enrolments(), engine.outbox()),
    )


def test_a_flipped_bit_is_found_or_does_no_harm(engine, dyads, url, file, folder, clock):
    """Anywhere in the file: either it is told, or everything reads as before."""
    done(engine.fire(dyads[0], "touch", "ana", id="one"))
    told = _all_that_is_told(engine)
    engine.close()
    sound = file.read_bytes()
    chance = Random(11)
    found = 0
    # Most of a small file is empty: what is there is what may be lost.
    for at in chance.sample([at for at, byte in enumerate(sound) if byte], 60):
        file.write_bytes(sound[:at] + bytes([sound[at] ^ (1 << chance.randrange(8))]) + sound[at + 1 :])
        for beside in ("-wal", "-shm"):
            file.with_name(file.name + beside).unlink(missing_ok=True)
        try:
            with Engine.open(url, folder, clock) as damaged:
                if damaged.verify().sound:
                    assert _all_that_is_told(damaged) == told, at
                else:
                    found += 1
        except StoreTrouble:
            found += 1
    assert found > 40


@pytest.mark.usefixtures("dyads")
def test_a_file_that_was_cut_short_is_found(engine, url, file, folder, clock):
    engine.close()
    file.write_bytes(file.read_bytes()[:-8192])

    with pytest.raises(StoreTrouble) as trouble, Engine.open(url, folder, clock) as damaged:
        damaged.verify()

    assert trouble.value.reason == "damaged"


def test_a_dyad_that_is_gone_is_missed(engine, dyads, tamper):
    first, _ = dyads
    mine = seqs(engine, first)
    tamper(f"DELETE FROM dyads WHERE id = '{first}'")

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
