"""Candidates by words and by meaning, with their fused relevance."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from time import sleep

import numpy as np

from finder.corpus import Floats, Ints, Readable
from finder.encoded import Encoded
from finder.errors import EncodingError, LoadingError
from finder.fusion import Part, Relevance, fuse
from finder.interaction import token_weights, with_interaction
from finder.ports import Encoder, Hits, MeaningIndex, MeaningScorer, WordIndex, WordScorer
from finder.query import Mode, Query
from finder.snippets import Span
from finder.stages import Observer, stage, unobserved

_log = logging.getLogger(__name__)

_HEAD_START = 0.000_05
"""Seconds that words leave to an encoding: whoever hands it over needs Python's lock, and then the
encoder an idle processor. A query takes .7 ms longer where words hold both."""

_NEAR_LEAST = 50
"""So many passages are near, however few may be read."""

_OPPOSITE = -1.0
"""The lowest inner product of unit vectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How far retrieval goes.

    Attributes:
        passages: How many passages each retriever proposes.
        whole: The share of its whole record in the words' score of a passage, where passages are
            looked into.
        meaning_weight: The share of meaning in a hybrid score.
        detailed_weight: The same of a long query where passages are looked into, which tells
            meaning better.
        brevity: What a query of one word lacks of that, one of two by half, one of three by a
            third: few words have little meaning, and a text about them holds them.
        windows: How many candidates, the first, are looked into for their nearest windows.
        detail: The share of its nearest window in the meaning of one that is.
        tokens: How many, the first then, are compared with the query token by token.
        interaction: The share of its tokens in the meaning of one that is.
        near: The share of what may be read that is near in meaning: where little can be, the last
            that is proposed is not.
    """

    passages: int = 700
    whole: float = 0.5
    meaning_weight: float = 0.5
    detailed_weight: float = 0.65
    brevity: float = 0.3
    windows: int = 60
    detail: float = 0.5
    tokens: int = 30
    interaction: float = 1 / 3
    near: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """Passages that may answer, all readable, in no order.

    Attributes:
        passages: Their ids.
        relevance: The parts of their scores, in the same order.
        mode: Which evidence was used: words, where the encoder was not there for both.
        asked: What was asked: the query's text, or what it was corrected to.
        words: The query's scorer by words, which can show where its words are.
        complete: Whether nothing more could have been proposed.
    """

    passages: Ints
    relevance: Relevance
    mode: Mode
    asked: str
    words: WordScorer
    complete: bool


_Proposed = tuple[Ints, Relevance, bool]
"""Passages, their relevance, and whether nothing more could have been proposed."""


class Retriever:
    """Retrieves by words, by meaning, or by both.

    Args:
        words: Finds passages by their words; others may ask it too.
        meaning: Finds passages by their vectors; others may ask it too.
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
        self.words = words
        self.meaning = meaning
        self._encoder = encoder
        self._depth = depth or Depth()
        self._observe = observe
        self._threads = ThreadPoolExecutor(thread_name_prefix="finder-retrieve")

    def follow(self, readable: Readable) -> None:
        """Catch up with a corpus, so that the first query about it need not."""
        self.words.follow(readable)
        self.meaning.follow(readable)

    def retrieve(
        self, query: Query, readable: Readable, *, within: Readable, into: bool = False
    ) -> Candidates:
        """Propose candidates for a query, from what the viewer may read.

        Mistyped words are corrected first. A hybrid query is answered by words while the encoder
        is being loaded, and where it fails. A query without a text proposes everything.

        Args:
            query: What is asked.
            readable: What the viewer may read: a word in it is not mistyped.
            within: What of it passes the query's conditions, to retrieve from.
            into: Whether passages shall answer the question, and not tell who knows its subject:
                the first are looked into for what is nearest to it.

        Raises:
            LoadingError: The encoder is being loaded, and meaning alone was asked for.
            EncodingError: The encoder failed, the same.
        """
        query = self._corrected(query, readable)
        if not query.text:
            return self._everything(query, within)
        match query.mode:
            case Mode.WORDS:
                words, (found, relevance, complete) = self._by_words(query, within, into=into)
            case Mode.MEANING:
                words, (found, relevance, complete) = self._by_meaning(
                    query, readable, within=within, into=into
                )
            case Mode.HYBRID:
                try:
                    words, (found, relevance, complete) = self._by_both(
                        query, readable, within=within, into=into
                    )
                except (LoadingError, EncodingError) as error:
                    _log.warning("answered by words alone: %s", error)
                    by_words = replace(query, mode=Mode.WORDS)
                    return self.retrieve(by_words, readable, within=within, into=into)
        # An index may lag behind the corpus: what the corpus does not let through is not there.
        kept = np.flatnonzero(within.contains(found))
        return Candidates(
            passages=found[kept],
            relevance=relevance.take(kept),
            mode=query.mode,
            asked=query.text,
            words=words,
            complete=complete,
        )

    def _everything(self, query: Query, readable: Readable) -> Candidates:
        found = readable.corpus.passages[readable.contains(readable.corpus.passages)]
        return Candidates(
            passages=found,
            relevance=Relevance(parts={Part.WORDS: np.ones(len(found))}),
            mode=query.mode,
            asked=query.text,
            words=self.words.scorer(query.text, readable),
            complete=True,
        )

    def _corrected(self, query: Query, readable: Readable) -> Query:
        if query.as_typed:
            return query
        with stage("correct", self._observe):
            certain = [wording.text for wording in query.wordings]
            meant = self.words.corrected(query.subject, readable, certain=certain)
        return replace(query.about(meant), as_typed=True)

    def _by_words(
        self, query: Query, readable: Readable, *, into: bool
    ) -> tuple[WordScorer, _Proposed]:
        words, hits = self._find_words(query, readable, into=into)
        nothing = np.zeros_like(hits.scores)
        relevance = fuse(hits.scores, nothing, floor=0.0, meaning_weight=0.0)
        return words, (hits.passages, relevance, self._complete(hits))

    def _by_meaning(
        self, query: Query, readable: Readable, *, within: Readable, into: bool
    ) -> tuple[WordScorer, _Proposed]:
        text = self._encodable(query, readable, into=into)
        encoded = self._encoded(text)
        meaning, hits = self._find_meaning(encoded, within)
        words = self.words.scorer(query.subject, within)
        nothing = np.zeros_like(hits.scores)
        near = hits.scores
        if into:
            weights = token_weights(encoded.tokens.bounds, words.rarities(text))
            near = self._looked_into(
                meaning, hits.passages, near, weights=weights, ranked_by=lambda near: near
            )
        relevance = fuse(
            nothing, near, floor=_lowest(hits), bend=self._bend(hits, within), meaning_weight=1.0
        )
        return words, (hits.passages, relevance, self._complete(hits))

    def _by_both(
        self, query: Query, readable: Readable, *, within: Readable, into: bool
    ) -> tuple[WordScorer, _Proposed]:
        text = self._encodable(query, readable, into=into)
        # A query is encoded on one processor: words are looked for on another meanwhile.
        beside = self._threads.submit(self._find_words_beside, query, within, text, into=into)
        encoded = self._encoded(text)
        meaning, by_meaning = self._find_meaning(encoded, within)
        words, by_words, rarities = beside.result()
        with stage("fuse", self._observe):
            both = np.concatenate([by_meaning.passages, by_words.passages])
            found, places = np.unique(both, return_inverse=True)
            floor = _lowest(by_meaning)
            combined = partial(
                fuse,
                words.score(found),
                floor=floor,
                bend=self._bend(by_meaning, within),
                meaning_weight=self._meaning_weight(len(rarities), into=into),
                spoken=meaning.spoken(found),
            )
            if floor > _OPPOSITE:  # all that is above it was found
                near = np.full(len(found), floor)
                near[places[: len(by_meaning.scores)]] = by_meaning.scores
            else:
                near = meaning.score(found)
            if into:
                near = self._looked_into(
                    meaning,
                    found,
                    near,
                    weights=token_weights(encoded.tokens.bounds, rarities),
                    ranked_by=lambda near: combined(near).total,
                )
            relevance = combined(near)
        complete = self._complete(by_words) and self._complete(by_meaning)
        return words, (found, relevance, complete)

    def _looked_into(
        self,
        meaning: MeaningScorer,
        found: Ints,
        scores: Floats,
        *,
        weights: Floats,
        ranked_by: Callable[[Floats], Floats],
    ) -> Floats:
        """Scores by meaning in which the first passages' windows and tokens have their shares.

        Args:
            meaning: Compares passages with the query.
            found: Their ids.
            scores: Theirs by meaning.
            weights: What each token of the query counts.
            ranked_by: What passages are ranked by, from their scores by meaning.
        """
        with stage("look into", self._observe):
            near = scores.copy()
            first = _first(self._depth.windows, found, ranked_by(near))
            windows = meaning.nearest_windows(found[first])
            known = windows > _OPPOSITE  # a vector may be awaited
            near[first[known]] += self._depth.detail * (windows - near[first])[known]
            if weights.any() and self._depth.interaction:
                first = _first(self._depth.tokens, found, ranked_by(near))
                near[first] = with_interaction(
                    near[first],
                    meaning.interaction(found[first], weights),
                    self._depth.interaction,
                    foreign=meaning.spoken(found[first]).foreign,
                )
            return near

    def _find_words_beside(
        self, query: Query, readable: Readable, text: str, *, into: bool
    ) -> tuple[WordScorer, Hits, Sequence[tuple[Span, float]]]:
        """What words find, and how rare those are that stand in what is encoded."""
        sleep(_HEAD_START)
        scorer, hits = self._find_words(query, readable, into=into)
        return scorer, hits, scorer.rarities(text)

    def _find_words(
        self, query: Query, readable: Readable, *, into: bool
    ) -> tuple[WordScorer, Hits]:
        with stage("words", self._observe):
            whole = self._depth.whole if into else 0.0
            scorer = self.words.scorer(query.subject, readable, whole=whole)
            return scorer, scorer.top(self._depth.passages)

    def _encodable(self, query: Query, readable: Readable, *, into: bool) -> str:
        """What of a query is encoded: texts answer the question, people know about its subject."""
        return self.words.as_written(query.text if into else query.subject, readable)

    def _encoded(self, text: str) -> Encoded:
        with stage("encode", self._observe):
            return self._encoder.encode_query(text)

    def _find_meaning(self, encoded: Encoded, readable: Readable) -> tuple[MeaningScorer, Hits]:
        with stage("meaning", self._observe):
            scorer = self.meaning.scorer(encoded, readable)
            return scorer, scorer.top(self._depth.passages)

    def _bend(self, hits: Hits, within: Readable) -> float | None:
        """What the last passage that is near reaches, unless all are, or as near as the first."""
        place = max(_NEAR_LEAST, int(self._depth.near * within.passages))
        if place >= len(hits.scores) or hits.scores[place] == hits.scores[0]:
            return None
        return float(hits.scores[place])

    def _meaning_weight(self, words: int, *, into: bool) -> float:
        """The share of meaning in the scores of a query that looks for so many words."""
        if not into:
            return self._depth.meaning_weight
        return self._depth.detailed_weight - self._depth.brevity / max(words, 1)

    def _complete(self, hits: Hits) -> bool:
        return len(hits.passages) < self._depth.passages


def _lowest(hits: Hits) -> float:
    """What counts as no likeness: the last passage proposed, if the first is any better."""
    if len(hits.scores) and hits.scores[-1] < hits.scores[0]:
        return float(hits.scores[-1])
    return _OPPOSITE


def _first(many: int, passages: Ints, scores: Floats) -> Ints:
    """The positions of so many of them, best first; equal scores by ascending id."""
    return np.lexsort((passages, -scores))[:many]
