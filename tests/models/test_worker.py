import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.batches import batches_by_length
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
    # Sorted: 2, 3, 4 pad to 3 × 4 = 12; 5, 6 to 2 × 6 = 12; 20 is past the budget alone.
    assert batches_by_length([6, 3, 20, 2, 5, 4], 12) == [[3, 1, 5], [4, 0], [2]]


def test_no_batch_is_of_what_was_left_over() -> None:
    # Ten would fit into the first.
    assert [len(batch) for batch in batches_by_length([5] * 12, 50)] == [6, 6]


@given(st.lists(st.integers(1, 600)), st.integers(1, 4_000))
def test_batches_hold_every_text_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = batches_by_length(lengths, budget)
    assert sorted(place for batch in batches for place in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[place] for place in batch) <= budget
