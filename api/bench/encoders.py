"""Fills as fast as hashing goes, and asks with a model all the same."""

from collections.abc import Sequence

from finder.encoded import Encoded
from finder.ports import Encoder, EncoderIdentity, Vectors
from models.hashing import HashingEncoder


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
        """Hashed, without tokens."""
        return self._hashing.encode_in_detail(texts)
