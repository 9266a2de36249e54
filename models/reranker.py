"""Any sentence-transformers cross-encoder behind the core's port, in a process of its own."""

from collections.abc import Sequence
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Final

import numpy as np
from cachetools import LRUCache

from finder.corpus import Floats
from finder.errors import EncodingError
from models.cross_model import CrossModel
from models.process import ModelProcess
from models.worker import Urgency, Worker

if TYPE_CHECKING:
    from concurrent.futures import Future

_AT_ONCE: Final = 4
"""Texts to a batch: what a search may take longer than its budget."""

_REMEMBERED: Final = 256
"""Answers whose scores are kept, so that the next page has the order of the one before."""


class CrossEncoderReranker:
    """Scores with a sentence-transformers cross-encoder of one output.

    The model is loaded at the first call, in a process of its own, where it runs. Safe to call
    from any number of threads.

    Args:
        model: A folder, or a name on the Hugging Face hub.
        seconds: What scoring one query may take, loading aside.
        patient: Whether a call waits for the model, and fails where it cannot be loaded; else there
            are no scores without it.
        device: Where it runs (``cpu``, ``cuda``…); by default a GPU where there is one.
    """

    def __init__(
        self, model: str, *, seconds: float, patient: bool = True, device: str | None = None
    ) -> None:
        self._name = model
        self._device = device
        self._seconds = seconds
        self._patient = patient
        self._remembered: LRUCache[tuple[str, tuple[str, ...]], Floats] = LRUCache(_REMEMBERED)
        self._worker = Worker("reranker")

    def scores(self, query: str, texts: Sequence[str]) -> Floats:
        """How well texts answer, higher is better, of the first for which there was time.

        Raises:
            DependencyError: The model cannot be loaded, and the caller is patient.
            EncodingError: It failed, or the reranker is closed.
        """
        try:
            loading = self._loading
            if not self._patient and (not loading.done() or loading.exception()):
                return np.zeros(0)  # an answer in the order there is goes before none
            model = loading.result()
            scored = self._worker.submit(
                Urgency.QUERY, lambda: self._scored(model, query, tuple(texts))
            )
        except RuntimeError as error:
            raise EncodingError("the reranker is closed") from error
        return scored.result()

    def close(self) -> None:
        """End the process; the reranker cannot be used any more."""
        loading: Future[ModelProcess[CrossModel]] | None = self.__dict__.get("_loading")
        self._worker.close()
        if loading and not loading.exception():
            loading.result().close()

    @cached_property
    def _loading(self) -> "Future[ModelProcess[CrossModel]]":
        return self._worker.submit(
            Urgency.QUERY, lambda: ModelProcess(CrossModel, self._name, self._device)
        )

    def _scored(
        self, model: ModelProcess[CrossModel], query: str, texts: tuple[str, ...]
    ) -> Floats:
        known = self._remembered.get((query, texts))
        if known is not None:
            return known
        until = monotonic() + self._seconds
        scores: list[float] = []
        for start in range(0, len(texts), _AT_ONCE):
            if scores and monotonic() >= until:
                break
            scores += model.call(CrossModel.scores, query, texts[start : start + _AT_ONCE])
        self._remembered[query, texts] = np.array(scores, dtype=np.float64)
        return self._remembered[query, texts]
