"""Encodes the passages that await a vector."""

import json
from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import delete, func, select

from finder.domain import Passage
from finder.errors import StorageError
from finder.ports import Encoder, EncoderIdentity
from indexers.catalogue.database import FIRST_VECTOR, Database, fact, set_fact, take_numbers
from indexers.catalogue.schema import passages, records, vectors
from indexers.catalogue.writer import insert_vectors
from indexers.chunking import passage_text
from indexers.dense.codes import pack, scale, to_codes

ENCODER = "encoder"

_BATCH = 512
"""Passages to a transaction: some ten seconds of encoding, which is what a crash can cost."""


class DenseWriter:
    """Follows the catalogue's passages, for the one process that writes.

    Args:
        database: The catalogue.
        encoder: Makes the vectors.

    Raises:
        StorageError: The vectors that are there come from another encoder; rebuild them.
    """

    def __init__(self, database: Database, encoder: Encoder) -> None:
        self._database = database
        self._encoder = encoder
        check_encoder(database, encoder.identity)
        with database.writing() as connection:
            set_fact(connection, ENCODER, _as_text(encoder.identity))

    def follow(self, progress: Callable[[int], None] | None = None) -> None:
        """Encode every passage that has no vector, oldest first.

        Args:
            progress: Is told how many passages each transaction added.
        """
        while encoded := self.follow_batch():
            if progress:
                progress(encoded)

    def follow_batch(self) -> int:
        """Encode one batch, and return its size; 0 when nothing is left."""
        statement = (
            select(passages.c.id, records.c.title, passages.c.heading, passages.c.text)
            .join(records, records.c.number == passages.c.record)
            .outerjoin(vectors, vectors.c.passage == passages.c.id)
            .where(vectors.c.passage.is_(None))
            .order_by(passages.c.id)
            .limit(_BATCH)
        )
        with self._database.reading() as connection:
            waiting = connection.execute(statement).fetchall()
        if waiting:
            texts = [
                passage_text(row.title, Passage(text=row.text, heading=row.heading))
                for row in waiting
            ]
            blobs = pack(to_codes(self._encoder.encode_passages(texts)))
            with self._database.writing() as connection:
                ids = [row.id for row in waiting]
                insert_vectors(connection, list(zip(ids, blobs, strict=True)))
        return len(waiting)


def awaiting_vectors(database: Database) -> int:
    """How many passages have no vector yet."""
    with database.reading() as connection:
        held: int = connection.execute(select(func.count()).select_from(passages)).scalar_one()
        done: int = connection.execute(select(func.count()).select_from(vectors)).scalar_one()
    return held - done


def check_encoder(database: Database, identity: EncoderIdentity) -> None:
    """Refuse to mix vectors of two encoders.

    Raises:
        StorageError: The catalogue's vectors come from another one.
    """
    with database.reading() as connection:
        written_by = fact(connection, ENCODER)
    if written_by and written_by != _as_text(identity):
        name = json.loads(written_by)["name"]
        raise StorageError(
            f"The index of meaning was made by the encoder {name}, and the one configured is "
            f"{identity.name} (or another revision of it): run 'finder rebuild meaning', or "
            "configure the former encoder again."
        )


def discard_vectors(database: Database) -> None:
    """Throw every vector away; the next writer makes them again."""
    with database.writing() as connection:
        connection.execute(delete(vectors))
        # Whoever follows the vectors starts again from here.
        set_fact(connection, FIRST_VECTOR, str(take_numbers(connection, "vector", 1)))
        set_fact(connection, ENCODER, "")


def _as_text(identity: EncoderIdentity) -> str:
    codes = {"scale": scale(identity.dimension)}
    return json.dumps(asdict(identity) | codes, sort_keys=True)
