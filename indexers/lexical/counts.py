"""A passage's terms and how often they occur, in the form in which the catalogue keeps them.

A term is known by a 32-bit checksum: a query word meets a wrong term in one passage out of some
ten million, and then adds a word's worth to its score.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Result

from finder.corpus import Ints
from finder.domain import Language, Passage
from finder.errors import StorageError
from indexers.lexical.analysis import standard_analyser

HEAD_WEIGHT = 2
"""What an occurrence in a title or heading counts, against 1 in the text."""

_MOST = 0xFFFF
"""Occurrences are counted up to this; BM25 has long stopped caring."""

_REMEMBERED_TERMS = 200_000
"""Distinct terms kept with their checksums: the vocabulary of a large organisation."""

_READ_AT_ONCE = 5_000
"""Passages: the bytes of all of them at once leave holes in memory, and a third more is held."""

ENTRY = np.dtype([("term", "<u4"), ("count", "<u2")])
"""A term of a passage."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """The counts of several passages, one after the other.

    Attributes:
        sizes: How many distinct terms each passage has, shape ``(passages,)``.
        terms: Checksums, shape ``(sizes.sum(),)``.
        counts: Weighted occurrences, of the same shape.
    """

    sizes: NDArray[np.int64]
    terms: NDArray[np.uint32]
    counts: NDArray[np.uint16]


@lru_cache(_REMEMBERED_TERMS)
def checksum(term: str) -> int:
    """The number that stands for a term."""
    return crc32(term.encode())


def count_terms(title: str, passage: Passage, language: Language) -> bytes:
    """Analyse and count a passage's terms, those of its title and heading with more weight."""
    analyser = standard_analyser()
    counted = Counter(analyser.terms(passage.text, language))
    for term in analyser.terms(f"{title}\n{passage.heading}", language):
        counted[term] += HEAD_WEIGHT
    entries = np.empty(len(counted), dtype=ENTRY)
    entries["term"] = [*map(checksum, counted)]
    entries["count"] = np.minimum([*counted.values()], _MOST)
    return entries.tobytes()


def sizes_of(packed: Sequence[bytes], itemsize: int) -> NDArray[np.int64]:
    """How many items of some bytes each blob of the index of words holds.

    Raises:
        StorageError: One is cut.
    """
    lengths = np.array([len(data) for data in packed], dtype=np.int64)
    if (lengths % itemsize).any():
        raise StorageError(
            "The index of words is damaged, a part of it is cut: run 'finder rebuild words'."
        )
    return lengths // itemsize


def unpack(packed: Sequence[bytes]) -> Counts:
    """What :func:`count_terms` packed, for several passages.

    Raises:
        StorageError: Some of it is cut.
    """
    sizes = sizes_of(packed, ENTRY.itemsize)
    entries = np.frombuffer(b"".join(packed), dtype=ENTRY)
    return Counts(sizes=sizes, terms=entries["term"], counts=entries["count"])


def read_counts(
    rows: Result[int, bytes], unpack: Callable[[Sequence[bytes]], Counts]
) -> tuple[Ints, Counts]:
    """Passages, by id, and what is kept of their words.

    Raises:
        StorageError: Some of it is cut.
    """
    passages: list[int] = []
    parts = [unpack([])]
    for some in rows.partitions(_READ_AT_ONCE):
        passages += [passage for passage, _ in some]
        parts.append(unpack([data for _, data in some]))
    counts = Counts(
        sizes=np.concatenate([part.sizes for part in parts]),
        terms=np.concatenate([part.terms for part in parts]),
        counts=np.concatenate([part.counts for part in parts]),
    )
    return np.array(passages, dtype=np.int64), counts
