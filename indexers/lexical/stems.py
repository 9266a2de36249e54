"""The terms of one unit of a word: its stem, and the stem that it has without accents.

Each unit is analysed once by tantivy's own filters and remembered.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Final

import tantivy

from finder.domain import Language
from indexers.lexical.inflection import english, french

_REMEMBERED_UNITS = 200_000
"""Distinct forms kept with their terms: the vocabulary of a large organisation."""

_STOP_LETTERS = frozenset("aàÀiIy")
"""Words of one letter. Any other that stands alone is C, R, vitamin D or category A."""

_LONGEST_INITIALS = 5
"""Letters; past it a word without a vowel is no acronym."""

_VOWEL = re.compile(r"[aeiouy]|[^\x00-\x7f]")
"""What has none stands for several words: JS, CMS and DNS are no plurals."""

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _chain(*filters: tantivy.Filter) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    for each in filters:
        builder = builder.filter(each)
    return builder.filter(tantivy.Filter.ascii_fold()).build()


def _stemming(language: str) -> tantivy.TextAnalyzer:
    return _chain(tantivy.Filter.stopword(language), tantivy.Filter.stemmer(language))


_FOLDING = _chain()
_FAMILIES = {
    Language.FRENCH: (_stemming("french"), french),
    Language.ENGLISH: (_stemming("english"), english),
}
"""Each language's filters, and the spellings of a word that they are given."""

STEMMED: Final = tuple(_FAMILIES)
"""The languages that have stems."""


@lru_cache(maxsize=_REMEMBERED_UNITS)
def forms(unit: str, language: Language) -> tuple[str, ...]:
    """One unit's terms in one language; those of all in another. A stop word has none.

    Beside its stem a word has the stem of its letters without accents, which somebody finds who
    types ``securite``, and of its German spelling: ``Mueller`` for ``Müller``.
    """
    if len(unit) == 1:
        return () if unit in _STOP_LETTERS else (_folded(unit.lower()),)
    lower = unit.lower()
    if lower != unit:
        return forms(lower, language)
    if language not in _FAMILIES:
        return _distinct(forms(unit, known) for known in _FAMILIES)
    if len(unit) <= _LONGEST_INITIALS and _VOWEL.search(unit) is None:
        return (_folded(unit),)
    filters, spellings = _FAMILIES[language]
    written = spellings(unit)
    stems = filters.analyze(written[0])
    if not stems or (len(written) == 1 and unit.isascii()):
        return tuple(stems)
    others = chain(written[1:], *map(spellings, _without_accents(unit)))
    return _distinct([stems, *map(filters.analyze, dict.fromkeys(others))])


def _without_accents(word: str) -> tuple[str, ...]:
    """A word in plain letters, as French has it and as German has it."""
    german = word.translate(_GERMAN)
    return (_folded(word),) if german == word else (_folded(word), _folded(german))


def _folded(word: str) -> str:
    return "".join(_FOLDING.analyze(word))


def _distinct(terms: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(terms)))
