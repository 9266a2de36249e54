"""Remembers the vectors of recent queries."""

import threading
from collections.abc import Sequence

from cachetools import LRUCache

from finder.ports import Encoder, EncoderIdentity, Vectors


class CachedQueries:
    """An encoder that answers a repeated query from memory.

    Safe to call from any number of threads; two that ask the same new query at once may both
    have it encoded. The vectors are read-only, since callers share them.

    Args:
        encoder: Does the work.
        size: Queries remembered, the least recently used forgotten first.
    """

    def __init__(self, encoder: Encoder, size: int = 4_096) -> None:
        self._encoder = encoder
        self._vectors: LRUCache[str, Vectors] = LRUCache(size)
        self._guard = threading.Lock()

    @property
    def identity(self) -> EncoderIdentity:
        """That of the encoder inside."""
        return self._encoder.identity

    @property
    def max_tokens(self) -> int:
        """That of the encoder inside."""
        return self._encoder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the encoder inside counts."""
        return self._encoder.count_tokens(texts)

    def encode_query(self, text: str) -> Vectors:
        """One query as a read-only float32 vector of unit norm, shape ``(dimension,)``."""
        with self._guard:
            known = self._vectors.get(text)
        if known is not None:
            return known
        vector = self._encoder.encode_query(text)
        vector.flags.writeable = False
        with self._guard:
            self._vectors[text] = vector
        return vector

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """As the encoder inside does; nothing is remembered."""
        return self._encoder.encode_passages(texts)
