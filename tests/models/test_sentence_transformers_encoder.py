"""The adapter with models other than the default one: here, a table of word vectors."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers

from finder.errors import DependencyError, EncodingError
from models.encoder import SentenceTransformersEncoder
from models.sentence_model import ModelFacts

pytestmark = pytest.mark.encoder

WORDS = ["[UNK]", "achats", "facture", "q", "p"]


def write_model(folder: Path, weights: np.ndarray) -> str:
    vocabulary = {word: place for place, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 - a word
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    table = StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(weights))
    model = SentenceTransformer(
        modules=[table], device="cpu", prompts={"query": "q ", "document": "p "}
    )
    model.save_pretrained(str(folder), create_model_card=False)
    return str(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_model(tmp_path_factory.mktemp("models") / "words", np.eye(5, dtype=np.float32))


@pytest.fixture(scope="module")
def encoder(folder: str) -> Iterator[SentenceTransformersEncoder]:
    built = SentenceTransformersEncoder(folder, device="cpu")
    yield built
    built.close()


def test_declared_prompts_are_put_before_the_text(encoder: SentenceTransformersEncoder) -> None:
    half = np.sqrt(0.5)
    query = encoder.encode_query("facture").vector
    passage = encoder.encode_passages(["facture"])[0]
    np.testing.assert_allclose(query, [0, 0, half, half, 0], atol=1e-6)
    np.testing.assert_allclose(passage, [0, 0, half, 0, half], atol=1e-6)
    assert encoder.count_tokens(["facture achats"]) == [3]


def test_lengths_are_those_of_each_text_however_many_there_are(
    encoder: SentenceTransformersEncoder,
) -> None:
    texts = ["facture " * (number % 7) for number in range(150)]
    assert encoder.count_tokens(texts) == [1 + number % 7 for number in range(150)]
    assert encoder.count_tokens([]) == []


def test_a_length_is_rounded_up_as_it_is_encoded() -> None:
    facts = ModelFacts(max_tokens=512, dimension=5, prompts={}, on_cpu=True, revision="1")
    assert [facts.padded(tokens) for tokens in (1, 16, 17, 512, 9_000)] == [16, 16, 32, 512, 512]


def test_given_prompts_come_first(folder: str) -> None:
    encoder = SentenceTransformersEncoder(
        folder, query_prompt="", passage_prompt="achats ", device="cpu"
    )
    query = encoder.encode_query("facture").vector
    np.testing.assert_allclose(query, [0, 0, 1, 0, 0], atol=1e-6)
    assert (encoder.identity.query_prompt, encoder.identity.passage_prompt) == ("", "achats ")
    encoder.close()


def test_a_text_without_a_vector_of_its_own_gets_one(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "zeros", np.zeros((5, 3), dtype=np.float32))
    encoder = SentenceTransformersEncoder(folder, device="cpu")
    np.testing.assert_array_equal(encoder.encode_query("facture").vector, [1, 0, 0])
    encoder.close()


def test_a_vector_that_is_not_a_number_is_an_error(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "nan", np.full((5, 3), np.nan, dtype=np.float32))
    encoder = SentenceTransformersEncoder(folder, device="cpu")
    with pytest.raises(EncodingError, match="not finite"):
        encoder.encode_passages(["facture"])
    encoder.close()


def test_other_weights_are_another_revision(
    tmp_path: Path, encoder: SentenceTransformersEncoder
) -> None:
    copy = write_model(tmp_path / "copy" / "words", np.eye(5, dtype=np.float32))
    other = write_model(tmp_path / "other" / "words", np.eye(5, dtype=np.float32)[::-1].copy())
    identities = []
    for folder in (copy, other):
        built = SentenceTransformersEncoder(folder, device="cpu")
        identities.append(built.identity)
        built.close()
    assert identities[0] == encoder.identity
    assert identities[1] != encoder.identity


def test_what_the_libraries_raise_is_mapped(encoder: SentenceTransformersEncoder) -> None:
    lone_surrogate = "\ud800"
    with pytest.raises(EncodingError, match="the encoder failed"):
        encoder.encode_query(lone_surrogate)
    with pytest.raises(EncodingError, match="the encoder failed"):
        encoder.count_tokens([lone_surrogate])


def test_an_encoder_whose_process_was_ended_starts_another(folder: str) -> None:
    before = set(psutil.Process().children())
    encoder = SentenceTransformersEncoder(folder, device="cpu")
    vector = encoder.encode_query("facture").vector
    (process,) = set(psutil.Process().children()) - before
    process.kill()
    np.testing.assert_array_equal(encoder.encode_query("facture").vector, vector)
    encoder.close()


def test_a_closed_encoder_says_so(folder: str) -> None:
    encoder = SentenceTransformersEncoder(folder, device="cpu")
    encoder.close()
    with pytest.raises(EncodingError, match="closed"):
        encoder.encode_query("facture")


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for missing in (tmp_path / "absent", tmp_path / "empty"):
        with pytest.raises(DependencyError, match=missing.name):
            SentenceTransformersEncoder(str(missing))
