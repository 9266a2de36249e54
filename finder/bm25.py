"""BM25, computed from the statistics of what the viewer may read and of nothing else.

A search engine's own BM25 takes a term's rarity and the mean length from its whole index, so a
document that a viewer may not read changes the scores, and so the order, of those that they may.

Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009;
fields as in section 3.6, each weighted in the term's frequency and in the length.
"""

from dataclasses import dataclass
from math import log1p

from finder.corpus import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Bm25:
    """The two constants of BM25.

    Attributes:
        k1: How soon more occurrences stop counting; 0 counts presence alone.
        b: How much length is held against a passage, from 0 to 1. Passages differ less in length
            than whole documents, and a short one that holds the word often says little.
    """

    k1: float = 1.2
    b: float = 0.4

    def scores(
        self, frequency: Floats, length: Floats, *, mean_length: float, rarity: float
    ) -> Floats:
        """What one query word adds to the scores of the passages that hold it.

        Args:
            frequency: Its weighted occurrences in each passage, above 0.
            length: The weighted length of each passage in terms, of the same shape.
            mean_length: Over the readable passages.
            rarity: As given by :func:`rarity`.
        """
        norm = self.k1 * (1.0 - self.b + self.b * length / mean_length)
        return rarity * frequency * (self.k1 + 1.0) / (frequency + norm)


def rarity(containing: int, total: int) -> float:
    """A word's inverse document frequency, in nats and above 0: ln(1 + (N - n + .5) / (n + .5)).

    Args:
        containing: How many readable passages hold the word.
        total: How many passages are readable.
    """
    return log1p((total - containing + 0.5) / (containing + 0.5))
