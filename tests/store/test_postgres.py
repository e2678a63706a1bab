"""Is a server asked only where it is safe, is what goes wrong told in one clear reason, and does nothing get lost?"""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

import dyade
from dyade.errors import ExtraMissing, StoreTrouble
from dyade.flow.outcome import Decision
from dyade.service import desk as desks
from dyade.service.tick import BEGINNING
from dyade.store import reading
from dyade.store.postgres import asking, driver
from dyade.store.postgres.address import Address
from dyade.store.postgres.asking import PostgresTransaction
from dyade.store.postgres.driver import connect
from dyade.store.postgres.store import PostgresStore
from dyade.store.writing import Transaction
from dyade.wiring import Engine
from tests import postgres
from tests.service.lives import begin, behind, done, refused, running, welcome
from tests.store.relay import Relay

KINDS = ("postgresql",)


def reason(act, *args, **given):
    """Why something could not be done."""
    with pytest.raises(StoreTrouble) as trouble:
        act(*args, **given)
    assert str(trouble.value)
    return trouble.value.reason


def elsewhere(url, **changed):
    """The same address but for what is said."""
    parts = psycopg.conninfo.conninfo_to_dict(url) | changed
    who = f"{parts['user']}:{quote(parts['password'])}"
    return f"postgresql://{who}@{parts['host']}:{parts['port']}/{parts['dbname']}?options={quote(parts['options'])}"


# ---------------------------------------------------------------------------------------------------------- the address


def test_a_connection_keeps_what_it_is_given_and_waits_for_nobody_without_end(url):
    with closing(connect(Address(f"{url}&timeout=2.5"))) as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchall()[0][0]
            for name in ("synchronous_commit", "lock_timeout", "idle_in_transaction_session_timeout")
        }

    assert shown == {
        "synchronous_commit": "on",
        "lock_timeout": "2500ms",
        "idle_in_transaction_session_timeout": "30s",
    }


def test_a_server_that_was_told_to_answer_too_early_is_asked_to_wait_for_the_disk(url):
    careless = url.replace("options=", f"options={quote('-csynchronous_commit=off ')}")
    with closing(connect(Address(careless))) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_server_that_is_not_there_is_away(url):
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        assert reason(PostgresStore, elsewhere(url, port=unused.getsockname()[1])) == "away"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"password": "wrong"}, "refused"),
        ({"user": "nobody-known"}, "refused"),
        ({"dbname": "nothing-there"}, "missing"),
        ({"options": "-csearch_path=nothing_there"}, "missing"),
    ],
)
def test_who_or_what_the_server_does_not_know_is_told(url, changed, why):
    assert reason(PostgresStore, elsewhere(url, **changed)) == why


def test_a_password_is_never_told(url):
    for wrong in (elsewhere(url, password="hunter2"), elsewhere(url, password="hunter2") + "&nonsense=1"):
        with pytest.raises(StoreTrouble) as trouble:
            PostgresStore(wrong)
        assert "hunter2" not in str(trouble.value)


def test_a_patience_that_is_no_number_is_told(url):
    assert reason(PostgresStore, f"{url}&timeout=long") == "unreachable"


def test_a_server_that_is_too_old_is_told(url, monkeypatch):
    monkeypatch.setattr(driver, "OLDEST", 990000)

    assert reason(PostgresStore, url) == "outdated"


