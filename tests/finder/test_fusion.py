from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.fusion import FOREIGN_CREDIT, GRID, Part, fuse, on_grid
from finder.ports import Spoken

SCORES = st.lists(st.floats(0, 100), min_size=1, max_size=50)


def test_the_combination_is_written_out() -> None:
    # Words 4, 2, 0 over 4; meaning .9, .7, .5 between .5 and .9; a quarter of it meaning.
    relevance = fuse(
        np.array([4.0, 2.0, 0.0]), np.array([0.9, 0.7, 0.5]), floor=0.5, meaning_weight=0.25
    )
    assert relevance.parts[Part.WORDS].tolist() == pytest.approx([0.75, 0.375, 0.0])
    assert relevance.parts[Part.MEANING].tolist() == pytest.approx([0.25, 0.125, 0.0])
    assert relevance.total.tolist() == pytest.approx([1.0, 0.5, 0.0])


def test_below_the_floor_is_no_likeness() -> None:
    relevance = fuse(np.zeros(2), np.array([0.8, -1.0]), floor=0.6, meaning_weight=1.0)
    assert relevance.total.tolist() == [1.0, 0.0]


def test_what_lies_below_the_bend_shares_a_tenth_of_the_scale() -> None:
    meaning = np.array([0.9, 0.7, 0.5, 0.3, 0.1])
    relevance = fuse(np.zeros(5), meaning, floor=0.1, bend=0.5, meaning_weight=1.0)
    assert relevance.total.tolist() == pytest.approx([1.0, 0.525, 0.05, 0.025, 0.0])


def test_where_no_word_matches_meaning_alone_counts() -> None:
    relevance = fuse(np.zeros(2), np.array([0.8, 0.7]), floor=0.6, meaning_weight=0.5)
    assert relevance.parts[Part.WORDS].tolist() == [0.0, 0.0]
    assert relevance.parts[Part.MEANING].tolist() == pytest.approx([0.5, 0.25])


def test_nothing_found_is_nothing_fused() -> None:
    assert len(fuse(np.zeros(0), np.zeros(0), floor=0.0, meaning_weight=0.5).total) == 0


@given(SCORES, st.floats(0, 1))
def test_scores_stay_between_nothing_and_one(scores: list[float], weight: float) -> None:
    words = np.array(scores)
    total = fuse(words, words[::-1].copy(), floor=0.0, meaning_weight=weight).total
    assert (total >= 0.0).all()
    assert (total <= 1.0 + 2 * GRID).all()


@given(st.lists(st.floats(0, 1), max_size=2_000), st.randoms())
def test_sums_on_the_grid_are_exact_in_any_order(values: list[float], random: object) -> None:
    on = on_grid(np.array(values, dtype=np.float64)).tolist()
    shuffled = list(on)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sum(on) == sum(shuffled) == float(np.sum(on)) == sum(map(Fraction, on))


@given(st.floats(0, 1_000))
def test_the_grid_is_finer_than_anyone_sees(value: float) -> None:
    assert abs(on_grid(np.array([value])).item() - value) <= GRID


def test_taking_some_keeps_their_parts() -> None:
    relevance = fuse(np.array([4.0, 2.0]), np.array([0.1, 0.9]), floor=0.1, meaning_weight=0.5)
    taken = relevance.take(np.array([1]))
    assert (taken.parts[Part.WORDS].tolist(), taken.parts[Part.MEANING].tolist()) == ([0.25], [0.5])


def test_another_language_is_credited_with_what_words_match_of_what_is_as_near() -> None:
    words, meaning = np.array([4.0, 2.0, 0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.5, 1.0])
    # The last, a profile, is in no language: it tells nothing of what words match, and gets none.
    places = np.arange(5)
    spoken = Spoken(own=places < 2, foreign=(places == 2) | (places == 3))
    fused = fuse(words, meaning, floor=0.0, meaning_weight=0.5, spoken=spoken)
    matched = FOREIGN_CREDIT * (1.0 + 0.5) / 2
    credit = fused.parts[Part.LANGUAGE].tolist()
    assert credit == pytest.approx([0.0, 0.0, 0.5 * matched, 0.25 * matched, 0.0])
    assert fused.parts[Part.WORDS].tolist() == [0.5, 0.25, 0.0, 0.0, 0.0]


def test_another_language_gets_no_credit_where_words_match_nothing_that_is_near() -> None:
    words, meaning = np.array([4.0, *[0.0] * 6]), np.array([0.5, *[1.0] * 6])
    last = np.arange(7) == 6
    spoken = Spoken(own=~last, foreign=last)
    fused = fuse(words, meaning, floor=0.5, meaning_weight=0.5, spoken=spoken)
    assert fused.total[6] == fused.total[5]
    nothing = Spoken(own=np.zeros_like(last), foreign=np.ones_like(last))
    alone = fuse(words, meaning, floor=0.5, meaning_weight=0.5, spoken=nothing)
    assert not alone.parts[Part.LANGUAGE].any()
