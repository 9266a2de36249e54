"""Latency, throughput and memory."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import numpy as np

Ask = Callable[[str], object]
"""Answers one query; what it returns is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long one call takes: in seconds, or in times what it is compared with.

    Percentiles are interpolated linearly.
    """

    median: float
    p95: float


def latency_of(durations: Sequence[float]) -> Latency:
    """Sum up the durations of at least one call."""
    median, p95 = np.percentile(durations, [50, 95]).tolist()
    return Latency(median=median, p95=p95)


def seconds_of(call: Callable[[], object]) -> float:
    """How long one call takes; what it returns is dropped."""
    start = perf_counter()
    call()
    return perf_counter() - start


def latency(ask: Ask, queries: Sequence[str]) -> Latency:
    """Ask queries one after the other."""
    return latency_of([seconds_of(partial(ask, query)) for query in queries])


def take_turns(asks: Sequence[Ask], queries: Sequence[str]) -> Iterator[list[float]]:
    """Ask each query in several ways, and a query later in another order.

    Whatever slows the machine down, or is quicker the second time, so weighs on all ways alike.

    Yields:
        For each query, its seconds in each way.
    """
    for turn, query in enumerate(queries):
        seconds = [0.0] * len(asks)
        for step in range(len(asks)):
            way = (turn + step) % len(asks)
            seconds[way] = seconds_of(partial(asks[way], query))
        yield seconds


def throughput(ask: Ask, queries: Sequence[str], *, clients: int) -> float:
    """Answers a second with that many concurrent clients; an error of any of them is raised."""
    with ThreadPoolExecutor(clients) as pool:
        start = perf_counter()
        answered = sum(1 for _ in pool.map(ask, queries))
        return answered / (perf_counter() - start)


def resident_bytes(pid: int | None = None) -> int:
    """The resident memory of a process, of this one by default."""
    import psutil  # here, since only a benchmark needs it

    return int(psutil.Process(pid).memory_info().rss)


def resident_bytes_of_all(pid: int) -> int:
    """The resident memory of a process and of all that it started: what they share counts twice."""
    import psutil

    children = psutil.Process(pid).children(recursive=True)
    return sum(map(resident_bytes, [pid, *(child.pid for child in children)]))
