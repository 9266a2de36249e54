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
        self._values: NDArray[Any] = self._buffer[:0]

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> NDArray[Scalar]:
        """What the column holds now."""
        return self._values

    def extend(self, values: NDArray[Scalar]) -> None:
        """Add values at the end."""
        length = len(self._values)
        end = length + len(values)
        if end > len(self._buffer):
            larger = np.empty(max(end, 2 * len(self._buffer)), dtype=self._buffer.dtype)
            larger[:length] = self._values
            self._buffer = larger
        self._buffer[length:end] = values
        self._values = self._buffer[:end]
