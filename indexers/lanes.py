"""Jobs that are prepared beside the others, because they wait for a file or for markup."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from indexers.catalogue.queue import Job, Lane
from indexers.preparation import Prepared

_AHEAD = 2
"""Jobs started for each thread, so that none waits for the next."""


class SlowLane:
    """Prepares the jobs of a lane in threads of its own.

    Args:
        lane: Which.
        threads: How many jobs are prepared at once.
        prepare: Prepares one, given the digest that the catalogue holds of its record.
    """

    def __init__(
        self, lane: Lane, threads: int, prepare: Callable[[Job, bytes | None], Prepared]
    ) -> None:
        self.lane = lane
        self._most = _AHEAD * threads
        self._prepare = prepare
        self._threads = ThreadPoolExecutor(threads, f"finder-{lane.name.lower()}")
        self._started: dict[int, Future[Prepared]] = {}

    @property
    def started(self) -> dict[int, Future[Prepared]]:
        """The jobs that are being prepared, by number."""
        return self._started

    @property
    def free(self) -> int:
        """How many more jobs it takes now."""
        return self._most - len(self._started)

    def start(self, jobs: Iterable[tuple[Job, bytes | None]]) -> None:
        """Begin to prepare jobs, with what is known of their records."""
        for job, known in jobs:
            self._started[job.number] = self._threads.submit(self._prepare, job, known)

    def finished(self) -> list[Prepared]:
        """Jobs that are ready, each given out once."""
        ready = [number for number, future in self._started.items() if future.done()]
        return [self._started.pop(number).result() for number in ready]

    def close(self) -> None:
        """Begin no other job; those begun come to nothing."""
        self._threads.shutdown(wait=False, cancel_futures=True)
