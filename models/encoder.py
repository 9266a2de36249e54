"""Any sentence-transformers model behind the core's port, in a process of its own."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from finder.encoded import Encoded, Tokens
from finder.errors import EncodingError
from finder.ports import EncoderIdentity, Vectors
from models.batches import batches_by_length
from models.process import ModelProcess
from models.sentence_model import ModelFacts, SentenceModel
from models.worker import Urgency, Worker

_CPU_BUDGET: Final = 2_048
"""Tokens in a batch: a query may wait for one, and a smaller one makes less of the processor."""
_GPU_BUDGET: Final = 32_768

_COUNTED_AT_ONCE: Final = 64
"""Texts tokenised in one call, a few milliseconds: a query may be waiting."""

_QUERY_TOKENS: Final = 64
"""Of a query, that are kept: it is remembered with them, and a longer one says enough without."""

Result = TypeVar("Result")

_E5_PROMPTS: Final = ("query: ", "passage: ")
"""The card of the E5 models asks for them, their files on the hub do not say so."""


class SentenceTransformersEncoder:
    """Encodes with a sentence-transformers model.

    The model runs in one process, in batches of texts of like length; a query goes ahead of
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
        self._model = ModelProcess(SentenceModel, model, device)
        self._facts = self._model.call(SentenceModel.facts)
        self._budget = _CPU_BUDGET if self._facts.on_cpu else _GPU_BUDGET
        query, passage = _declared_prompts(model, self._facts)
        self._identity = EncoderIdentity(
            name=Path(model).name if Path(model).is_dir() else model,
            revision=self._facts.revision,
            dimension=self._facts.dimension,
            query_prompt=query if query_prompt is None else query_prompt,
            passage_prompt=passage if passage_prompt is None else passage_prompt,
        )
        self._worker = Worker("encoder")

    @property
    def identity(self) -> EncoderIdentity:
        """Stored beside every index made with this encoder."""
        return self._identity

    @property
    def max_tokens(self) -> int:
        """The longest text, in tokens and prompt included, that is encoded whole."""
        return self._facts.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Each text's length in tokens, as a passage with its prompt, nothing cut.

        Raises:
            EncodingError: The tokenizer failed.
        """
        prompted = [self._identity.passage_prompt + text for text in texts]
        jobs = [
            self._submit(Urgency.LENGTHS, SentenceModel.count_tokens, prompted[start:end])
            for start, end in pairwise([*range(0, len(texts), _COUNTED_AT_ONCE), len(texts)])
        ]
        return [count for job in jobs for count in job.result()]

    def encode_query(self, text: str) -> Encoded:
        """One query, with its first tokens.

        Raises:
            EncodingError: The model failed, or the encoder is closed.
        """
        prompt = self._identity.query_prompt
        job = self._submit(Urgency.QUERY, SentenceModel.encode_in_detail, [prompt + text])
        return _told(job.result()[0], prompt, text, most=_QUERY_TOKENS)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages as float32 rows of unit norm, shape ``(len(texts), dimension)``, in order.

        Raises:
            EncodingError: The model failed, or the encoder is closed.
        """
        vectors = np.empty((len(texts), self._identity.dimension), dtype=np.float32)
        for batch, encoded in self._in_batches(SentenceModel.encode, texts):
            vectors[batch] = encoded
        return vectors

    def encode_in_detail(self, texts: Sequence[str]) -> list[Encoded]:
        """Passages with their tokens, in order.

        Raises:
            EncodingError: The model failed, or the encoder is closed.
        """
        prompt = self._identity.passage_prompt
        found = {
            place: _told(each, prompt, texts[place])
            for batch, encoded in self._in_batches(SentenceModel.encode_in_detail, texts)
            for place, each in zip(batch, encoded, strict=True)
        }
        return [found[place] for place in range(len(texts))]

    def close(self) -> None:
        """Ends the process; the encoder cannot be used any more."""
        self._worker.close()
        self._model.close()

    def _in_batches(
        self, function: Callable[[SentenceModel, Sequence[str]], Result], texts: Sequence[str]
    ) -> Iterator[tuple[list[int], Result]]:
        """What a function of the model makes of passages, batch by batch, and their places."""
        lengths = [self._facts.padded(count) for count in self.count_tokens(texts)]
        prompted = [self._identity.passage_prompt + text for text in texts]
        jobs: list[tuple[list[int], Future[Result]]] = []
        try:
            for batch in batches_by_length(lengths, self._budget):
                together = [prompted[place] for place in batch]
                jobs.append((batch, self._submit(Urgency.PASSAGES, function, together)))
            for batch, job in jobs:
                yield batch, job.result()
        finally:
            for _, job in jobs:
                job.cancel()  # after a failure or an interrupt, the rest is of no use

    def _submit(
        self,
        urgency: Urgency,
        function: Callable[[SentenceModel, Sequence[str]], Result],
        texts: Sequence[str],
    ) -> Future[Result]:
        try:
            return self._worker.submit(urgency, lambda: self._model.call(function, texts))
        except RuntimeError as error:
            raise EncodingError("the encoder is closed") from error


def _told(encoded: Encoded, prompt: str, text: str, *, most: int | None = None) -> Encoded:
    """A prompted text with the tokens of its own that have a letter or a digit."""
    tokens = encoded.tokens
    bounds = np.maximum(tokens.bounds - len(prompt), 0)  # what is special is of no extent
    spoken = [any(map(str.isalnum, text[start:end])) for start, end in bounds.tolist()]
    kept = np.flatnonzero(spoken)[:most]
    return replace(encoded, tokens=Tokens(bounds=bounds[kept], vectors=tokens.vectors[kept]))


def _declared_prompts(name: str, model: ModelFacts) -> tuple[str, str]:
    query = model.prompts.get("query", "")
    passage = model.prompts.get("document") or model.prompts.get("passage", "")
    if not (query or passage) and "e5" in Path(name).name.lower().split("-"):
        return _E5_PROMPTS
    return query, passage
