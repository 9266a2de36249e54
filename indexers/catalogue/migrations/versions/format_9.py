"""From format 8 to 9: a third of the components of tokens, where there was half of them."""

import sqlalchemy as sa
from alembic import op

revision = "9"
down_revision = "8"


def upgrade() -> None:
    """Forget the tokens that are there, and note that meaning is to be made again for others.

    A rebuild that was not finished begins anew: what it has made is of an older format, too.
    """
    vectors = sa.table("vectors", sa.column("tokens", sa.LargeBinary))
    op.execute(vectors.update().values(tokens=b""))
    op.execute("DELETE FROM facts WHERE key = 'maker of vectors beside'")
    op.execute(
        "INSERT INTO facts SELECT 'vectors are of before format', '9' "
        "WHERE EXISTS (SELECT 1 FROM vectors)"
    )
