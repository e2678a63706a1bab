"""What dyads share: the places and the money of each, and how much they use together."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of shares and of their sums."""
    op.create_table(
        "counters",
        Column("program", Text, nullable=False),
        Column("counter", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("used", BigInteger, nullable=False),
        PrimaryKeyConstraint("program", "counter", "person", name="pk_counters"),
    )
    op.create_table(
        "shares",
        Column("dyad", Text, nullable=False),
        Column("counter", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("program", Text, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("waits_since", BigInteger),
        ForeignKeyConstraint(["dyad"], ["dyads.id"], name="fk_shares_dyad_dyads"),
        PrimaryKeyConstraint("dyad", "counter", "person", name="pk_shares"),
    )
    op.create_index(
        "ix_shares_program_counter_person_waits_since", "shares", ["program", "counter", "person", "waits_since"]
    )
