"""From format 6 to 7: what skills are called first, and the passages that name them."""

import sqlalchemy as sa
from alembic import op

revision = "7"
down_revision = "6"


def upgrade() -> None:
    """Make room for both; a taxonomy that is there must be imported again to have them."""
    for name in ("french", "english"):
        column = sa.Column(name, sa.String, nullable=False, server_default="")
        op.add_column("skills", column)
    op.create_table(
        "skill_mentions",
        sa.Column("passage", sa.Integer, nullable=False),
        sa.Column("skill", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("passage", "skill"),
        sa.ForeignKeyConstraint(["passage"], ["passages.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["skill"], ["skills.number"], ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_skill_mentions_skill", "skill_mentions", ["skill"])
