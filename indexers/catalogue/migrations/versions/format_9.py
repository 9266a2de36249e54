"""From format 8 to 9: a third of the components of tokens, where there was half of them."""

import sqlalchemy as sa
from alembic import op

revision = "9"
down_revision = "8"


def upgrade() -> None:
    """Forget those that are there: they return once the index of meaning was made again."""
    vectors = sa.table("vectors", sa.column("tokens", sa.LargeBinary))
    op.execute(vectors.update().values(tokens=b""))
