"""Scores by words and by meaning, brought to one scale and added.

Every candidate of either retriever gets both scores, so none is punished for having been found
by one alone. Source: Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
TOIS 2023: a convex combination of normalised scores beats reciprocal rank fusion, and is stable
where the normalisation has a fixed lower end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from finder.corpus import Floats, Ints
from finder.ports import Spoken

GRID = 2.0**-40
"""Scores are multiples of this. Sums of a few thousand of them below some thousands are exact in
float64 whatever their order, so the parts that an explanation shows sum to the score."""

FOREIGN_CREDIT = 0.8
"""What words in another language are taken to match of what those of the query's own do."""

_BELOW = 0.1
"""The share of the scale of meaning that lies below its bend."""

_LIKES = 5
"""Passages in the query's language, the nearest in meaning, that tell how much words match."""


class Part(StrEnum):
    """What a score has a part for."""

    WORDS = "words"
    MEANING = "meaning"
    LANGUAGE = "language"
    """In place of words, for what is in another language than the query."""
    NEIGHBOURS = "neighbours"
    """For what else was found that is near in meaning."""
    QUESTION = "question"
    """For what it answers."""
    PREFERENCE = "preference"
    """For being recent, or vouched for."""
    MOVED = "moved"
    """For the place that a reranker gave."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relevance:
    """The scores of candidates.

    Attributes:
        parts: Those of each score, whose sum it is; arrays of one shape. What is not there is zero.
    """

    parts: Mapping[Part, Floats]

    @property
    def total(self) -> Floats:
        """The scores."""
        first, *others = self.parts.values()
        return sum(others, start=first)

    def take(self, positions: Ints) -> "Relevance":
        """Some of the candidates, in the order given."""
        return Relevance(parts={part: scores[positions] for part, scores in self.parts.items()})

    def weighted(self, weight: float) -> "Relevance":
        """A share of every score, on the grid."""
        return Relevance(
            parts={part: on_grid(weight * scores) for part, scores in self.parts.items()}
        )


def on_grid(values: Floats) -> Floats:
    """Round to the grid on which sums are exact."""
    return np.round(values / GRID) * GRID


def fuse(  # noqa: PLR0913 - two have a default
    words: Floats,
    meaning: Floats,
    *,
    floor: float,
    bend: float | None = None,
    meaning_weight: float,
    spoken: Spoken | None = None,
) -> Relevance:
    """Combine two scores of the same candidates.

    Args:
        words: BM25 scores, 0 where no word matches; normalised by their maximum.
        meaning: Inner products; normalised between ``floor`` and their maximum.
        floor: The inner product that counts as nothing.
        bend: The one at which the scale bends: what lies below it shares a tenth of the scale.
        meaning_weight: From 0 (words alone) to 1 (meaning alone).
        spoken: What is in another language than the query: its words cannot match.
    """
    by_words, by_meaning = _normalised(words, 0.0), _normalised(meaning, floor)
    if bend is not None:
        by_meaning = (1.0 - _BELOW) * _normalised(meaning, bend) + _BELOW * by_meaning
    parts = {
        Part.WORDS: on_grid((1.0 - meaning_weight) * by_words),
        Part.MEANING: on_grid(meaning_weight * by_meaning),
    }
    if spoken is not None and spoken.foreign.any():
        credit = _credit(by_words, by_meaning, spoken)
        parts[Part.LANGUAGE] = on_grid((1.0 - meaning_weight) * credit)
    return Relevance(parts=parts)


def _credit(words: Floats, meaning: Floats, spoken: Spoken) -> Floats:
    """What words would add in another language, as far as they do where they can match."""
    own = np.flatnonzero(spoken.own)
    nearest = own[np.argsort(-meaning[own], kind="stable")[:_LIKES]]
    near = float(meaning[nearest].sum())
    matched = min(1.0, float(words[nearest].sum()) / near) if near else 0.0
    credit = (FOREIGN_CREDIT * matched * meaning - words).clip(min=0.0)
    return np.where(spoken.foreign, credit, 0.0)


def _normalised(scores: Floats, floor: float) -> Floats:
    if not len(scores):
        return scores
    spread = float(scores.max()) - floor
    if spread <= 0.0:
        return np.zeros_like(scores)
    return ((scores - floor) / spread).clip(min=0.0)
