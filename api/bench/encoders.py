"""Fills as fast as hashing goes, and asks with a model all the same."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from finder.ports import Encoded, Encoder, EncoderIdentity, Tokens, Vectors
from models.hashing import HashingEncoder

_WORD: Final = re.compile(r"\w+")


class HashedPassages:
    """Bears a model's identity, and hashes passages instead of encoding them.

    A model takes most of an hour for 100,000 passages, and how long a query takes does not depend
    on what the vectors hold: only on how many they are, and on their length, which is the model's.

    Args:
        model: Lends its identity, and encodes queries.
    """

    def __init__(self, model: Encoder) -> None:
        self._model = model
        self._hashing = HashingEncoder(model.identity.dimension)

    @property
    def identity(self) -> EncoderIdentity:
        """The model's."""
        return self._model.identity

    @property
    def max_tokens(self) -> int:
        """The longest text, in words, that is hashed whole."""
        return self._hashing.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Each text's length in words."""
        return self._hashing.count_tokens(texts)

    def encode_query(self, text: str) -> Encoded:
        """As the model does."""
        return self._model.encode_query(text)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Hashed, as float32 rows of unit norm, shape ``(len(texts), dimension)``, in order."""
        return self._hashing.encode_passages(texts)

    def encode_in_detail(self, texts: Sequence[str]) -> list[Encoded]:
        """Hashed, with as many tokens as there are words, each with the vector of its text."""
        return [
            Encoded(vector=vector, tokens=_tokens(text, vector))
            for text, vector in zip(texts, self.encode_passages(texts), strict=True)
        ]


def _tokens(text: str, vector: Vectors) -> Tokens:
    bounds = np.array([word.span() for word in _WORD.finditer(text)], dtype=np.int64).reshape(-1, 2)
    row = vector.astype(np.float16)
    return Tokens(bounds=bounds, vectors=np.broadcast_to(row, (len(bounds), len(row))))
