"""The ports of retrieval, the plainest way: everything is looked at, one passage after the other.

They are what the real indexes are compared with, and obey the same contract.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from finder.corpus import KINDS, Floats, Ints, Readable
from finder.domain import Kind, Language
from finder.encoded import Encoded
from finder.ports import Hits, Spoken, Vectors
from finder.snippets import Span
from indexers.catalogue.database import Database
from indexers.catalogue.schema import passages, records, vectors
from indexers.dense.codes import query_codes, scale
from indexers.lexical.analysis import query_terms, standard_analyser, word_forms, words

K1, B, HEAD = 1.2, 0.4, 2.0
FEWEST = 50
COMMON, SOME = 0.2, 500


@dataclass(frozen=True, slots=True)
class Counted:
    """The terms of a passage, or of a record, each with its weighted count."""

    counts: Mapping[str, float]
    length: float
    record: int

    def frequency(self, forms: frozenset[str]) -> float:
        return sum(self.counts.get(form, 0.0) for form in forms)


class PlainBm25Index:
    """Every readable passage's BM25, from lists of its terms.

    Args:
        database: The catalogue, read once.
    """

    def __init__(self, database: Database) -> None:
        statement = select(passages, records.c.title, records.c.language).join(records)
        with database.reading() as connection:
            rows = connection.execute(statement).fetchall()
        self._passages: dict[int, Counted] = {}
        for row in rows:
            language = Language(row.language)
            counts: dict[str, float] = Counter(standard_analyser().terms(row.text, language))
            for term in standard_analyser().terms(f"{row.title}\n{row.heading}", language):
                counts[term] = counts.get(term, 0.0) + HEAD
            self._passages[row.id] = Counted(counts, sum(counts.values()), row.record)

    def scorer(self, text: str, readable: Readable, *, whole: float = 0.0) -> "PlainBm25Scorer":
        return PlainBm25Scorer(query_terms(text), self._passages, readable, whole=whole)


class PlainBm25Scorer:
    def __init__(
        self,
        query: Sequence[frozenset[str]],
        known: Mapping[int, Counted],
        readable: Readable,
        *,
        whole: float,
    ) -> None:
        self._query = query
        self._share = whole
        self._known = known
        ids = np.array(list(known), dtype=np.int64)
        self._readable = ids[readable.contains(ids)]
        seen = [known[id_] for id_ in self._readable.tolist()]
        self._mean = sum(passage.length for passage in seen) / max(len(seen), 1)
        parts: dict[int, list[Counted]] = {}
        for passage in seen:
            parts.setdefault(passage.record, []).append(passage)
        self._records = {record: _whole(record, held) for record, held in parts.items()}
        containing = [sum(passage.frequency(forms) > 0 for passage in seen) for forms in query]
        self._rarity = [math.log(1 + (len(seen) - n + 0.5) / (n + 0.5)) for n in containing]

    def top(self, depth: int) -> Hits:
        scores = zip(self._readable.tolist(), self.score(self._readable).tolist(), strict=True)
        return _best([(id_, score) for id_, score in scores if score > 0.0], depth)

    def score(self, passages: Ints) -> Floats:
        return np.array([self._score(id_) for id_ in passages.tolist()], dtype=np.float64)

    def matches(self, text: str, _passage: int) -> list[Span]:
        wanted = frozenset().union(*self._query)
        return [Span(start, end) for start, end, word in words(text) if word_forms(word) & wanted]

    def _score(self, id_: int) -> float:
        if id_ not in self._known:
            return 0.0
        passage = self._known[id_]
        own = self._bm25(passage)
        if own == 0.0 or passage.record not in self._records:
            return own
        return (1 - self._share) * own + self._share * self._bm25(self._records[passage.record])

    def _bm25(self, text: Counted) -> float:
        norm = K1 * (1 - B + B * text.length / self._mean)
        frequencies = [text.frequency(forms) for forms in self._query]
        return sum(
            rarity * frequency * (K1 + 1) / (frequency + norm)
            for rarity, frequency in zip(self._rarity, frequencies, strict=True)
        )


def _whole(record: int, held: Sequence[Counted]) -> Counted:
    counts: Counter[str] = Counter()
    for passage in held:
        counts.update(passage.counts)
    return Counted(counts, sum(passage.length for passage in held), record)


class ScanIndex:
    """Every readable passage's inner product, from the codes that the catalogue holds.

    Args:
        database: The catalogue, read once.
    """

    def __init__(self, database: Database) -> None:
        statement = (
            select(vectors, records.c.kind, records.c.language)
            .join(passages, passages.c.id == vectors.c.passage)
            .join(records, records.c.number == passages.c.record)
        )
        with database.reading() as connection:
            rows = connection.execute(statement).fetchall()
        self._kept = {row.passage: np.frombuffer(row.data, dtype=np.int8) for row in rows}
        self._languages = {
            row.passage: row.language
            for row in rows
            if KINDS[row.kind] in (Kind.POST, Kind.DOCUMENT)
        }

    def scorer(self, query: Encoded, readable: Readable) -> "ScanScorer":
        size = len(query.vector)
        kept = {id_: codes.reshape(-1, size) for id_, codes in self._kept.items()}
        return ScanScorer(kept, self._languages, query.vector, readable)


class ScanScorer:
    def __init__(
        self,
        kept: Mapping[int, np.ndarray],
        languages: Mapping[int, str],
        vector: Vectors,
        readable: Readable,
    ) -> None:
        codes = self._codes = {id_: rows[0] for id_, rows in kept.items()}
        self._windows = {id_: rows[1:] if len(rows) > 1 else rows for id_, rows in kept.items()}
        self._languages = languages
        self._readable = readable
        # By language: what is taken from the vector, and what is added to its inner products.
        self._aims: dict[str, tuple[Vectors, float, float]] = {}
        ids = np.array(sorted(codes), dtype=np.int64)
        seen: dict[str, list[int]] = {"fr": [], "en": [], "und": []}
        for id_ in ids[readable.contains(ids)].tolist():
            seen[languages.get(id_, "und")].append(id_)
        spoken = {its: seen[its] for its in ("fr", "en") if len(seen[its]) >= FEWEST}
        alone = len(spoken) < 2
        if not alone:
            near = {its: self._reached(held, *query_codes(vector)) for its, held in spoken.items()}
            self._home = max(near, key=near.__getitem__)
        common = self._mean([*seen.values()] if alone else [spoken[self._home], seen["und"]])
        self._query, self._unit = query_codes(vector - COMMON * common)
        if not alone:
            query, unit = query_codes(vector - common)
            height = self._reached(spoken[self._home], self._query, self._unit)
            for its in spoken.keys() - {self._home}:
                self._aims[its] = query, unit, height - self._reached(spoken[its], query, unit)

    def _mean(self, parts: Sequence[Sequence[int]]) -> Vectors:
        step = max(1, math.ceil(sum(map(len, parts)) / SOME))
        some = [self._codes[id_] for ids in parts for id_ in ids[::step]]
        if not some:
            return np.zeros(1, dtype=np.float32)
        return (np.mean(some, axis=0, dtype=np.float64) / scale(len(some[0]))).astype(np.float32)

    def _reached(self, ids: Sequence[int], query: Vectors, unit: float) -> float:
        likeness = sorted((_product(self._codes[id_], query, unit) for id_ in ids), reverse=True)
        return likeness[round(len(ids) / 10) - 1]

    def top(self, depth: int) -> Hits:
        ids = np.array(sorted(self._codes), dtype=np.int64)
        seen = ids[self._readable.contains(ids)]
        return _best(list(zip(seen.tolist(), self.score(seen).tolist(), strict=True)), depth)

    def score(self, passages: Ints) -> Floats:
        return np.array(
            [self._score(id_) if id_ in self._codes else -1.0 for id_ in passages.tolist()],
            dtype=np.float64,
        )

    def nearest_windows(self, passages: Ints) -> Floats:
        return np.array(
            [
                max((self._scored(id_, codes) for codes in self._windows.get(id_, ())), default=-1)
                for id_ in passages.tolist()
            ],
            dtype=np.float64,
        )

    def spoken(self, passages: Ints) -> Spoken:
        languages = [self._languages.get(id_) for id_ in passages.tolist()]
        return Spoken(
            own=np.array([bool(self._aims) and its == self._home for its in languages]),
            foreign=np.array([its in self._aims for its in languages]),
        )

    def _score(self, id_: int) -> float:
        return self._scored(id_, self._codes[id_])

    def _scored(self, id_: int, codes: np.ndarray) -> float:
        query, unit, raised = self._aims.get(
            self._languages.get(id_, ""), (self._query, self._unit, 0.0)
        )
        return _product(codes, query, unit) + raised


def _product(codes: np.ndarray, query: Vectors, unit: float) -> float:
    return unit * int(codes.astype(np.int64) @ query.astype(np.int64))


def _best(scored: Sequence[tuple[int, float]], depth: int) -> Hits:
    best = sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:depth]
    return Hits(
        passages=np.array([id_ for id_, _ in best], dtype=np.int64),
        scores=np.array([score for _, score in best], dtype=np.float64),
    )
