"""A text in vectors: one of all of it, and one of each of its tokens."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finder.corpus import Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tokens:
    """The tokens of a text that have a letter or a digit, each as it is meant there.

    Attributes:
        bounds: Where each starts and where it has ended in the text, shape ``(n, 2)``.
        vectors: Theirs, float16 of shape ``(n, width)`` and of any length.
    """

    bounds: Ints
    vectors: NDArray[np.float16]


NO_TOKENS = Tokens(
    bounds=np.zeros((0, 2), dtype=np.int64), vectors=np.zeros((0, 0), dtype=np.float16)
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """A text in vectors.

    Attributes:
        vector: That of all of it, float32 of unit norm, shape ``(dimension,)``.
        tokens: Those of its tokens; none from an encoder that has none.
    """

    vector: NDArray[np.float32]
    tokens: Tokens = NO_TOKENS
