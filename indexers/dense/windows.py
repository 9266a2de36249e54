"""The vectors of a passage: its own, and those of its windows.

A window is a few sentences of a passage, under the same title and headings. One vector of all that
a passage says is not very near to a question about one of its sentences; that of a window is.
Source: Dai & Callan, "Deeper Text Understanding for IR with Contextual Neural Language Modeling",
SIGIR 2019, who take the best passage of a document so.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, chain, pairwise
from typing import Final

from finder.domain import Passage
from finder.ports import Encoder
from indexers.chunking import passage_text
from indexers.dense.codes import to_codes

WINDOW_CHARS: Final = 300
"""Two or three sentences; measured in docs/en/explanation/ranking.md."""

_SENTENCE: Final = re.compile(
    r"\S (?: [^.!?…;:\n]++ | [.!?…;:](?!\s) )*+ [.!?…;:\n]? \s*", re.VERBOSE
)


def encode(passages: Sequence[tuple[str, Passage]], encoder: Encoder) -> list[bytes]:
    """Passages as the catalogue keeps them.

    Args:
        passages: Each with the title that heads it.
        encoder: Makes the vectors.

    Returns:
        For each passage the codes of its own vector and, where it has several windows, those of
        theirs after it.
    """
    texts = [texts_of(title, passage) for title, passage in passages]
    codes = to_codes(encoder.encode_passages(list(chain.from_iterable(texts))))
    bounds = accumulate((len(each) for each in texts), initial=0)
    return [codes[start:end].tobytes() for start, end in pairwise(bounds)]


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
