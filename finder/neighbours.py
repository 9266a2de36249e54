"""What is found beside things like it is more likely to answer: near texts lend each other score.

Source: Diaz, "Regularizing Ad Hoc Retrieval Scores", CIKM 2005, after the cluster hypothesis (van
Rijsbergen, "Information Retrieval", 1979, chapter 3). Only what the viewer may read has any part
in it.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from finder.corpus import Floats, Ints, Readable
from finder.documents import RankedRecords
from finder.fusion import Part, Relevance, on_grid
from finder.ports import MeaningIndex

LOOKED_AT: Final = 50
"""Of a ranking, so many records are compared with each other: what somebody pages through. What
stands further down is seldom seen, and seldom right."""

NEAREST: Final = 5
"""Neighbours of a record: as many as one subject often has; 3 or 10 differ from it by .003."""

_NONE: Final = -1.0
"""The likeness to what has no vector yet, and, here, to itself."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """The first passages of a ranking, compared with each other.

    Attributes:
        passages: Their ids, shape ``(n,)``.
        likeness: Their inner products, shape ``(n, n)``; -1 where a vector is awaited.
    """

    passages: Ints
    likeness: Floats

    def among(self, passages: Ints) -> Floats:
        """The likeness of some passages, by id; -1 for one that was not compared."""
        place = {passage: place for place, passage in enumerate(self.passages.tolist())}
        places = [place.get(passage, -1) for passage in passages.tolist()]
        return np.pad(self.likeness, (0, 1), constant_values=_NONE)[np.ix_(places, places)]


def compared(ranked: RankedRecords, meaning: MeaningIndex, readable: Readable) -> Compared:
    """Compare what speaks for the first records of a ranking."""
    first = ranked.best[:LOOKED_AT]
    return Compared(passages=first, likeness=meaning.likeness(first, readable))


def with_neighbours(ranked: RankedRecords, likeness: Floats, *, weight: float) -> RankedRecords:
    """A ranking in which a part of each score is the mean score of the record's neighbours.

    Those that are looked at stay before the others.

    Args:
        ranked: The records.
        likeness: Inner products of what speaks for the first of them, shape ``(n, n)``; -1 where
            a vector is awaited: such a record is its own neighbour.
        weight: The share of the neighbours in a score.
    """
    looked_at, nearest = len(likeness), min(NEAREST, len(likeness) - 1)
    if nearest < 1:
        return ranked
    total = ranked.relevance.total
    near = np.where(np.eye(looked_at, dtype=np.bool_), _NONE, likeness)
    order = np.argsort(-near, axis=1, kind="stable")[:, :nearest]
    own = np.arange(looked_at)[:, None]
    known = np.where(np.take_along_axis(near, order, axis=1) > _NONE, order, own)
    lent = np.zeros(len(total))
    lent[:looked_at] = on_grid(weight * total[known].mean(axis=1))
    parts = {**ranked.relevance.weighted(1.0 - weight).parts, Part.NEIGHBOURS: lent}
    lifted = replace(ranked, relevance=Relevance(parts=parts))
    places = np.argsort(-lifted.relevance.total[:looked_at], kind="stable")
    return lifted.take(np.concatenate([places, np.arange(looked_at, len(total))]))
