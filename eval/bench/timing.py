"""Latency, throughput and memory."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import numpy as np

Ask = Callable[[str], object]
"""Answers one query; what it returns is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long one call takes, in seconds; percentiles are interpolated linearly."""

    median: float
    p95: float


def latency_of(seconds: Sequence[float]) -> Latency:
    """Sum up the durations of at least one call."""
    median, p95 = np.percentile(seconds, [50, 95]).tolist()
    return Latency(median=median, p95=p95)


def latency(ask: Ask, queries: Sequence[str]) -> Latency:
    """Ask queries one after the other."""
    seconds = []
    for query in queries:
        start = perf_counter()
        ask(query)
        seconds.append(perf_counter() - start)
    return latency_of(seconds)


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
