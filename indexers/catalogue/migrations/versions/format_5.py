"""From format 4 to 5: the skills of taxonomies."""

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"


def upgrade() -> None:
    """Make room for taxonomies; there is none yet."""
    op.create_table(
        "skills",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("taxonomy", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.UniqueConstraint("taxonomy", "id"),
    )
    op.create_index("ix_skills_id", "skills", ["id"])
    _make_part("skill_labels", sa.Column("label", sa.String, nullable=False), by="key")
    _make_part("skill_parents", by="parent")


def _make_part(name: str, *columns: sa.Column[str], by: str) -> None:
    """A table of what skills have several of, found by the skill and by one column."""
    op.create_table(
        name,
        sa.Column("skill", sa.Integer, nullable=False),
        *columns,
        sa.Column(by, sa.String, nullable=False),
        sa.ForeignKeyConstraint(["skill"], ["skills.number"], ondelete="CASCADE"),
    )
    op.create_index(f"ix_{name}_skill", name, ["skill"])
    op.create_index(f"ix_{name}_{by}", name, [by])
