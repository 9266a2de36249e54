"""From format 6 to 7: names as they sound, who is thanked, and where skills are named."""

import sqlalchemy as sa
from alembic import op

from indexers.names import sound
from indexers.thanks import thanks

revision = "7"
down_revision = "6"

_POST, _MENTIONED, _THANKED = 2, 7, 13
"""As format 7 numbers kinds and roles."""


def upgrade() -> None:
    """Make room; a taxonomy that is there must be imported again to be looked for in texts."""
    _hear_names(op.get_bind())
    _tell_thanks_in_mentions(op.get_bind())
    _tell_thanks_in_replies(op.get_bind())
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


def _hear_names(catalogue: sa.Connection) -> None:
    heard = sa.text("UPDATE names SET sound = :sound WHERE word = :word AND sound != :sound")
    for (word,) in catalogue.execute(sa.text("SELECT DISTINCT word FROM names")).fetchall():
        catalogue.execute(heard, {"word": word, "sound": sound(word)})


def _tell_thanks_in_mentions(catalogue: sa.Connection) -> None:
    posts = sa.text(
        "SELECT DISTINCT number, coalesce(html, text) FROM associations "
        "JOIN records ON number = associations.record JOIN bodies ON bodies.record = number "
        "WHERE role = :mentioned AND kind = :post"
    )
    asked = {"mentioned": _MENTIONED, "post": _POST}
    told = sa.text(
        "UPDATE associations SET role = :thanked WHERE record = :record AND role = :mentioned"
    )
    for record, text in catalogue.execute(posts, asked).fetchall():
        if thanks(text):
            named = {"thanked": _THANKED, "record": record, "mentioned": _MENTIONED}
            catalogue.execute(told, named)


def _tell_thanks_in_replies(catalogue: sa.Connection) -> None:
    column = sa.Column("thanks", sa.Integer, nullable=False, server_default="0")
    op.add_column("replies", column)
    written = sa.text(
        "SELECT replies.record, coalesce(html, text) FROM replies "
        "JOIN records ON number = replies.record JOIN bodies ON bodies.record = number "
        "WHERE card ->> 'reply_to' IS NOT NULL"
    )
    told = sa.text("UPDATE replies SET thanks = 1 WHERE record = :record")
    for record, text in catalogue.execute(written).fetchall():
        if thanks(text):
            catalogue.execute(told, {"record": record})
