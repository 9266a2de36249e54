"""From format 2 to 3: the words of passages as they are written, beside their terms."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Make room for them; they are filled in as the terms are counted anew."""
    op.create_table(
        "spellings",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("word", sa.String, nullable=False),
        sa.UniqueConstraint("word"),
    )
    op.add_column(
        "terms",
        sa.Column("spellings", sa.LargeBinary, nullable=False, server_default=sa.text("x''")),
    )
