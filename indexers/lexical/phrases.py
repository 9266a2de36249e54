"""Where known phrases stand in a sequence of analysed words, in whatever number or case."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

Unit = Collection[str]
"""The terms of a word, or of words that stand together."""


class Phrase(NamedTuple):
    """A phrase, and a term of each of its words that are no stop words."""

    name: str
    terms: tuple[str, ...]


class Occurrence(NamedTuple):
    """A phrase, the first unit that it takes, and the first that it leaves."""

    start: int
    end: int
    name: str


class Phrases:
    """The phrases of one language.

    Args:
        names: As they are written, stop words included.
        units: Analyses one into the terms of its words, without stop words.
    """

    def __init__(
        self, names: Iterable[str], units: Callable[[str], Iterable[tuple[str, ...]]]
    ) -> None:
        self._by_first: dict[str, list[Phrase]] = {}
        for name in names:
            # The last term of a word has no accents: whatever the text has, it has this one.
            terms = tuple(unit[-1] for unit in units(name))
            if terms:
                self._by_first.setdefault(terms[0], []).append(Phrase(name, terms))
        self.vocabulary = frozenset(
            term for phrases in self._by_first.values() for _, terms in phrases for term in terms
        )

    def candidates(self, held: frozenset[str]) -> list[Phrase]:
        """The phrases all of whose terms a text holds, from the vocabulary that it holds."""
        return [
            phrase
            for first in held & self._by_first.keys()
            for phrase in self._by_first[first]
            if held.issuperset(phrase.terms)
        ]


def occurrences(phrases: Iterable[Phrase], units: Sequence[Unit]) -> list[Occurrence]:
    """Where phrases stand in a text, stop words left out of both; they may overlap."""
    by_first: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        by_first.setdefault(phrase.terms[0], []).append(phrase)
    firsts = frozenset(by_first)
    return [
        Occurrence(start, end, phrase.name)
        for start, unit in enumerate(units)
        if not firsts.isdisjoint(unit)
        for first in firsts.intersection(unit)
        for phrase in by_first[first]
        if (end := _end(phrase.terms, units, start))
    ]


def _end(terms: Sequence[str], units: Sequence[Unit], start: int) -> int | None:
    """Where a phrase ends that starts in a unit: each next term is in the same unit or the next."""
    place = start
    for term in terms[1:]:
        if term not in units[place]:
            place += 1
            if place == len(units) or term not in units[place]:
                return None
    return place + 1
