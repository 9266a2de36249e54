from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.bm25 import Bm25, rarity


@pytest.mark.parametrize(
    ("containing", "expected"),
    [
        (0, log(1 + 4.5 / 0.5)),
        (1, log(1 + 3.5 / 1.5)),
        (3, log(1 + 1.5 / 3.5)),
        (4, log(1 + 0.5 / 4.5)),
    ],
)
def test_rarity_is_written_out(containing: int, expected: float) -> None:
    assert rarity(containing, 4) == pytest.approx(expected)


def test_the_score_is_written_out() -> None:
    # Two passages of 10 and 30 terms, mean 20; they hold the word twice and once.
    scores = Bm25(k1=1.2, b=0.75).scores(
        np.array([2.0, 1.0]), np.array([10.0, 30.0]), mean_length=20.0, rarity=0.5
    )
    short = 1.2 * (0.25 + 0.75 * 10 / 20)
    long = 1.2 * (0.25 + 0.75 * 30 / 20)
    expected = [0.5 * 2 * 2.2 / (2 + short), 0.5 * 1 * 2.2 / (1 + long)]
    assert scores.tolist() == pytest.approx(expected)


def test_without_saturation_or_length_presence_alone_counts() -> None:
    scores = Bm25(k1=0.0).scores(
        np.array([1.0, 50.0, 0.5]), np.ones(3), mean_length=1.0, rarity=0.7
    )
    assert scores.tolist() == pytest.approx([0.7, 0.7, 0.7])


@given(st.floats(0.5, 50), st.floats(0.5, 50), st.floats(1, 500), st.floats(1, 500))
def test_more_occurrences_and_less_length_never_lower_a_score(
    few: float, more: float, short: float, long: float
) -> None:
    few, more = sorted((few, more))
    short, long = sorted((short, long))

    def score(frequency: float, length: float) -> float:
        rows = np.array([frequency]), np.array([length])
        return Bm25().scores(*rows, mean_length=100.0, rarity=1.0).item()

    assert score(more, short) >= score(few, short) - 1e-12
    assert score(few, short) >= score(few, long) - 1e-12
    assert 0.0 < score(few, long) < 2.2


def test_no_passage_and_an_empty_collection_score_nothing() -> None:
    scores = Bm25().scores(np.zeros(0), np.zeros(0), mean_length=0.0, rarity=1.0)
    assert scores.shape == (0,)
