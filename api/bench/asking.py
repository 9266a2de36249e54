"""How long answers take."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np

from api.assembly import Installation
from api.http.answers import Asked, find_people, find_records
from api.progress import Progress
from api.settings import Settings
from eval.bench.report import Figure
from eval.bench.timing import latency, latency_of, take_turns
from finder.corpus import Floats
from finder.ports import Encoder
from finder.query import understand

WARM_UP = 20
"""Queries before the clock runs: the first loads the indexes, and those after it the caches."""

Answer = TypeVar("Answer")


def ask(
    settings: Settings, queries: Sequence[str], *, encoder: Encoder, progress: Progress
) -> list[Figure]:
    """Measure searches in this process, through what the API, the pages and commands call.

    Each query is encoded by itself, searched and asked for people, the order changing from query
    to query. All three encode it: two installations share the encoder, and each of them meets
    the query for the first time, so that no cached vector helps. A search is compared with the
    encoding of its own query.
    """
    with (
        Installation(settings, encoder=encoder) as searching,
        Installation(settings, encoder=encoder) as ranking,
    ):
        search = partial(_answer, find_records, searching)
        asks = (encoder.encode_query, search, partial(_answer, find_people, ranking))
        list(take_turns(asks, queries[:WARM_UP]))
        timed = queries[WARM_UP:]
        seconds = []
        with progress("Asking", len(timed), unit="queries") as advance:
            for taken in take_turns(asks, timed):
                seconds.append(taken)
                advance(1)
        repeated = latency(search, timed)
    return _figures(np.array(seconds), repeated.median)


def _answer(
    find: Callable[[Installation, Asked], Answer], asked: Installation, text: str
) -> Answer:
    return find(asked, Asked(query=understand(text), offset=0, limit=10, request_id="bench"))


def _figures(seconds: Floats, repeated: float) -> list[Figure]:
    """Figures from seconds of encoding, searching and ranking people, shape ``(queries, 3)``."""
    encoding, searching, ranking = seconds.T
    times = latency_of((searching / encoding).tolist())
    people = latency_of(ranking.tolist()).median / latency_of(searching.tolist()).median
    return [
        _at_most("search, to encoding its query: median", times.median, "x", 1.5),
        _at_most("search, to encoding its query: 95th percentile", times.p95, "x", 3.0),
        _at_most("search, a query repeated: median", 1_000 * repeated, "ms", 15.0),
        _at_most("people ranking, to search", people, "x", 1.3),
    ]


def _at_most(name: str, value: float, unit: str, target: float) -> Figure:
    return Figure(name=name, value=value, unit=unit, target=target, at_most=True)
