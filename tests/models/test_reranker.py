"""The cross-encoder behind the reranker's port: a small real one, made here."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from finder.errors import DependencyError, EncodingError
from models.reranker import CrossEncoderReranker

WORDS = ["facture", "vanne", "congés", "serveur", "la", "le", "les", "du", "payer", "changer"]
TEXTS = [f"la {word} {other}" for word in WORDS[:4] for other in WORDS[4:]]


def make_model(folder: Path, *, labels: int) -> str:
    """A model of one layer with weights drawn once: it knows nothing, and computes as any other."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizer(vocab={word: number for number, word in enumerate(vocabulary)}).save_pretrained(
        folder
    )
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.5,
        num_labels=labels,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_model(tmp_path_factory.mktemp("models") / "cross", labels=1)


@pytest.fixture(scope="module")
def reranker(model: str) -> Iterator[CrossEncoderReranker]:
    with closing(CrossEncoderReranker(model, seconds=60.0, device="cpu")) as reranker:
        yield reranker


def test_scores_are_those_of_the_model(reranker: CrossEncoderReranker, model: str) -> None:
    from sentence_transformers import CrossEncoder

    pairs = [("payer la facture", text) for text in TEXTS]
    expected = CrossEncoder(model, device="cpu").predict(pairs, show_progress_bar=False)
    scores = reranker.scores("payer la facture", TEXTS)
    assert scores.shape == (len(TEXTS),)
    assert len(set(scores.tolist())) > len(TEXTS) / 2
    # In bfloat16, where the processor has it.
    np.testing.assert_allclose(scores, expected, atol=0.05)


def test_without_time_the_first_are_scored_and_asked_again_no_more(model: str) -> None:
    with closing(CrossEncoderReranker(model, seconds=1e-6, device="cpu")) as hurried:
        first = hurried.scores("changer la vanne", TEXTS)
        assert 0 < len(first) < len(TEXTS)
        assert hurried.scores("changer la vanne", TEXTS).tolist() == first.tolist()


def test_nobody_waits_for_a_model_that_is_being_loaded(model: str) -> None:
    with closing(CrossEncoderReranker(model, seconds=60.0, patient=False)) as impatient:
        while not len(scores := impatient.scores("changer la vanne", TEXTS)):
            pass
        assert len(scores) == len(TEXTS)


def test_a_model_that_cannot_serve_is_refused_with_what_to_do(tmp_path: Path) -> None:
    classes = make_model(tmp_path / "classes", labels=3)
    for name, reason in (
        (classes, "tells 3 classes apart"),
        (str(tmp_path / "nowhere"), "cannot load the model"),
    ):
        with (
            closing(CrossEncoderReranker(name, seconds=1.0)) as patient,
            pytest.raises(DependencyError, match=reason) as refused,
        ):
            patient.scores("facture", TEXTS)
        assert "take [reranker] out of the settings" in str(refused.value)
    with closing(CrossEncoderReranker(classes, seconds=1.0, patient=False)) as impatient:
        assert len(impatient.scores("facture", TEXTS)) == 0


def test_a_closed_reranker_says_so(model: str) -> None:
    reranker = CrossEncoderReranker(model, seconds=1.0)
    reranker.scores("facture", TEXTS)
    reranker.close()
    with pytest.raises(EncodingError, match="closed"):
        reranker.scores("vanne", TEXTS)
