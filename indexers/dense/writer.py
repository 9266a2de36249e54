"""Encodes the passages that await a vector."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter, time

from sqlalchemy import Connection, delete, func, select, tuple_

from finder.domain import Passage
from finder.errors import StorageError
from finder.ports import Encoder, EncoderIdentity
from indexers.catalogue.database import Database, fact, set_fact
from indexers.catalogue.progress import meaning_pace
from indexers.catalogue.schema import awaiting, passages, records, vectors
from indexers.catalogue.writer import Coded, insert_vectors
from indexers.dense.codes import scale
from indexers.dense.encoding import encode

ENCODER = "encoder"

_BATCH = 512
"""Passages to a transaction: some twenty seconds of encoding, which is what a crash can cost."""

_PIECE_SECONDS = 1.0
"""Of encoding without a look at what else there is to do; shorter pieces make smaller batches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A passage without a vector, and what is encoded for it."""

    record: int
    id: int
    title: str
    passage: Passage


class DenseWriter:
    """Encodes the catalogue's passages, for the one process that writes.

    Args:
        database: The catalogue.
        encoder: Makes the vectors.

    Raises:
        StorageError: The vectors that are there come from another encoder; rebuild them.
    """

    def __init__(self, database: Database, encoder: Encoder) -> None:
        self._database = database
        self._encoder = encoder
        self._piece = 1
        self._pace = meaning_pace()
        check_encoder(database, encoder.identity)
        with database.reading() as connection:
            claimed = bool(fact(connection, ENCODER))
        if not claimed:
            with database.noting() as connection:
                set_fact(connection, ENCODER, as_text(encoder.identity))

    def follow(self, progress: Callable[[int], None] | None = None) -> None:
        """Encode every passage that has no vector.

        Args:
            progress: Is told how many passages each transaction added.
        """
        while is_awaiting(self._database):
            encoded = self.follow_batch()
            if progress:
                progress(encoded)

    def follow_batch(self, interrupted: Callable[[], bool] = lambda: False) -> int:
        """Encode a batch, the newest passages of all, and return how many vectors were added.

        The catalogue is not held meanwhile: what is deleted before its vector is there gets none.

        Args:
            interrupted: Whether to make do with less, asked every second.
        """
        since = time()
        waiting = self._newest()
        encoded: dict[int, Coded] = {}
        while len(encoded) < len(waiting) and not (encoded and interrupted()):
            encoded |= self._encode(waiting[len(encoded) : len(encoded) + self._piece])
        if not encoded:
            return 0
        with self._database.writing() as connection:
            _check_encoder(connection, self._encoder.identity)  # a rebuild may have changed it
            still_there = _take_awaiting(connection, waiting[: len(encoded)])
            insert_vectors(connection, [(id_, encoded[id_]) for id_ in still_there])
            self._pace.note(connection, len(still_there), since=since, now=time())
        return len(still_there)

    def _newest(self) -> list[_Waiting]:
        """Passages of like length one after the other: little of the work is then padding."""
        statement = (
            select(awaiting.c.record, passages.c.id, records.c.title)
            .add_columns(passages.c.heading, passages.c.text)
            .join(passages, passages.c.id == awaiting.c.passage)
            .join(records, records.c.number == awaiting.c.record)
            .order_by(awaiting.c.record.desc(), awaiting.c.passage.desc())
            .limit(_BATCH)
        )
        with self._database.reading() as connection:
            rows = connection.execute(statement).fetchall()
        waiting = [
            _Waiting(
                record=row.record,
                id=row.id,
                title=row.title,
                passage=Passage(text=row.text, heading=row.heading),
            )
            for row in rows
        ]
        return sorted(waiting, key=lambda each: len(each.passage.text))

    def _encode(self, piece: Sequence[_Waiting]) -> dict[int, Coded]:
        start = perf_counter()
        encoded = encode([(each.title, each.passage) for each in piece], self._encoder)
        taken = perf_counter() - start
        # The next piece takes the time that it may, as far as this one tells.
        fitting = int(len(piece) * _PIECE_SECONDS / max(taken, 1e-6))
        self._piece = max(1, min(fitting, 2 * len(piece), _BATCH))
        return dict(zip((each.id for each in piece), encoded, strict=True))


def is_awaiting(database: Database) -> bool:
    """Whether a passage has no vector yet."""
    with database.reading() as connection:
        return connection.execute(select(awaiting.c.record).limit(1)).first() is not None


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
        _check_encoder(connection, identity)


def _check_encoder(connection: Connection, identity: EncoderIdentity) -> None:
    written_by = fact(connection, ENCODER)
    if written_by and written_by != as_text(identity):
        name = json.loads(written_by)["name"]
        raise StorageError(
            f"The index of meaning was made by the encoder {name}, and the one configured is "
            f"{identity.name} (or another revision of it): run 'finder rebuild meaning', or "
            "configure the former encoder again."
        )


def _take_awaiting(connection: Connection, encoded: Sequence[_Waiting]) -> list[int]:
    """The passages among those encoded that still await their vector, which they now have."""
    pairs = [(each.record, each.id) for each in encoded]
    taken = delete(awaiting).where(tuple_(awaiting.c.record, awaiting.c.passage).in_(pairs))
    return list(connection.execute(taken.returning(awaiting.c.passage)).scalars())


def as_text(identity: EncoderIdentity) -> str:
    """What the catalogue knows an encoder by, with how its vectors are coded."""
    codes = {"scale": scale(identity.dimension)}
    return json.dumps(asdict(identity) | codes, sort_keys=True)
