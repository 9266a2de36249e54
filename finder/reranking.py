"""The first records of a ranking, put in the order of a model that reads query and text together.

Source: Nogueira and Cho, "Passage Re-ranking with BERT", 2019 (arXiv:1901.04085).
"""

from dataclasses import replace

import numpy as np

from finder.documents import RankedRecords
from finder.fusion import Part, Relevance
from finder.ports import Library, Reranker


class Reranking:
    """Reranks records by the passages that speak for them.

    Args:
        library: Where the texts are.
        reranker: Scores them.
        first: How many records it is shown.
    """

    def __init__(self, library: Library, reranker: Reranker, *, first: int) -> None:
        self._library = library
        self._reranker = reranker
        self._first = first

    def reranked(self, query: str, ranked: RankedRecords) -> RankedRecords:
        """The same records; those that there was time for come first, in their new order.

        The score of each is that of its new place, so that scores still fall down the list, and
        a part of it tells how far it was moved.
        """
        shown = ranked.best[: self._first].tolist()
        texts = self._library.texts(shown)
        scores = self._reranker.scores(query, [texts.get(passage, "") for passage in shown])
        order = np.argsort(-scores, kind="stable")
        places = np.concatenate([order, np.arange(len(order), len(ranked.records))])
        reordered = ranked.take(places)
        moved = ranked.relevance.total - reordered.relevance.total
        parts = {**reordered.relevance.parts, Part.MOVED: moved}
        return replace(reordered, relevance=Relevance(parts=parts))
