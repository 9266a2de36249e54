"""How the tokens of a query and of passages change scores by meaning."""

import numpy as np
import pytest

from finder.interaction import token_weights, with_interaction
from finder.snippets import Span

NONE = np.zeros(9, dtype=np.bool_)


def test_a_token_counts_as_much_as_its_word_is_rare() -> None:
    bounds = np.array([[0, 4], [4, 7], [7, 8], [8, 15], [15, 16], [16, 20]])
    rarities = [(Span(4, 8), 2.5), (Span(9, 18), 1.5), (Span(9, 15), 0.5)]
    weights = token_weights(bounds, rarities)
    assert weights.tolist() == [0.0, 2.5, 2.5, 1.5, 1.5, 1.5]
    assert token_weights(bounds, []).tolist() == [0.0] * 6
    assert token_weights(np.zeros((0, 2), dtype=np.int64), rarities).tolist() == []


def test_interactions_are_brought_to_the_height_and_spread_of_scores() -> None:
    scores = np.array([0.9, 0.8, 0.7])
    interaction = np.array([0.2, 0.4, 0.6])
    whole = with_interaction(scores, interaction, 1.0, foreign=NONE[:3])
    np.testing.assert_allclose(whole, [0.7, 0.8, 0.9])
    np.testing.assert_allclose(
        with_interaction(scores, interaction, 0.25, foreign=NONE[:3]), [0.85, 0.8, 0.75]
    )


def test_what_has_no_tokens_keeps_its_score() -> None:
    scores = np.array([0.9, 0.1, 0.7])
    mixed = with_interaction(scores, np.array([0.2, np.nan, 0.6]), 1.0, foreign=NONE[:3])
    np.testing.assert_allclose(mixed, [0.7, 0.1, 0.9])


@pytest.mark.parametrize(
    "interaction", [[np.nan] * 3, [0.5] * 3, [0.1] * 3, [0.7, 0.7 + 1e-15, 0.7], [0.5, np.nan, 0.5]]
)
def test_what_tells_nothing_apart_changes_nothing(interaction: list[float]) -> None:
    scores = np.array([0.9, 0.8, 0.4])
    mixed = with_interaction(scores, np.array(interaction), 0.5, foreign=NONE[:3])
    np.testing.assert_array_equal(mixed, scores)


def test_what_is_in_another_language_is_brought_to_its_own_height() -> None:
    scores = np.array([0.9, 0.5, 0.8, 0.4])
    interaction = np.array([0.7, 0.3, 0.8, 0.1])
    foreign = np.array([False, True, False, True])
    mixed = with_interaction(scores, interaction, 1.0, foreign=foreign)
    np.testing.assert_allclose(mixed, [0.8, 0.5, 0.9, 0.4])