def test_a_database_that_cannot_spell_every_word_is_refused(url):
    name = f"latin_{os.getpid()}"
    with psycopg.connect(postgres.shared(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0".encode())
        try:
            assert reason(PostgresStore, elsewhere(url, dbname=name)) == "unsafe"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_database_of_something_else_is_left_alone(url):
    with behind(url) as other:
        other.execute("CREATE TABLE photos (id integer)")

    assert reason(PostgresStore, url) == "foreign"


@pytest.mark.usefixtures("engine")
def test_a_store_of_a_newer_dyade_is_left_alone(url):
    with behind(url) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")

    assert reason(PostgresStore, url) == "newer"


def test_a_store_that_nobody_made_is_not_made_unasked(url, folder):
    assert reason(Engine.open, url, folder, create=False) == "missing"
    Engine.open(url, folder).close()
    Engine.open(url, folder, create=False).close()


def test_somebody_who_may_only_read_reads(engine, url, folder, clock):
    dyad = begin(engine)
    only = url.replace("options=", f"options={quote('-cdefault_transaction_read_only=on ')}")
    with Engine.open(only, folder, clock) as looking:
        assert looking.dyad(dyad).revision == 1
        assert reason(looking.fire, dyad, "touch", "ana") == "read_only"
        assert looking.dyad(dyad).revision == 1


WITHOUT = """
import sys
sys.modules["psycopg"] = None
from dyade.errors import ExtraMissing
from dyade.wiring import Engine
try:
    Engine.open(sys.argv[1], sys.argv[2])
except ExtraMissing as missing:
    print(missing)
"""


def test_without_the_driver_its_extra_is_named(url, folder):
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            WITHOUT,
            url,
            str(folder),
        ],
        env=os.environ | {"PYTHONPATH": str(Path(dyade.__file__).parents[1])},
        capture_output=True,
        check=True,
        text=True,
    )

    assert found.stdout.strip() == str(ExtraMissing("postgres"))


def test_texts_are_sorted_as_in_a_file_whatever_the_order_of_the_database(engine, url):
    for person in ("eve", "Eve", "étienne", "zoe"):
        engine.add_person(person, person)

    assert engine.known_ids("person", "", 20) == ["Eve", "ana", "bob", "cleo", "eve", "olga", "zoe", "étienne"]
    with behind(url) as other:
        found = other.execute(
            """SELECT attrelid::regclass, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
            WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND atttypid = 'text'::regtype
            AND attcollation <> '"C"'::regcollation"""
        ).fetchall()
    assert found == []


# ---------------------------------------------------------------------------------------------- others at the same time


@pytest.fixture
def hasty(url, folder, clock):
    """The same store, for someone who waits a fifth of a second."""
    with Engine.open(f"{url}&timeout=0.2", folder, clock) as opened:
        yield opened


def test_a_dyad_that_another_transaction_holds_is_busy_and_others_are_not(engine, hasty):
    held, free = begin(engine), begin(engine)
    with engine._desk.store.writing() as transaction:
        transaction.dyad(held)

        assert reason(hasty.fire, held, "touch", "ana") == "busy"
        done(hasty.fire(free, "touch", "ana"))
        assert hasty.dyad(held).revision == 1

    done(hasty.fire(held, "touch", "ana"))


def test_nobody_writes_beside_an_erasure_and_everybody_reads(engine, hasty):
    dyad = begin(engine)
    with engine._desk.store.writing() as transaction:
        transaction.alone()

        assert reason(hasty.fire, dyad, "touch", "ana") == "busy"
        assert hasty.dyad(dyad).revision == 1

    done(hasty.fire(dyad, "touch", "ana"))


def test_two_workers_hold_different_dyads(engine, again, clock):
    due = [running(engine) for _ in range(4)]
    clock.pass_days(400)
    with engine._desk.store.writing() as mine, again()._desk.store.writing() as theirs:
        first = [id_ for _, _, id_ in mine.claim_due(clock.now, BEGINNING, 2)]
        second = [id_ for _, _, id_ in theirs.claim_due(clock.now, BEGINNING, 9)]

    assert (first, second) == (due[:2], due[2:])


def test_what_is_due_is_found_by_its_index_among_many(engine, url):
    running(engine)
    with behind(url) as other:
        other.execute("SET session_replication_role = replica")
        other.execute(
            """INSERT INTO dyads SELECT 10 + n, 'X-' || n, program, behaviour, revision, rank, created_at, at, leaf,
            outcome, at + 1000000 * (n % 500), hash, checksum, public, private
            FROM dyads, generate_series(1, 20000) n"""
        )
        other.execute("ANALYZE dyads")
    with engine._desk.store.reading() as view:
        for text, values in ((reading._DUE, (2**62, -(2**62), 0, 50)), (asking._CLAIM, (2**62, -(2**62), 0, 50))):
            plan = "\n".join(row[0] for row in view._connection.execute(f"EXPLAIN {text}", values).fetchall())

            assert "Index Scan using ix_dyads_next_due_at_number" in plan
            assert "Sort" not in plan


