"""Which histories are of nobody in particular any more, and which ids are of one person."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, LargeBinary, PrimaryKeyConstraint, Text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Number = BigInteger().with_variant(Integer, "sqlite")
SQLITE_TRIGGERS = (
    "DROP TRIGGER records_are_not_changed",
    """CREATE TRIGGER records_are_not_changed BEFORE UPDATE ON records
    WHEN NOT EXISTS (SELECT 1 FROM rewriting WHERE dyad = OLD.dyad)
    BEGIN SELECT RAISE(ABORT, 'records are never changed'); END""",
)
POSTGRES_TRIGGERS = (
    """CREATE OR REPLACE FUNCTION records_are_not_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF EXISTS (SELECT 1 FROM rewriting WHERE dyad = OLD.dyad) THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'records are never %', CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'removed' END
            USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
)


def upgrade() -> None:
    """Make their registers; a history that is being made anonymous is the only one that may be written over."""
    op.create_table(
        "merges",
        Column("dropped", Text, nullable=False),
        Column("kept", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        ForeignKeyConstraint(["dropped"], ["people.id"], name="fk_merges_dropped_people"),
        ForeignKeyConstraint(["kept"], ["people.id"], name="fk_merges_kept_people"),
        PrimaryKeyConstraint("dropped", name="pk_merges"),
    )
    op.create_index("ix_merges_kept", "merges", ["kept"])
    op.create_table(
        "anonymisations",
        Column("n", Number, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("program", Text, nullable=False),
        Column("dyad", Text, nullable=False),
        Column("rule", Text, nullable=False),
        Column("persons", Integer, nullable=False),
        Column("values", Integer, nullable=False),
        Column("head", LargeBinary, nullable=False),
        ForeignKeyConstraint(["dyad"], ["dyads.id"], name="fk_anonymisations_dyad_dyads"),
        PrimaryKeyConstraint("n", name="pk_anonymisations"),
    )
    op.create_table(
        "rewriting", Column("dyad", Text, nullable=False), PrimaryKeyConstraint("dyad", name="pk_rewriting")
    )
    for trigger in POSTGRES_TRIGGERS if op.get_bind().dialect.name == "postgresql" else SQLITE_TRIGGERS:
        op.execute(trigger)
