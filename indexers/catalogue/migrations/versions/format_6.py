"""From format 5 to 6: the click log."""

import sqlalchemy as sa
from alembic import op

revision = "6"
down_revision = "5"


def upgrade() -> None:
    """Make room for the log; it holds nothing unless the organisation turns it on."""
    op.create_table(
        "clicks",
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("query", sa.String, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "query", "day"),
        sqlite_with_rowid=False,
    )
    op.create_index("clicks_by_day", "clicks", ["day"])
