import numpy as np
import pytest
from tokens import WordByWord

from finder.encoded import Encoded
from models.cache import CachedQueries
from models.hashing import HashingEncoder


class Counting(HashingEncoder):
    """Knows which queries reached it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_query(self, text: str) -> Encoded:
        self.asked.append(text)
        return super().encode_query(text)


def test_a_repeated_query_is_encoded_once() -> None:
    inner = Counting()
    cached = CachedQueries(inner)
    first, second = cached.encode_query("achats"), cached.encode_query("achats")
    assert inner.asked == ["achats"]
    assert first is second
    np.testing.assert_array_equal(first.vector, HashingEncoder().encode_query("achats").vector)


def test_the_least_recently_used_is_forgotten() -> None:
    inner = Counting()
    cached = CachedQueries(inner, size=2 * inner.encode_query("z").vector.nbytes)
    inner.asked.clear()
    for text in ("a", "b", "a", "c", "a", "b"):
        cached.encode_query(text)
    assert inner.asked == ["a", "b", "c", "b"]


def test_tokens_take_their_share_of_what_is_remembered() -> None:
    one = WordByWord(8).encode_query("a b")
    held = one.vector.nbytes + one.tokens.bounds.nbytes + one.tokens.vectors.nbytes
    cached = CachedQueries(WordByWord(8), size=2 * held - 1)
    first = cached.encode_query("a b")
    assert cached.encode_query("a b") is first
    cached.encode_query("c d")
    assert cached.encode_query("a b") is not first


def test_a_caller_cannot_spoil_the_cache() -> None:
    encoded = CachedQueries(WordByWord()).encode_query("achats")
    for shared in (encoded.vector, encoded.tokens.vectors, encoded.tokens.bounds):
        with pytest.raises(ValueError, match="read-only"):
            shared[0] = 9


def test_everything_else_is_the_inner_encoder() -> None:
    inner = HashingEncoder(32)
    cached = CachedQueries(inner)
    assert cached.identity == inner.identity
    assert cached.max_tokens == inner.max_tokens
    assert cached.count_tokens(["un deux"]) == [2]
    np.testing.assert_array_equal(
        cached.encode_passages(["un deux"]), inner.encode_passages(["un deux"])
    )
