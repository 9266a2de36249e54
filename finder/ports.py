"""What the core asks of the outside, each port named by what it can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from finder.domain import Language

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderIdentity:
    """What must be equal for two vectors to be comparable."""

    name: str
    revision: str
    dimension: int
    query_prompt: str
    passage_prompt: str


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their likeness in meaning."""

    @property
    def identity(self) -> EncoderIdentity:
        """Stored beside every index made with this encoder."""
        ...

    @property
    def max_tokens(self) -> int:
        """The longest text, in tokens and prompt included, that is encoded whole."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Each text's length in tokens, as a passage with its prompt, nothing cut."""
        ...

    def encode_query(self, text: str) -> Vectors:
        """One query as a float32 vector of unit norm, shape ``(dimension,)``."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages as float32 rows of unit norm, shape ``(len(texts), dimension)``, in order."""
        ...


class LanguageDetector(Protocol):
    """Tells the language of a text."""

    def detect(self, text: str) -> Language:
        """French, English or other; other where the text is too short to tell."""
        ...
