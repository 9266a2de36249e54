"""The words of French and English, for a query that holds one that no readable text does.

What an organisation writes holds few of the words of a language: one that is missing there is
spelt well more often than not.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

import numpy as np

from finder.folding import folded, folded_words
from indexers.lexical.stems import STEMMED
from indexers.lexical.translation import STANDARD_FILE, read_dictionary


class KnownWords:
    """Words, known but for accents and capitals, in eight bytes each.

    Args:
        words: As they are written.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._keys = np.unique(np.fromiter(map(hash, map(folded, words)), dtype=np.int64))

    def __contains__(self, word: str) -> bool:
        """Whether a word is among them."""
        key = hash(folded(word))
        place = int(self._keys.searchsorted(key))
        return place < len(self._keys) and int(self._keys[place]) == key


def no_words() -> KnownWords:
    """None: whatever nobody wrote may be a mistake."""
    return KnownWords([])


@lru_cache
def standard_words() -> KnownWords:
    """Those of a spelling checker's lists, and of the dictionary that is shipped.

    They are read when they are first asked for, which takes half a second.
    """
    from spellchecker import SpellChecker

    listed = chain.from_iterable(SpellChecker(language=language) for language in STEMMED)
    names = chain.from_iterable(chain.from_iterable(read_dictionary(STANDARD_FILE)))
    return KnownWords(chain(listed, chain.from_iterable(map(folded_words, names))))
