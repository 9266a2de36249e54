"""Makes every vector again, by the encoder of today."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import delete, exists, insert, select

from finder.ports import Encoder
from indexers.catalogue.database import Database, fact, set_fact, take_range
from indexers.catalogue.remaking import Remaking
from indexers.catalogue.schema import awaiting, passages, vectors
from indexers.dense.encoding import encode
from indexers.dense.writer import ENCODER, as_text

VECTORS: Final = vectors.name

_OUTDATED: Final = "vectors are of before format"
"""The fact that a migration leaves where newer vectors answer better."""

_BATCH: Final = 512
"""Passages to a transaction: some twenty seconds of encoding, which is what a crash can cost."""


def remake_vectors(
    database: Database, encoder: Encoder, progress: Callable[[int], None] | None = None
) -> None:
    """Encode every passage anew, beside the vectors that are read until all is done.

    What comes while the last batch is encoded awaits its vector, as everything new does.

    Args:
        database: The catalogue.
        encoder: Makes the vectors.
        progress: Is told how many passages each step did.
    """
    remaking = _remaking(database, encoder)
    while True:
        with database.reading() as connection:
            lacking = remaking.lacking(connection, _BATCH)
        encoded = encode([(each.title, each.passage) for each in lacking], encoder)
        with database.noting() as connection:
            numbers = take_range(connection, "vector", len(encoded))
            remaking.add(
                connection,
                [
                    {"number": number, "passage": each.id} | codes._asdict()
                    for number, each, codes in zip(numbers, lacking, encoded, strict=True)
                ],
            )
        if progress:
            progress(len(encoded))
        if len(encoded) < _BATCH:
            break
    with database.writing() as connection:
        remaking.swap(connection)
        set_fact(connection, ENCODER, as_text(encoder.identity))
        set_fact(connection, _OUTDATED, "")
        connection.execute(delete(awaiting))
        new = select(passages.c.record, passages.c.id)
        new = new.where(~exists().where(vectors.c.passage == passages.c.id))
        connection.execute(insert(awaiting).from_select(["record", "passage"], new))


def passages_to_encode(database: Database, encoder: Encoder) -> int:
    """How many passages :func:`remake_vectors` has to encode, after what an earlier run did."""
    return _remaking(database, encoder).remaining()


def is_outdated(database: Database) -> bool:
    """Whether vectors may still be there that were when the catalogue was migrated."""
    with database.reading() as connection:
        return bool(fact(connection, _OUTDATED))


def _remaking(database: Database, encoder: Encoder) -> Remaking:
    return Remaking(database, vectors, maker=as_text(encoder.identity))
