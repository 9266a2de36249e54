"""Other names of what a query names.

They count where all of their words are, and never more than what the query says itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from finder.corpus import Floats
from indexers.lexical.postings import Rows

Words = tuple[frozenset[str], ...]
"""Words of a query, each the set of its forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherName:
    """A name that a passage may have instead of the one that a query has.

    Attributes:
        words: All of them must be in a passage.
        weight: What it is worth beside the query's own name, below 1.
    """

    words: Words
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A name in a query, and what else finds what it means.

    Attributes:
        start: Where the name starts in the query.
        end: Where it has ended.
        words: Its words.
        others: Other names.
    """

    start: int
    end: int
    words: Words
    others: Sequence[OtherName]


Expander = Callable[[str], Sequence[Expansion]]
"""Finds the names in a query. What it knows, every viewer may know."""


def no_expansion(_text: str) -> Sequence[Expansion]:
    """Expands nothing."""
    return ()


Scored = Callable[[frozenset[str]], tuple[Rows, Floats]]
"""The passages that hold a word in one of its forms, each once, and what it adds to each score."""


def added(expansion: Expansion, scored: Scored, blank: Floats) -> Floats:
    """What the other names of something add to the scores of passages.

    A passage has the score of the name in the query, or of its best other name where that is
    more; but another name is worth less than the name itself, wherever that stands whole.

    Args:
        expansion: The names.
        scored: Scores a word.
        blank: A zero for each passage, to count in; zeros again afterwards.
    """
    own, held = np.zeros_like(blank), np.zeros_like(blank)
    for word in expansion.words:
        rows, scores = scored(word)
        own[rows] += scores
        held[rows] += 1.0
    whole = own[held == len(expansion.words)]
    ceiling = whole.min() if len(whole) else np.inf
    best = np.zeros_like(blank)
    for other in expansion.others:
        rows, scores = _together(other.words, scored, blank)
        best[rows] = np.maximum(best[rows], other.weight * np.minimum(scores, ceiling))
    gain: Floats = np.maximum(best - own, 0.0)
    return gain


def _together(words: Words, scored: Scored, blank: Floats) -> tuple[Rows, Floats]:
    """The passages that hold all of some words, and the sum of what each adds."""
    rows, scores = scored(words[0])
    for word in words[1:]:
        if not len(rows):
            break
        more_rows, more = scored(word)
        blank[more_rows] = more
        there = blank[rows]
        blank[more_rows] = 0.0
        both = there > 0.0
        rows, scores = rows[both], (scores + there)[both]
    return rows, scores
