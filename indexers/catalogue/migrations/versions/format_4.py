"""From format 3 to 4: the words of people's names."""

import sqlalchemy as sa
from alembic import op

from indexers.names import name_words

revision = "4"
down_revision = "3"

_PERSON = 0
"""As format 4 numbers kinds."""


def upgrade() -> None:
    """Take the names from the records."""
    names = op.create_table(
        "names",
        sa.Column("record", sa.Integer, nullable=False),
        sa.Column("word", sa.String, nullable=False),
        sa.Column("sound", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["record"], ["records.number"], ondelete="CASCADE"),
    )
    for column in ("record", "word", "sound"):
        op.create_index(f"ix_names_{column}", "names", [column])
    statement = sa.text("SELECT number, title FROM records WHERE kind = :kind")
    people = op.get_bind().execute(statement, {"kind": _PERSON}).fetchall()
    rows = [
        {"record": number, "word": word, "sound": heard}
        for number, name in people
        for word, heard in name_words(name)
    ]
    op.bulk_insert(names, rows)
