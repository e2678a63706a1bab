"""Which programs are closed to new dyads, and why."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of closed programs."""
    op.create_table(
        "closures",
        Column("program", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("program", name="pk_closures"),
    )
