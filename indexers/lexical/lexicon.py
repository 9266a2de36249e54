"""Acronyms and phrases made ready to be met in texts and in queries."""

from collections.abc import Iterator
from functools import partial
from itertools import chain

from finder.domain import Language
from indexers.lexical.acronyms import Acronyms
from indexers.lexical.phrases import Phrases
from indexers.lexical.stems import forms
from indexers.lexical.tokens import has_pronoun, surfaces, take_apart


class Lexicon:
    """What names mean, as terms.

    A phrase is a term of its own, its name. So is an acronym that is an ordinary word unless it
    is in capitals: its term is in capitals, as no other is.

    Args:
        acronyms: The names that are found by each other.

    Attributes:
        guarded: Acronyms that have a term of their own.
        terms_of_its_own: These and the phrases: all that texts get terms for, in order.
    """

    def __init__(self, acronyms: Acronyms) -> None:
        names = sorted(set(chain.from_iterable(acronyms.synonyms)))
        phrases = [name for name in names if " " in name]
        self._capitals = frozenset(map(_key, acronyms.capitals))
        self._known = self._capitals | {_key(name) for name in names if " " not in name}
        self.guarded = self._capitals | {
            word
            for word in self._known
            if not all(forms(word.lower(), language) for language in Language)
        }
        self._phrases = {
            language: Phrases(phrases, partial(_units, language=language)) for language in Language
        }
        self._watched = {
            language: self.guarded | known.vocabulary for language, known in self._phrases.items()
        }
        self._equivalents: dict[str, frozenset[str]] = {}
        for group in acronyms.synonyms:
            for name in group:
                others = (self._terms(other) for other in group if other != name)
                before = self._equivalents.get(_key(name), frozenset())
                self._equivalents[_key(name)] = before.union(*others)
        self.terms_of_its_own = (*phrases, *sorted(self.guarded))

    def phrases(self, language: Language) -> Phrases:
        """The phrases as they stand in texts of one language."""
        return self._phrases[language]

    def watched(self, language: Language) -> frozenset[str]:
        """The terms of a text that make it worth a second look."""
        return self._watched[language]

    def calmed(self, text: str) -> str:
        """A text with the lines in small letters that are in capitals, where no acronym shows."""
        if not text.isupper() and "\n" not in text:
            return text
        lines = text.split("\n")
        return "\n".join(line.lower() if self._is_loud(line) else line for line in lines)

    def written(self, surface: str, unit: str) -> list[str]:
        """The term of its own that a unit of a word in a text has, if it has one."""
        return [unit] if unit in self.guarded and _in_capitals(surface, unit) else []

    def asked(self, surface: str, unit: str, *, alone: bool) -> frozenset[str] | None:
        """The terms that a query looks for, if a unit of it is an acronym.

        Args:
            surface: The word in the query.
            unit: A part of it, or the whole.
            alone: Whether there is no other word: then it need not be in capitals.
        """
        key = unit.upper()
        if key not in self._known:
            return None
        is_word = key in self.guarded and not _in_capitals(surface, unit)
        if is_word and (surface != unit or (key in self._capitals and not alone)):
            return None
        return self._terms(unit) | self._equivalents.get(key, frozenset())

    def equivalents(self, phrase: str) -> frozenset[str]:
        """The terms of what else a phrase is called."""
        return self._equivalents[_key(phrase)]

    def _is_loud(self, line: str) -> bool:
        if not line.isupper():
            return False
        names = {_key(surface) for surface in surfaces(line) if surface.isupper()}
        return not names.isdisjoint(self.guarded) and not names <= self._known

    def _terms(self, name: str) -> frozenset[str]:
        if " " in name:
            return frozenset([name])
        key = _key(name)
        own = self.guarded & {key}
        return own if key in self._capitals else own.union(forms(key.lower(), Language.OTHER))


def _key(name: str) -> str:
    """A phrase as it is, and one spelling of an acronym: CICD for CI/CD."""
    word = None if " " in name else take_apart(name)
    return name if word is None else word.whole.upper()


def _in_capitals(surface: str, unit: str) -> bool:
    return unit.isupper() and not has_pronoun(surface)


def _units(text: str, language: Language) -> Iterator[tuple[str, ...]]:
    """The terms of each word, or part of a compound, that is no stop word."""
    words = filter(None, map(take_apart, surfaces(text)))
    return filter(None, (forms(part, language) for word in words for part in word.looked_for))
