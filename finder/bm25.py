"""BM25, computed from the statistics of what the viewer may read and of nothing else.

A search engine's own BM25 takes a term's rarity and the mean length from the whole index, so a
document that a viewer may not read changes the scores of those that they may. Here the engine
finds the candidates, and these pure functions score them.

Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009;
fields as in section 3.6, each weighted in the term's frequency and in the length.
"""

from dataclasses import dataclass

import numpy as np

from finder.corpus import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Bm25:
    """The two constants of BM25.

    Attributes:
        k1: How soon more occurrences stop counting; 0 counts presence alone.
        b: How much length is held against a passage, from 0 to 1.
    """

    k1: float = 1.2
    b: float = 0.75

    def scores(self, frequency: Floats, length: Floats, *, rarity: Floats, mean: float) -> Floats:
        """Score passages.

        Args:
            frequency: Weighted occurrences of each term in each passage, shape ``(n, terms)``.
            length: Weighted length of each passage in terms, shape ``(n,)``.
            rarity: Each term's weight, as given by :func:`inverse_document_frequency`.
            mean: Mean length of the readable passages.

        Returns:
            One score a passage, at least 0, shape ``(n,)``.
        """
        norm = self.k1 * (1.0 - self.b + self.b * length / max(mean, 1.0))
        saturated = frequency * (self.k1 + 1.0) / (frequency + norm[:, None])
        return np.asarray(saturated @ rarity, dtype=np.float64)


def inverse_document_frequency(containing: Ints, total: int) -> Floats:
    """How much each term tells, in nats and never negative: ln(1 + (N - n + .5) / (n + .5)).

    Args:
        containing: For each term, how many readable passages contain it, shape ``(terms,)``.
        total: How many passages are readable.
    """
    return np.log1p((np.maximum(total - containing, 0) + 0.5) / (containing + 0.5))
