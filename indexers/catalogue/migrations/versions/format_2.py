"""From format 1 to 2: a queue, what awaits a vector, where records came from, what went wrong."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None


def upgrade() -> None:
    """Keep everything but the list of files that could not be read: those are read again."""
    op.add_column("records", sa.Column("feed", sa.String))
    op.add_column("records", sa.Column("container", sa.String))
    op.create_index(
        "records_by_container",
        "records",
        ["container"],
        sqlite_where=sa.text("container IS NOT NULL"),
    )
    _make_awaiting()
    _make_jobs()
    _make_outcomes()
    _make_failures()
    _make_answers()


def _make_awaiting() -> None:
    op.create_table(
        "awaiting",
        sa.Column("record", sa.Integer, nullable=False),
        sa.Column("passage", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["record"], ["records.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("record", "passage"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO awaiting SELECT record, id FROM passages "
        "WHERE id NOT IN (SELECT passage FROM vectors)"
    )


def _make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("lane", sa.Integer, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("path", sa.LargeBinary),
        sa.Column("feed", sa.String),
        sa.Column("line", sa.Integer),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("delivery", sa.Integer),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.UniqueConstraint("kind", "id"),
    )
    op.create_index("jobs_by_turn", "jobs", ["lane", "priority", "number"])
    op.create_index(
        "jobs_by_delivery", "jobs", ["delivery"], sqlite_where=sa.text("delivery IS NOT NULL")
    )


def _make_outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("delivery", sa.Integer, nullable=False),
        sa.Column("job", sa.Integer, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("source", sa.String),
        sa.Column("line", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("delivery", "job", "part"),
        sqlite_with_rowid=False,
    )


def _make_failures() -> None:
    op.drop_table("failures")
    op.create_table(
        "failures",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("kind", sa.Integer),
        sa.Column("id", sa.String),
        sa.Column("container", sa.String),
        sa.Column("feed", sa.String),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("line", sa.Integer),
        sa.Column("field", sa.String),
        sa.Column("reason", sa.String),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_at", sa.Float, nullable=False),
        sa.Column("last_at", sa.Float, nullable=False),
        sa.Column("next_try", sa.Float),
        sa.Column("lane", sa.Integer),
        sa.Column("payload", sa.Text),
        sa.Column("path", sa.LargeBinary),
        sa.UniqueConstraint("kind", "id"),
    )
    op.create_index("ix_failures_container", "failures", ["container"])
    op.create_index("ix_failures_feed", "failures", ["feed"])
    op.create_index("failures_by_state", "failures", ["state", "next_try"])


def _make_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
