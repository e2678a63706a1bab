"""Does a row say the same, whichever way it is bound?"""

from __future__ import annotations

from contextlib import closing
from sqlite3 import connect

from hypothesis import given
from hypothesis import strategies as st

from dyade.store import binding
from dyade.store.binding import bound, put_down

VALUES = st.none() | st.binary(max_size=40) | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5)
INSERT = "INSERT INTO kept (a, b, c) VALUES (?, ?, ?)"
UPDATE = "UPDATE kept SET a = ?, b = ?, c = ? WHERE n = ?"


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6))
def test_rows_are_kept_as_they_are_given_whatever_they_lack(rows):
    with closing(connect(":memory:")) as connection:
        connection.execute("CREATE TABLE kept (n INTEGER PRIMARY KEY, a, b, c)")
        for row in rows:
            assert put_down(connection, INSERT, row).rowcount == 1
        assert connection.execute("SELECT a, b, c FROM kept ORDER BY n").fetchall() == rows

        for n, row in enumerate(reversed(rows), 1):
            assert put_down(connection, UPDATE, (*row, n)).rowcount == 1
        assert connection.execute("SELECT a, b, c FROM kept ORDER BY n").fetchall() == rows[::-1]


def test_a_statement_is_spelled_once_for_all_rows_that_lack_the_same():
    first, values = bound(INSERT, (None, 2, None))

    assert (first, values) == ("INSERT INTO kept (a, b, c) VALUES (NULL, ?, NULL)", [2])
    assert bound(INSERT, (None, 3, None))[0] is first
    assert bound(INSERT, (1, 2, 3))[0] is INSERT


def test_nothing_that_rows_leave_behind_stands_in_the_open():
    bound(INSERT, (None, 2, 3))

    assert not [name for name, value in vars(binding).items() if isinstance(value, dict) and not name.startswith("__")]
