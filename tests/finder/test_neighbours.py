"""What near texts lend each other, written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.documents import RankedRecords
from finder.fusion import GRID, Part, Relevance, on_grid
from finder.neighbours import NEAREST, Compared, with_neighbours

AWAITED, WEIGHT = -1.0, 0.25


def ranked(*scores: float) -> RankedRecords:
    rows = np.arange(len(scores))
    parts = {Part.WORDS: on_grid(np.array(scores))}
    return RankedRecords(records=rows, best=rows + 100, relevance=Relevance(parts=parts))


def alike(size: int, *pairs: tuple[int, int]) -> np.ndarray:
    """Likeness of .9 within pairs, and of .1 between all others."""
    likeness = np.full((size, size), 0.1)
    for one, other in pairs:
        likeness[one, other] = likeness[other, one] = 0.9
    np.fill_diagonal(likeness, 1.0)
    return likeness


def test_a_score_has_a_share_of_its_nearest_neighbours() -> None:
    # Seven records, so that each has five neighbours of six: who is left out is the farthest.
    likeness = alike(7)
    likeness[0, 6] = likeness[6, 0] = 0.0
    scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    after = with_neighbours(ranked(*scores), likeness, weight=WEIGHT)
    first = after.records.tolist().index(0)
    expected = (1 - WEIGHT) * 0.9 + WEIGHT * (0.8 + 0.7 + 0.6 + 0.5 + 0.4) / NEAREST
    assert after.relevance.total[first] == pytest.approx(expected, abs=4 * GRID)
    assert after.relevance.parts[Part.WORDS][first] == pytest.approx((1 - WEIGHT) * 0.9)


def test_what_stands_beside_a_good_one_rises() -> None:
    # The last is near the first, as neither of the two in the middle is.
    scores = [1.0, *[0.5] * 2, 0.49, *[0.0] * 6]
    likeness = alike(10, (0, 3))
    likeness[1:3, 4:] = likeness[4:, 1:3] = 0.8
    assert with_neighbours(ranked(*scores), likeness, weight=WEIGHT).records.tolist()[:2] == [0, 3]


def test_a_record_whose_vector_is_awaited_keeps_its_score() -> None:
    likeness = np.full((3, 3), AWAITED)
    after = with_neighbours(ranked(0.75, 0.5, 0.25), likeness, weight=WEIGHT)
    assert after.relevance.total.tolist() == [0.75, 0.5, 0.25]


def test_one_alone_has_no_neighbours() -> None:
    alone = ranked(0.75)
    assert with_neighbours(alone, np.ones((1, 1)), weight=WEIGHT) is alone
    assert len(with_neighbours(ranked(), np.ones((0, 0)), weight=WEIGHT).records) == 0


def test_likeness_is_told_in_any_order_and_of_what_was_compared_alone() -> None:
    compared = Compared(passages=np.array([7, 3, 5]), likeness=alike(3, (0, 2)))
    told = compared.among(np.array([5, 4, 7]))
    assert told.tolist() == [[1.0, -1.0, 0.9], [-1.0, -1.0, -1.0], [0.9, -1.0, 1.0]]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40), st.data())
def test_those_that_are_looked_at_stay_first_and_scores_fall(
    scores: list[float], data: st.DataObject
) -> None:
    before = ranked(*sorted(scores, reverse=True))
    size = data.draw(st.integers(2, len(scores)))
    seed = data.draw(st.integers(0, 1_000))
    points = np.random.default_rng(seed).normal(size=(size, 8))
    after = with_neighbours(before, points @ points.T, weight=WEIGHT)
    assert set(after.records[:size].tolist()) == set(range(size))
    assert after.records[size:].tolist() == list(range(size, len(scores)))
    assert (np.diff(after.relevance.total) <= 2 * GRID).all()
    assert after.best.tolist() == (after.records + 100).tolist()
    assert (after.relevance.total % GRID == 0.0).all()
