"""Which tables keep what? The schema as it stands after the last migration.

Records are written once: a trigger refuses to change or to remove them, another to leave a gap between revisions.
Instants are microseconds since 1970, UTC; texts that hold JSON keep the bytes that were hashed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in an INTEGER column."""

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text),
    Column("lang", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("checksum", BigInteger, nullable=False),
)
enrolments = Table(
    "enrolments",
    metadata,
    Column("program", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("person", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("capacity", Integer),
    Column("profile", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("checksum", BigInteger, nullable=False),
    PrimaryKeyConstraint("program", "role", "person"),
)
programs = Table(
    "programs",
    metadata,
    Column("behaviour", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("id", Text, nullable=False, index=True),
    Column("version", Text, nullable=False),
    Column("behaviour_form", Text, nullable=False),
    Column("full_form", Text, nullable=False),
    Column("files", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("checksum", BigInteger, nullable=False),
    PrimaryKeyConstraint("behaviour", "text"),
)
dyads = Table(
    "dyads",
    metadata,
    Column("number", Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("program", Text, nullable=False, index=True),
    Column("behaviour", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("leaf", Text, nullable=False),
    Column("outcome", Text),
    Column("next_due_at", BigInteger),
    Column("hash", LargeBinary, nullable=False),
    Column("checksum", BigInteger, nullable=False),
    Column("public", Text, nullable=False),
    Column("private", Text),
    Index("ix_dyads_next_due_at_number", "next_due_at", "number"),
)
holdings = Table(
    "holdings",
    metadata,
    Column("dyad", Text, ForeignKey("dyads.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("person", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("pending", Boolean, nullable=False),
    PrimaryKeyConstraint("dyad", "role", "person"),
)
records = Table(
    "records",
    metadata,
    Column("seq", Number, primary_key=True),
    Column("dyad", Text, ForeignKey("dyads.id"), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("n", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("recorded_by", Text),
    Column("occurred_on", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("dyad", "revision", "n"),
)
sealed = Table(
    "sealed",
    metadata,
    Column("seq", Number, ForeignKey("records.seq"), nullable=False),
    Column("i", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("salt", LargeBinary),
    Column("value", Text),
    PrimaryKeyConstraint("seq", "i"),
)
outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("dyad", Text, ForeignKey("dyads.id"), nullable=False, index=True),
    Column("seq", Number, ForeignKey("records.seq"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("recipient", Text, index=True),
    Column("channel", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("checksum", BigInteger, nullable=False),
    Column("try_at", BigInteger, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease", Text),
    Column("trouble", Text),
    Column("settled_at", BigInteger),
    Column("parcel", Text),
    Column("letter", Text),
    Index("ix_outbox_status_channel_try_at_seq_n", "status", "channel", "try_at", "seq", "n"),
)
"""From `try_at` on, its way out: when it may be tried, by whom it is held, the message with which it leaves in a
digest, and the letter as it was written for the first attempt."""
endpoints = Table(
    "endpoints",
    metadata,
    Column("name", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("rests_until", BigInteger, nullable=False),
    Column("stopped", Text),
    Column("trouble", Text),
)
"""Where messages go: how often in a row it failed, until when it is left alone, why it is not asked any more."""
preferences = Table(
    "preferences",
    metadata,
    Column("person", Text, ForeignKey("people.id"), primary_key=True),
    Column("timezone", Text),
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    Column("digest_at", Integer),
    Column("digested_on", Integer),
)
"""When someone wants to be written to, in minutes of their day; the last day on which they had a digest."""
certificates = Table(
    "certificates",
    metadata,
    Column("program", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("dyad", Text, ForeignKey("dyads.id"), nullable=False, index=True),
    Column("certificate", Text, nullable=False),
    Column("replaces", Text, nullable=False),
    Column("revoked_on", Text),
    Column("checksum", BigInteger, nullable=False),
    PrimaryKeyConstraint("program", "year", "sequence"),
    UniqueConstraint("program", "number"),
    UniqueConstraint("dyad", "certificate", "replaces"),
)
counters = Table(
    "counters",
    metadata,
    Column("program", Text, nullable=False),
    Column("counter", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("used", BigInteger, nullable=False),
    PrimaryKeyConstraint("program", "counter", "person"),
)
"""How much of what the dyads of a program share is used: places, or cents; the sum of their shares."""
shares = Table(
    "shares",
    metadata,
    Column("dyad", Text, ForeignKey("dyads.id"), nullable=False),
    Column("counter", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("program", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("waits_since", BigInteger),
    PrimaryKeyConstraint("dyad", "counter", "person"),
    Index("ix_shares_program_counter_person_waits_since", "program", "counter", "person", "waits_since"),
)
"""The part of each dyad; `waits_since` is the record by which it began to wait for a place."""
files = Table(
    "files",
    metadata,
    Column("n", Number, primary_key=True),
    Column("place", Text, nullable=False, unique=True),
    Column("dyad", Text, ForeignKey("dyads.id"), nullable=False, index=True),
    Column("seq", Number, ForeignKey("records.seq"), nullable=False),
    Column("i", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("checksum", BigInteger, nullable=False),
    UniqueConstraint("seq", "i", "position"),
    sqlite_autoincrement=True,
)
"""Where the content of an attached file stands, and which sealed value says what it is. No number is given twice."""
contents = Table(
    "contents", metadata, Column("place", Text, primary_key=True), Column("body", LargeBinary, nullable=False)
)
"""The contents themselves, hidden, where they do not stand beside the store: several machines share it."""
removals = Table("removals", metadata, Column("place", Text, primary_key=True))
"""Contents that were erased, and may still stand beside the store: they are removed as it is next opened."""
commands = Table(
    "commands",
    metadata,
    Column("actor", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("dyad", Text, ForeignKey("dyads.id"), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("checksum", BigInteger, nullable=False),
    PrimaryKeyConstraint("actor", "id"),
)
identity = Table(
    "identity",
    metadata,
    Column("store", Text, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
)
"""Under which name the keys of this store are kept; `epoch` is 0 until its data are hidden, and grows with erasures."""
erasures = Table(
    "erasures",
    metadata,
    Column("n", Number, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("dyads", Integer, nullable=False),
    Column("values", Integer, nullable=False),
)
accesses = Table(
    "accesses",
    metadata,
    Column("seq", Number, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("reader", Text, nullable=False),
    Column("dyad", Text, ForeignKey("dyads.id"), nullable=False, index=True),
    Column("what", Text, nullable=False),
)
merges = Table(
    "merges",
    metadata,
    Column("dropped", Text, ForeignKey("people.id"), primary_key=True),
    Column("kept", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
)
"""Ids under which one person was entered twice: the dropped one stands for the kept one."""
anonymisations = Table(
    "anonymisations",
    metadata,
    Column("n", Number, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("program", Text, nullable=False),
    Column("dyad", Text, ForeignKey("dyads.id"), nullable=False),
    Column("rule", Text, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("values", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
)
rewriting = Table("rewriting", metadata, Column("dyad", Text, primary_key=True))
"""The dyad whose history is being made anonymous: empty but within one transaction. Elsewhere, no record changes."""
incidents = Table(
    "incidents",
    metadata,
    Column("n", Number, primary_key=True),
    Column("occurred_on", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("risk", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("people", Integer, nullable=False),
    Column("what", Text, nullable=False),
)
withdrawals = Table(
    "withdrawals",
    metadata,
    Column("behaviour", Text, primary_key=True),
    Column("program", Text, nullable=False, index=True),
    Column("version", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
closures = Table(
    "closures",
    metadata,
    Column("program", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Which programs are closed: no dyad begins there, those that live go on."""
