"""A store as it was before there were keys: the same, with everything written openly."""

import sqlite3

from dyade.store.hiding import _HIDDEN
from dyade.store.reading import SALT
from dyade.store.sums import SUMMED, dyad_sum, row_sum


def opened_up(engine, file) -> None:
    """Write openly all that a store hides."""
    vault = engine._desk.store.vault
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    for seq, i, value in db.execute("SELECT seq, i, value FROM sealed WHERE value IS NOT NULL").fetchall():
        shown = vault.show(value)
        row = (shown[:SALT], shown[SALT:].decode(), seq, i)
        db.execute("UPDATE sealed SET salt = ?, value = ? WHERE seq = ? AND i = ?", row)
    for id_, hash_, public, private, due in db.execute(
        "SELECT id, hash, public, private, next_due_at FROM dyads WHERE private IS NOT NULL"
    ).fetchall():
        shown = vault.show(private).decode()
        kept = (shown, dyad_sum(hash_, public, shown, due), id_)
        db.execute("UPDATE dyads SET private = ?, checksum = ? WHERE id = ?", kept)
    for table, columns in _HIDDEN.items():
        names = SUMMED[table]
        for rowid, *values in db.execute(f"SELECT rowid, {', '.join(names)} FROM {table}").fetchall():
            shown_row = dict(zip(names, values, strict=True))
            shown_row |= {name: vault.show(shown_row[name]).decode() for name in columns if shown_row[name] is not None}
            sets = ", ".join(f"{name} = ?" for name in columns)
            written = (*(shown_row[name] for name in columns), row_sum(shown_row.values()), rowid)
            db.execute(f"UPDATE {table} SET {sets}, checksum = ? WHERE rowid = ?", written)
    db.execute("UPDATE identity SET epoch = 0")
    db.execute("COMMIT")
    db.close()
