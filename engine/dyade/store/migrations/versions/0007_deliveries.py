"""How far each message has come on its way out, where messages go, and when people want to be written to."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A message that waits may be tried at once; nothing is known of where messages go."""
    op.add_column("outbox", Column("try_at", BigInteger, nullable=False, server_default="0"))
    op.add_column("outbox", Column("attempts", Integer, nullable=False, server_default="0"))
    op.add_column("outbox", Column("lease", Text))
    op.add_column("outbox", Column("trouble", Text))
    op.add_column("outbox", Column("settled_at", BigInteger))
    op.add_column("outbox", Column("parcel", Text))
    op.add_column("outbox", Column("letter", Text))
    op.drop_index("ix_outbox_status", "outbox")
    columns = ["status", "channel", "try_at", "seq", "n"]
    op.create_index("ix_outbox_status_channel_try_at_seq_n", "outbox", columns)
    op.create_table(
        "endpoints",
        Column("name", Text, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("rests_until", BigInteger, nullable=False),
        Column("stopped", Text),
        Column("trouble", Text),
        PrimaryKeyConstraint("name", name="pk_endpoints"),
    )
    op.create_table(
        "preferences",
        Column("person", Text, nullable=False),
        Column("timezone", Text),
        Column("quiet_from", Integer),
        Column("quiet_until", Integer),
        Column("digest_at", Integer),
        Column("digested_on", Integer),
        ForeignKeyConstraint(["person"], ["people.id"], name="fk_preferences_person_people"),
        PrimaryKeyConstraint("person", name="pk_preferences"),
    )
