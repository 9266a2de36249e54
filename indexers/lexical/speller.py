"""Corrects what is mistyped in a query, by words that the viewer may read and by no others."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import log10
from typing import Final, NamedTuple

from finder.ports import PassageScorer
from indexers.lexical.spellings import LETTERS, LONGEST
from indexers.lexical.tokens import words
from indexers.lexical.vocabulary import NearWord, ReadableWords

_SHORTEST: Final = 4
"""Letters; any shorter word is a mistake away from many others."""

_FREQUENCY: Final = 0.2
"""What ten times as many passages weigh against a mistake."""

_FIT: Final = 0.8
"""What it weighs against a mistake to stand where the rest of the query is answered best."""

_LETTERS = re.compile(f"[{LETTERS}]+")
_IDENTIFIER = re.compile(r"[\d@_.+#&]")
"""What a name of something has and a word does not: nobody can tell what else it should be."""


class PlainWord(NamedTuple):
    """A word of a query, with where it starts and where it has ended."""

    start: int
    end: int
    text: str


def plain_words(text: str) -> Iterator[PlainWord]:
    """The words of a query, or the parts of compounds, that may be mistyped."""
    for offset, _, surface in words(text):
        if _IDENTIFIER.search(surface) is None:
            for match in _LETTERS.finditer(surface):
                if _SHORTEST <= len(match[0]) <= LONGEST:
                    yield PlainWord(offset + match.start(), offset + match.end(), match[0])


def with_nearest(
    text: str,
    mistyped: Iterable[PlainWord],
    readable: ReadableWords,
    *,
    rest: Callable[[], PassageScorer],
) -> str:
    """A query with the words that were most likely meant in the place of some others.

    Args:
        text: The query.
        mistyped: Words of it, in order; one that is near to no other stays.
        readable: The words to choose from.
        rest: Makes what scores passages for the rest of the query, if there is a choice.
    """
    pieces, done = [], 0
    for word in mistyped:
        if near := readable.near(word.text):
            meant = near[0] if len(near) == 1 else _likeliest(near, rest())
            pieces += [text[done : word.start], in_case_of(word.text, meant.word)]
            done = word.end
    return "".join([*pieces, text[done:]])


def _likeliest(near: Sequence[NearWord], rest: PassageScorer) -> NearWord:
    fits = [float(rest.score(each.passages).max()) for each in near]
    best_fit = max(fits) or 1.0

    def unlikeliness(place: int) -> tuple[float, str]:
        each = near[place]
        frequency, fit = log10(len(each.passages)), fits[place] / best_fit
        return each.cost - _FREQUENCY * frequency - _FIT * fit, each.word

    return near[min(range(len(near)), key=unlikeliness)]


def in_case_of(typed: str, meant: str) -> str:
    """A word in small letters with the capitals of the one that was typed."""
    if typed.isupper():
        return meant.upper()
    return meant.capitalize() if typed[0].isupper() else meant
