"""Numbers in letters and in digits: who asks for ``13e mois`` finds ``treizième mois``."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from num2words import num2words

from finder.domain import Language
from finder.folding import folded
from indexers.lexical.stems import STEMMED, forms
from indexers.lexical.tokens import take_apart

_NUMBERS: Final = range(2, 101)
"""One is an article as well, and first a rank; larger numbers are seldom written in letters."""

_OTHER_WORDS: Final = frozenset({"neuf", "second"})
"""What is a word of its own as well: new, and a part of a minute."""


def otherwise(unit: str) -> frozenset[str]:
    """The terms of a number that a query has in letters, in digits, and the other way round.

    Args:
        unit: A word without its hyphens; what is no such number has none.
    """
    return _others().get(folded(unit), frozenset())


@lru_cache
def _others() -> dict[str, frozenset[str]]:
    others: defaultdict[str, set[str]] = defaultdict(set)
    for digits, letters, language in _written():
        others[digits].update(forms(letters, language))
        others[folded(letters)].add(digits)
    return {unit: frozenset(terms) for unit, terms in others.items()}


def _written() -> Iterator[tuple[str, str, Language]]:
    """Each number in digits and, without its hyphens, in letters."""
    for language in STEMMED:
        for number in _NUMBERS:
            for kind, ending in (("cardinal", ""), ("ordinal", "e")):
                word = take_apart(num2words(number, lang=language, to=kind))
                if word and word.whole not in _OTHER_WORDS:
                    yield f"{number}{ending}", word.whole, language
