"""What did not go in, and why; and the records among it that may be tried again."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, or_, select, update

from finder.corpus import KINDS
from finder.domain import Kind, RecordKey
from indexers.catalogue.database import insert_rows, take_range
from indexers.catalogue.queue import Job, Lane, Priority, enqueue, ids_by_kind
from indexers.catalogue.schema import failures, jobs
from indexers.outcomes import shown
from indexers.parsing import FailureReason, ParseFailure
from indexers.sources import Refusal

_DOCUMENT = KINDS.index(Kind.DOCUMENT)


class FailureState(StrEnum):
    """How something did not go in."""

    FAILED = "failed"
    """It could not be read; an earlier version of it stays findable."""
    REFUSED = "refused"
    """It is no record."""
    SKIPPED = "skipped"
    """It was never meant to go in."""


_ADVICE: Mapping[FailureState, str] = {
    FailureState.REFUSED: "Mend it and ingest its source again.",
    FailureState.SKIPPED: "Nothing, unless it should go in: then rename or move it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A job that failed, or a file inside the file of one that did not.

    Attributes:
        job: The job.
        key: The record that is not there.
        failure: Why.
        member: The file's name inside the job's file, if it is inside.
        next_try: When it will be tried again, as a Unix time; None: not by itself.
    """

    job: Job
    key: RecordKey
    failure: ParseFailure
    member: str | None = None
    next_try: float | None = None

    @property
    def source(self) -> str:
        """Where it came from."""
        if self.job.path is None:
            return self.job.feed or str(self.key)
        return shown(self.job.path) + (f"!/{self.member}" if self.member else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that did not go in, as it is listed. Times are Unix times."""

    state: FailureState
    key: RecordKey | None
    source: str
    line: int | None
    field: str | None
    reason: str | None
    message: str
    attempts: int
    first_at: float
    last_at: float
    next_try: float | None

    @property
    def advice(self) -> str:
        """What to do about it, in a sentence."""
        return FailureReason(self.reason).advice if self.reason else _ADVICE[self.state]


def settle_failures(
    connection: Connection, settled: Sequence[RecordKey], failed: Sequence[Failed], *, now: float
) -> None:
    """Remember what failed of the records that were settled, and forget what failed before.

    Args:
        connection: In a transaction.
        settled: The records, whether they failed or not.
        failed: Those that failed, and what failed inside their files.
        now: A Unix time.
    """
    since: dict[RecordKey, float] = {}
    for kind, ids in ids_by_kind(each.key for each in failed).items():
        earlier = select(failures.c.id, failures.c.first_at).where(
            failures.c.kind == KINDS.index(kind), failures.c.id.in_(ids)
        )
        since |= {RecordKey(kind, row.id): row.first_at for row in connection.execute(earlier)}
    forget_failed(connection, [*settled, *since])
    insert_rows(
        connection,
        failures,
        [
            {
                "state": FailureState.FAILED.value,
                "kind": KINDS.index(each.key.kind),
                "id": each.key.id,
                "container": each.job.key.id if each.member else None,
                "feed": each.job.feed,
                "source": each.source,
                "line": each.job.line,
                "reason": each.failure.reason.value,
                "message": each.failure.message,
                "attempts": each.job.attempts + 1,
                "first_at": since.get(each.key, now),
                "last_at": now,
                "next_try": each.next_try,
                "lane": each.job.lane.value,
                "payload": each.job.payload,
                "path": None if each.job.path is None else os.fsencode(each.job.path),
            }
            for each in failed
        ],
    )


def note_refusals(
    connection: Connection, refusals: Iterable[Refusal], *, feed: str, now: float
) -> None:
    """Remember what a source does not take."""
    insert_rows(
        connection,
        failures,
        [
            {
                "state": (FailureState.SKIPPED if each.skipped else FailureState.REFUSED).value,
                "feed": feed,
                "source": each.source,
                "line": each.line,
                "field": each.field,
                "message": each.reason,
                "attempts": 1,
                "first_at": now,
                "last_at": now,
            }
            for each in refusals
        ],
    )


def forget_refusals(connection: Connection, feed: str) -> None:
    """Forget what a source did not take, before it is read again."""
    refused = failures.c.state != FailureState.FAILED.value
    connection.execute(delete(failures).where(failures.c.feed == feed, refused))


def forget_failed(connection: Connection, keys: Iterable[RecordKey]) -> None:
    """Forget that records failed, and what is inside their files."""
    for kind, ids in ids_by_kind(keys).items():
        own = (failures.c.kind == KINDS.index(kind)) & failures.c.id.in_(ids)
        connection.execute(delete(failures).where(own))
        if kind is Kind.DOCUMENT:
            connection.execute(delete(failures).where(failures.c.container.in_(ids)))


def listed_failures(connection: Connection, places: Sequence[Path] = ()) -> list[Failure]:
    """What did not go in, in the order of where it is.

    Args:
        connection: Reads the catalogue.
        places: Files, folders or sources; everything by default.
    """
    found = select(failures).where(_within(places)).order_by(failures.c.source, failures.c.line)
    return [_failure(row) for row in connection.execute(found)]


def retry_failed(
    connection: Connection, places: Sequence[Path] = (), *, delivery: int | None, now: float
) -> int:
    """Put records that failed back into the queue, and return how many.

    Args:
        connection: In a transaction.
        places: Files, folders or sources; everything that failed by default.
        delivery: Who waits for their outcome, if somebody does.
        now: A Unix time.
    """
    return _requeue(connection, _within(places), delivery=delivery, now=now)


def retry_due(connection: Connection, *, now: float) -> int:
    """Put back those records whose next try has come, and return how many."""
    return _requeue(connection, failures.c.next_try <= now, delivery=None, now=now)


def is_retry_due(connection: Connection, *, now: float) -> bool:
    """Whether a record's next try has come."""
    due = select(failures.c.number).where(_FAILED, failures.c.next_try <= now).limit(1)
    return connection.execute(due).first() is not None


_FAILED = failures.c.state == FailureState.FAILED.value


def _requeue(
    connection: Connection, chosen: ColumnElement[bool], *, delivery: int | None, now: float
) -> int:
    rows = connection.execute(select(failures).where(_FAILED, chosen)).fetchall()
    connection.execute(
        update(failures)
        .where(failures.c.number.in_([row.number for row in rows]))
        .values(next_try=None)
    )
    again = {_job_key(row): row for row in rows}
    for kind, ids in ids_by_kind(again).items():
        of_kind = select(jobs.c.id).where(jobs.c.kind == KINDS.index(kind), jobs.c.id.in_(ids))
        for id_ in connection.execute(of_kind).scalars():
            del again[RecordKey(kind, id_)]  # a newer delivery awaits its turn
    if again:
        numbers = take_range(connection, "job", len(again))
        new = (
            _job(row, number=number, delivery=delivery, now=now)
            for number, row in zip(numbers, again.values(), strict=True)
        )
        enqueue(connection, new)
    return len(again)


def _job(row: Row[Any], *, number: int, delivery: int | None, now: float) -> Job:
    return Job(
        number=number,
        key=_job_key(row),
        lane=Lane(row.lane),
        priority=Priority.BACKFILL,
        payload=row.payload,
        path=None if row.path is None else Path(os.fsdecode(row.path)),
        feed=row.feed,
        line=row.line,
        attempts=row.attempts,
        delivery=delivery,
        received_at=now,
    )


def _job_key(row: Row[Any]) -> RecordKey:
    """The record to try again: what is inside a file comes with the file."""
    if row.container is not None:
        return RecordKey(Kind.DOCUMENT, row.container)
    return RecordKey(KINDS[row.kind], row.id)


def _within(places: Sequence[Path]) -> ColumnElement[bool]:
    """Whether a failure's source is one of some places, or in one."""
    found: list[ColumnElement[bool]] = []
    for place in map(shown, places):
        inside = (failures.c.source.startswith(f"{place}{end}", autoescape=True) for end in "/!")
        found += [failures.c.source == place, failures.c.feed == place, *inside]
    return or_(*found) if found else failures.c.number.is_not(None)


def _failure(row: Row[Any]) -> Failure:
    return Failure(
        state=FailureState(row.state),
        key=None if row.kind is None else RecordKey(KINDS[row.kind], row.id),
        source=row.source,
        line=row.line,
        field=row.field,
        reason=row.reason,
        message=row.message,
        attempts=row.attempts,
        first_at=row.first_at,
        last_at=row.last_at,
        next_try=row.next_try,
    )
