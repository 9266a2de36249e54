"""How far the queue is: counts for each state, what is done in a second, how long it will take.

Everything is read from the catalogue, so that any process can tell, whoever works.
"""

import json
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, distinct, func, select

from indexers.catalogue.database import Database, fact, set_fact
from indexers.catalogue.failures import FailureState
from indexers.catalogue.schema import awaiting, failures, jobs, passages, records, vectors

_PAUSED: Final = "paused"

_WINDOW_SECONDS: Final = 30.0
"""Over which a pace is taken: some batches of encoding, many of words."""


class Pace:
    """How much is done in a second, noted by whoever does it.

    Args:
        name: What is done.
    """

    def __init__(self, name: str) -> None:
        self._fact = f"pace of {name}"
        self._done: deque[tuple[float, int]] = deque()

    def note(self, connection: Connection, count: int, *, since: float, now: float) -> None:
        """Note that so much was done between two Unix times."""
        self._done.append((since, count))
        while self._done[0][0] < now - _WINDOW_SECONDS and len(self._done) > 1:
            self._done.popleft()
        taken = now - self._done[0][0]
        rate = sum(done for _, done in self._done) / max(taken, 1e-3)
        set_fact(connection, self._fact, json.dumps([rate, now]))

    def read(self, connection: Connection, *, now: float) -> float:
        """The pace of late; 0 where nothing was done."""
        noted = fact(connection, self._fact)
        rate, at = json.loads(noted) if noted else (0.0, 0.0)
        return float(rate) if now - at < _WINDOW_SECONDS else 0.0


def words_pace() -> Pace:
    """Of records made findable by words."""
    return Pace("words")


def meaning_pace() -> Pace:
    """Of passages made findable by meaning."""
    return Pace("meaning")


def is_paused(connection: Connection) -> bool:
    """Whether nobody is to work on the queue."""
    return fact(connection, _PAUSED) == str(True)


def is_paused_now(database: Database) -> bool:
    """The same, for whoever has no transaction."""
    with database.reading() as connection:
        return is_paused(connection)


def set_paused(connection: Connection, *, paused: bool) -> None:
    """Say whether somebody is to work on the queue; what is received and deleted goes on."""
    set_fact(connection, _PAUSED, str(paused))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the queue is. Times are in seconds.

    Attributes:
        received: Records that await their turn.
        words: Records that are findable by words.
        meaning: Those of them that are findable by meaning too.
        awaiting_vectors: Passages that are not findable by meaning yet.
        failed: Records that failed and are not tried again by themselves.
        retrying: Records that failed and will be tried again.
        refused: Lines and files that are no records.
        skipped: Files that were never meant to go in.
        records_per_second: Records made findable by words in a second, of late.
        passages_per_second: Passages made findable by meaning in a second, of late.
        lag_seconds: How long the record that has waited longest has waited.
        paused: Whether filling is paused.
    """

    received: int
    words: int
    meaning: int
    awaiting_vectors: int
    failed: int
    retrying: int
    refused: int
    skipped: int
    records_per_second: float
    passages_per_second: float
    lag_seconds: float
    paused: bool

    @property
    def eta_seconds(self) -> float | None:
        """Until everything is findable by meaning, at this pace; None where nothing moves."""
        if self.paused:
            return None
        words = _time_left(self.received, self.records_per_second)
        meaning = _time_left(self.awaiting_vectors, self.passages_per_second)
        return None if words is None or meaning is None else words + meaning


def read_progress(connection: Connection, *, now: float) -> Progress:
    """How far the queue is; every count comes from an index."""
    held = _count(connection, records.c.number)
    encoding = connection.execute(select(func.count(distinct(awaiting.c.record)))).scalar_one()
    oldest = select(jobs.c.received_at).order_by(jobs.c.number).limit(1)
    waiting_since = connection.execute(oldest).scalar_one_or_none()
    by_state = _failures_by_state(connection)
    return Progress(
        received=_count(connection, jobs.c.number),
        words=held,
        meaning=held - encoding,
        awaiting_vectors=_count(connection, passages.c.id) - _count(connection, vectors.c.number),
        failed=by_state.get((FailureState.FAILED, False), 0),
        retrying=by_state.get((FailureState.FAILED, True), 0),
        refused=by_state.get((FailureState.REFUSED, False), 0),
        skipped=by_state.get((FailureState.SKIPPED, False), 0),
        records_per_second=words_pace().read(connection, now=now),
        passages_per_second=meaning_pace().read(connection, now=now),
        lag_seconds=0.0 if waiting_since is None else max(0.0, now - waiting_since),
        paused=is_paused(connection),
    )


def _count(connection: Connection, column: ColumnElement[Any]) -> int:
    counted: int = connection.execute(select(func.count(column))).scalar_one()
    return counted


def _failures_by_state(connection: Connection) -> dict[tuple[FailureState, bool], int]:
    """Counts by state and by whether another try is due by itself."""
    again = failures.c.next_try.is_not(None)
    rows = connection.execute(
        select(failures.c.state, again, func.count()).group_by(failures.c.state, again)
    )
    return {(FailureState(state), bool(retried)): count for state, retried, count in rows}


def _time_left(count: int, per_second: float) -> float | None:
    if not count:
        return 0.0
    return count / per_second if per_second else None
