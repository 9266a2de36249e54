import re
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import hashing
from models.hashing import HashingEncoder

TEXTS = st.text(st.characters(), max_size=80)


@given(st.lists(TEXTS, max_size=6))
def test_a_row_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    together = HashingEncoder(64).encode_passages(texts)
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_array_equal(HashingEncoder(64).encode_query(text).vector, row)


@given(TEXTS)
def test_every_vector_is_finite_and_of_unit_norm(text: str) -> None:
    vector = HashingEncoder(16).encode_query(text).vector
    assert abs(np.linalg.norm(vector) - 1) < 1e-5


@given(st.lists(st.sampled_from(["été", "Œuvre", "C++", "réseau"]), min_size=1, max_size=9))
def test_case_and_punctuation_do_not_count(words: list[str]) -> None:
    encoder = HashingEncoder()
    plain, shouted = " ".join(words), ", ".join(words).upper()
    np.testing.assert_array_equal(
        encoder.encode_query(plain).vector, encoder.encode_query(shouted).vector
    )


def test_accents_do_not_count() -> None:
    encoder = HashingEncoder()
    np.testing.assert_array_equal(
        encoder.encode_query("développé à l'été").vector,
        encoder.encode_query("developpe a l'ete").vector,
    )


def test_inflections_and_word_order_do() -> None:
    encoder = HashingEncoder()
    query = encoder.encode_query("facturation électronique").vector
    exact, inflected, swapped, other = encoder.encode_passages(
        [
            "facturation électronique",
            "facturations électroniques",
            "électronique facturation",
            "tarte aux pommes",
        ]
    )
    assert query @ exact == pytest.approx(1)
    assert 0.5 < query @ inflected < 0.999
    assert 0.5 < query @ swapped < 0.999
    assert query @ other < 0.3


def test_another_process_gives_the_same_vector() -> None:
    program = (
        "from models.hashing import HashingEncoder;"
        "print(HashingEncoder(8).encode_query('facture électronique').vector.tolist())"
    )
    printed = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    vector = HashingEncoder(8).encode_query("facture électronique").vector
    assert printed.strip() == str(vector.tolist())


def test_forgetting_words_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"mot{number} réseau mot{number + 1}" for number in range(600)]
    expected = HashingEncoder().encode_passages(texts)
    monkeypatch.setattr(hashing, "_VOCABULARY_LIMIT", 10)
    np.testing.assert_array_equal(HashingEncoder().encode_passages(texts), expected)


@given(st.text(st.sampled_from("aéÉΣ¨½ﬁ'’-.,́ ١\u00a0\u2003\n\u200b_"), max_size=40))
def test_words_are_the_same_told_one_chunk_after_the_other(text: str) -> None:
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())
    encoder = HashingEncoder(64)
    assert encoder.count_tokens([text]) == [len(words)]
    apart = encoder.encode_query(" ".join(words)).vector
    np.testing.assert_array_equal(encoder.encode_query(text).vector, apart)


def test_the_dimension_is_part_of_the_identity() -> None:
    assert HashingEncoder(64).identity != HashingEncoder(128).identity
