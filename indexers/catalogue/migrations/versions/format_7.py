"""From format 6 to 7: names as they sound, what skills are called, and where they are named."""

import sqlalchemy as sa
from alembic import op

from indexers.names import sound

revision = "7"
down_revision = "6"


def upgrade() -> None:
    """Make room; a taxonomy that is there must be imported again to be looked for in texts."""
    catalogue = op.get_bind()
    for (word,) in catalogue.execute(sa.text("SELECT DISTINCT word FROM names")).fetchall():
        heard = sa.text("UPDATE names SET sound = :sound WHERE word = :word AND sound != :sound")
        catalogue.execute(heard, {"word": word, "sound": sound(word)})
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
