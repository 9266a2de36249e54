import math
import threading
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.batches import BATCH_COST, batches_by_length
from models.worker import Urgency, Worker


def test_the_urgent_goes_first_and_equals_keep_their_order() -> None:
    worker = Worker("test")
    gate, ran = threading.Event(), []
    blocked = worker.submit(Urgency.QUERY, gate.wait)
    futures = [
        worker.submit(urgency, lambda name=name: ran.append(name))
        for urgency, name in [
            (Urgency.PASSAGES, "first passages"),
            (Urgency.PASSAGES, "second passages"),
            (Urgency.QUERY, "first query"),
            (Urgency.QUERY, "second query"),
        ]
    ]
    gate.set()
    for future in [blocked, *futures]:
        future.result(timeout=5)
    worker.close()
    assert ran == ["first query", "second query", "first passages", "second passages"]


def test_an_error_reaches_the_caller_and_the_worker_lives() -> None:
    worker = Worker("test")
    with pytest.raises(ZeroDivisionError):
        worker.submit(Urgency.QUERY, lambda: 1 // 0).result(timeout=5)
    assert worker.submit(Urgency.QUERY, lambda: 7).result(timeout=5) == 7
    worker.close()


def test_closing_runs_what_is_queued_and_takes_no_more() -> None:
    worker = Worker("test")
    future = worker.submit(Urgency.PASSAGES, lambda: 7)
    worker.close()
    worker.close()
    assert future.result(timeout=0) == 7
    with pytest.raises(RuntimeError, match="closed"):
        worker.submit(Urgency.QUERY, lambda: 7)


def test_what_is_cancelled_does_not_run() -> None:
    worker = Worker("test")
    gate, ran = threading.Event(), []
    worker.submit(Urgency.QUERY, gate.wait)
    future = worker.submit(Urgency.PASSAGES, lambda: ran.append("cancelled"))
    assert future.cancel()
    gate.set()
    worker.close()
    assert ran == []


def test_batches_pad_to_their_longest() -> None:
    # All six in one would be padded to 6 × 2,000: the short ones go apart.
    assert batches_by_length([10, 2_000, 10, 10, 2_000, 10], 50_000) == [[0, 2, 3, 5], [1, 4]]


def test_little_padding_costs_less_than_a_batch_more() -> None:
    assert batches_by_length([10, 14, 12], 50_000) == [[0, 2, 1]]


@given(st.lists(st.integers(1, 600), max_size=9), st.integers(1, 4_000))
def test_batches_take_the_least_that_any_cut_does(lengths: list[int], budget: int) -> None:
    ordered = sorted(lengths)

    def taken(sizes: Iterable[int]) -> float:
        """What batches of so many texts each, in order of length, take."""
        total, start = 0, 0
        for size in sizes:
            padded = size * ordered[start + size - 1]
            if size > 1 and padded > budget:
                return math.inf
            total, start = total + padded + BATCH_COST, start + size
        return total

    best = min(taken(sizes) for sizes in _compositions(len(lengths)))
    assert taken(len(batch) for batch in batches_by_length(lengths, budget)) == best


def _compositions(total: int) -> Iterator[list[int]]:
    """Every list of positive numbers with a sum."""
    if not total:
        yield []
    for first in range(1, total + 1):
        yield from ([first, *rest] for rest in _compositions(total - first))


@given(st.lists(st.integers(1, 600)), st.integers(1, 4_000))
def test_batches_hold_every_text_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = batches_by_length(lengths, budget)
    assert sorted(place for batch in batches for place in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[place] for place in batch) <= budget
