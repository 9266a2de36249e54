"""Any sentence-transformers model behind the core's port, in a thread of its own."""

from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Final

import numpy as np

from finder.errors import EncodingError
from finder.ports import EncoderIdentity, Vectors
from models.batches import batches_by_length
from models.sentence_model import SentenceModel
from models.worker import Urgency, Worker

_CPU_BUDGET: Final = 2_048
"""Tokens in a batch: a query may wait for one, and a smaller one makes less of the processor."""
_GPU_BUDGET: Final = 32_768

_E5_PROMPTS: Final = ("query: ", "passage: ")
"""The card of the E5 models asks for them, their files on the hub do not say so."""


class SentenceTransformersEncoder:
    """Encodes with a sentence-transformers model.

    The model runs in one thread, in batches of texts of like length; a query goes ahead of
    the batches that wait. Safe to call from any number of threads.

    Args:
        model: A folder, or a name on the Hugging Face hub.
        query_prompt: Put before a query; by default what the model declares.
        passage_prompt: Put before a passage; by default what the model declares.
        device: Where it runs (``cpu``, ``cuda``…); by default a GPU where there is one.

    Raises:
        DependencyError: A library or the model is missing, or cannot be loaded.
    """

    def __init__(
        self,
        model: str,
        *,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        device: str | None = None,
    ) -> None:
        self._worker = Worker("encoder")
        try:
            self._model = self._worker.submit(
                Urgency.QUERY, lambda: SentenceModel(model, device)
            ).result()
        except BaseException:
            self._worker.close()
            raise
        query, passage = _declared_prompts(model, self._model)
        self._budget = _CPU_BUDGET if self._model.on_cpu else _GPU_BUDGET
        self._identity = EncoderIdentity(
            name=Path(model).name if Path(model).is_dir() else model,
            revision=self._model.revision,
            dimension=self._model.dimension,
            query_prompt=query if query_prompt is None else query_prompt,
            passage_prompt=passage if passage_prompt is None else passage_prompt,
        )

    @property
    def identity(self) -> EncoderIdentity:
        """Stored beside every index made with this encoder."""
        return self._identity

    @property
    def max_tokens(self) -> int:
        """The longest text, in tokens and prompt included, that is encoded whole."""
        return self._model.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Each text's length in tokens, as a passage with its prompt, nothing cut.

        Raises:
            EncodingError: The tokenizer failed.
        """
        prompt = self._identity.passage_prompt
        return self._model.count_tokens([prompt + text for text in texts])

    def encode_query(self, text: str) -> Vectors:
        """One query as a float32 vector of unit norm, shape ``(dimension,)``.

        Raises:
            EncodingError: The model failed, or the encoder is closed.
        """
        vector: Vectors = self._submit(
            Urgency.QUERY, [self._identity.query_prompt + text]
        ).result()[0]
        return vector

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages as float32 rows of unit norm, shape ``(len(texts), dimension)``, in order.

        Raises:
            EncodingError: The model failed, or the encoder is closed.
        """
        lengths = [self._model.padded(count) for count in self.count_tokens(texts)]
        prompted = [self._identity.passage_prompt + text for text in texts]
        vectors = np.empty((len(texts), self._identity.dimension), dtype=np.float32)
        jobs: list[tuple[list[int], Future[Vectors]]] = []
        try:
            for batch in batches_by_length(lengths, self._budget):
                job = self._submit(Urgency.PASSAGES, [prompted[place] for place in batch])
                jobs.append((batch, job))
            for batch, job in jobs:
                vectors[batch] = job.result()
        finally:
            for _, job in jobs:
                job.cancel()  # after a failure or an interrupt, the rest is of no use
        return vectors

    def close(self) -> None:
        """Ends the thread; the encoder cannot be used any more."""
        self._worker.close()

    def _submit(self, urgency: Urgency, texts: list[str]) -> Future[Vectors]:
        try:
            return self._worker.submit(urgency, lambda: self._model.encode(texts))
        except RuntimeError as error:
            raise EncodingError("the encoder is closed") from error


def _declared_prompts(name: str, model: SentenceModel) -> tuple[str, str]:
    query = model.prompts.get("query", "")
    passage = model.prompts.get("document") or model.prompts.get("passage", "")
    if not (query or passage) and "e5" in Path(name).name.lower().split("-"):
        return _E5_PROMPTS
    return query, passage
