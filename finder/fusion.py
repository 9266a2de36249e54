"""Scores by words and by meaning, brought to one scale and added.

Every candidate of either retriever gets both scores, so none is punished for having been found
by one alone. Source: Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
TOIS 2023: a convex combination of normalised scores beats reciprocal rank fusion, and is stable
where the normalisation has a fixed lower end.
"""

from dataclasses import dataclass

import numpy as np

from finder.corpus import Floats, Ints

GRID = 2.0**-40
"""Scores are multiples of this. Sums of a few thousand of them below some thousands are exact in
float64 whatever their order, so the parts that an explanation shows sum to the score."""

MEANING_WEIGHT = 0.5
"""The share of meaning in a hybrid score; measured in docs/en/explanation/ranking.md."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relevance:
    """Each candidate's parts, whose sum is its score; arrays of one shape.

    Attributes:
        words: For its words.
        meaning: For its meaning.
        moved: For the place that a reranker gave it; zeros without one.
    """

    words: Floats
    meaning: Floats
    moved: Floats

    @property
    def total(self) -> Floats:
        """The scores."""
        return self.words + self.meaning + self.moved

    def take(self, positions: Ints) -> "Relevance":
        """Some of the candidates, in the order given."""
        return Relevance(
            words=self.words[positions],
            meaning=self.meaning[positions],
            moved=self.moved[positions],
        )


def on_grid(values: Floats) -> Floats:
    """Round to the grid on which sums are exact."""
    return np.round(values / GRID) * GRID


def fuse(words: Floats, meaning: Floats, *, floor: float, meaning_weight: float) -> Relevance:
    """Combine two scores of the same candidates.

    Args:
        words: BM25 scores, 0 where no word matches; normalised by their maximum.
        meaning: Inner products; normalised between ``floor`` and their maximum.
        floor: The inner product that counts as nothing.
        meaning_weight: From 0 (words alone) to 1 (meaning alone).
    """
    return Relevance(
        words=on_grid((1.0 - meaning_weight) * _normalised(words, 0.0)),
        meaning=on_grid(meaning_weight * _normalised(meaning, floor)),
        moved=np.zeros(len(words)),
    )


def _normalised(scores: Floats, floor: float) -> Floats:
    if not len(scores):
        return scores
    spread = float(scores.max()) - floor
    if spread <= 0.0:
        return np.zeros_like(scores)
    return ((scores - floor) / spread).clip(min=0.0)
