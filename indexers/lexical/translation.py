"""What the words of a query are in another language.

A text in English holds no word of a French question on its very subject. A dictionary of what
people write about at work tells what such a text says instead. It comes from a file, so that
nothing that anybody may not read decides what is found.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from finder.domain import Language
from indexers.lexical.analysis import query_terms
from indexers.lexical.expansion import Expansion, OtherName, Words
from indexers.lexical.labels import Stretch, label_key, longest, stretches
from indexers.lexical.stems import STEMMED, forms
from indexers.lexical.tokens import surfaces, take_apart

STANDARD_FILE: Final = Path(__file__).with_name("dictionary.tsv")
"""French and English of the workplace: an entry a line, what has one meaning on both sides."""

TRANSLATED: Final = 0.9
"""What a word of another language is worth beside that of the query: whoever asks in a language
reads it first. Measured in docs/en/explanation/ranking.md."""

_REMEMBERED: Final = 10_000
"""Names that were asked for, or found."""


class Entry(NamedTuple):
    """Names of one meaning, each in French and in English."""

    french: Sequence[str]
    english: Sequence[str]


class Translator:
    """Translates the names in a query, word by word where no longer name is known.

    A query is taken to be in the language that more of its words are of. Words of both, such as
    "location", are of that too; where neither has more they are not translated.

    Args:
        entries: The dictionary.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._others: dict[str, dict[str, None]] = {}
        for french, english in entries:
            self._add(Language.FRENCH, french, english)
            self._add(Language.ENGLISH, english, french)

    def _add(self, language: Language, names: Iterable[str], others: Iterable[str]) -> None:
        for key in filter(None, (label_key(name, language) for name in names)):
            self._others.setdefault(key, {}).update(dict.fromkeys(others))

    def __call__(self, text: str, *, into: Collection[Language]) -> list[Expansion]:
        """The names in a query, and what texts in the other language call the same.

        Args:
            text: The query.
            into: The languages of the texts.
        """
        french, english = self._known(text, Language.FRENCH), self._known(text, Language.ENGLISH)
        of_both = {each.start for each in french} & {each.start for each in english}
        more_french = len(french) - len(english) + _leaning(text)
        if more_french > 0:
            english, of_both = [], set()
        elif more_french < 0:
            french, of_both = [], set()
        return [
            Expansion(
                start=each.start, end=each.end, words=words, others=self._called(each.key, language)
            )
            for known, language in ((french, Language.ENGLISH), (english, Language.FRENCH))
            if language in into
            for each in known
            if each.start not in of_both and (words := _words(text[each.start : each.end]))
        ]

    def _called(self, key: str, language: Language) -> list[OtherName]:
        """What a name, by its key, is called in the other language."""
        return [
            OtherName(words=words, weight=TRANSLATED, language=language)
            for name in self._others[key]
            if (words := _words(name))
        ]

    def _known(self, text: str, language: Language) -> list[Stretch]:
        return longest(each for each in stretches(text, [language]) if each.key in self._others)


@lru_cache
def standard_translator() -> Translator:
    """The one that knows the dictionary that is shipped."""
    return Translator(read_dictionary(STANDARD_FILE))


def read_dictionary(path: Path) -> list[Entry]:
    """A dictionary: on each line French names, a tab, English names, with ", " between names."""
    lines = path.read_text(encoding="utf-8").splitlines()
    sides = ([side.split(", ") for side in line.split("\t")] for line in lines)
    return [Entry(french=french, english=english) for french, english in sides]


def _leaning(text: str) -> int:
    """How many more of a query's words are stop words in French alone than in English alone."""
    units = [word.whole for word in map(take_apart, surfaces(text)) if word]
    french, english = ([not forms(unit, language) for unit in units] for language in STEMMED)
    return sum(french) - sum(english)


@lru_cache(_REMEMBERED)
def _words(name: str) -> Words:
    """What a name is found by; nothing for one of stop words alone."""
    return tuple(query_terms(name))
