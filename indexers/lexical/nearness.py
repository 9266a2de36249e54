"""How near written words are to each other, for whoever mistypes one."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from finder.corpus import Ints

LONG_WORD: Final = 8
"""Letters from which on a word may have two mistakes; a shorter one has one."""

_SWAPPED: Final = 0.7
"""What it costs, in mistakes, to swap two letters: fingers do, and no two words differ by it."""

_DOUBLED: Final = 0.5
"""What it costs, in mistakes, to have doubled other letters: ``adresse`` for ``addresse``."""

SHORTENED: Final = 0.8
"""What it costs, in mistakes, to have typed the beginning of a word: ``sauveg``, ``postgre``."""

SHORTEST_BEGUN: Final = 4
"""Letters of a shortened word; with fewer begin too many others."""

_LETTERS: Final = 26
_BLOCK: Final = 50_000
"""Words whose letters are counted at once."""

_PLAIN = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i"})
_NO_LETTER = re.compile("[^a-z]")
_REPEATED = re.compile(r"(.)\1+")

Signatures = NDArray[np.uint64]


def folded(word: str) -> str:
    """A word in small letters from a to z."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFD", word.lower().translate(_PLAIN))
    return _NO_LETTER.sub("", decomposed)


def mistakes_allowed(plain: str) -> int:
    """How many mistakes a folded word may have."""
    return 2 if len(plain) >= LONG_WORD else 1


def cost(typed: str, meant: str, mistakes: float) -> float:
    """What it would take to have typed one folded word for another, in mistakes.

    Args:
        typed: One.
        meant: The other.
        mistakes: Their distance: letters inserted, left out, replaced, or swapped with the next.
    """
    if mistakes and _REPEATED.sub(r"\1", typed) == _REPEATED.sub(r"\1", meant):
        return _DOUBLED
    if mistakes == 1 and sorted(typed) == sorted(meant):
        return _SWAPPED
    return mistakes


def signatures(words: Sequence[str]) -> Signatures:
    """Which letters each folded word has, and which it has twice, a bit for each.

    One mistake changes two bits at most, so that few words are left to be compared.
    """
    blocks = [words[start : start + _BLOCK] for start in range(0, len(words), _BLOCK)]
    return np.concatenate([np.zeros(0, dtype=np.uint64), *map(_signatures, blocks)])


def _signatures(words: Sequence[str]) -> Signatures:
    letters = np.frombuffer("".join(words).encode("ascii"), dtype=np.uint8) - ord("a")
    owner = np.repeat(np.arange(len(words)), [*map(len, words)])
    counts = np.bincount(owner * _LETTERS + letters, minlength=len(words) * _LETTERS)
    counts = counts.reshape(len(words), _LETTERS)
    bits = np.concatenate([counts >= 1, counts >= 2], axis=1)  # noqa: PLR2004 - twice
    signs: Signatures = bits @ (np.uint64(1) << np.arange(2 * _LETTERS, dtype=np.uint64))
    return signs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearWords:
    """Words in which those near to a mistyped one are found. It grows without being changed.

    Attributes:
        folded: Each word in small letters from a to z.
        lengths: Its letters, shape ``(words,)``.
        signatures: Of the same shape.
    """

    folded: Sequence[str] = ()
    lengths: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    signatures: Signatures = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))

    def grown(self, words: Sequence[str]) -> "NearWords":
        """These and more words."""
        new = [folded(word) for word in words]
        return NearWords(
            folded=[*self.folded, *new],
            lengths=np.concatenate([self.lengths, np.array([*map(len, new)], dtype=np.int64)]),
            signatures=np.concatenate([self.signatures, signatures(new)]),
        )

    def near(self, typed: str) -> list[tuple[int, float]]:
        """The places of all words that are near enough to a folded one, each with its cost."""
        most = mistakes_allowed(typed)
        alike = np.flatnonzero(
            (np.bitwise_count(self.signatures ^ signatures([typed])) <= 2 * most)
            & (np.abs(self.lengths - len(typed)) <= most)
        )
        places = alike.tolist()
        words = [self.folded[place] for place in places]
        if not words:
            return []
        [distances] = process.cdist([typed], words, scorer=OSA.distance, score_cutoff=most)
        return [
            (place, cost(typed, word, float(distance)))
            for place, word, distance in zip(places, words, distances, strict=True)
            if distance <= most
        ]

    def begun(self, typed: str) -> list[int]:
        """The places of all longer words that begin with a folded one."""
        if len(typed) < SHORTEST_BEGUN:
            return []
        [letters] = signatures([typed])
        longer = (self.signatures & letters == letters) & (self.lengths > len(typed))
        places: list[int] = np.flatnonzero(longer).tolist()
        return [place for place in places if self.folded[place].startswith(typed)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ByLetters:
    """Words by their folded letters. It grows without being changed.

    Attributes:
        keys: A number for the letters of each word, ascending; others may have the same.
        places: Where the word is, of the same shape.
    """

    keys: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    places: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def grown(self, plain: Sequence[str]) -> "ByLetters":
        """These and more folded words, whose places follow."""
        keys = np.concatenate([self.keys, np.array([*map(hash, plain)], dtype=np.int64)])
        places = np.concatenate([self.places, len(self.places) + np.arange(len(plain))])
        order = np.argsort(keys, kind="stable")
        return ByLetters(keys=keys[order], places=places[order])

    def find(self, plain: str) -> list[int]:
        """The places of the words that have the letters of a folded one, and few others."""
        key = hash(plain)
        start, end = (np.searchsorted(self.keys, key, side) for side in ("left", "right"))
        places: list[int] = self.places[start:end].tolist()
        return places
