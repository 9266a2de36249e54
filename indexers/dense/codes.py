"""Vectors as 8-bit codes, the form in which they are stored and compared.

The scale is fixed rather than learnt from the vectors: a code depends on its own vector alone, so
what a viewer may not read cannot change a score that they see.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from finder.errors import StorageError
from finder.ports import Vectors

Codes = NDArray[np.int8]

LARGEST_CODE = 127
_DAMAGED = "The index of meaning is damaged, a vector of it is cut: run 'finder rebuild meaning'."
_SPREAD = 4.0
"""Components of a unit vector spread by 1/sqrt(dimension); those past four times that are cut."""


def scale(dimension: int) -> float:
    """Code units to one unit of a component."""
    return LARGEST_CODE * max(1.0, math.sqrt(dimension) / _SPREAD)


def to_codes(vectors: Vectors) -> Codes:
    """Quantise unit vectors, shape ``(n, dimension)``, to int8 of the same shape."""
    steps = np.rint(vectors * scale(vectors.shape[1])).clip(-LARGEST_CODE, LARGEST_CODE)
    return np.asarray(steps, dtype=np.int8)


def query_codes(vector: Vectors) -> tuple[Vectors, float]:
    """A query's codes, whole numbers that use the whole range, and the worth of a unit.

    An inner product of these codes with those of a passage, times the worth, is the inner
    product of their vectors to within a thousandth of the query's length. It is exact as a sum of
    whole numbers, so it depends on the two alone, not on what else is scored beside them.
    """
    step = float(np.abs(vector).max()) / LARGEST_CODE or 1.0  # a vector of zeros has codes too
    return np.rint(vector / step), step / scale(len(vector))


def token_signs(vectors: NDArray[np.float16]) -> NDArray[np.uint8]:
    """The signs of the first half of each token's components, eight to a byte.

    One bit of a component tells almost all that a comparison of tokens needs, and the other half
    of them little more (measured in docs/en/explanation/ranking.md).

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
        raise StorageError(_DAMAGED)
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


def _looked_at(width: int) -> int:
    """Components of a token's vector that count: half of them, in whole bytes."""
    return width // 16 * 8 or width


def unpack(blobs: Sequence[bytes], dimension: int) -> Codes:
    """The rows of some blobs, one after the other, shape ``(n, dimension)``.

    Raises:
        StorageError: A blob is not of whole rows.
    """
    if any(len(blob) % dimension for blob in blobs):
        raise StorageError(_DAMAGED)
    return np.frombuffer(b"".join(blobs), dtype=np.int8).reshape(-1, dimension)
