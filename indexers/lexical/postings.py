"""The inverted index in memory: for each term, the passages that hold it and how often.

Segments are immutable and of falling size, so that adding is cheap and a look-up meets few; the
last two are merged while they are of like size (a logarithmic merge, as in Lester, Moffat &
Zobel, "Efficient Online Index Construction for Text Databases", TODS 2008).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexers.lexical.counts import Counts

Rows = NDArray[np.int32]

_PLACE_BITS = np.uint64(32)
_PLACE = np.uint64(2**32 - 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segment:
    """Postings by ascending term, and within a term by ascending row.

    Attributes:
        terms: Distinct checksums, ascending.
        ends: Where each term's postings end.
        rows: The passages, by their place in the order of ids.
        counts: Weighted occurrences.
    """

    terms: NDArray[np.uint32]
    ends: NDArray[np.int64]
    rows: Rows
    counts: NDArray[np.uint16]

    def find(self, term: int) -> slice | None:
        """Where a term's postings are."""
        place = int(self.terms.searchsorted(np.uint32(term)))  # else all are made wider first
        if place == len(self.terms) or self.terms[place] != term:
            return None
        return slice(int(self.ends[place - 1]) if place else 0, int(self.ends[place]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Postings:
    """All postings. Reading and growing never disturb each other."""

    segments: tuple[Segment, ...] = ()

    def grown(self, counts: Counts, *, first_row: int) -> "Postings":
        """These postings with those of more passages, in the rows from ``first_row`` on."""
        rows = np.repeat(np.arange(len(counts.sizes), dtype=np.int32) + first_row, counts.sizes)
        segments = [*self.segments, _segment(counts.terms, rows, counts.counts)]
        while len(segments) > 1 and len(segments[-2].rows) <= 2 * len(segments[-1].rows):
            last = segments.pop()
            segments[-1] = _merged(segments[-1], last)
        return Postings(segments=tuple(segments))

    def find(self, term: int) -> list[tuple[Rows, NDArray[np.uint16]]]:
        """A term's rows and counts, a pair of arrays from each segment that has any."""
        places = [(segment, segment.find(term)) for segment in self.segments]
        return [(s.rows[place], s.counts[place]) for s, place in places if place is not None]


def _segment(terms: NDArray[np.uint32], rows: Rows, counts: NDArray[np.uint16]) -> Segment:
    # A term and its place in one number: these sort in a quarter of the time of a stable sort.
    keys = (terms.astype(np.uint64) << _PLACE_BITS) | np.arange(len(terms), dtype=np.uint64)
    keys.sort()
    ordered = (keys >> _PLACE_BITS).astype(np.uint32)
    order = (keys & _PLACE).astype(np.int64)
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if len(ordered) else order
    return Segment(terms=ordered[last], ends=last + 1, rows=rows[order], counts=counts[order])


def _merged(older: Segment, newer: Segment) -> Segment:
    return _segment(
        np.concatenate([_terms_of_postings(older), _terms_of_postings(newer)]),
        np.concatenate([older.rows, newer.rows]),
        np.concatenate([older.counts, newer.counts]),
    )


def _terms_of_postings(segment: Segment) -> NDArray[np.uint32]:
    return np.repeat(segment.terms, np.diff(segment.ends, prepend=0))
