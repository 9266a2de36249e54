"""Finds passages by their vectors, with an exact scan.

The vectors live in the catalogue; the index holds their codes in memory and follows it. An exact
scan answers under any filter, where a graph of neighbours loses most of them.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from finder.corpus import Floats, Ints, Mask, Readable, rows_of
from finder.errors import StorageError
from finder.ports import Hits, Vectors
from indexers.catalogue.database import Database, fact
from indexers.catalogue.remaking import times_remade
from indexers.dense.codes import query_codes, scale, unpack
from indexers.dense.making import VECTORS
from indexers.dense.shards import Shards
from indexers.dense.writer import ENCODER

_NEW = "SELECT number, passage, data FROM vectors WHERE number > ? ORDER BY number"

NOT_INDEXED = -1.0
"""The score of a passage whose vector is awaited: no inner product is lower."""


_TIES = 100
"""Passages scanned for beyond those wanted: of equal ones at the end, the oldest are taken."""


def _nothing() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _State:
    """What the index holds: a passage and a code at each position."""

    generation: int = -1
    remade: int = 0
    last_vector: int = 0
    passages: Ints = field(default_factory=_nothing)
    sorted_passages: Ints = field(default_factory=_nothing)
    sorted_positions: Ints = field(default_factory=_nothing)
    shards: Shards = field(default_factory=Shards)

    def find(self, passages: Ints) -> tuple[Ints, Ints]:
        """Which of some passages, by id, have a vector: their places in the list, and positions."""
        rows = rows_of(self.sorted_passages, passages)
        known = np.flatnonzero(rows >= 0)
        return known, self.sorted_positions[rows[known]]


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
        self._allowed: WeakKeyDictionary[Readable, Mask] = WeakKeyDictionary()
        self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="finder-scan")
        self._lock = Lock()

    def follow(self, readable: Readable) -> None:
        """Catch up with a corpus, so that the first query about it need not."""
        self._for(readable)

    def scorer(self, vector: Vectors, readable: Readable) -> "DenseScorer":
        """Prepare a query vector. Scores are inner products, -1 where a vector is awaited."""
        state, allowed = self._for(readable)
        return DenseScorer(state, vector, allowed=allowed, threads=self._threads)

    def likeness(self, passages: Ints, readable: Readable) -> Floats:
        """Inner products of passages with each other, shape ``(n, n)``; -1 without a vector."""
        state, _ = self._for(readable)
        known, positions = state.find(passages)
        codes = state.shards.codes(positions)
        products = np.full((len(passages), len(passages)), NOT_INDEXED)
        products[np.ix_(known, known)] = (codes @ codes.T) / scale(codes.shape[1]) ** 2
        return products

    def _for(self, readable: Readable) -> tuple[_State, Mask]:
        with self._lock:
            if readable.corpus.generation != self._state.generation:
                self._state = self._followed(readable.corpus.generation)
            state = self._state
            allowed = self._allowed.get(readable)
            if allowed is None or len(allowed) != len(state.passages):
                allowed = self._allowed[readable] = readable.contains(state.passages)
        return state, allowed

    def _followed(self, generation: int) -> _State:
        state = self._state
        with self._database.reading() as connection:
            self._check_encoder(fact(connection, ENCODER) or "")
            remade = times_remade(connection, VECTORS)
            if remade != state.remade:  # nothing of what is held stands
                state = _State()
                self._allowed.clear()
            rows = connection.exec_driver_sql(_NEW, (state.last_vector,)).fetchall()
        new = np.array([passage for _, passage, _ in rows], dtype=np.int64)
        passages = np.concatenate([state.passages, new])
        order = np.argsort(passages, kind="stable")
        return _State(
            generation=generation,
            remade=remade,
            last_vector=rows[-1][0] if rows else state.last_vector,
            passages=passages,
            sorted_passages=passages[order],
            sorted_positions=order,
            shards=state.shards.grown(unpack([data for _, _, data in rows])),
        )

    def _check_encoder(self, made_by: str) -> None:
        """Refuse vectors of another encoder than whoever asks has: it was checked at the start."""
        if self._made_by and made_by != self._made_by:
            raise StorageError(
                "The index of meaning was made again by another encoder: configure that one, and "
                "start this process again."
            )
        self._made_by = made_by


class DenseScorer:
    """One query vector against one viewer's passages."""

    def __init__(
        self, state: _State, vector: Vectors, *, allowed: Mask, threads: ThreadPoolExecutor
    ) -> None:
        self._state = state
        self._query, self._unit = query_codes(vector)
        self._allowed = allowed
        self._threads = threads

    def top(self, depth: int) -> Hits:
        """The best passages, at most ``depth``, all readable; equal scores by ascending id."""
        positions, scores = self._state.shards.search(
            self._query,
            depth + _TIES,
            allowed=None if self._allowed.all() else self._allowed,
            threads=self._threads,
        )
        passages = self._state.passages[positions]
        order = np.lexsort((passages, -scores))[:depth]
        return Hits(passages=passages[order], scores=scores[order] * self._unit)

    def score(self, passages: Ints) -> Floats:
        """Inner products of any passages by id; -1 for one without a vector."""
        scores = np.full(len(passages), NOT_INDEXED)
        known, positions = self._state.find(passages)
        scores[known] = self._unit * self._state.shards.inner_products(self._query, positions)
        return scores
