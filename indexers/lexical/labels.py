"""What a label is found by, whatever its number, accents or stop words, in both languages."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from finder.domain import Language
from indexers.lexical.stems import STEMMED, forms
from indexers.lexical.tokens import take_apart, words

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


def stretches(text: str, languages: Iterable[Language] = STEMMED) -> Iterator[Stretch]:
    """Every stretch of a text that is short enough for a label, in each of some languages."""
    for language in languages:
        units = _units(text, language)
        for first, (start, _, _) in enumerate(units):
            key: str = language.value
            for count, (_, end, term) in enumerate(units[first : first + LONGEST], 1):
                key = f"{key} {term}"
                yield Stretch(start, end, count, count == len(units), key)


def longest(named: Iterable[Stretch]) -> list[Stretch]:
    """The stretches that are not part of a longer one; of one place, all."""
    kept: list[Stretch] = []
    for stretch in sorted(named, key=lambda stretch: -stretch.words):
        if all(
            stretch.end <= other.start
            or other.end <= stretch.start
            or (stretch.start, stretch.end) == (other.start, other.end)
            for other in kept
        ):
            kept.append(stretch)
    return kept


def label_keys(label: str) -> frozenset[str]:
    """What a label is found by: a key in each language; none where nobody would type it."""
    return frozenset(filter(None, (label_key(label, language) for language in STEMMED)))


def label_key(label: str, language: Language) -> str:
    """What a label in one language is found by; empty where nobody would type it."""
    units = _units(label, language)
    return _key(units, language) if 0 < len(units) <= LONGEST else ""


def first_keys(text: str) -> set[str]:
    """The keys of a text's single words, one of which every key of a stretch begins with."""
    return {_key((unit,), language) for language in STEMMED for unit in _units(text, language)}


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
