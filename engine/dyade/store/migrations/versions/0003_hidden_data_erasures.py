"""Which keys a store's data are hidden under, what was erased, who read what was confidential, what went wrong."""

from secrets import token_hex

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Number = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Name the store, so that its keys are found; what it holds already is hidden when it is opened."""
    op.create_table(
        "identity",
        Column("store", Text, nullable=False),
        Column("epoch", BigInteger, nullable=False),
        PrimaryKeyConstraint("store", name="pk_identity"),
    )
    op.execute(f"INSERT INTO identity (store, epoch) VALUES ('{token_hex(16)}', 0)")
    op.create_table(
        "erasures",
        Column("n", Number, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("dyads", Integer, nullable=False),
        Column("values", Integer, nullable=False),
        PrimaryKeyConstraint("n", name="pk_erasures"),
    )
    op.create_table(
        "accesses",
        Column("seq", Number, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("reader", Text, nullable=False),
        Column("dyad", Text, nullable=False),
        Column("what", Text, nullable=False),
        ForeignKeyConstraint(["dyad"], ["dyads.id"], name="fk_accesses_dyad_dyads"),
        PrimaryKeyConstraint("seq", name="pk_accesses"),
    )
    op.create_index("ix_accesses_dyad", "accesses", ["dyad"])
    op.create_table(
        "incidents",
        Column("n", Number, nullable=False),
        Column("occurred_on", Text, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("risk", Text, nullable=False),
        Column("told", Text, nullable=False),
        Column("people", Integer, nullable=False),
        Column("what", Text, nullable=False),
        PrimaryKeyConstraint("n", name="pk_incidents"),
    )
