"""From format 7 to 8: the tokens of passages."""

import sqlalchemy as sa
from alembic import op

revision = "8"
down_revision = "7"


def upgrade() -> None:
    """Make room; what is there has tokens once the index of meaning was made again."""
    column = sa.Column("tokens", sa.LargeBinary, nullable=False, server_default=sa.text("x''"))
    op.add_column("vectors", column)
