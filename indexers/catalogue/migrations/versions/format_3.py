"""From format 2 to 3: words as they are written, what replies to what, and who has left."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"

_PERSON, _POST, _FORMER = 0, 2, 9
"""As format 3 numbers kinds and roles."""


def upgrade() -> None:
    """Read replies and leavers from the records; words come as terms are counted anew."""
    _make_spellings()
    _make_replies()
    op.execute(
        f"UPDATE associations SET role = {_FORMER} WHERE record IN "  # noqa: S608 - a constant
        f"(SELECT number FROM records WHERE kind = {_PERSON} AND card ->> 'active' = 0)"
    )


def _make_spellings() -> None:
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


def _make_replies() -> None:
    op.create_table(
        "replies",
        sa.Column("record", sa.Integer, primary_key=True),
        sa.Column("parent", sa.String, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["record"], ["records.number"], ondelete="CASCADE"),
    )
    op.create_index("ix_replies_parent", "replies", ["parent"])
    op.execute(
        "INSERT INTO replies SELECT number, parent, accepted FROM (SELECT number, id, "  # noqa: S608
        "coalesce(card ->> 'reply_to', card ->> 'thread') AS parent, "
        "coalesce(card ->> 'accepted', 0) AS accepted "
        f"FROM records WHERE kind = {_POST}) WHERE parent <> id"
    )
