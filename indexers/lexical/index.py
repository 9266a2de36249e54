"""Finds passages by their words, and scores them by what the viewer may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
import tantivy
from sqlalchemy import select

from finder.bm25 import Bm25, inverse_document_frequency
from finder.corpus import Floats, Ints, Readable, rows_of
from finder.ports import Hits
from finder.snippets import Span
from indexers.catalogue.database import Database
from indexers.catalogue.schema import terms as stored_terms
from indexers.lexical.analysis import query_terms, word_forms, words
from indexers.lexical.statistics import Statistics, checksum
from indexers.lexical.tantivy_index import PASSAGE, RULE, SCHEMA, TERMS, mapped, open_tantivy

_POOL = 1_000
"""Candidates taken from tantivy, whose own scores only choose them, at the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Averages:
    """Statistics of what a viewer may read: how many passages, and their mean length in terms."""

    passages: int
    mean_length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scoring:
    """What turns counts into scores."""

    bm25: Bm25
    statistics: Statistics
    averages: _Averages


class LexicalIndex:
    """Reads the index of words. Safe to use from several threads.

    Args:
        folder: Where the index lives.
        database: The catalogue, for each passage's counts.
        bm25: The constants of the score.
    """

    def __init__(self, folder: Path, database: Database, *, bm25: Bm25 | None = None) -> None:
        self._folder = folder
        self._database = database
        self._bm25 = bm25 or Bm25()
        self._index = open_tantivy(folder)
        self._statistics = Statistics()
        self._generation = -1
        self._averages: WeakKeyDictionary[Readable, _Averages] = WeakKeyDictionary()
        self._lock = Lock()

    def scorer(self, text: str, readable: Readable) -> "LexicalScorer":
        """Prepare a query. Scores are BM25 over what is readable, 0 where no word matches."""
        with self._lock:
            if readable.corpus.generation != self._generation:
                self._follow()
                self._generation = readable.corpus.generation
            averages = self._averages.get(readable)
            if averages is None:
                averages = self._averages[readable] = self._average(readable)
            engine = self._index.searcher()
        scoring = _Scoring(bm25=self._bm25, statistics=self._statistics, averages=averages)
        return LexicalScorer(engine, query_terms(text), readable=readable, scoring=scoring)

    def _follow(self) -> None:
        held = self._statistics.passages
        last = int(held[-1]) if len(held) else 0
        statement = select(stored_terms).where(stored_terms.c.passage > last)
        with self._database.reading() as connection:
            rows = connection.execute(statement.order_by(stored_terms.c.passage)).fetchall()
        self._statistics.extend([row.passage for row in rows], [row.data for row in rows])
        with mapped(self._folder):
            self._index.reload()

    def _average(self, readable: Readable) -> _Averages:
        lengths = self._statistics.lengths[readable.contains(self._statistics.passages)]
        return _Averages(
            passages=len(lengths), mean_length=float(lengths.mean()) if len(lengths) else 0.0
        )


class LexicalScorer:
    """One query against one viewer's passages."""

    def __init__(
        self,
        engine: tantivy.Searcher,
        query: Sequence[frozenset[str]],
        *,
        readable: Readable,
        scoring: _Scoring,
    ) -> None:
        self._engine = engine
        self._readable = readable
        self._scoring = scoring
        self._forms = [np.array([checksum(form) for form in word], np.uint32) for word in query]
        self._vocabulary = frozenset().union(*query)
        self._queries = [_any_of(word) for word in query]
        self._rarity: Floats | None = None

    def top(self, depth: int) -> Hits:
        """The best passages, at most ``depth``, all readable; equal scores by ascending id."""
        passages = self._candidates(max(depth, _POOL))
        scores = self.score(passages)
        order = np.lexsort((passages, -scores))[:depth]
        return Hits(passages=passages[order], scores=scores[order])

    def score(self, passages: Ints) -> Floats:
        """BM25 of any passages by id; 0 for one that is not indexed or holds no query word."""
        scores = np.zeros(len(passages))
        statistics = self._scoring.statistics
        rows = rows_of(statistics.passages, passages)
        known = np.flatnonzero(rows >= 0)
        if self._queries and len(known):
            scores[known] = self._scoring.bm25.scores(
                statistics.frequencies(rows[known], self._forms),
                statistics.lengths[rows[known]],
                rarity=self._rarities(),
                mean=self._scoring.averages.mean_length,
            )
        return scores

    def matches(self, text: str) -> list[Span]:
        """Where in a text the query's words stand."""
        return [
            Span(word.start, word.end)
            for word in words(text)
            if not self._vocabulary.isdisjoint(word_forms(word.surface))
        ]

    def _candidates(self, limit: int) -> Ints:
        """Readable passages that hold a query word, the likely ones where there are more."""
        if not self._queries:
            return np.zeros(0, dtype=np.int64)
        wanted = [(tantivy.Occur.Should, query) for query in self._queries]
        found = self._engine.search(
            self._filtered(tantivy.Query.boolean_query(wanted)), limit, count=False
        )
        ids = self._engine.fast_field_values(PASSAGE, [address for _, address in found.hits])
        passages = np.array(ids, dtype=np.int64)
        return passages[self._readable.contains(passages)]

    def _rarities(self) -> Floats:
        if self._rarity is None:
            containing = [self._count(query) for query in self._queries]
            self._rarity = inverse_document_frequency(
                np.array(containing, dtype=np.int64), self._scoring.averages.passages
            )
        return self._rarity

    def _count(self, query: tantivy.Query) -> int:
        found = self._engine.search(self._filtered(query), 1, count=True)
        count: int = found.count  # type: ignore[attr-defined]  # missing from the engine's types
        return count

    def _filtered(self, query: tantivy.Query) -> tantivy.Query:
        if self._readable.whole:
            return query
        rules = tantivy.Query.term_set_query(SCHEMA, RULE, sorted(self._readable.rules))
        unscored = tantivy.Query.const_score_query(rules, 0.0)
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)]
        )


def _any_of(forms: frozenset[str]) -> tantivy.Query:
    queries = [tantivy.Query.term_query(SCHEMA, TERMS, form) for form in sorted(forms)]
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
