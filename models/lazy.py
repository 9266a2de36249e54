"""An encoder that is built when it is first needed: words alone need none."""

from collections.abc import Callable, Sequence
from threading import Lock

from finder.encoded import Encoded
from finder.ports import Encoder, EncoderIdentity, Vectors


class LazyEncoder:
    """Wraps the same port around an encoder that is yet to be built.

    Args:
        build: Builds it; called once.
    """

    def __init__(self, build: Callable[[], Encoder]) -> None:
        self._build = build
        self._built: Encoder | None = None
        self._lock = Lock()

    @property
    def built(self) -> bool:
        """Whether the encoder is there."""
        return self._built is not None

    @property
    def identity(self) -> EncoderIdentity:
        """Stored beside every index made with this encoder."""
        return self._encoder().identity

    @property
    def max_tokens(self) -> int:
        """The longest text, in tokens and prompt included, that is encoded whole."""
        return self._encoder().max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Each text's length in tokens, as a passage with its prompt, nothing cut."""
        return self._encoder().count_tokens(texts)

    def encode_query(self, text: str) -> Encoded:
        """One query, with its first tokens."""
        return self._encoder().encode_query(text)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages as float32 rows of unit norm, shape ``(len(texts), dimension)``, in order."""
        return self._encoder().encode_passages(texts)

    def encode_in_detail(self, texts: Sequence[str]) -> Sequence[Encoded]:
        """Passages with their tokens, in order."""
        return self._encoder().encode_in_detail(texts)

    def _encoder(self) -> Encoder:
        with self._lock:
            if self._built is None:
                self._built = self._build()
            return self._built
