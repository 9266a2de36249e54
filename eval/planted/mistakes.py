"""Typing mistakes, one at a time: what the hand does, and what the ear does to a name."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

import numpy as np

from finder.domain import Language

SHORTEST = 4
"""Letters of a word that is mistyped; in a shorter one a mistake makes another word."""

_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST},}}")
_ROWS: Mapping[Language, tuple[str, ...]] = {
    Language.FRENCH: ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    Language.ENGLISH: ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
}


def mistyped(text: str, language: Language, random: np.random.Generator) -> Iterator[str]:
    """A text once for each word of it, that word with one mistake."""
    for word in _WORD.finditer(text):
        yield text[: word.start()] + _mistype(word[0], language, random) + text[word.end() :]


def without_accents(text: str) -> str:
    """As somebody in a hurry types it: small letters without accents, straight apostrophes."""
    apart = unicodedata.normalize("NFD", text.lower().replace("’", "'"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _mistype(word: str, language: Language, random: np.random.Generator) -> str:
    """One letter left out, doubled, swapped with the next, or the key beside it; not the first."""
    while True:
        place = int(random.integers(1, len(word) - 1))
        before, letter, following, after = (
            word[:place],
            word[place],
            word[place + 1],
            word[place + 2 :],
        )
        wrong = (
            following,
            letter + letter + following,
            following + letter,
            _beside(letter, language, random) + following,
        )
        typed = before + wrong[int(random.integers(len(wrong)))] + after
        if typed != word:
            return typed


def _beside(letter: str, language: Language, random: np.random.Generator) -> str:
    for row in _ROWS[language]:
        if (place := row.find(without_accents(letter))) >= 0:
            beside = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            return beside[int(random.integers(len(beside)))]
    return letter
