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
    product of their vectors to within a thousandth. It is exact as a sum of whole numbers, so it
    depends on the two alone, not on what else is scored beside them.
    """
    step = float(np.abs(vector).max()) / LARGEST_CODE
    return np.rint(vector / step), step / scale(len(vector))


def pack(codes: Codes) -> list[bytes]:
    """One blob a row."""
    return [row.tobytes() for row in codes]


def unpack(blobs: Sequence[bytes]) -> Codes:
    """The inverse of :func:`pack`.

    Raises:
        StorageError: The blobs are not of one size.
    """
    if len({len(blob) for blob in blobs}) > 1:
        raise StorageError(
            "The index of meaning is damaged, a vector of it is cut: run 'finder rebuild meaning'."
        )
    codes = np.frombuffer(b"".join(blobs), dtype=np.int8)
    return codes.reshape(len(blobs), -1) if blobs else codes.reshape(0, 0)
