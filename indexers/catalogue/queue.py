"""The queue: what has been received and is not yet findable by words.

A record has one job at most. A newer delivery withdraws the older job, whoever is at it: a job is
settled by whoever removes it, and what was prepared for one that is gone is thrown away.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, select

from finder.corpus import KINDS
from finder.domain import Kind, RecordKey
from indexers.catalogue.database import insert_rows
from indexers.catalogue.mailbox import tell
from indexers.catalogue.schema import jobs
from indexers.outcomes import Outcome, Status, shown

_READ_CHARS = 8 * 2**20
"""Of payloads taken at once: records may be long."""


class Priority(IntEnum):
    """Whose turn comes first."""

    FRESH = 0
    BACKFILL = 1


class Lane(IntEnum):
    """What a job takes to prepare; what is quick never waits for what is slow."""

    QUICK = 0
    """A text: a fraction of a millisecond."""
    MARKUP = 1
    """HTML, which goes through a parser process."""
    SLOW = 2
    """A file, or a long text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A record to be made findable.

    Attributes:
        number: Later jobs have higher ones.
        key: The record.
        lane: What it takes.
        priority: Whether its turn comes before that of others.
        payload: The record as JSON.
        path: The file behind it, if there is one.
        feed: The source that it was read from, if that can be read again.
        line: Its line there.
        attempts: How often it has failed.
        delivery: Who waits for its outcome, if somebody does.
        received_at: When, as a Unix time.
    """

    number: int
    key: RecordKey
    lane: Lane
    priority: Priority
    payload: str
    path: Path | None = None
    feed: str | None = None
    line: int | None = None
    attempts: int = 0
    delivery: int | None = None
    received_at: float

    def outcome(self, status: Status, *, reason: str | None = None, passages: int = 0) -> Outcome:
        """What became of it."""
        return Outcome(
            status=status,
            key=self.key,
            source=None if self.path is None else shown(self.path),
            line=self.line,
            reason=reason,
            passages=passages,
            job=self.number,
        )


def enqueue(connection: Connection, new: Iterable[Job]) -> None:
    """Add jobs of records that have none."""
    insert_rows(
        connection,
        jobs,
        [
            {
                "number": job.number,
                "kind": KINDS.index(job.key.kind),
                "id": job.key.id,
                "lane": job.lane.value,
                "priority": job.priority.value,
                "payload": job.payload,
                "path": None if job.path is None else os.fsencode(job.path),
                "feed": job.feed,
                "line": job.line,
                "attempts": job.attempts,
                "delivery": job.delivery,
                "received_at": job.received_at,
            }
            for job in new
        ],
    )


def withdraw(connection: Connection, keys: Iterable[RecordKey], *, now: float) -> None:
    """Take out the jobs of some records, and tell whoever waits for them."""
    for kind, ids in ids_by_kind(keys).items():
        of_kind = delete(jobs).where(jobs.c.kind == KINDS.index(kind), jobs.c.id.in_(ids))
        gone = map(_job, connection.execute(of_kind.returning(jobs)).fetchall())
        superseded = [(job.delivery, [job.outcome(Status.SUPERSEDED)]) for job in gone]
        tell(connection, superseded, now=now)


def due_jobs(
    connection: Connection, lane: Lane, count: int, *, besides: Collection[int] = ()
) -> list[Job]:
    """The jobs of a lane whose turn it is, all of one priority.

    Args:
        connection: Reads the catalogue.
        lane: What they take.
        count: How many at most; fewer where they are long.
        besides: Numbers of jobs that are being prepared.
    """
    waiting = select(jobs).where(jobs.c.lane == lane.value, jobs.c.number.not_in(besides))
    rows = connection.execute(waiting.order_by(jobs.c.priority, jobs.c.number).limit(count))
    taken: list[Job] = []
    size = 0
    while size < _READ_CHARS and (row := rows.fetchone()):
        job = _job(row)
        if taken and job.priority != taken[0].priority:
            break
        taken.append(job)
        size += len(job.payload)
    rows.close()
    return taken


def is_due(connection: Connection, lane: Lane, *, besides: Collection[int] = ()) -> bool:
    """Whether a lane has a job that is not being prepared."""
    waiting = exists().where(jobs.c.lane == lane.value, jobs.c.number.not_in(besides))
    return bool(connection.execute(select(waiting)).scalar_one())


def is_pending(connection: Connection, delivery: int, *, before: int) -> bool:
    """Whether a delivery has jobs with a lower number than one that are not settled."""
    waiting = exists().where(jobs.c.delivery == delivery, jobs.c.number < before)
    return bool(connection.execute(select(waiting)).scalar_one())


def remove_jobs(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Take jobs out, and return those that were still there."""
    gone = delete(jobs).where(jobs.c.number.in_(numbers)).returning(jobs.c.number)
    return set(connection.execute(gone).scalars())


def ids_by_kind(keys: Iterable[RecordKey]) -> Mapping[Kind, list[str]]:
    """The ids of some records, which are unique within a kind."""
    found: dict[Kind, list[str]] = {}
    for key in keys:
        found.setdefault(key.kind, []).append(key.id)
    return found


def _job(row: Row[Any]) -> Job:
    return Job(
        number=row.number,
        key=RecordKey(KINDS[row.kind], row.id),
        lane=Lane(row.lane),
        priority=Priority(row.priority),
        payload=row.payload,
        path=None if row.path is None else Path(os.fsdecode(row.path)),
        feed=row.feed,
        line=row.line,
        attempts=row.attempts,
        delivery=row.delivery,
        received_at=row.received_at,
    )
