"""From a query to the terms that it looks for, in both languages at once."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from finder.domain import Language
from indexers.lexical.lexicon import Lexicon
from indexers.lexical.numerals import otherwise
from indexers.lexical.phrases import occurrences
from indexers.lexical.stems import forms
from indexers.lexical.tokens import articles_closed, number_of_article, take_apart, words


class _Asked(NamedTuple):
    """A word of a query, or a part of one, and the terms that it may be found by."""

    start: int
    end: int
    unit: str
    terms: frozenset[str]

    @property
    def is_simple(self) -> bool:
        """Whether the unit is all that stands there, a plain word or number."""
        return len(self.unit) == self.end - self.start and self.unit.isalnum()


def query_terms(text: str, lexicon: Lexicon) -> list[frozenset[str]]:
    """The terms of a query: each set holds the forms that one word, or part of one, may have.

    A word that is a stop word of either language says too little to be looked for. A part of a
    compound is also found by the whole (``e-mail`` by ``email``), two words by the compound that
    they may be written as (``back end`` by ``backend``), the words of a known phrase by its
    acronym, a number in letters by its digits, and in digits by its letters.
    """
    calm = articles_closed(lexicon.calmed(text))
    asked = list(_asked(calm, lexicon))
    also: list[set[str]] = [set() for _ in asked]
    for place, terms in [*_of_phrases(asked, lexicon), *_of_pairs(asked, calm)]:
        also[place].update(terms)
    found = (each.terms.union(more) for each, more in zip(asked, also, strict=True))
    return list(dict.fromkeys(found))


def _asked(text: str, lexicon: Lexicon) -> Iterator[_Asked]:
    found = words(text)
    for start, end, surface in found:
        if word := take_apart(surface):
            whole = _terms(word.whole, surface, lexicon, alone=len(found) == 1)
            whole |= otherwise(word.whole)  # but not the 3 of Python3
            if number := number_of_article(surface):
                whole |= {number}
            for part in word.looked_for:
                own = whole if part == word.whole else _terms(part, surface, lexicon, alone=False)
                if own:
                    yield _Asked(start, end, part, own | whole)


def _terms(unit: str, surface: str, lexicon: Lexicon, *, alone: bool) -> frozenset[str]:
    acronym = lexicon.asked(surface, unit, alone=alone)
    if acronym is not None:
        return acronym
    known = [forms(unit, language) for language in Language]
    return frozenset().union(*known) if all(known) else frozenset()


Additions = Iterator[tuple[int, frozenset[str]]]
"""Places in a query, and terms that are added there."""


def _of_phrases(asked: Sequence[_Asked], lexicon: Lexicon) -> Additions:
    units = [each.terms for each in asked]
    held = frozenset().union(*units)
    for language in Language:
        candidates = lexicon.phrases(language).candidates(held)
        for start, end, phrase in occurrences(candidates, units):
            for place in range(start, end):
                yield place, lexicon.equivalents(phrase)


def _of_pairs(asked: Sequence[_Asked], text: str) -> Additions:
    for place, (first, second) in enumerate(pairwise(asked)):
        apart = text[first.end : second.start] == " " and first.unit.lower() != second.unit.lower()
        if apart and first.is_simple and second.is_simple:
            joined = frozenset(forms(first.unit + second.unit, Language.OTHER))
            yield place, joined
            yield place + 1, joined
