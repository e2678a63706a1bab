"""Does a record leave a gap before it? On a server, asked once for all that a statement adds."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# The record before each is looked up by itself: joined, a plan made while there were few would read them all later.
POSTGRES_TRIGGERS = (
    "DROP TRIGGER records_leave_no_gap ON records",
    """CREATE OR REPLACE FUNCTION records_leave_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM added a WHERE NOT (a.revision = 1 AND a.n = 1) AND (
                SELECT b.seq FROM records b WHERE b.dyad = a.dyad
                AND b.revision = a.revision - CASE a.n WHEN 1 THEN 1 ELSE 0 END
                AND b.n = CASE a.n WHEN 1 THEN 1 ELSE a.n - 1 END) IS NULL) THEN
            RAISE EXCEPTION 'a revision or a record is missing before this one'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER records_leave_no_gap AFTER INSERT ON records REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION records_leave_no_gap()""",
)


def upgrade() -> None:
    """Replace what asks for each row; a file has nothing that asks once."""
    for trigger in POSTGRES_TRIGGERS if op.get_bind().dialect.name == "postgresql" else ():
        op.execute(trigger)
