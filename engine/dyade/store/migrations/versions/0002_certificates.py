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
    for trigger in SQLITE_TRIGGERS:
        op.execute(trigger)
