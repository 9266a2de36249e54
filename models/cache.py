"""Remembers the vectors of recent queries."""

import threading
from collections.abc import Sequence

from cachetools import LRUCache

from finder.encoded import Encoded
from finder.ports import Encoder, EncoderIdentity, Vectors


class CachedQueries:
    """An encoder that answers a repeated query from memory.

    Safe to call from any number of threads; two that ask the same new query at once may both
    have it encoded. What they get is read-only, since they share it.

    Args:
        encoder: Does the work.
        size: Bytes of vectors remembered, the least recently used forgotten first; some two
            thousand queries of the default model by default.
    """

    def __init__(self, encoder: Encoder, size: int = 20_000_000) -> None:
        self._encoder = encoder
        self._known: LRUCache[str, Encoded] = LRUCache(size, getsizeof=_bytes)
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

    def encode_query(self, text: str) -> Encoded:
        """One query, with its first tokens, read-only."""
        with self._guard:
            known = self._known.get(text)
        if known is not None:
            return known
        encoded = self._encoder.encode_query(text)
        for each in (encoded.vector, encoded.tokens.bounds, encoded.tokens.vectors):
            each.flags.writeable = False
        with self._guard:
            self._known[text] = encoded
        return encoded

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """As the encoder inside does; nothing is remembered."""
        return self._encoder.encode_passages(texts)

    def encode_in_detail(self, texts: Sequence[str]) -> Sequence[Encoded]:
        """As the encoder inside does; nothing is remembered."""
        return self._encoder.encode_in_detail(texts)


def _bytes(encoded: Encoded) -> int:
    tokens = encoded.tokens
    return encoded.vector.nbytes + tokens.bounds.nbytes + tokens.vectors.nbytes
