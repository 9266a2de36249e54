"""Candidates by words and by meaning, side by side, with their fused relevance."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from finder.corpus import Floats, Ints, Readable
from finder.fusion import MEANING_WEIGHT, Relevance, fuse
from finder.ports import Encoder, Hits, MeaningIndex, PassageScorer, WordIndex, WordScorer
from finder.query import Mode, Query
from finder.stages import Observer, stage, unobserved

_OPPOSITE = -1.0
"""The lowest inner product of unit vectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How far retrieval goes.

    Attributes:
        passages: How many passages each retriever proposes.
        meaning_weight: The share of meaning in a hybrid score.
    """

    passages: int = 1_000
    meaning_weight: float = MEANING_WEIGHT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """Passages that may answer, all readable, in no order.

    Attributes:
        passages: Their ids.
        relevance: The parts of their scores, in the same order.
        words: The query's scorer by words, which can show where its words are.
        complete: Whether nothing more could have been proposed.
    """

    passages: Ints
    relevance: Relevance
    words: WordScorer
    complete: bool


class Retriever:
    """Retrieves by words, by meaning, or both at once.

    Args:
        words: Finds passages by their words.
        meaning: Finds passages by their vectors.
        encoder: Turns the query into a vector.
        depth: How far to go.
        observe: Is told how long each stage took.
    """

    def __init__(
        self,
        words: WordIndex,
        meaning: MeaningIndex,
        *,
        encoder: Encoder,
        depth: Depth | None = None,
        observe: Observer = unobserved,
    ) -> None:
        self._words = words
        self._meaning = meaning
        self._encoder = encoder
        self._depth = depth or Depth()
        self._observe = observe
        self._beside = ThreadPoolExecutor(thread_name_prefix="finder-words")

    def retrieve(self, query: Query, readable: Readable) -> Candidates:
        """Propose candidates for a query, from what the viewer may read."""
        words = self._words.scorer(query.text, readable)
        match query.mode:
            case Mode.WORDS:
                hits = self._top("words", words)
                nothing = np.zeros_like(hits.scores)
                relevance = fuse(hits.scores, nothing, floor=0.0, meaning_weight=0.0)
                found, complete = hits.passages, self._complete(hits)
            case Mode.MEANING:
                hits = self._top("meaning", self._by_meaning(query, readable))
                nothing = np.zeros_like(hits.scores)
                relevance = fuse(nothing, hits.scores, floor=_lowest(hits), meaning_weight=1.0)
                found, complete = hits.passages, self._complete(hits)
            case Mode.HYBRID:
                found, relevance, complete = self._both(query, words, readable)
        # An index may lag behind the corpus: what the corpus does not let through is not there.
        kept = np.flatnonzero(readable.contains(found))
        return Candidates(
            passages=found[kept], relevance=relevance.take(kept), words=words, complete=complete
        )

    def _both(
        self, query: Query, words: WordScorer, readable: Readable
    ) -> tuple[Ints, Relevance, bool]:
        pending = self._beside.submit(self._top, "words", words)
        meaning = self._by_meaning(query, readable)
        by_meaning = self._top("meaning", meaning)
        by_words = pending.result()
        with stage("fuse", self._observe):
            found = np.union1d(by_words.passages, by_meaning.passages)
            relevance = fuse(
                _completed(found, by_words, words),
                _completed(found, by_meaning, meaning),
                floor=_lowest(by_meaning),
                meaning_weight=self._depth.meaning_weight,
            )
        return found, relevance, self._complete(by_words) and self._complete(by_meaning)

    def _by_meaning(self, query: Query, readable: Readable) -> PassageScorer:
        with stage("encode", self._observe):
            vector = self._encoder.encode_query(query.text)
        return self._meaning.scorer(vector, readable)

    def _top(self, name: str, scorer: PassageScorer) -> Hits:
        with stage(name, self._observe):
            return scorer.top(self._depth.passages)

    def _complete(self, hits: Hits) -> bool:
        return len(hits.passages) < self._depth.passages


def _lowest(hits: Hits) -> float:
    """What counts as no likeness: the last passage proposed, if the first is any better."""
    if len(hits.scores) and hits.scores[-1] < hits.scores[0]:
        return float(hits.scores[-1])
    return _OPPOSITE


def _completed(passages: Ints, hits: Hits, scorer: PassageScorer) -> Floats:
    """Scores of all candidates, computed only for those that this retriever did not propose."""
    scores = np.empty(len(passages), dtype=np.float64)
    scores[np.searchsorted(passages, hits.passages)] = hits.scores
    missing = np.flatnonzero(~np.isin(passages, hits.passages, assume_unique=True))
    scores[missing] = scorer.score(passages[missing])
    return scores
