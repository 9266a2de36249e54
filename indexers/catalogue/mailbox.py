"""Outcomes of jobs, kept until whoever delivered them has read them, in whatever process."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, func, select

from finder.corpus import KINDS
from finder.domain import RecordKey
from indexers.catalogue.database import insert_rows
from indexers.catalogue.schema import outcomes
from indexers.outcomes import Outcome, Status

_KEPT_SECONDS: Final = 86_400.0
"""After a day, whoever waited is gone."""

NO_JOB: Final = 2**62
"""Higher than the number of any job."""


def tell(
    connection: Connection,
    settled: Iterable[tuple[int | None, Sequence[Outcome]]],
    *,
    now: float,
) -> None:
    """Keep what became of jobs.

    Args:
        connection: In a transaction.
        settled: For each job, the delivery that waits for it, if one does, and its outcome, then
            those of its parts.
        now: A Unix time.
    """
    insert_rows(
        connection,
        outcomes,
        [
            {
                "delivery": delivery,
                "job": outcome.job,
                "part": part,
                "status": outcome.status.value,
                "kind": outcome.key and KINDS.index(outcome.key.kind),
                "id": outcome.key and outcome.key.id,
                "source": outcome.source,
                "line": outcome.line,
                "reason": outcome.reason,
                "passages": outcome.passages,
                "at": now,
            }
            for delivery, told in settled
            if delivery is not None
            for part, outcome in enumerate(told)
        ],
    )


def collect(connection: Connection, delivery: int, *, jobs: int, before: int) -> list[Outcome]:
    """Take out what became of a delivery's jobs, in the order of their numbers.

    Args:
        connection: In a transaction: an outcome is told once.
        delivery: Whose jobs.
        jobs: Of how many at most.
        before: Of those with a lower number than this one.
    """
    own = and_(outcomes.c.delivery == delivery, outcomes.c.job < before)
    last = select(outcomes.c.job).where(own, outcomes.c.part == 0)
    last = last.order_by(outcomes.c.job).offset(jobs - 1).limit(1)
    taken = delete(outcomes).where(
        own, outcomes.c.job <= func.coalesce(last.scalar_subquery(), NO_JOB)
    )
    rows = connection.execute(taken.returning(outcomes)).fetchall()
    return [_outcome(row) for row in sorted(rows, key=lambda row: (row.job, row.part))]


def forget_uncollected(connection: Connection, *, now: float) -> None:
    """Throw away what nobody came for."""
    connection.execute(delete(outcomes).where(outcomes.c.at < now - _KEPT_SECONDS))


def _outcome(row: Row[Any]) -> Outcome:
    return Outcome(
        status=Status(row.status),
        key=RecordKey(KINDS[row.kind], row.id),
        source=row.source,
        line=row.line,
        reason=row.reason,
        passages=row.passages,
        job=row.job,
    )
