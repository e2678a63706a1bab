"""Which keys does a store go by, and is what it holds hidden under them? A store older than its keys is hidden now."""

from __future__ import annotations

from json import loads
from sqlite3 import Connection
from typing import Final

from dyade.store import sqlite
from dyade.store.keeping import Keys, Place, keys_at
from dyade.store.sums import SUMMED, dyad_sum, row_sum
from dyade.store.vault import Vault, certificates_place, in_memory

CERTIFIED: Final = ("certified.name", "certificatereissued.name")
"""The names on certificates."""


def keys_of(connection: Connection, address: sqlite.Address, place: Place) -> Keys:
    """Find the keys of a store; only a store that hides nothing yet may have a place made for them."""
    with sqlite.told():
        [[name, epoch]] = connection.execute("SELECT store, epoch FROM identity").fetchall()
    keys = Keys(in_memory(name), None) if address.in_memory else keys_at(place, name, is_new=not epoch)
    if not epoch:
        try:
            with sqlite.told():
                _hide(connection, keys.vault)
        except BaseException:
            keys.vault.close()
            raise
    return keys


def _hide(connection: Connection, vault: Vault) -> None:
    """Hide everything, in one transaction; whoever comes second finds it done."""
    connection.execute(sqlite.BEGIN_WRITING)
    try:
        if connection.execute("SELECT epoch FROM identity").fetchone()[0]:
            connection.execute("ROLLBACK")
            return
        hidden = _hide_values(connection, vault) + _hide_dyads(connection, vault)
        for table, columns in _HIDDEN.items():
            hidden += _hide_rows(connection, vault, table, columns)
        connection.execute("UPDATE identity SET epoch = 1")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    if hidden:
        # What was written openly must not stay in a free place of the file, nor in the log.
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _hide_values(connection: Connection, vault: Vault) -> int:
    rows = connection.execute(
        """SELECT s.subject, r.dyad, s.path, r.body, s.value, s.salt, s.seq, s.i
        FROM sealed s JOIN records r ON r.seq = s.seq WHERE s.value IS NOT NULL"""
    ).fetchall()
    for subject, dyad, path, body, value, salt, *key in rows:
        hidden = vault.hide(subject, place_of(dyad, path, body), value, salt)
        connection.execute("UPDATE sealed SET value = ?, salt = NULL WHERE seq = ? AND i = ?", (hidden, *key))
    return len(rows)


def place_of(dyad: str, path: str, body: str) -> str:
    """Under which key a value is hidden: what a form gave has its own, for it may be erased apart."""
    said = path.split(".")
    if path in CERTIFIED:
        return certificates_place(dyad)
    if said[0] in ("forms", "steps"):
        return f"{dyad}/{said[1]}"
    return f"{dyad}/{loads(body)['form']}" if said[0] == "corrected" else dyad


def _hide_dyads(connection: Connection, vault: Vault) -> int:
    rows = connection.execute("SELECT id, hash, public, private, next_due_at FROM dyads WHERE private IS NOT NULL")
    for id_, hash_, public, private, next_due in (found := rows.fetchall()):
        hidden = vault.hide("", id_, private)
        connection.execute(
            "UPDATE dyads SET private = ?, checksum = ? WHERE id = ?",
            (hidden, dyad_sum(hash_, public, hidden, next_due), id_),
        )
    return len(found)


_HIDDEN: Final = {
    "people": ("name", "address", "attributes"),
    "enrolments": ("profile",),
    "outbox": ("subject", "body"),
    "commands": ("request", "answer"),
}
"""Table -> what it hides: of a person in the register, or of the people of a dyad."""


def _hide_rows(connection: Connection, vault: Vault, table: str, columns: tuple[str, ...]) -> int:
    names = SUMMED[table]
    rows = connection.execute(f"SELECT rowid, {', '.join(names)} FROM {table}").fetchall()
    for rowid, *values in rows:
        row = dict(zip(names, values, strict=True))
        person = row["id"] if table == "people" else row["person"] if table == "enrolments" else ""
        dyad = row.get("dyad", "")
        row |= {name: vault.hide(person, dyad, row[name]) for name in columns if row[name] is not None}
        connection.execute(
            f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)}, checksum = ? WHERE rowid = ?",
            (*(row[name] for name in columns), row_sum(row.values()), rowid),
        )
    return len(rows)
