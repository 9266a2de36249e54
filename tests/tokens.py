"""An encoder without a model that has tokens."""

import re
from collections.abc import Sequence

import numpy as np

from finder.encoded import Encoded, Tokens
from models.hashing import HashingEncoder


class WordByWord(HashingEncoder):
    """Each word is a token, hashed by itself whatever stands beside it.

    Its vector is turned, as a hashed one is zero at most components and a model's is not.
    """

    def encode_in_detail(self, texts: Sequence[str]) -> list[Encoded]:
        return [
            Encoded(vector=vector, tokens=self._tokens(text))
            for text, vector in zip(texts, self.encode_passages(texts), strict=True)
        ]

    def _tokens(self, text: str) -> Tokens:
        found = list(re.finditer(r"\w+", text))
        hashed = self.encode_passages([word.group() for word in found])
        width = hashed.shape[1]
        vectors = hashed @ np.random.default_rng(width).standard_normal((width, width))
        bounds = np.array([word.span() for word in found], dtype=np.int64).reshape(-1, 2)
        return Tokens(bounds=bounds, vectors=vectors.astype(np.float16))
