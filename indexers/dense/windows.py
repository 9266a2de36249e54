"""The vectors of a passage: its own, those of its windows, and those of its tokens.

A window is a few sentences of a passage, under the same title and headings. One vector of all that
a passage says is not very near to a question about one of its sentences; that of a window is.
Source: Dai & Callan, "Deeper Text Understanding for IR with Contextual Neural Language Modeling",
SIGIR 2019, who take the best passage of a document so. Tokens come with the passage's own vector;
what they are for is in ``finder/interaction.py``.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from typing import Final

import numpy as np

from finder.domain import Passage
from finder.encoded import Encoded
from finder.ports import Encoder
from indexers.catalogue.writer import Coded
from indexers.chunking import passage_text
from indexers.dense.codes import to_codes, token_signs
from indexers.lexical.stems import STEMMED, forms
from indexers.lexical.tokens import elided_letters, take_apart, words

WINDOW_CHARS: Final = 300
"""Two or three sentences; measured in docs/en/explanation/ranking.md."""

_SENTENCE: Final = re.compile(
    r"\S (?: [^.!?…;:\n]++ | [.!?…;:](?!\s) )*+ [.!?…;:\n]? \s*", re.VERBOSE
)


def encode(passages: Sequence[tuple[str, Passage]], encoder: Encoder) -> list[Coded]:
    """Passages as the catalogue keeps them.

    Args:
        passages: Each with the title that heads it.
        encoder: Makes the vectors.

    Returns:
        For each passage the codes of its own vector and, where it has several windows, those of
        theirs after it; and the signs of its tokens.
    """
    if not passages:
        return []
    texts = [texts_of(title, passage) for title, passage in passages]
    whole = encoder.encode_in_detail([text for text, *_ in texts])
    own = to_codes(np.stack([each.vector for each in whole]))
    windows = [each[1:] for each in texts]
    codes = to_codes(encoder.encode_passages(list(chain.from_iterable(windows))))
    bounds = pairwise(accumulate((len(each) for each in windows), initial=0))
    return [
        Coded(
            data=vector.tobytes() + codes[start:end].tobytes(),
            tokens=_telling_tokens(text, encoded),
        )
        for vector, (start, end), (text, *_), encoded in zip(own, bounds, texts, whole, strict=True)
    ]


def texts_of(title: str, passage: Passage) -> list[str]:
    """What is encoded for a passage: all of it and, where there are several, its windows."""
    windows: list[str] = []
    for sentence in _SENTENCE.findall(passage.text):
        if windows and len(windows[-1]) + len(sentence) <= WINDOW_CHARS:
            windows[-1] += sentence
        else:
            windows.append(sentence)
    shorter = [replace(passage, text=window) for window in windows] if len(windows) > 1 else []
    return [passage_text(title, each) for each in (passage, *shorter)]


def _telling_tokens(text: str, encoded: Encoded) -> bytes:
    """The signs of the tokens of a text that are part of a word, of no stop word."""
    tokens = encoded.tokens
    if not len(tokens.bounds):
        return b""
    told = np.zeros(len(text) + 1, dtype=np.int64)
    for start, end, word in words(text):
        if (elided := _elided(word)) is not None:
            told[start + elided + 1 : end + 1] = 1
    before = told.cumsum()
    telling = before[tokens.bounds[:, 1]] > before[tokens.bounds[:, 0]]
    return token_signs(tokens.vectors[telling]).tobytes()


@lru_cache(maxsize=50_000)
def _elided(surface: str) -> int | None:
    """The letters before the part of a word that tells; None where none does."""
    word = take_apart(surface)
    if not word or not all(forms(word.whole, language) for language in STEMMED):
        return None
    return elided_letters(surface, word.whole)
