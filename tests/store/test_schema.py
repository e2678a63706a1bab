"""Do the migrations make the schema that the code knows, and does the database itself guard the journal?"""

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from dyade.store import posting, reading, writing
from dyade.store.postgres.spelling import engine_on
from dyade.store.schema import metadata
from dyade.store.upgrade import MIGRATIONS, VERSIONS
from tests.service.lives import UNSOUND, begin, behind, done, running


@pytest.mark.usefixtures("engine")
def test_the_migrations_make_the_schema(url, store_kind):
    database = create_engine(url, poolclass=NullPool) if store_kind == "sqlite" else engine_on(psycopg.connect(url))
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []
    database.dispose()


def test_every_migration_is_known_and_in_order():
    steps = ScriptDirectory(str(MIGRATIONS)).walk_revisions()

    assert tuple(step.revision for step in steps)[::-1] == VERSIONS


@pytest.mark.usefixtures("engine")
def test_a_store_that_is_up_to_date_is_opened_without_what_makes_it(again, monkeypatch):
    monkeypatch.setattr("dyade.store.upgrade.run", None)

    assert len(again().people()) == 4


@pytest.fixture
def connection(engine, url):
    running(engine)
    with behind(url) as opened:
        yield opened


COLUMNS = "dyad, revision, n, kind, at, recorded_at, actor, occurred_on, body, hash"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE records SET body = '{}'", "never changed"),
        ("UPDATE records SET actor = 'bob' WHERE seq = 1", "never changed"),
        ("DELETE FROM records", "never removed"),
        ("DELETE FROM records WHERE seq = 5", "never removed"),
        (f"INSERT INTO records ({COLUMNS}) VALUES ('D-1', 2, 1, 'x', 0, 0, 'a', '', '', '')", "never replaced|unique"),
        (f"INSERT INTO records ({COLUMNS}) VALUES ('D-1', 4, 1, 'x', 0, 0, 'a', '', '', '')", "missing before"),
        (f"INSERT INTO records ({COLUMNS}) VALUES ('D-1', 3, 2, 'x', 0, 0, 'a', '', '', '')", "missing before"),
        (f"INSERT INTO records ({COLUMNS}) VALUES ('D-1', 2, 3, 'x', 0, 0, 'a', '', '', '')", "missing before"),
        (
            f"""INSERT INTO records ({COLUMNS}) VALUES ('D-1', 3, 1, 'x', 0, 0, 'a', '', '', ''),
                ('D-1', 5, 1, 'x', 0, 0, 'a', '', '', '')""",
            "missing before",
        ),
        (f"INSERT INTO records ({COLUMNS}) VALUES ('D-9', 1, 1, 'x', 0, 0, 'a', '', '', '')", "(?i)foreign key"),
        ("DELETE FROM dyads", "(?i)foreign key"),
        ("DELETE FROM people", "(?i)foreign key"),
    ],
)
def test_the_database_itself_guards_the_journal(connection, statement, said):
    with pytest.raises(UNSOUND, match=said):
        connection.execute(statement)


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    "statement",
    [
        "REPLACE INTO records SELECT * FROM records WHERE seq = 5",
        f"REPLACE INTO records (seq, {COLUMNS}) VALUES (5, 'D-1', 3, 1, 'x', 0, 0, 'a', '', '', '')",
        f"REPLACE INTO records ({COLUMNS}) VALUES ('D-1', 2, 1, 'x', 0, 0, 'a', '', '', '')",
    ],
)
def test_sqlite_does_not_replace_what_is_in_the_journal(connection, statement):
    with pytest.raises(UNSOUND, match="never replaced"):
        connection.execute(statement)


def test_what_follows_in_the_journal_may_be_added(connection):
    for revision, n in ((3, 1), (3, 2), (4, 1)):
        connection.execute(
            f"INSERT INTO records ({COLUMNS}) VALUES ('D-1', {revision}, {n}, 'x', 0, 0, 'a', '', '', '')"
        )


def test_what_follows_in_the_journal_may_be_added_in_one_statement(connection):
    rows = ", ".join(
        f"('D-1', {revision}, {n}, 'x', 0, 0, 'a', '', '', '')" for revision, n in ((3, 1), (3, 2), (4, 1))
    )

    assert connection.execute(f"INSERT INTO records ({COLUMNS}) VALUES {rows}").rowcount == 3


def test_every_statement_fits_the_schema(engine):
    """The texts that the driver runs are written by hand: the database must know each name in them."""
    texts = {
        f"{module.__name__}.{name}": text
        for module in (reading, writing, posting)
        for name, text in vars(module).items()
        if name.startswith("_") and isinstance(text, str) and text.split()[0] in ("SELECT", "INSERT", "UPDATE")
    }
    assert len(texts) > 15
    with engine._desk.store.reading() as view:
        for name, text in texts.items():
            values = [None] * text.count("?")
            assert view._connection.execute(f"EXPLAIN {text}", values).fetchall(), name


@pytest.mark.parametrize(
    "text",
    [
        f"{reading._DYAD} WHERE id = 'D-1'",
        f"{reading._RECORD} WHERE dyad = 'D-1' AND revision >= 1 AND revision <= 9 ORDER BY revision, n",
        reading._ANSWER,
        reading._SHARED,
        reading._OF_PERSON,
        reading._DUE,
        reading._SEALED,
        reading._USED,
        reading._LINE,
        reading._QUEUE,
        writing._KEEP_DYAD,
        posting._DUE,
        posting._OF,
        posting._WITH,
        posting._CLAIM,
    ],
)
def test_no_question_of_a_command_reads_a_whole_table(engine, store_kind, text):
    explain = "EXPLAIN QUERY PLAN" if store_kind == "sqlite" else "EXPLAIN"
    with engine._desk.store.reading() as view:
        if store_kind == "postgresql":
            # A table that holds next to nothing is read whole, whatever its indexes, unless that is forbidden.
            view._connection.execute("SET LOCAL enable_seqscan = off")
        plan = view._connection.execute(f"{explain} {text}", [None] * text.count("?")).fetchall()

    assert plan
    assert [step for *_, step in plan if step.startswith("SCAN") or "Seq Scan" in step] == []


def test_all_that_a_command_leaves_lies_in_one_transaction(engine, url, monkeypatch):
    """Seen from outside: before the commit nothing of it is there, after it all of it is."""
    dyad = begin(engine)
    counts = "SELECT (SELECT count(*) FROM records), (SELECT count(*) FROM outbox), (SELECT count(*) FROM commands)"
    seen = []
    commit = writing.Transaction.commit

    def watched(self):
        seen.append(other.execute(counts).fetchone())
        commit(self)
        seen.append(other.execute(counts).fetchone())

    monkeypatch.setattr(writing.Transaction, "commit", watched)
    with behind(url) as other:
        done(engine.fire(dyad, "begin", "ana", id="one"))

    assert seen == [(4, 0, 0), (5, 2, 1)]
