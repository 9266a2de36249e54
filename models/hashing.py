"""An encoder without a model: hashed words, word pairs and pieces of words.

Likeness of wording stands in for likeness of meaning. It is deterministic, needs numpy alone
and encodes some ten thousand passages a second, which suits tests and very small machines.
Signed feature hashing after Weinberger et al., "Feature Hashing for Large Scale Multitask
Learning" (ICML 2009).
"""

import re
import threading
import unicodedata
import zlib
from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from finder.encoded import Encoded
from finder.ports import EncoderIdentity, Vectors

_WORD: Final = re.compile(r"\w+")
_PIECE: Final = 4
"""Letters in a piece of a word, its two edges counted as letters."""
_LONGEST_WORD: Final = 40
"""Letters of a word that are looked at; what is longer is no word."""
_AT_ONCE: Final = 256
"""Passages hashed together: enough to hide numpy's overhead, few enough for the caches."""
_VOCABULARY_LIMIT: Final = 100_000
"""Strings between spaces, and words, that are remembered: some 40 MB; past that, none is."""
_LONGEST_REMEMBERED: Final = 50
"""Characters; a longer string seldom comes again."""
_PAIR_MIXER: Final = np.uint32(2_654_435_761)
"""Knuth's multiplicative hash, 2³² over the golden ratio."""


class HashingEncoder:
    """Adds up the signed hashes of a text's features; a token is a word.

    Args:
        dimension: Length of the vectors.
    """

    def __init__(self, dimension: int = 256) -> None:
        self._dimension = dimension
        self._vocabulary = _Vocabulary()
        self._guard = threading.Lock()

    @property
    def identity(self) -> EncoderIdentity:
        """Stored beside every index made with this encoder."""
        return EncoderIdentity(
            name="hashing",
            revision="1",
            dimension=self._dimension,
            query_prompt="",
            passage_prompt="",
        )

    @property
    def max_tokens(self) -> int:
        """The longest text, in words, that is encoded whole; the rest of a longer one is cut."""
        return 512

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Each text's length in words, nothing cut."""
        with self._guard:
            self._vocabulary.forget_if_full()
            return [len(self._vocabulary.words(text)) for text in texts]

    def encode_query(self, text: str) -> Encoded:
        """One query; words have no vectors of their own here."""
        return self.encode_in_detail([text])[0]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages as float32 rows of unit norm, shape ``(len(texts), dimension)``, in order."""
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        for start in range(0, len(texts), _AT_ONCE):
            batch = texts[start : start + _AT_ONCE]
            with self._guard:
                vectors[start : start + len(batch)] = self._encode(batch)
        return vectors

    def encode_in_detail(self, texts: Sequence[str]) -> list[Encoded]:
        """Passages, in order; words have no vectors of their own here."""
        return [Encoded(vector=vector) for vector in self.encode_passages(texts)]

    def _encode(self, texts: Sequence[str]) -> Vectors:
        self._vocabulary.forget_if_full()
        batch = [self._vocabulary.words(text)[: self.max_tokens] for text in texts]
        lengths = [len(words) for words in batch]
        rows = np.repeat(np.arange(len(batch)), lengths)
        words = np.fromiter(chain.from_iterable(batch), np.intp, sum(lengths))
        keys, pieces, counts = self._vocabulary.features(words)
        pairs = (keys[:-1] * _PAIR_MIXER) ^ keys[1:]
        within = rows[:-1] == rows[1:]
        sums = self._add(np.repeat(rows, counts), pieces, len(batch))
        sums += self._add(rows[:-1][within], pairs[within], len(batch))
        # A feature met ten times tells little more than one met twice.
        vectors = np.sign(sums) * np.log1p(np.abs(sums), dtype=np.float32)
        vectors[~sums.any(axis=1), 0] = 1.0  # no word, or hashes that cancel out
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _add(
        self, rows: NDArray[np.intp], hashes: NDArray[np.uint32], count: int
    ) -> NDArray[np.intp]:
        """Sums of signs by row and place, shape ``(count, dimension)``."""
        places = (hashes >> 1) % self._dimension + (hashes & 1) * self._dimension
        width = 2 * self._dimension
        sums = np.bincount(rows * width + places, minlength=count * width)
        positive, negative = np.split(sums.reshape(count, width), 2, axis=1)
        return positive - negative


class _Vocabulary(dict[str, Sequence[int]]):
    """Places of words in a table of their hashes, by the string between spaces that holds them.

    Filled as they are met.
    """

    def __init__(self) -> None:
        self._forget()

    def words(self, text: str) -> list[int]:
        """The place of each word of a text."""
        return list(chain.from_iterable(map(self.__getitem__, text.split())))

    def forget_if_full(self) -> None:
        """Start anew where there are too many; no place that was given before is good then."""
        if max(len(self), len(self._places)) > _VOCABULARY_LIMIT:
            self._forget()

    def features(
        self, words: NDArray[np.intp]
    ) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.intp]]:
        """Hashes of the words at these places.

        Returns:
            The hash of each word; the hashes of every word and its pieces, one after the
            other; and how many of the latter belong to each word.
        """
        hashes = np.frombuffer(self._hashes, np.uint32)
        starts = np.frombuffer(self._starts, np.int64)
        first = starts[words]
        counts = starts[words + 1] - first
        before = np.cumsum(counts) - counts
        pieces = np.arange(counts.sum()) + np.repeat(first - before, counts)
        return hashes[first], hashes[pieces], counts

    def __missing__(self, chunk: str) -> Sequence[int]:
        words = _WORD.findall(unicodedata.normalize("NFKC", chunk).lower())
        places = tuple(map(self._place, words))
        if len(chunk) <= _LONGEST_REMEMBERED:
            self[chunk] = places
        return places

    def _place(self, word: str) -> int:
        place = self._places.setdefault(word, len(self._places))
        if place == len(self._starts) - 1:  # it is new
            folded = _fold(word)[:_LONGEST_WORD]
            edged = f"<{folded}>"
            pieces = (edged[at : at + _PIECE] for at in range(max(1, len(edged) - _PIECE + 1)))
            self._hashes.extend(_hash(feature) for feature in (folded, *pieces))
            self._starts.append(len(self._hashes))
        return place

    def _forget(self) -> None:
        self.clear()
        self._places: dict[str, int] = {}
        self._hashes = array("I", [0])  # never empty, for numpy
        self._starts = array("q", [1])


def _fold(word: str) -> str:
    """The word without its accents."""
    marked = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


def _hash(feature: str) -> int:
    """The same in every process, as Python's own is not; the multiplier spreads CRC's low bits."""
    return zlib.crc32(feature.encode("utf-8", "surrogatepass")) * 2_654_435_761 >> 7 & 0xFFFFFFFF
