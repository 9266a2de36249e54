"""Each passage's terms and how often they occur, kept in memory for exact scoring.

A term is known by a 32-bit checksum: two terms of one query and passage meet by accident once in
ten million times, and then add a word's worth to one score.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from finder.corpus import Floats, Ints
from indexers.columns import Column

HEAD_WEIGHT = 2.0
"""What an occurrence in a title or heading counts, against 1 in the text."""

_MOST = 255
"""Occurrences are counted up to this; BM25 has long stopped caring."""

_ENTRY = np.dtype([("term", "<u4"), ("head", "u1"), ("body", "u1")])


def checksum(term: str) -> int:
    """The number that stands for a term."""
    return crc32(term.encode())


def pack(head: Iterable[str], body: Iterable[str]) -> bytes:
    """Count the terms of a passage's head and body."""
    in_head, in_body = Counter(head), Counter(body)
    entries = [
        (checksum(term), min(in_head[term], _MOST), min(in_body[term], _MOST))
        for term in in_head | in_body
    ]
    return np.array(entries, dtype=_ENTRY).tobytes()


class Statistics:
    """The counts of every passage, in the order of ids."""

    def __init__(self) -> None:
        self._passages: Column[np.int64] = Column(np.int64)
        self._ends: Column[np.int64] = Column(np.int64)
        self._lengths: Column[np.float64] = Column(np.float64)
        self._terms: Column[np.uint32] = Column(np.uint32)
        self._counts: Column[np.float32] = Column(np.float32)

    @property
    def passages(self) -> Ints:
        """Ids, ascending."""
        return self._passages.values

    @property
    def lengths(self) -> Floats:
        """Each passage's weighted length in terms."""
        return self._lengths.values

    def extend(self, passages: Sequence[int], packed: Sequence[bytes]) -> None:
        """Add passages, with ids above those that are held."""
        if not passages:
            return
        entries = np.frombuffer(b"".join(packed), dtype=_ENTRY)
        counts = HEAD_WEIGHT * entries["head"].astype(np.float32) + entries["body"]
        sizes = np.array([len(data) // _ENTRY.itemsize for data in packed])
        ends = np.cumsum(sizes)
        sums = np.concatenate([[0.0], np.cumsum(counts, dtype=np.float64)])
        self._lengths.extend(sums[ends] - sums[ends - sizes])
        self._ends.extend(ends + len(self._terms))
        self._terms.extend(entries["term"])
        self._counts.extend(counts)
        self._passages.extend(np.array(passages, dtype=np.int64))

    def frequencies(self, rows: Ints, wanted: Sequence[NDArray[np.uint32]]) -> Floats:
        """Weighted occurrences.

        Args:
            rows: Which passages, by their place in :attr:`passages`.
            wanted: For each query word, the checksums of its forms.

        Returns:
            Shape ``(len(rows), len(wanted))``.
        """
        ends = self._ends.values
        starts = np.where(rows > 0, ends[rows - 1], 0)
        sizes = ends[rows] - starts
        owner = np.repeat(np.arange(len(rows)), sizes)
        offsets = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        places = starts[owner] + offsets
        terms = self._terms.values[places]
        found = np.zeros((len(rows), len(wanted)))
        for column, forms in enumerate(wanted):
            hits = np.flatnonzero(np.isin(terms, forms, kind="sort"))
            np.add.at(found[:, column], owner[hits], self._counts.values[places[hits]])
        return found
