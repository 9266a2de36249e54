"""Codes in immutable pieces: threads share a scan, and growth replaces the last piece."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import faiss
import numpy as np
from numpy.typing import NDArray

from finder.corpus import Floats, Ints, Mask
from finder.ports import Vectors
from indexers.dense.codes import Codes

Scan = Callable[[], tuple[Ints, Floats]]
"""Finds positions and inner products."""

SHARD_SIZE = 50_000
"""Passages to a shard, and so what growth copies at most: some milliseconds' worth."""

_CODE_OFFSET = 128.0
"""The engine stores a signed code as an unsigned byte, this much higher."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shards:
    """Vectors by position, from 0. Searching and growing never disturb each other."""

    pieces: tuple[faiss.IndexScalarQuantizer, ...] = ()

    def grown(self, codes: Codes) -> "Shards":
        """These shards with more vectors at the end."""
        pieces = list(self.pieces)
        while len(codes):
            if pieces and pieces[-1].ntotal < SHARD_SIZE:
                last = faiss.clone_index(pieces.pop())
            else:
                last = _empty(codes.shape[1])
            room = SHARD_SIZE - last.ntotal
            last.add(codes[:room].astype(np.float32))
            pieces.append(last)
            codes = codes[room:]
        return Shards(pieces=tuple(pieces))

    def scans(self, query: Vectors, depth: int, *, allowed: Mask | None) -> list[Scan]:
        """What finds the best of each shard; each may run in a thread of its own.

        Args:
            query: The query's codes, whole numbers, shape ``(dimension,)``.
            depth: How many to find in each shard.
            allowed: A flag for each position, or None for all.

        Returns:
            Calls that give positions, and inner products of their codes with the query's, in no
            order; up to ``depth`` each. Products of codes are whole numbers below 2^24, so
            float32 holds them exactly, however they are summed.
        """
        rows = np.ascontiguousarray(query[None], dtype=np.float32)
        return [
            partial(_scan, piece, rows, depth, first, allowed)
            for first, piece in zip(
                range(0, SHARD_SIZE * len(self.pieces), SHARD_SIZE), self.pieces, strict=True
            )
        ]

    def inner_products(self, query: Vectors, positions: Ints) -> Floats:
        """Inner products of some positions' codes with the query's, in their order."""
        if not len(positions):
            return np.zeros(0)
        products: Floats = (self.codes(positions) @ query.astype(np.float32)).astype(np.float64)
        return products

    def codes(self, positions: Ints) -> Vectors:
        """The codes of some positions, whole numbers, shape ``(n, dimension)``, in their order."""
        if not self.pieces:
            return np.empty((0, 0), dtype=np.float32)
        codes = np.empty((len(positions), self.pieces[0].d), dtype=np.float32)
        owner = positions // SHARD_SIZE
        for number in np.unique(owner):
            mine = np.flatnonzero(owner == number)
            codes[mine] = _stored(self.pieces[number])[positions[mine] % SHARD_SIZE]
        codes -= _CODE_OFFSET
        return codes


def _stored(piece: faiss.IndexScalarQuantizer) -> NDArray[np.uint8]:
    """The engine's own memory of a shard, which lives as long as the shard."""
    size = piece.ntotal * piece.d
    codes: NDArray[np.uint8] = faiss.rev_swig_ptr(piece.codes.data(), size)
    return codes.reshape(piece.ntotal, piece.d)


def _empty(dimension: int) -> faiss.IndexScalarQuantizer:
    # Codes go in as they are, untrained.
    kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
    return faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_INNER_PRODUCT)


def _scan(
    piece: faiss.IndexScalarQuantizer, rows: Vectors, depth: int, first: int, allowed: Mask | None
) -> tuple[Ints, Floats]:
    params = None
    if allowed is not None:
        bits = np.packbits(allowed[first : first + piece.ntotal], bitorder="little")
        params = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
    scores, ids = piece.search(rows, min(depth, piece.ntotal), params=params)
    found = ids[0] >= 0  # the engine pads what it did not find
    return first + ids[0][found], scores[0][found].astype(np.float64)
