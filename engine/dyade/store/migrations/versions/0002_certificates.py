"""The numbers of certificates: in each program and year from 1, none twice, none left out."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, UniqueConstraint

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE_TRIGGERS = (
    """CREATE TRIGGER certificates_leave_no_gap BEFORE INSERT ON certificates
    WHEN NEW.sequence <> 1 + (SELECT COALESCE(MAX(sequence), 0) FROM certificates
        WHERE program = NEW.program AND year = NEW.year)
    BEGIN SELECT RAISE(ABORT, 'certificates are numbered one after the other'); END""",
    """CREATE TRIGGER certificates_are_not_removed BEFORE DELETE ON certificates
    BEGIN SELECT RAISE(ABORT, 'certificates are never removed'); END""",
)
POSTGRES_TRIGGERS = (
    """CREATE FUNCTION certificates_leave_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.sequence < 1 OR NEW.sequence > 1 + (SELECT COALESCE(MAX(sequence), 0) FROM certificates
            WHERE program = NEW.program AND year = NEW.year) THEN
            RAISE EXCEPTION 'certificates are numbered one after the other'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER certificates_leave_no_gap BEFORE INSERT ON certificates
    FOR EACH ROW EXECUTE FUNCTION certificates_leave_no_gap()""",
    """CREATE FUNCTION certificates_are_not_removed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'certificates are never removed'
        USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER certificates_are_not_removed BEFORE DELETE ON certificates
    FOR EACH ROW EXECUTE FUNCTION certificates_are_not_removed()""",
    """CREATE TRIGGER certificates_are_not_emptied BEFORE TRUNCATE ON certificates
    FOR EACH STATEMENT EXECUTE FUNCTION certificates_are_not_removed()""",
)


def upgrade() -> None:
    """Make the table of numbers."""
    op.create_table(
        "certificates",
        Column("program", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("sequence", Integer, nullable=False),
        Column("number", Text, nullable=False),
        Column("dyad", Text, nullable=False),
        Column("certificate", Text, nullable=False),
        Column("replaces", Text, nullable=False),
        Column("revoked_on", Text),
        Column("checksum", BigInteger, nullable=False),
        ForeignKeyConstraint(["dyad"], ["dyads.id"], name="fk_certificates_dyad_dyads"),
        PrimaryKeyConstraint("program", "year", "sequence", name="pk_certificates"),
        UniqueConstraint("program", "number", name="uq_certificates_program_number"),
        UniqueConstraint("dyad", "certificate", "replaces", name="uq_certificates_dyad_certificate_replaces"),
    )
    op.create_index("ix_certificates_dyad", "certificates", ["dyad"])
    for trigger in POSTGRES_TRIGGERS if op.get_bind().dialect.name == "postgresql" else SQLITE_TRIGGERS:
        op.execute(trigger)
