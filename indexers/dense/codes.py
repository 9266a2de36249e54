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
DAMAGED = "The index of meaning is damaged, a vector of it is cut: run 'finder rebuild meaning'."
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


def unpack(blobs: Sequence[bytes], dimension: int) -> Codes:
    """The rows of some blobs, one after the other, shape ``(n, dimension)``.

    Raises:
        StorageError: A blob is not of whole rows.
    """
    if any(len(blob) % dimension for blob in blobs):
        raise StorageError(DAMAGED)
    return np.frombuffer(b"".join(blobs), dtype=np.int8).reshape(-1, dimension)
