"""Which files are attached to dyads, and which contents are still to be removed?"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Number = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make both tables; no file is attached yet."""
    op.create_table(
        "files",
        Column("n", Number, nullable=False),
        Column("place", Text, nullable=False),
        Column("dyad", Text, nullable=False),
        Column("seq", Number, nullable=False),
        Column("i", Integer, nullable=False),
        Column("position", Integer, nullable=False),
        Column("checksum", BigInteger, nullable=False),
        ForeignKeyConstraint(["dyad"], ["dyads.id"], name="fk_files_dyad_dyads"),
        ForeignKeyConstraint(["seq"], ["records.seq"], name="fk_files_seq_records"),
        PrimaryKeyConstraint("n", name="pk_files"),
        UniqueConstraint("place", name="uq_files_place"),
        UniqueConstraint("seq", "i", "position", name="uq_files_seq_i_position"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_files_dyad", "files", ["dyad"])
    op.create_table(
        "contents",
        Column("place", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        PrimaryKeyConstraint("place", name="pk_contents"),
    )
    op.create_table(
        "removals", Column("place", Text, nullable=False), PrimaryKeyConstraint("place", name="pk_removals")
    )
