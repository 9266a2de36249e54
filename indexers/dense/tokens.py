"""The tokens of passages: which are kept, as what, and how near those of a query are.

What they are compared for is told in ``finder/interaction.py``.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from finder.encoded import Tokens
from finder.errors import StorageError
from indexers.dense.codes import DAMAGED, LARGEST_CODE
from indexers.lexical.stems import STEMMED, forms
from indexers.lexical.tokens import elided_letters, take_apart, words


def telling_tokens(text: str, tokens: Tokens) -> bytes:
    """The signs of the tokens of a text that are part of a word, of no stop word."""
    if not len(tokens.bounds):
        return b""
    told = np.zeros(len(text) + 1, dtype=np.int64)
    for start, end, word in words(text):
        if (elided := _elided(word)) is not None:
            told[start + elided + 1 : end + 1] = 1
    before = told.cumsum()
    telling = before[tokens.bounds[:, 1]] > before[tokens.bounds[:, 0]]
    return token_signs(tokens.vectors[telling]).tobytes()


def token_signs(vectors: NDArray[np.float16]) -> NDArray[np.uint8]:
    """The signs of the first third of each token's components, eight to a byte.

    One bit of a component tells almost all that a comparison of tokens needs, and the other two
    thirds of them little more (measured in docs/en/explanation/ranking.md).

    Args:
        vectors: Of tokens, shape ``(n, width)``.
    """
    return np.packbits(vectors[:, : _looked_at(vectors.shape[1])] > 0, axis=1)


def nearest_tokens(query: NDArray[np.float16], blobs: Sequence[bytes]) -> NDArray[np.float64]:
    """The likeness of each token of a query to the nearest one of each text.

    Computed in whole numbers, so that it depends on the two texts alone.

    Args:
        query: The vectors of tokens, shape ``(n, width)``.
        blobs: The signs of those of some texts, from :func:`token_signs`; none is empty.

    Returns:
        Shape ``(len(blobs), n)``, 1 for a likeness that could not be greater.

    Raises:
        StorageError: A blob is not of whole tokens.
    """
    looked_at = _looked_at(query.shape[1])
    size = -(-looked_at // 8)
    if any(len(blob) % size for blob in blobs):
        raise StorageError(DAMAGED)
    compared = query[:, :looked_at].astype(np.float32)
    largest = np.abs(compared).max(axis=1, keepdims=True)
    codes = np.rint(compared * (LARGEST_CODE / np.where(largest > 0.0, largest, 1.0))).T
    packed = np.frombuffer(b"".join(blobs), dtype=np.uint8).reshape(-1, size)
    bits = np.unpackbits(packed, axis=1, count=looked_at).astype(np.float32)
    starts = np.cumsum([0, *(len(blob) // size for blob in blobs[:-1])])
    ones = np.maximum.reduceat(bits @ codes, starts).astype(np.float64)
    # A sign is twice a bit less one.
    length = np.linalg.norm(codes, axis=0) * math.sqrt(looked_at)
    likeness: NDArray[np.float64] = (2.0 * ones - codes.sum(axis=0)) / np.maximum(length, 1.0)
    return likeness


@lru_cache(maxsize=50_000)
def _elided(surface: str) -> int | None:
    """The letters before the part of a word that tells; None where none does."""
    word = take_apart(surface)
    if not word or not all(forms(word.whole, language) for language in STEMMED):
        return None
    return elided_letters(surface, word.whole)


def _looked_at(width: int) -> int:
    """Components of a token's vector that count: a third of them, in whole bytes."""
    return width // 24 * 8 or width
