"""What of a passage is encoded beside all of it, and how that is kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.domain import Passage
from indexers.chunking import passage_text
from indexers.dense.codes import to_codes, unpack
from indexers.dense.encoding import WINDOW_CHARS, encode, texts_of
from models.hashing import HashingEncoder

LONG = "".join(f"La mesure {n} du réseau d'eau est notée dans le registre.\n" for n in range(12))


def passage(text: str) -> Passage:
    return Passage(text=text, heading="Réseau › Mesures")


@pytest.mark.parametrize(
    "text", ["", "Une phrase.", "x" * 2_000, "Deux phrases. Les voici !", "a:b.c…" * 99]
)
def test_what_has_one_window_is_encoded_once(text: str) -> None:
    assert texts_of("Eau", passage(text)) == [passage_text("Eau", passage(text))]


def test_windows_are_whole_sentences_under_the_same_headings() -> None:
    whole, *windows = texts_of("Eau", passage(LONG))
    assert whole == passage_text("Eau", passage(LONG))
    assert len(windows) == 3
    for window in windows:
        assert window.startswith("Eau\nRéseau › Mesures\nLa mesure ")
        assert window.rstrip().endswith("registre.")


@given(st.text(alphabet="ab .!?;:\n…", max_size=900))
def test_no_word_is_lost_and_only_a_sentence_is_longer_than_a_window(text: str) -> None:
    _, *windows = texts_of("", Passage(text=text))
    assert not windows or "".join(windows).split() == text.split()
    for window in windows:
        assert len(window) <= WINDOW_CHARS or len(texts_of("", Passage(text=window))) == 1


def test_a_passage_has_its_own_vector_first_then_those_of_its_windows() -> None:
    encoder = HashingEncoder(64)
    short, long = encode([("Eau", passage("Un mot.")), ("Eau", passage(LONG))], encoder)
    assert (len(short.data), len(long.data)) == (64, 4 * 64)
    for kept, text in ((short, "Un mot."), (long, LONG)):
        rows = to_codes(encoder.encode_passages(texts_of("Eau", passage(text))))
        np.testing.assert_array_equal(unpack([kept.data], 64), rows)
        assert kept.tokens == b""  # a hashing encoder has none
    assert encode([], encoder) == []
