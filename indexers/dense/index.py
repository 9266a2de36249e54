"""Finds passages by their vectors, with an exact scan.

The vectors live in the catalogue; the index holds their codes in memory and follows it. An exact
scan answers under any filter, where a graph of neighbours loses most of them.
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from finder.corpus import KINDS, LANGUAGES, Directory, Floats, Ints, Readable
from finder.domain import Kind, Language
from finder.encoded import Encoded
from finder.errors import StorageError
from finder.ports import Hits, Spoken, Vectors
from indexers.catalogue.database import Database, fact
from indexers.catalogue.remaking import times_remade
from indexers.dense.codes import Codes, query_codes, scale, unpack
from indexers.dense.making import VECTORS
from indexers.dense.processors import products_on_one_thread, threads_on_processors
from indexers.dense.scopes import COMMON, UNKNOWN, Scope, nearness, scope
from indexers.dense.shards import Scan, Shards
from indexers.dense.tokens import nearest_tokens
from indexers.dense.writer import ENCODER

_NEW = """
    SELECT vectors.number, passage, kind, language, substr(data, 1, ?1 + length(data) % ?1) AS own
    FROM vectors JOIN passages ON passages.id = passage JOIN records ON records.number = record
    WHERE vectors.number > ?2 ORDER BY vectors.number
"""
"""Each passage's own vector; more than that, which is told, where the whole has been cut."""
_WINDOWS = "SELECT passage, data FROM vectors WHERE passage IN (SELECT value FROM json_each(?))"
_TOKENS = "SELECT passage, tokens FROM vectors WHERE passage IN (SELECT value FROM json_each(?))"
_WRITTEN = frozenset({KINDS.index(Kind.POST), KINDS.index(Kind.DOCUMENT)})
"""The kinds that have a language: names and titles have none."""

NOT_INDEXED = -1.0
"""The score of a passage whose vector is awaited: that of the opposite of what is asked."""


_TIES = 100
"""Passages scanned for beyond those wanted: of equal ones at the end, the oldest are taken."""


def _nothing() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """What the index holds of a language: a passage and a code at each position."""

    passages: Ints = field(default_factory=_nothing)
    positions: Directory = field(default_factory=lambda: Directory(_nothing()))
    order: Ints = field(default_factory=_nothing)
    shards: Shards = field(default_factory=Shards)

    def grown(self, new: Ints, codes: Codes) -> "_Part":
        """This part with more passages at the end."""
        passages = np.concatenate([self.passages, new])
        return _Part(
            passages=passages,
            positions=Directory(passages),
            order=np.argsort(passages),
            shards=self.shards.grown(codes),
        )

    def find(self, passages: Ints) -> tuple[Ints, Ints]:
        """Which of some passages, by id, are here: their places in the list, and positions."""
        positions = self.positions.of(passages)
        known = np.flatnonzero(positions >= 0)
        return known, positions[known]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _State:
    """What the index holds, by language."""

    generation: int = -1
    remade: int = 0
    last_vector: int = 0
    parts: Sequence[_Part] = (_Part(),) * len(LANGUAGES)


