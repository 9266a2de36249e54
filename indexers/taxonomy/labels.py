"""What a label is found by, whatever its number, accents or stop words, in both languages."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from finder.domain import Language
from indexers.lexical.stems import forms
from indexers.lexical.tokens import take_apart, words

_LANGUAGES: Final = (Language.FRENCH, Language.ENGLISH)

LONGEST: Final = 6
"""Words of a label that is looked for: nobody types a longer one."""


class Stretch(NamedTuple):
    """A stretch of a text that may be a label.

    Attributes:
        start: Where it starts.
        end: Where it has ended.
        words: How many it has that are no stop words.
        whole: Whether the text has no others.
        key: What is compared with the keys of labels.
    """

    start: int
    end: int
    words: int
    whole: bool
    key: str


_Unit = tuple[int, int, str]
"""Where a word that is no stop word starts and has ended, and its term."""


def stretches(text: str) -> Iterator[Stretch]:
    """Every stretch of a text that is short enough for a label."""
    for language in _LANGUAGES:
        units = _units(text, language)
        for first in range(len(units)):
            for last in range(first + 1, min(len(units), first + LONGEST) + 1):
                stretch = units[first:last]
                start, end = stretch[0][0], stretch[-1][1]
                whole = len(stretch) == len(units)
                yield Stretch(start, end, len(stretch), whole, _key(stretch, language))


def label_keys(label: str) -> frozenset[str]:
    """What a label is found by: a key in each language; none where nobody would type it."""
    units = {language: _units(label, language) for language in _LANGUAGES}
    return frozenset(
        _key(found, language) for language, found in units.items() if 0 < len(found) <= LONGEST
    )


def first_keys(text: str) -> set[str]:
    """The keys of a text's single words, one of which every key of a stretch begins with."""
    return {_key((unit,), language) for language in _LANGUAGES for unit in _units(text, language)}


def _units(text: str, language: Language) -> list[_Unit]:
    return [
        (start, end, terms[-1])  # without accents: whatever a word has, it has this
        for start, end, surface in words(text)
        if (word := take_apart(surface))
        for part in word.looked_for
        if (terms := forms(part, language))
    ]


def _key(units: Sequence[_Unit], language: Language) -> str:
    return " ".join([language, *(term for _, _, term in units)])
