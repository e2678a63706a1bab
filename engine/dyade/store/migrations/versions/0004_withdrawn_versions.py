"""Which versions of a program no dyad begins in any more, and why."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of withdrawn versions."""
    op.create_table(
        "withdrawals",
        Column("behaviour", Text, nullable=False),
        Column("program", Text, nullable=False),
        Column("version", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("behaviour", name="pk_withdrawals"),
    )
    op.create_index("ix_withdrawals_program", "withdrawals", ["program"])
