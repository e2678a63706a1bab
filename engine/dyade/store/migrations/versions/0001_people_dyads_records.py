"""People, enrolments, programs, dyads, and their journal of records that nobody changes."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Number = BigInteger().with_variant(Integer, "sqlite")

SQLITE_TRIGGERS = (
    """CREATE TRIGGER records_are_not_changed BEFORE UPDATE ON records
    BEGIN SELECT RAISE(ABORT, 'records are never changed'); END""",
    """CREATE TRIGGER records_are_not_removed BEFORE DELETE ON records
    BEGIN SELECT RAISE(ABORT, 'records are never removed'); END""",
    """CREATE TRIGGER records_leave_no_gap BEFORE INSERT ON records
    WHEN NOT ((NEW.revision = 1 AND NEW.n = 1) OR EXISTS (
        SELECT 1 FROM records WHERE dyad = NEW.dyad AND revision = NEW.revision - (NEW.n = 1)
        AND n = CASE NEW.n WHEN 1 THEN 1 ELSE NEW.n - 1 END))
    BEGIN SELECT RAISE(ABORT, 'a revision or a record is missing before this one'); END""",
    # REPLACE removes a row without asking the trigger that guards removals.
    """CREATE TRIGGER records_are_not_replaced BEFORE INSERT ON records
    WHEN EXISTS (SELECT 1 FROM records WHERE seq = NEW.seq)
        OR EXISTS (SELECT 1 FROM records WHERE dyad = NEW.dyad AND revision = NEW.revision AND n = NEW.n)
    BEGIN SELECT RAISE(ABORT, 'records are never replaced'); END""",
)
POSTGRES_TRIGGERS = (
    """CREATE FUNCTION records_are_not_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'records are never %', CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'removed' END
        USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER records_are_not_changed BEFORE UPDATE OR DELETE ON records
    FOR EACH ROW EXECUTE FUNCTION records_are_not_changed()""",
    """CREATE TRIGGER records_are_not_removed BEFORE TRUNCATE ON records
    FOR EACH STATEMENT EXECUTE FUNCTION records_are_not_changed()""",
    """CREATE FUNCTION records_leave_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT ((NEW.revision = 1 AND NEW.n = 1) OR EXISTS (
            SELECT 1 FROM records WHERE dyad = NEW.dyad
            AND revision = NEW.revision - CASE NEW.n WHEN 1 THEN 1 ELSE 0 END
            AND n = CASE NEW.n WHEN 1 THEN 1 ELSE NEW.n - 1 END)) THEN
            RAISE EXCEPTION 'a revision or a record is missing before this one'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER records_leave_no_gap BEFORE INSERT ON records
    FOR EACH ROW EXECUTE FUNCTION records_leave_no_gap()""",
)


def upgrade() -> None:
    """Make the first tables."""
    _people()
    _programs()
    _dyads()
    _records()
    _messages()
    for trigger in POSTGRES_TRIGGERS if op.get_bind().dialect.name == "postgresql" else SQLITE_TRIGGERS:
        op.execute(trigger)


def _people() -> None:
    op.create_table(
        "people",
        Column("id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("address", Text),
        Column("lang", Text, nullable=False),
        Column("attributes", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("changed_at", BigInteger, nullable=False),
        Column("checksum", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_table(
        "enrolments",
        Column("program", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("capacity", Integer),
        Column("profile", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("changed_at", BigInteger, nullable=False),
        Column("checksum", BigInteger, nullable=False),
        ForeignKeyConstraint(["person"], ["people.id"], name="fk_enrolments_person_people"),
        PrimaryKeyConstraint("program", "role", "person", name="pk_enrolments"),
    )
    op.create_index("ix_enrolments_person", "enrolments", ["person"])


def _programs() -> None:
    op.create_table(
        "programs",
        Column("behaviour", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("id", Text, nullable=False),
        Column("version", Text, nullable=False),
        Column("behaviour_form", Text, nullable=False),
        Column("full_form", Text, nullable=False),
        Column("files", Text, nullable=False),
        Column("published_at", BigInteger, nullable=False),
        Column("checksum", BigInteger, nullable=False),
        PrimaryKeyConstraint("behaviour", "text", name="pk_programs"),
    )
    op.create_index("ix_programs_id", "programs", ["id"])


def _dyads() -> None:
    op.create_table(
        "dyads",
        Column("number", Number, nullable=False),
        Column("id", Text, nullable=False),
        Column("program", Text, nullable=False),
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
        PrimaryKeyConstraint("number", name="pk_dyads"),
        UniqueConstraint("id", name="uq_dyads_id"),
    )
    op.create_index("ix_dyads_program", "dyads", ["program"])
    op.create_index("ix_dyads_next_due_at", "dyads", ["next_due_at"])
    op.create_table(
        "holdings",
        Column("dyad", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("pending", Boolean, nullable=False),
        ForeignKeyConstraint(["dyad"], ["dyads.id"], name="fk_holdings_dyad_dyads"),
        ForeignKeyConstraint(["person"], ["people.id"], name="fk_holdings_person_people"),
        PrimaryKeyConstraint("dyad", "role", "person", name="pk_holdings"),
    )
    op.create_index("ix_holdings_person", "holdings", ["person"])


def _records() -> None:
    op.create_table(
        "records",
        Column("seq", Number, nullable=False),
        Column("dyad", Text, nullable=False),
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
        ForeignKeyConstraint(["dyad"], ["dyads.id"], name="fk_records_dyad_dyads"),
        PrimaryKeyConstraint("seq", name="pk_records"),
        UniqueConstraint("dyad", "revision", "n", name="uq_records_dyad_revision_n"),
    )
    op.create_table(
        "sealed",
        Column("seq", Number, nullable=False),
        Column("i", Integer, nullable=False),
        Column("path", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("salt", LargeBinary),
        Column("value", Text),
        ForeignKeyConstraint(["seq"], ["records.seq"], name="fk_sealed_seq_records"),
        PrimaryKeyConstraint("seq", "i", name="pk_sealed"),
    )
    op.create_index("ix_sealed_subject", "sealed", ["subject"])


def _messages() -> None:
    op.create_table(
        "outbox",
        Column("id", Text, nullable=False),
        Column("dyad", Text, nullable=False),
        Column("seq", Number, nullable=False),
        Column("n", Integer, nullable=False),
        Column("kind", Text, nullable=False),
        Column("rule", Text, nullable=False),
        Column("recipient", Text),
        Column("channel", Text, nullable=False),
        Column("priority", Text, nullable=False),
        Column("template", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("checksum", BigInteger, nullable=False),
        ForeignKeyConstraint(["dyad"], ["dyads.id"], name="fk_outbox_dyad_dyads"),
        ForeignKeyConstraint(["seq"], ["records.seq"], name="fk_outbox_seq_records"),
        PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_dyad", "outbox", ["dyad"])
    op.create_index("ix_outbox_recipient", "outbox", ["recipient"])
    op.create_index("ix_outbox_status", "outbox", ["status"])
    op.create_table(
        "commands",
        Column("actor", Text, nullable=False),
        Column("id", Text, nullable=False),
        Column("request", Text, nullable=False),
        Column("dyad", Text, nullable=False),
        Column("revision", BigInteger, nullable=False),
        Column("answer", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("checksum", BigInteger, nullable=False),
        ForeignKeyConstraint(["dyad"], ["dyads.id"], name="fk_commands_dyad_dyads"),
        PrimaryKeyConstraint("actor", "id", name="pk_commands"),
    )
    op.create_index("ix_commands_at", "commands", ["at"])
