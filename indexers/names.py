"""Names as they are looked up: by each word, by how it begins, and by how it sounds."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from phonetic_fr import phonetic

from finder.folding import folded_words

_SILENT = re.compile(r"(?<=[ao]u)l(?=[tdx]s?$)|b(?=v)")
"""Letters that only names keep, such as those of Thibault, Arnould and Lefebvre."""


def name_words(name: str) -> Iterator[tuple[str, str]]:
    """The words of a name with their sounds, each once; two neighbours also as one word.

    ``Maëlle Le Goff`` is found by ``legoff``, too.
    """
    words = folded_words(name)
    joined = (first + second for first, second in pairwise(words))
    for word in dict.fromkeys((*words, *joined)):
        yield word, sound(word)


@lru_cache(maxsize=1 << 16)
def sound(word: str) -> str:
    """How a folded word sounds in French; itself where that cannot be told."""
    return phonetic(_SILENT.sub("", word)) or word