def test_a_deadlock_is_no_answer(engine, monkeypatch):
    """Two who wait for each other: one of them begins again, and both are answered."""
    one, two = begin(engine), begin(engine)
    meeting = threading.Barrier(2, timeout=20)
    met = threading.local()
    found = PostgresTransaction.stands

    def crossing(self, seen):
        standing = found(self, seen)
        if not hasattr(met, "once"):
            met.once = True
            meeting.wait()
            self.dyad(two if seen.id == one else one)
        return standing

    monkeypatch.setattr(PostgresTransaction, "stands", crossing)
    answers = []
    threads = [
        threading.Thread(target=lambda by=by, dyad=dyad: answers.append(by.fire(dyad, "touch", "ana")))
        for by, dyad in ((engine, one), (engine, two))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [done(answer).dyad.revision for answer in answers] == [2, 2]
    assert engine.verify().sound


def test_work_that_others_are_always_in_the_way_of_ends(engine, monkeypatch):
    dyad = begin(engine)
    tried = []

    def deadlocked(self, _):
        tried.append(self)
        error = psycopg.errors.DeadlockDetected()
        raise self._connection.told(error) from error

    with monkeypatch.context() as broken:
        broken.setattr(PostgresTransaction, "keep", deadlocked)
        assert reason(engine.fire, dyad, "touch", "ana") == "busy"

    assert len(tried) == desks.ATTEMPTS
    assert engine.dyad(dyad).revision == 1


def test_a_command_whose_twin_is_under_way_is_answered_as_it_is(engine, again):
    """Whoever comes second would be refused by what the first one did; they are given its answer instead."""
    dyad = begin(engine)
    other = again()
    answers = []
    with engine._desk.store.writing() as transaction:
        transaction.dyad(dyad)
        twins = [
            threading.Thread(target=lambda by=by: answers.append(by.fire(dyad, "begin", "ana", id="twin")))
            for by in (engine, other)
        ]
        for twin in twins:
            twin.start()
    for twin in twins:
        twin.join()

    assert [type(answer) for answer in answers] == [Decision, Decision]
    assert answers[0].dyad.revision == answers[1].dyad.revision == 2
    assert refused(engine.fire(dyad, "begin", "ana"))


def test_what_is_hidden_during_an_erasure_is_hidden_under_the_keys_that_come_after(engine, again):
    """A command that began before an erasure ends before it; one that comes later waits for the new keys."""
    dyad = running(engine)
    done(engine.fill(dyad, "log", "ana", {"hours": 1, "comment": "avant"}))
    other = again()
    stop = threading.Event()

    def act():
        while not stop.is_set():
            other.fire(dyad, "touch", "bob")

    acting = threading.Thread(target=act)
    acting.start()
    try:
        engine.add_person("dan", "Dan")
        for person in ("ana", "dan"):
            engine.erase_person(person, "request")
    finally:
        stop.set()
        acting.join()

    assert again().dyad(dyad).revision == other.dyad(dyad).revision
    assert other.verify().sound


# ------------------------------------------------------------------------------------------------------- when it breaks


@contextmanager
def relayed(url, folder, clock):
    """The store as one reaches it through a line that can be cut."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    with (
        Relay(int(str(parts["port"]))) as relay,
        Engine.open(f"{elsewhere(url, port=relay.port)}&timeout=1", folder, clock) as engine,
    ):
        yield relay, engine


@pytest.fixture
def line(url, folder, clock):
    with relayed(url, folder, clock) as both:
        welcome(both[1])
        yield both


def test_connections_that_broke_while_they_waited_are_replaced_unseen(line):
    relay, engine = line
    dyad = begin(engine)
    for _ in range(3):
        relay.cut()
        done(engine.fire(dyad, "touch", "ana"))
        relay.cut()
        engine.dyad(dyad)

    assert engine.dyad(dyad).revision == 4


def test_an_answer_that_was_lost_after_commit_is_found_again(line):
    """The line is cut as COMMIT was sent and before anything came back, for a command without an id."""
    relay, engine = line
    dyad = begin(engine)

    relay.cut_after(b"COMMIT")
    outcome = done(engine.fire(dyad, "touch", "ana"))

    assert relay.cuts == 1
    assert outcome.dyad.revision == engine.dyad(dyad).revision == 2
    assert engine.verify().sound


def test_a_commit_that_never_reached_the_server_is_done_again_once(line):
    relay, engine = line
    dyad = begin(engine)

    relay.cut_before(b"COMMIT")
    outcome = done(engine.fire(dyad, "touch", "ana", id="once"))

    assert relay.cuts == 1
    assert outcome.dyad.revision == engine.dyad(dyad).revision == 2
    assert done(engine.fire(dyad, "touch", "ana", id="once")).dyad.revision == 2


def test_where_nobody_can_tell_it_is_said_and_the_id_tells_later(line):
    relay, engine = line
    dyad = begin(engine)

    relay.cut_after(b"COMMIT", then_refuse=True)
    assert reason(engine.fire, dyad, "touch", "ana", id="once") == "unsure"
    assert reason(engine.fire, dyad, "touch", "ana", id="once") == "away"
    relay.serve()

    assert done(engine.fire(dyad, "touch", "ana", id="once")).dyad.revision == 2
    assert engine.dyad(dyad).revision == 2


def test_a_line_that_is_cut_at_any_statement_loses_and_doubles_nothing(line):
    """Every statement of a command in turn: each command is done once, whenever the line goes."""
    relay, engine = line
    dyad = begin(engine)
    texts = (b"BEGIN", b"pg_advisory", b"FROM commands", b"FROM dyads", b"UPDATE dyads", b"INTO records", b"COMMIT")
    for n, text in enumerate(texts):
        for cut in (relay.cut_before, relay.cut_after):
            cut(text)
            done(engine.fire(dyad, "touch", "ana", id=f"{n}{cut.__name__}"))

    assert relay.cuts == 2 * len(texts)
    assert engine.dyad(dyad).revision == 1 + 2 * len(texts)
    assert engine.verify().sound


def test_a_server_that_goes_and_comes_back_needs_no_new_start(folder, clock):
    """Killed as the power would: what was answered is there, and the engine goes on by itself."""
    server = postgres.Server(Path(os.environ[postgres.PLACE]) / f"own-{os.getpid()}", fsync="on")
    server.make()
    server.start()
    try:
        with Engine.open(server.url, folder, clock) as engine:
            welcome(engine)
            dyad = begin(engine)
            done(engine.fire(dyad, "touch", "ana"))
            server.stop()
            assert reason(engine.fire, dyad, "touch", "ana") == "away"
            assert reason(engine.dyad, dyad) == "away"
            server.start()

            assert engine.dyad(dyad).revision == 2
            done(engine.fire(dyad, "touch", "ana"))
            assert engine.verify().sound
    finally:
        server.stop()


def test_a_transaction_that_stands_still_is_given_up_and_its_owner_changes_nothing(url, folder, clock, monkeypatch):
    """As a process that is frozen and thaws: meanwhile others have gone on."""
    monkeypatch.setattr(driver, "ABANDONED", 0.1)
    with Engine.open(url, folder, clock) as engine:
        welcome(engine)
        dyad = begin(engine)
        monkeypatch.undo()
        with engine._desk.store.writing() as frozen:
            seen = frozen.dyad(dyad)
            assert seen is not None
            with Engine.open(url, folder, clock) as other:
                done(other.fire(dyad, "touch", "ana"))
            with pytest.raises(Exception, match="away"):
                frozen.set_next_due(seen, 1)

        assert engine.dyad(dyad).revision == 2
        assert engine.verify().sound


FROZEN = """
import sys
from dyade.store.postgres import driver
from dyade.store.postgres.asking import PostgresTransaction
from dyade.wiring import Engine
from tests.service.lives import MONDAY
url, folder, dyad = sys.argv[1:]
driver.ABANDONED = 0.3
keep = PostgresTransaction.keep
stood = []

def keeping(self, given):
    keep(self, given)
    if not stood:
        stood.append(True)
        print("kept, not committed", flush=True)
        sys.stdin.readline()

PostgresTransaction.keep = keeping
with Engine.open(url, folder, lambda: MONDAY, create=False) as engine:
    outcome = engine.fire(dyad, "touch", "ana", id="mine")
    print(type(outcome).__name__, outcome.dyad.revision, flush=True)
"""


def test_a_process_that_is_frozen_and_thaws_changes_nothing_twice(url, folder, clock):
    """SIGSTOP between what was written and COMMIT; another one goes on meanwhile; then SIGCONT."""
    with Engine.open(url, folder, clock) as engine:
        welcome(engine)
        dyad = begin(engine)
        with frozen(url, folder, dyad) as process:
            assert process.stdout.readline() == "kept, not committed\n"
            os.kill(process.pid, signal.SIGSTOP)
            # It waits for the server to give up what the frozen one holds.
            assert done(engine.fire(dyad, "touch", "ana", id="theirs")).dyad.revision == 2
            os.kill(process.pid, signal.SIGCONT)
            told, _ = process.communicate("go on\n", timeout=60)

        assert process.returncode == 0
        assert told == "Decision 3\n"
        assert engine.dyad(dyad).revision == 3
        assert done(engine.fire(dyad, "touch", "ana", id="mine")).dyad.revision == 3
        assert engine.verify().sound


@contextmanager
def frozen(url, folder, dyad):
    """A process that writes, says so before it commits, and waits for a line; it never outlives the test."""
    paths = (str(Path(dyade.__file__).parents[1]), str(Path(__file__).parents[2]))
    process = subprocess.Popen(
        [sys.executable, "-c", FROZEN, url, str(folder), dyad],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_an_outage_loses_and_doubles_nothing(line):
    """A server that nobody reaches for a while, with commands sent again and again under their ids."""
    relay, engine = line
    dyad = begin(engine)
    done(engine.fire(dyad, "touch", "ana", id="before"))
    relay.cut_after(b"BEGIN", then_refuse=True)

    for _ in range(3):
        assert reason(engine.fire, dyad, "touch", "ana", id="during") == "away"
        assert reason(engine.dyad, dyad) == "away"
    relay.serve()

    assert done(engine.fire(dyad, "touch", "ana", id="before")).dyad.revision == 2
    assert done(engine.fire(dyad, "touch", "ana", id="during")).dyad.revision == 3
    assert done(engine.fire(dyad, "touch", "ana", id="during")).dyad.revision == 3
    assert engine.verify().sound


# -------------------------------------------------------------------------------------------- messages on their way out


def claimed(engine, clock, limit=1):
    """What one round would hold, as long as its transaction lasts."""
    transaction = engine._desk.store.writing()
    opened = transaction.__enter__()
    return transaction, [one.message.id for one in opened.claim(("email",), clock.now, clock.now + 1, "one", limit)]


def test_what_one_deliverer_holds_another_leaves_without_waiting(engine, hasty, clock):
    running(engine)
    due = {one.message.id for one in engine.posted("waiting") if one.message.channel == "email"}
    assert len(due) > 1
    holding, first = claimed(engine, clock)
    try:
        with hasty._desk.store.writing() as other:
            second = [one.message.id for one in other.claim(("email",), clock.now, clock.now + 1, "two", 9)]
            other.commit()
    finally:
        holding.__exit__(None, None, None)

    assert len(first) == 1
    assert set(first) | set(second) == due
    assert not set(first) & set(second)


def test_deliverers_that_wait_for_one_another_are_found_out(engine, hasty, clock, monkeypatch):
    """The same with the fault planted: the second one stands in the way of the first, and gives up."""
    running(engine)
    monkeypatch.setattr(PostgresTransaction, "skipping", "")
    holding, _ = claimed(engine, clock)
    try:
        with pytest.raises(StoreTrouble) as trouble, hasty._desk.store.writing() as other:
            other.claim(("email",), clock.now, clock.now + 1, "two", 9)
    finally:
        holding.__exit__(None, None, None)

    assert trouble.value.reason == "busy"


# --------------------------------------------------------------------------------------------- what dyads share is held


def test_what_dyads_share_is_held_by_whoever_counts_it(engine, hasty):
    with engine._desk.store.writing() as mine:
        assert mine.counter("places", "seats", "")[0] == 0
        with hasty._desk.store.writing() as theirs:
            assert reason(theirs.counter, "places", "seats", "") == "busy"

    with hasty._desk.store.writing() as after:
        assert after.counter("places", "seats", "")[0] == 0


def test_counters_that_are_not_held_are_found_out(engine, hasty, monkeypatch):
    """The same with the fault planted: both would give the last place to somebody."""
    monkeypatch.setattr(PostgresTransaction, "counter", Transaction.counter)
    with engine._desk.store.writing() as mine, hasty._desk.store.writing() as theirs:
        assert mine.counter("places", "seats", "") == theirs.counter("places", "seats", "")
