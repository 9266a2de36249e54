"""The vectors of a passage: its own, those of its windows, and those of its tokens.

A window is a few sentences of a passage, under the same title and headings. One vector of all that
a passage says is not very near to a question about one of its sentences; that of a window is.
Source: Dai & Callan, "Deeper Text Understanding for IR with Contextual Neural Language Modeling",
SIGIR 2019, who take the best passage of a document so. Tokens come with the passage's own vector.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, chain, pairwise
from typing import Final

import numpy as np

from finder.domain import Passage
from finder.ports import Encoder
from indexers.catalogue.writer import Coded
from indexers.chunking import passage_text
from indexers.dense.codes import to_codes
from indexers.dense.tokens import telling_tokens

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
            tokens=telling_tokens(text, encoded.tokens),
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
