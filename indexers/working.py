"""Does what the queue asks, for the one process that holds the writer's lock.

A job is prepared first, which holds nothing, then settled: in one transaction it leaves the queue
and its record becomes findable by words. What was withdrawn or deleted meanwhile is thrown away
there, and a crash leaves it in the queue. Quick jobs are done in turns of some tenths of a second:
while one turn's are annotated, the turn before is settled and the next is read. Files and markup
are read beside them; looking for skills, then encoding, takes the time that is left.
"""

import os
from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from random import random
from threading import Event
from time import time
from typing import Final

from finder.domain import key_of
from indexers.annotating import BatchAnnotator
from indexers.annotation import Annotation
from indexers.backoff import next_try
from indexers.catalogue.database import Database, move_generation
from indexers.catalogue.failures import Failed, is_retry_due, retry_due, settle_failures
from indexers.catalogue.mailbox import forget_uncollected, tell
from indexers.catalogue.progress import is_paused, words_pace
from indexers.catalogue.queue import Job, Lane, due_jobs, is_due, remove_jobs
from indexers.catalogue.writer import digests, put_records
from indexers.dense.writer import DenseWriter, is_awaiting
from indexers.lanes import SlowLane
from indexers.outcomes import Outcome, Status
from indexers.preparation import (
    Prepared,
    ReadJob,
    Tools,
    annotate_job,
    prepare,
    prepared_with,
    read_job,
)
from indexers.taxonomy.mentions import MentionWriter

FILES_AT_ONCE: Final = os.cpu_count() or 1

PARSERS: Final = FILES_AT_ONCE + 1
"""Parser processes: the last is for markup, which must not wait for a file."""

_TURN_SECONDS: Final = 0.1
"""Of reading quick jobs, a third of what they take: a fresh record waits for three turns."""

_TURN_JOBS: Final = 1_000

_TURNS_AHEAD: Final = 2
"""Turns that are read and not settled, so that whoever annotates never waits."""

