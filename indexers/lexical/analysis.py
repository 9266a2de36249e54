"""From text to terms, in French and in English.

What stands between two spaces is analysed once and remembered, so that a text costs little more
than to be split.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from importlib.metadata import version
from itertools import chain
from zlib import crc32

from finder.domain import Language
from indexers.lexical import queries
from indexers.lexical.acronyms import Acronyms, standard_acronyms
from indexers.lexical.lexicon import Lexicon
from indexers.lexical.phrases import occurrences
from indexers.lexical.stems import forms
from indexers.lexical.tokens import PUNCTUATION, spaces_closed, surfaces, take_apart, words

__all__ = [
    "Analyser",
    "Starts",
    "query_terms",
    "standard_analyser",
    "word_forms",
    "words",
]

_VERSION = 4
"""Raised when the terms of texts change; those of another version do not meet this one's."""

_REMEMBERED = 200_000
"""Distinct strings between spaces: the vocabulary of a large organisation."""

_LONGEST_REMEMBERED = 50
"""Characters; a longer string seldom comes again."""


class Analyser:
    """Analyses texts and queries. Safe to use from several threads.

    Args:
        acronyms: Names that are found by each other.

    Attributes:
        fingerprint: Changes with the terms of texts: those of another analyser do not meet the
            queries of this one.
    """

    def __init__(self, acronyms: Acronyms) -> None:
        self._lexicon = Lexicon(acronyms)
        self._terms = {
            language: _Remembered(partial(self._of_chunk, language=language))
            for language in Language
        }
        made_of = (version("tantivy"), *self._lexicon.terms_of_its_own)
        self.fingerprint = f"{_VERSION}-{crc32(repr(made_of).encode()):08x}"

    def terms(self, text: str, language: Language) -> list[str]:
        """The terms that a text in one language is indexed under."""
        units = list(map(self._terms[language].__getitem__, spaces_closed(text).split()))
        found = list(chain.from_iterable(units))
        watched = self._lexicon.watched(language).intersection(found)
        if not watched:
            return found
        if not watched.isdisjoint(self._lexicon.guarded):
            calm = self._lexicon.calmed(text)
            if calm != text:
                return self.terms(calm, language)
        if candidates := self._lexicon.phrases(language).candidates(watched):
            found += [name for _, _, name in occurrences(candidates, list(filter(None, units)))]
        return found

    def query_terms(self, text: str) -> list[frozenset[str]]:
        """The terms of a query: each set holds the forms that one word, or part of one, may have.

        A text is found if it has a form of any, and the better the more it has.
        """
        return queries.query_terms(text, self._lexicon)

    def word_forms(self, surface: str) -> frozenset[str]:
        """Every term that a word may be indexed under, whatever the language of its text."""
        return frozenset(self._terms[Language.OTHER][surface])

    def _of_chunk(self, chunk: str, language: Language) -> Sequence[str]:
        if chunk.isalpha() and len(chunk) <= _LONGEST_REMEMBERED:
            # A plain word, as most are, told and done in half the time.
            return (*forms(chunk, language), *self._lexicon.written(chunk, chunk))
        if (word := chunk.strip(PUNCTUATION)) != chunk:
            return self._terms[language][word]
        found = surfaces(chunk)
        if found == [chunk]:
            return self._of_word(chunk, language)
        return list(chain.from_iterable(map(self._terms[language].__getitem__, found)))

    def _of_word(self, surface: str, language: Language) -> list[str]:
        word = take_apart(surface)
        return [
            term
            for unit in (word.units if word else ())
            for term in (*forms(unit, language), *self._lexicon.written(surface, unit))
        ]


class Starts(dict[str, bool]):
    """Whether a plain word that starts with some two letters may have one of some forms.

    Analysis changes the ends of such words only, and this takes a fiftieth of its time. What has
    parts or digits may start anywhere.

    Args:
        forms: What is looked for.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        super().__init__()
        self._starts = frozenset(form[:2] for form in forms)

    def __missing__(self, letters: str) -> bool:
        start = _plain_start(letters)
        # What becomes other letters may start anywhere.
        likely = not start.isascii() or not self._starts.isdisjoint((start, start[0], letters))
        self[letters] = likely
        return likely


@lru_cache(maxsize=10_000)
def _plain_start(start: str) -> str:
    """The first letters of a word, small and without accents."""
    decomposed = unicodedata.normalize("NFD", start.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class _Remembered(dict[str, tuple[str, ...]]):
    """The terms of strings without spaces, found out when first asked for.

    When it is full it starts anew, and takes over from before what is asked for again.
    """

    def __init__(self, analyse: Callable[[str], Iterable[str]]) -> None:
        self._analyse = analyse
        self._before: dict[str, tuple[str, ...]] = {}

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        found = self._before.get(chunk)
        if found is None:
            found = tuple(self._analyse(chunk))
        if len(chunk) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self._before = self.copy()
                self.clear()
            self[chunk] = found
        return found


@lru_cache
def standard_analyser() -> Analyser:
    """The analyser that knows the acronyms that are shipped."""
    return Analyser(standard_acronyms())


def query_terms(text: str) -> list[frozenset[str]]:
    """What :meth:`Analyser.query_terms` of the standard analyser gives."""
    return standard_analyser().query_terms(text)


def word_forms(surface: str) -> frozenset[str]:
    """What :meth:`Analyser.word_forms` of the standard analyser gives."""
    return standard_analyser().word_forms(surface)
