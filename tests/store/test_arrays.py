"""Does a server read in an array what was written?"""

from __future__ import annotations

from contextlib import closing

import psycopg
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dyade.store.postgres.arrays import arrays

KINDS = ("postgresql",)
COLUMNS = {
    "TEXT": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
    | st.sampled_from(["", "NULL", '"', "\\", '\\"', "{}", '{"a":"b\\n"}', "\x01", "a\x01b", "é, 😀"]),
    "BIGINT": st.integers(-(2**63), 2**63 - 1),
    "INTEGER": st.integers(-(2**31), 2**31 - 1),
    "BYTEA": st.binary(max_size=8),
}
ROWS = st.lists(st.tuples(*(st.none() | values for values in COLUMNS.values())), min_size=1, max_size=8)
TEXTS = st.lists(st.tuples(COLUMNS["TEXT"]), min_size=1, max_size=8)


def given_back(url, rows, kinds):
    """What the server makes of them."""
    casts = ", ".join(f"CAST(%s AS {kind}[])" for kind in kinds)
    with closing(psycopg.connect(url)) as connection:
        return connection.execute(f"SELECT * FROM unnest({casts})", arrays(rows, kinds)).fetchall()


def test_rows_arrive_as_they_are(url):
    @given(ROWS)
    @example([(None,) * 4])
    @settings(max_examples=60, deadline=None)
    def arrive(rows):
        assert given_back(url, rows, COLUMNS) == rows

    arrive()


def test_columns_that_lack_nothing_arrive_as_they_are(url):
    @given(TEXTS)
    @example([("\x01",), ("a\x01b",), ("",)])
    @settings(max_examples=60, deadline=None)
    def arrive(rows):
        assert given_back(url, rows, ["TEXT"]) == rows

    arrive()
