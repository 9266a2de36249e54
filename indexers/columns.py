"""Arrays that grow at the end while others read what was there before."""

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

_FIRST_CAPACITY = 1024


class Column(Generic[Scalar]):
    """A growing one-dimensional array.

    A view taken with :attr:`values` stays valid and keeps its length: growth either fills places
    past its end or moves to a larger buffer.
    """

    def __init__(self, dtype: DTypeLike) -> None:
        self._buffer: NDArray[Any] = np.empty(_FIRST_CAPACITY, dtype=dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> NDArray[Scalar]:
        """What the column holds now."""
        return self._buffer[: self._length]

    def extend(self, values: NDArray[Scalar]) -> None:
        """Add values at the end."""
        end = self._length + len(values)
        if end > len(self._buffer):
            larger = np.empty(max(end, 2 * len(self._buffer)), dtype=self._buffer.dtype)
            larger[: self._length] = self._buffer[: self._length]
            self._buffer = larger
        self._buffer[self._length : end] = values
        self._length = end
