"""Other names of what a query names.

They count where all of their words are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from finder.bm25 import rarity
from finder.corpus import Floats
from finder.domain import Language
from indexers.lexical.postings import Rows

_NO_ROWS: Rows = np.zeros(0, dtype=np.int32)

Words = tuple[frozenset[str], ...]
"""Words of a query, each the set of its forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherName:
    """A name that a passage may have instead of the one that a query has.

    Attributes:
        words: All of them must be in a passage.
        weight: What it is worth beside the query's own name, below 1.
        language: The one language in whose texts it is a name of the same; None for any.
    """

    words: Words
    weight: float
    language: Language | None = None


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


class Scored(Protocol):
    """Scores one word."""

    def __call__(
        self, forms: frozenset[str], language: Language | None = None, rarest: float = np.inf
    ) -> tuple[Rows, Floats]:
        """The passages that hold it in one of its forms, each once, and what it adds to each.

        Args:
            forms: What the word may be.
            language: Of the passages; None for any.
            rarest: How rare it is taken to be at most.
        """
        ...


def added(
    expansions: Iterable[Expansion], scored: Scored, *, passages: int, blank: Floats
) -> Floats:
    """What the other names in a query add to the scores of passages.

    A passage has the score of a name in the query, or of its best other name where that is more.
    Another name in texts like the query's is worth less than the name itself, wherever that
    stands whole. In texts in another language, where nobody writes that, a word is no rarer than
    the name's own: all words are rare in a language that few texts are in (as Pirkola, 1998,
    counts what translates a word as that word).

    Args:
        expansions: The names.
        scored: Scores a word.
        passages: How many passages there are to be rare among.
        blank: A zero for each passage, to count in; zeros again afterwards.
    """
    gains = np.zeros_like(blank)
    for expansion in expansions:
        own = [scored(word) for word in expansion.words]
        _, whole = _together(own, blank)
        ceiling = whole.min() if len(whole) else np.inf
        rarest = max(rarity(len(rows), passages) for rows, _ in own)
        best: list[tuple[Rows, Floats]] = []
        for other in expansion.others:
            abroad = other.language is not None
            at_most, most = (rarest, np.inf) if abroad else (np.inf, ceiling)
            theirs = [scored(each, other.language, at_most) for each in other.words]
            rows, scores = _together(theirs, blank)
            best.append((rows, other.weight * np.minimum(scores, most)))
        places, values = _best(best, blank)
        gains[places] += (values - _sums(own, places, blank)).clip(min=0.0)
    return gains


def stands(other: OtherName, scored: Scored, *, blank: Floats) -> bool:
    """Whether a passage holds a name whole.

    Args:
        other: The name.
        scored: Scores a word.
        blank: As of :func:`added`.
    """
    rows, _ = _together([scored(each, other.language) for each in other.words], blank)
    return bool(len(rows))


def _together(words: Sequence[tuple[Rows, Floats]], blank: Floats) -> tuple[Rows, Floats]:
    """The passages that hold all of some words, and the sum of what each adds."""
    (rows, scores), *others = words
    for more_rows, more in others:
        blank[more_rows] = more
        there = blank[rows]
        blank[more_rows] = 0.0
        both = there > 0.0
        rows, scores = rows[both], (scores + there)[both]
    return rows, scores


def _best(found: Sequence[tuple[Rows, Floats]], blank: Floats) -> tuple[Rows, Floats]:
    """The passages that hold any of some names, each once, and the most that one of them adds."""
    for rows, scores in found:
        blank[rows] = np.maximum(blank[rows], scores)
    places = np.unique(np.concatenate([_NO_ROWS, *(rows for rows, _ in found)]))
    values = blank[places]
    blank[places] = 0.0
    return places, values


def _sums(words: Sequence[tuple[Rows, Floats]], places: Rows, blank: Floats) -> Floats:
    """What some words add to the scores of some passages together."""
    for rows, scores in words:
        blank[rows] += scores
    sums = blank[places]
    for rows, _ in words:
        blank[rows] = 0.0
    return sums