class DenseIndex:
    """Reads the catalogue's vectors. Safe to use from several threads.

    Args:
        database: The catalogue.

    Raises:
        StorageError: Another encoder than at first made the vectors again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._state = _State()
        self._made_by = ""
        self._scopes: WeakKeyDictionary[Readable, Scope] = WeakKeyDictionary()
        self._threads = threads_on_processors("finder-scan")
        products_on_one_thread()
        self._lock = Lock()

    def follow(self, readable: Readable) -> None:
        """Catch up with a corpus, so that the first query about it need not."""
        self._for(readable)

    def scorer(self, query: Encoded, readable: Readable) -> "DenseScorer":
        """Prepare a query.

        Scores are inner products with the query less a share of what texts have in common; in
        languages further from it, less all of that, raised to the same height. -1 where a vector
        is awaited.
        """
        state, viewed = self._for(readable)
        return DenseScorer(
            state, query, viewed=viewed, threads=self._threads, database=self._database
        )

    def likeness(self, passages: Ints, readable: Readable) -> Floats:
        """Inner products of passages with each other, shape ``(n, n)``; -1 without a vector."""
        state, _ = self._for(readable)
        found = [(part, *part.find(passages)) for part in state.parts]
        known = np.concatenate([places for _, places, _ in found])
        parts = [part.shards.codes(positions) for part, _, positions in found if len(positions)]
        products = np.full((len(passages), len(passages)), NOT_INDEXED)
        if parts:
            codes = np.concatenate(parts)
            products[np.ix_(known, known)] = (codes @ codes.T) / scale(codes.shape[1]) ** 2
        return products

    def _for(self, readable: Readable) -> tuple[_State, Scope]:
        with self._lock:
            if readable.corpus.generation != self._state.generation:
                self._state = self._followed(readable.corpus.generation)
            state, viewed = self._state, self._scopes.get(readable)
            sizes = [len(part.passages) for part in state.parts]
            if viewed is None or [len(allowed) for allowed in viewed.allowed] != sizes:
                viewed = scope(
                    [readable.contains(part.passages) for part in state.parts],
                    [part.order for part in state.parts],
                    [part.shards for part in state.parts],
                )
                self._scopes[readable] = viewed
        return state, viewed

    def _followed(self, generation: int) -> _State:
        state = self._state
        with self._database.reading() as connection:
            made_by = fact(connection, ENCODER) or ""
            self._check_encoder(made_by)
            remade = times_remade(connection, VECTORS)
            if remade != state.remade:  # nothing of what is held stands
                state = _State()
                self._scopes.clear()
            dimension = json.loads(made_by)["dimension"] if made_by else 1
            rows = connection.exec_driver_sql(_NEW, (dimension, state.last_vector)).fetchall()
        passages = np.array([row.passage for row in rows], dtype=np.int64)
        languages = np.array([_language(row.kind, row.language) for row in rows], dtype=np.int64)
        codes = unpack([row.own for row in rows], dimension)
        return _State(
            generation=generation,
            remade=remade,
            last_vector=rows[-1].number if rows else state.last_vector,
            parts=[
                part.grown(passages[languages == language], codes[languages == language])
                for language, part in enumerate(state.parts)
            ],
        )

    def _check_encoder(self, made_by: str) -> None:
        """Refuse vectors of another encoder than whoever asks has: it was checked at the start."""
        if self._made_by and made_by != self._made_by:
            raise StorageError(
                "The index of meaning was made again by another encoder: configure that one, and "
                "start this process again."
            )
        self._made_by = made_by


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Aim:
    """What the passages of a language are compared with.

    Attributes:
        query: The codes of a query vector, whole numbers.
        unit: What an inner product of codes is worth.
        raised: What is added to it.
    """

    query: Vectors
    unit: float
    raised: float = 0.0

    def scores(self, products: Floats) -> Floats:
        return products * self.unit + self.raised

    def nearness(self, codes: Vectors) -> float:
        """How near a language is, from some of its passages."""
        return nearness(self.scores((codes @ self.query).astype(np.float64)))


class DenseScorer:
    """One query against one viewer's passages."""

    def __init__(
        self,
        state: _State,
        query: Encoded,
        *,
        viewed: Scope,
        threads: ThreadPoolExecutor,
        database: Database,
    ) -> None:
        self._database = database
        self._tokens = query.tokens
        self._parts = state.parts
        self._viewed = viewed
        self._threads = threads
        samples = {
            language: state.parts[language].shards.codes(positions)
            for language, positions in viewed.samples.items()
        }
        vector = query.vector
        self._nearest = _nearest(vector, samples)
        common = viewed.common[self._nearest]
        self._aims = [home := _aim(vector - COMMON * common)] * len(LANGUAGES)
        for language in samples.keys() - {self._nearest}:
            # Abroad, the query is taken less all that its own language has in common.
            abroad = _aim(vector - common)
            raised = home.nearness(samples[self._nearest]) - abroad.nearness(samples[language])
            self._aims[language] = replace(abroad, raised=raised)

    def top(self, depth: int) -> Hits:
        """The best passages, at most ``depth``, all readable; equal scores by ascending id."""
        scans = [
            partial(_searched, part, aim, scan)
            for part, aim, allowed in zip(
                self._parts, self._aims, self._viewed.allowed, strict=True
            )
            for scan in part.shards.scans(
                aim.query, depth + _TIES, allowed=None if allowed.all() else allowed
            )
        ]
        found = [each.result() for each in [self._threads.submit(scan) for scan in scans]]
        passages = np.concatenate([_nothing(), *(ids for ids, _ in found)])
        scores = np.concatenate([np.zeros(0), *(scores for _, scores in found)])
        return Hits.best_of(passages, scores, depth)

    def score(self, passages: Ints) -> Floats:
        """The scores of any passages by id; -1 for one without a vector."""
        scores = np.full(len(passages), NOT_INDEXED)
        for part, aim in zip(self._parts, self._aims, strict=True):
            known, positions = part.find(passages)
            scores[known] = aim.scores(part.shards.inner_products(aim.query, positions))
        return scores

    def nearest_windows(self, passages: Ints) -> Floats:
        """The score of the window of each passage that is nearest; -1 without a vector."""
        kept = self._kept(_WINDOWS, passages)
        scores, ids = np.full(len(passages), NOT_INDEXED), passages.tolist()
        for part, aim in zip(self._parts, self._aims, strict=True):
            places, _ = part.find(passages)
            held = [place for place in places.tolist() if ids[place] in kept]
            if not held:
                continue
            # A passage's own vector comes first, and is that of its only window where it has one.
            size = len(aim.query)
            windows = [kept[ids[place]] for place in held]
            windows = [blob[size:] or blob for blob in windows]
            codes = unpack(windows, size).astype(np.float32)
            starts = np.cumsum([0, *(len(blob) // size for blob in windows[:-1])])
            nearest = np.maximum.reduceat((codes @ aim.query).astype(np.float64), starts)
            scores[held] = aim.scores(nearest)
        return scores

    def interaction(self, passages: Ints, weights: Floats) -> Floats:
        """How near the tokens of each passage are to those of the query; NaN without tokens."""
        kept = self._kept(_TOKENS, passages)
        signs = [kept.get(id_, b"") for id_ in passages.tolist()]
        places = [place for place, blob in enumerate(signs) if blob]
        scores = np.full(len(passages), np.nan)
        if places:
            counting = np.flatnonzero(weights)
            nearest = nearest_tokens(
                self._tokens.vectors[counting], [signs[place] for place in places]
            )
            # No product of matrices: what it rounds would depend on how many passages there are.
            scores[places] = (nearest * weights[counting]).sum(axis=1) / weights.sum()
        return scores

    def _kept(self, what: str, passages: Ints) -> Mapping[int, bytes]:
        return dict(self._database.look_up(what, json.dumps(passages.tolist())))

    def spoken(self, passages: Ints) -> Spoken:
        """Which passages, by id, are in the query's language, and which in another."""
        own, foreign = np.zeros((2, len(passages)), dtype=np.bool_)
        for language in self._viewed.samples:
            known, _ = self._parts[language].find(passages)
            (own if language == self._nearest else foreign)[known] = True
        return Spoken(own=own, foreign=foreign)


def _searched(part: _Part, aim: _Aim, scan: Scan) -> tuple[Ints, Floats]:
    positions, products = scan()
    return part.passages[positions], aim.scores(products)


def _nearest(vector: Vectors, samples: Mapping[int, Vectors]) -> int:
    """The language that is nearest to a query, of those of which there are codes."""
    aim = _aim(vector)
    near = {language: aim.nearness(codes) for language, codes in samples.items()}
    return max(near, key=near.__getitem__, default=UNKNOWN)


def _aim(vector: Vectors) -> _Aim:
    query, unit = query_codes(vector)
    return _Aim(query=query, unit=unit)


def _language(kind: int, language: str) -> int:
    return LANGUAGES.index(Language(language)) if kind in _WRITTEN else UNKNOWN
