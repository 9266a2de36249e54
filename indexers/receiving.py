"""What a source hands in goes into the queue; what it deletes is gone at once.

Receiving needs no writer's lock: its transactions are short, and the database lines them up
beside those of whoever works on the queue.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from time import time
from typing import Final

from finder.domain import Deletion, Document, Post, key_of
from indexers.catalogue.database import Database, move_generation, take_numbers, take_range
from indexers.catalogue.failures import forget_failed, forget_refusals, note_refusals
from indexers.catalogue.mailbox import NO_JOB, collect
from indexers.catalogue.queue import (
    Job,
    Lane,
    Priority,
    enqueue,
    is_pending,
    withdraw,
)
from indexers.catalogue.writer import digests, remove_records
from indexers.outcomes import Outcome
from indexers.planning import Draft, planned
from indexers.preparation import digest
from indexers.records import record_to_json
from indexers.sources import Refusal, Source, SourceItem

_BATCH: Final = 1_000
"""Items to a transaction, of some tens of milliseconds."""

_BATCH_CHARS: Final = 8 * 2**20
"""Of records to a transaction: they may be long."""

_LONG: Final = 200_000
"""Characters past which a text takes a tenth of a second or more to prepare."""

_COLLECTED: Final = 5_000
"""Outcomes held at once."""


class Delivery:
    """What one source, or several, hand in, followed until all of it is settled.

    Args:
        database: The catalogue.
        priority: Whose turn comes first.
        clock: Gives the present, as a Unix time.
    """

    def __init__(
        self, database: Database, *, priority: Priority, clock: Callable[[], float] = time
    ) -> None:
        self._database = database
        self._priority = priority
        self._clock = clock
        with database.noting() as connection:
            self.number = take_numbers(connection, "delivery", 1)

    def receive(self, source: Source) -> Iterator[list[Outcome]]:
        """Take a source in, a batch at a time; what is yielded is on disk, and in order.

        An outcome is final unless its status is ``received``: then its job awaits its turn.
        """
        feed = source.feed
        if feed is not None:
            with self._database.noting() as connection:
                forget_refusals(connection, feed)
        for batch in _batches(map(_drafted, source.items())):
            yield self._take(batch, feed)

    def follow(self, source: Source, take_turn: Callable[[], bool]) -> Iterator[Outcome]:
        """Take a source in, and tell what became of each item, in order.

        Args:
            source: What is handed in.
            take_turn: Works on the queue for a moment, or waits while somebody does; False where
                what is received is not to be waited for: it stays ``received``.
        """
        earlier: list[Outcome] = []
        for received in chain(self.receive(source), [[]]):
            # While these are worked on, more are received: nobody need wait for the other.
            first = _first_job(received)
            while self.is_pending(before=first) and take_turn():
                pass
            yield from _final(earlier, self.settled(before=first))
            earlier = received

    def is_pending(self, *, before: int = NO_JOB) -> bool:
        """Whether something received is not settled.

        Args:
            before: Of the jobs with a lower number.
        """
        with self._database.reading() as connection:
            return is_pending(connection, self.number, before=before)

    def settled(self, *, before: int = NO_JOB) -> Iterator[Outcome]:
        """What became of what was received, in order; each outcome is told once.

        Args:
            before: Of the jobs with a lower number.
        """
        taken: list[Outcome] | None = None
        while taken is None or taken:
            with self._database.noting() as connection:
                taken = collect(connection, self.number, jobs=_COLLECTED, before=before)
            yield from taken

    def _take(self, batch: Sequence[Draft | Refusal], feed: str | None) -> list[Outcome]:
        now = self._clock()
        refusals = [item for item in batch if isinstance(item, Refusal)]
        drafts = [item for item in batch if isinstance(item, Draft)]
        with self._database.noting() as connection:
            withdraw(connection, {draft.key for draft in drafts}, now=now)
            compared = [draft.key for draft in drafts if draft.digest is not None]
            plan = planned(batch, digests(connection, compared))
            if plan.deleted and remove_records(connection, plan.deleted, now=now):
                move_generation(connection)
            forget_failed(connection, plan.deleted | plan.unchanged)
            if feed is not None:
                note_refusals(connection, refusals, feed=feed, now=now)
            places = sorted(plan.waiting.values())
            numbers = take_range(connection, "job", len(places)) if places else range(0)
            enqueue(
                connection,
                (
                    self._job(drafted, number=number, feed=feed, now=now)
                    for place, number in zip(places, numbers, strict=True)
                    if isinstance(drafted := batch[place], Draft)
                ),
            )
        jobs = dict(zip(places, numbers, strict=True))
        return [
            replace(outcome, job=jobs[place]) if place in jobs else outcome
            for place, outcome in enumerate(plan.outcomes)
        ]

    def _job(self, draft: Draft, *, number: int, feed: str | None, now: float) -> Job:
        return Job(
            number=number,
            key=draft.key,
            lane=draft.lane,
            priority=self._priority,
            payload=draft.payload or "",
            path=draft.path,
            feed=feed,
            line=draft.line,
            delivery=self.number,
            received_at=now,
        )


def _drafted(item: SourceItem | Refusal) -> Draft | Refusal:
    if isinstance(item, Refusal):
        return item
    record = item.record
    if isinstance(record, Deletion):
        return Draft(key=record.target, line=item.line)
    payload = record_to_json(record)
    return Draft(
        key=key_of(record),
        payload=payload,
        digest=None if item.path else digest(payload),
        lane=_lane(item, len(payload)),
        path=item.path,
        line=item.line,
    )


def _lane(item: SourceItem, size: int) -> Lane:
    if isinstance(item.record, Post | Document) and item.record.html is not None:
        return Lane.MARKUP
    return Lane.SLOW if item.path or size > _LONG else Lane.QUICK


def _batches(drafts: Iterable[Draft | Refusal]) -> Iterator[list[Draft | Refusal]]:
    batch: list[Draft | Refusal] = []
    size = 0
    for draft in drafts:
        batch.append(draft)
        size += len(draft.payload or "") if isinstance(draft, Draft) else 0
        if len(batch) >= _BATCH or size >= _BATCH_CHARS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _first_job(received: Iterable[Outcome]) -> int:
    """The first job of a batch; past all jobs where it has none."""
    return next((outcome.job for outcome in received if outcome.job is not None), NO_JOB)


def _final(received: Iterable[Outcome], settled: Iterator[Outcome]) -> Iterator[Outcome]:
    """Outcomes in the order of what was received, with what became of it where that is known.

    Args:
        received: In the order of their jobs.
        settled: In the same order; several for a job that had parts.
    """
    following = next(settled, None)
    for outcome in received:
        while following and outcome.job and following.job and following.job < outcome.job:
            following = next(settled, None)  # of what nobody waited for, and was told so
        if outcome.job is None or following is None or following.job != outcome.job:
            yield outcome
        while following is not None and following.job == outcome.job:
            yield following
            following = next(settled, None)
