"""Codes in immutable pieces: threads scan the pieces side by side, and growth replaces the last."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from finder.corpus import Floats, Ints, Mask
from finder.ports import Vectors
from indexers.dense.codes import LARGEST_CODE, Codes

SHARD_SIZE = 50_000
"""Passages to a shard: two milliseconds' scan, so that two cores share an index of 100,000."""

_LEAST_CHOSEN = 1_000
_MARGIN = 4
"""A quarter more than wanted is chosen, and no fewer than a thousand: rounding the query moves a
passage by some places, and what is wanted is then still among the chosen."""

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

    def search(
        self, query: Vectors, depth: int, *, allowed: Mask | None, threads: ThreadPoolExecutor
    ) -> tuple[Ints, Floats]:
        """Scan everything that is allowed.

        The scan compares codes with codes, which is quickest, and so only chooses; what it
        chooses is scored with the query as it is.

        Args:
            query: Shape ``(dimension,)``.
            depth: How many are wanted.
            allowed: A flag for each position, or None for all.
            threads: Where the shards are scanned.

        Returns:
            Positions, and inner products of their codes with the query, in no order: the best
            ``depth`` and more.
        """
        chosen = max(_LEAST_CHOSEN, depth + depth // _MARGIN)
        rows = (query * (LARGEST_CODE / np.abs(query).max()))[None].astype(np.float32)
        jobs = [
            threads.submit(_scan, piece, rows, chosen, None if allowed is None else allowed[first:])
            for first, piece in zip(self._firsts(), self.pieces, strict=True)
        ]
        found = [job.result() for job in jobs]
        positions = [first + ids for first, ids in zip(self._firsts(), found, strict=True)]
        joined = np.concatenate(positions) if positions else np.zeros(0, dtype=np.int64)
        return joined, self.inner_products(query, joined)

    def inner_products(self, query: Vectors, positions: Ints) -> Floats:
        """Inner products of some positions' codes with a query, in their order."""
        products = np.empty(len(positions))
        owner = positions // SHARD_SIZE
        for number in np.unique(owner):
            mine = np.flatnonzero(owner == number)
            codes = _stored(self.pieces[number])[positions[mine] % SHARD_SIZE]
            products[mine] = (codes.astype(np.float32) - _CODE_OFFSET) @ query
        return products

    def _firsts(self) -> list[int]:
        return [number * SHARD_SIZE for number in range(len(self.pieces))]


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
    piece: faiss.IndexScalarQuantizer, rows: Vectors, depth: int, allowed: Mask | None
) -> Ints:
    params = None
    if allowed is not None:
        bits = np.packbits(allowed[: piece.ntotal], bitorder="little")
        params = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
    _, ids = piece.search(rows, min(depth, piece.ntotal), params=params)
    found: Ints = ids[0]
    return found[found >= 0]  # the engine pads what it did not find