_LOOK_SECONDS: Final = 0.1
"""Between looks at the queue while files are being read."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Turn:
    """Jobs that are read, and what waits for the annotations of their texts."""

    jobs: Sequence[ReadJob]
    annotations: Callable[[], list[Annotation]]


class Worker:
    """Settles jobs and encodes; who calls it holds the writer's lock.

    Args:
        database: The catalogue.
        tools: What records are prepared with.
        clock: Gives the present, as a Unix time.
        chance: Gives random numbers from 0 to 1.
    """

    def __init__(
        self,
        database: Database,
        tools: Tools,
        *,
        clock: Callable[[], float] = time,
        chance: Callable[[], float] = random,
    ) -> None:
        self._database = database
        self._clock = clock
        self._chance = chance
        self._encoder = tools.encoder
        self._prepare = partial(prepare, tools=tools)
        self._slow = (
            SlowLane(Lane.MARKUP, PARSERS - FILES_AT_ONCE, self._prepare),
            SlowLane(Lane.SLOW, FILES_AT_ONCE, self._prepare),
        )
        self._read = partial(read_job, tools=tools)
        self._annotator = tools.annotator
        self._batches = BatchAnnotator(tools.annotator)
        self._ahead: deque[_Turn] = deque()
        self._turn = _TURN_JOBS
        self._pace = words_pace()
        self._mentions = MentionWriter(database)
        with database.noting() as connection:
            forget_uncollected(connection, now=clock())

    def has_work(self, *, encode: bool = True) -> bool:
        """Whether there is something to do, and it is not paused.

        Args:
            encode: Whether encoding counts.
        """
        with self._database.reading() as connection:
            if is_paused(connection):
                return False
            if any(is_due(connection, lane) for lane in Lane):
                return True
            if is_retry_due(connection, now=self._clock()):
                return True
        return bool(self._mentions.remaining()) or (encode and is_awaiting(self._database))

    def run(self, stopping: Event, *, encode: bool = True) -> None:
        """Work until there is nothing left to do, or somebody says stop or pause.

        Args:
            stopping: Set by whoever wants it to end.
            encode: Whether to encode what is findable by words.

        Raises:
            OperatorError: The catalogue or the encoder cannot be used.
        """
        _ = self._encoder.max_tokens  # builds it: where it cannot be built, no job is begun
        dense = DenseWriter(self._database, self._encoder) if encode else None
        while not stopping.is_set() and not self._is_paused():
            if self.work():
                continue
            if dense and dense.follow_batch(lambda: stopping.is_set() or self.is_wanted()):
                continue
            if not self.await_slow():
                return

    def work(self) -> int:
        """Take a turn, and return how many jobs it settled.

        Where none was ready, skills are looked for in what was settled before, and it is of how
        many passages.
        """
        self._retry()
        self._start_slow()
        since = self._clock()
        prepared = [*chain.from_iterable(lane.finished() for lane in self._slow), *self._quick()]
        if prepared:
            self._settle(prepared, since=since)
            return len(prepared)
        self._batches.rest()
        return self._mentions.follow_batch()

    def await_slow(self) -> bool:
        """Wait a moment for the jobs that are being read; False where there are none."""
        started = [future for lane in self._slow for future in lane.started.values()]
        if started:
            wait(started, _LOOK_SECONDS, FIRST_COMPLETED)
        return bool(started)

    def close(self) -> None:
        """Let go of the jobs that are being prepared; they stay in the queue."""
        for lane in self._slow:
            lane.close()
        self._batches.close()

    def _is_paused(self) -> bool:
        with self._database.reading() as connection:
            return is_paused(connection)

    def is_wanted(self) -> bool:
        """Whether there is something to do that goes before encoding."""
        if any(future.done() for lane in self._slow for future in lane.started.values()):
            return True
        with self._database.reading() as connection:
            return (
                is_paused(connection)
                or is_due(connection, Lane.QUICK)
                or any(
                    lane.free and is_due(connection, lane.lane, besides=lane.started)
                    for lane in self._slow
                )
            )

    def _retry(self) -> None:
        now = self._clock()
        with self._database.reading() as connection:
            due = is_retry_due(connection, now=now)
        if due:
            with self._database.noting() as connection:
                retry_due(connection, now=now)

    def _start_slow(self) -> None:
        for lane in self._slow:
            if lane.free:
                lane.start(self._due(lane.lane, lane.free, besides=lane.started))

    def _quick(self) -> list[Prepared]:
        """The quick jobs of a turn that was read before."""
        while len(self._ahead) < _TURNS_AHEAD and (turn := self._read_turn()):
            self._ahead.append(turn)
        if not self._ahead:
            return []
        turn = self._ahead.popleft()
        try:
            annotations = iter(turn.annotations())
        except Exception:  # noqa: BLE001 - all that is told of one job must not cost the others
            return [annotate_job(each, self._annotator) for each in turn.jobs]
        return [prepared_with(each, annotations) for each in turn.jobs]

    def _read_turn(self) -> "_Turn | None":
        """As many quick jobs as a turn allows, their annotation begun; None where none is due."""
        start = self._clock()
        jobs: list[ReadJob] = []
        reading = {each.job.number for turn in self._ahead for each in turn.jobs}
        for job, known in self._due(Lane.QUICK, self._turn, besides=reading):
            jobs.append(self._read(job, known))
            if self._clock() - start > _TURN_SECONDS:
                self._turn = len(jobs)
                break
        else:
            self._turn = min(2 * self._turn, _TURN_JOBS)
        if not jobs:
            return None
        texts = [text for each in jobs for text in each.texts]
        return _Turn(jobs=jobs, annotations=self._batches.begin(texts))

    def _due(
        self, lane: Lane, count: int, *, besides: Collection[int] = ()
    ) -> list[tuple[Job, bytes | None]]:
        """Jobs whose turn it is, each with the digest that the catalogue holds of its record."""
        with self._database.reading() as connection:
            jobs = due_jobs(connection, lane, count, besides=besides)
            known = digests(connection, [job.key for job in jobs])
        return [(job, known.get(job.key)) for job in jobs]

    def _settle(self, prepared: Sequence[Prepared], *, since: float) -> None:
        now = self._clock()
        with self._database.noting() as connection:
            there = remove_jobs(connection, [each.job.number for each in prepared])
            settled = [each for each in prepared if each.job.number in there]
            entries = {key_of(e.record): e for each in settled for e in each.entries}
            if entries:
                move_generation(connection)
                put_records(connection, list(entries.values()), now=now)
            failed = [self._scheduled(each, now) for one in settled for each in one.failures]
            settle_failures(connection, [each.job.key for each in settled], failed, now=now)
            tell(connection, ((each.job.delivery, _outcomes(each)) for each in settled), now=now)
            self._pace.note(connection, len(settled), since=since, now=now)

    def _scheduled(self, failed: Failed, now: float) -> Failed:
        if not failed.failure.reason.transient:
            return failed
        attempts = failed.job.attempts + 1
        return replace(failed, next_try=next_try(attempts, now=now, chance=self._chance()))


def _outcomes(prepared: Prepared) -> list[Outcome]:
    """What became of a job, then of what could not be read inside its file."""
    job = prepared.job
    told = [
        replace(
            job.outcome(Status.FAILED, reason=f"{each.failure.reason}: {each.failure.message}"),
            key=each.key,
            source=each.source,
        )
        for each in prepared.failures
    ]
    if prepared.entries:
        passages = sum(len(entry.passages) for entry in prepared.entries)
        return [job.outcome(Status.INDEXED, passages=passages), *told]
    return told or [job.outcome(Status.UNCHANGED)]
