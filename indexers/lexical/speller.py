"""Corrects what is mistyped in a query, by words that the viewer may read and by no others."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import log10
from typing import Final, NamedTuple

import numpy as np

from finder.ports import PassageScorer
from indexers.lexical.spellings import LETTERS, LONGEST, SHORTEST
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
        mistyped: Words of it, in order; one that is near to no other, nor two in one, stays.
        readable: The words to choose from.
        rest: Makes what scores passages for the rest of the query, if there is a choice.
    """
    pieces, done = [], 0
    for word in mistyped:
        near = readable.near(word.text)
        meant = _likeliest(near, rest) if near else _apart(word.text, readable)
        if meant:
            pieces += [text[done : word.start], in_case_of(word.text, meant)]
            done = word.end
    return "".join([*pieces, text[done:]])


def _likeliest(near: Sequence[NearWord], rest: Callable[[], PassageScorer]) -> str:
    if len(near) == 1:
        return near[0].word
    scorer = rest()
    fits = [float(scorer.score(each.passages).max()) for each in near]
    best_fit = max(fits) or 1.0

    def unlikeliness(place: int) -> tuple[float, str]:
        each = near[place]
        frequency, fit = log10(len(each.passages)), fits[place] / best_fit
        return each.cost - _FREQUENCY * frequency - _FIT * fit, each.word

    return near[min(range(len(near)), key=unlikeliness)].word


def _apart(word: str, readable: ReadableWords) -> str | None:
    """The two words, of those that stand in a passage together, whose space was left out."""
    cuts = range(SHORTEST, len(word) - SHORTEST + 1)
    pairs = [(word[:cut], word[cut:]) for cut in cuts]
    together = [_together(first, second, readable) for first, second in pairs]
    most = max(together, default=0)
    return " ".join(pairs[together.index(most)]).lower() if most else None


def _together(first: str, second: str, readable: ReadableWords) -> int:
    """How many passages hold both."""
    held = readable.holding(first)
    if not len(held):
        return 0
    return len(np.intersect1d(held, readable.holding(second), assume_unique=True))


def in_case_of(typed: str, meant: str) -> str:
    """A word in small letters with the capitals of the one that was typed."""
    if typed.isupper():
        return meant.upper()
    return meant.capitalize() if typed[0].isupper() else meant
