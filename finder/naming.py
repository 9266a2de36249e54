"""Whom a query names: it holds words of somebody's name, and nothing else.

A word that readable texts write small is a subject before it is a name: ``rose`` alone names
nobody, and BM25 finds those who are called so. ``rose gar`` names Rose Garnier, ``lemoine`` whoever
is called so though texts speak of her, ``dupo`` names Dupont where nothing else starts so.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from finder.corpus import WRITTEN, Ints, Readable
from finder.folding import folded, folded_words
from finder.ports import Library, Likeness, WordIndex

_LONGEST = 5
"""Words that a name may have."""

_BEGINNING = 2
"""Letters that begin a name, after another word of it; one alone needs one more."""

_LOOKED_AT = 50
"""Passages that tell whether a word is written as a name; more would tell the same."""

_WORD = re.compile(r"\w+")


class Naming:
    """Tells whom a query names.

    Args:
        library: Knows names.
        words: Tells which words stand in texts.
    """

    def __init__(self, library: Library, words: WordIndex) -> None:
        self._library = library
        self._words = words

    def named(self, text: str, readable: Readable) -> Ints:
        """The readable profiles that a text names, as rows of the corpus, ascending.

        Those whose name holds every word; if there is none, those whose name goes on where the
        text ends; if there is none, those whose name sounds so.

        Args:
            text: What is asked, without the words that only make a question of it.
            readable: What the viewer may read.
        """
        words = folded_words(text)
        if 1 <= len(words) <= _LONGEST:
            for rows in self._namesakes(words, readable):
                if rows:
                    return np.array(sorted(rows), dtype=np.int64)
        return np.zeros(0, dtype=np.int64)

    def _namesakes(self, words: Sequence[str], readable: Readable) -> Iterator[set[int]]:
        def bearers(word: str, likeness: Likeness) -> set[int]:
            return self._bearers(word, likeness, readable)

        *first, last = words
        if first:
            written = [bearers(word, Likeness.SAME) for word in words]
            yield set.intersection(*written)
            for place in range(len(first)):
                others = [*written[:place], *written[place + 2 :]]
                if all(others):
                    joined = words[place] + words[place + 1]
                    yield set.intersection(*others, bearers(joined, Likeness.SAME))
            if len(last) >= _BEGINNING and all(written[:-1]):
                yield set.intersection(*written[:-1], bearers(last, Likeness.BEGUN))
            if any(written) or not any(self._stands(word, readable) for word in words):
                sounding = [bearers(word, Likeness.HEARD) for word in words]
                yield set.intersection(*map(set.union, written, sounding))
        elif len(last) > _BEGINNING and not self._stands(last, readable):
            yield bearers(last, Likeness.BEGUN)
            yield bearers(last, Likeness.HEARD)
        elif (called := bearers(last, Likeness.SAME)) and self._is_name(last, readable):
            yield called

    def _bearers(self, word: str, likeness: Likeness, readable: Readable) -> set[int]:
        """Rows of the profiles with such a word in their name; of no others, at any step."""
        numbers = np.array(self._library.bearers(word, likeness), dtype=np.int64)
        rows = readable.corpus.rows.of(numbers)
        rows = rows[rows >= 0]
        return set(rows[readable.records[rows]].tolist())

    def _stands(self, word: str, readable: Readable) -> bool:
        """Whether a readable text holds a word in any of its forms, or it is one of all texts."""
        holding = self._words.holding(word, readable)
        return holding is None or bool(holding.size)

    def _is_name(self, word: str, readable: Readable) -> bool:
        """Whether readable documents and posts write a word with a capital, as often as not."""
        holding = self._words.holding(word, readable)
        if holding is None:
            return False
        corpus = readable.corpus
        rows = corpus.owners.of(holding)
        written = holding[(rows >= 0) & WRITTEN[corpus.record_kind[rows]]][:_LOOKED_AT]
        texts = self._library.texts(written.tolist()).values()
        found = [each for text in texts for each in _WORD.findall(text) if folded(each) == word]
        capitals: int = sum(each[0].isupper() for each in found)
        return 2 * capitals >= len(found)
