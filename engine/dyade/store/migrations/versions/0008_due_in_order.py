"""What is due, in its order: those that are due at one instant are found one after the other, however many they are."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the number of the dyad beside the instant."""
    op.create_index("ix_dyads_next_due_at_number", "dyads", ["next_due_at", "number"])
    op.drop_index("ix_dyads_next_due_at", "dyads")
