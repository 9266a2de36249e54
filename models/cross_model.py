"""A sentence-transformers cross-encoder of one output. For one thread."""

from collections.abc import Sequence
from typing import Final

from finder.errors import DependencyError, EncodingError
from models.loading import load

_ADVICE: Final = (
    "give the folder of a sentence-transformers cross-encoder, or a hub name that this machine "
    "can download, or take [reranker] out of the settings"
)


class CrossModel:
    """A model by path or hub name, in bfloat16 where the processor computes in it.

    Args:
        name: A folder, or a name on the Hugging Face hub.
        device: Where it runs (``cpu``, ``cuda``…); by default a GPU where there is one.

    Raises:
        DependencyError: A library or the model is missing, cannot be loaded, or has classes.
    """

    def __init__(self, name: str, device: str | None = None) -> None:
        self._model = load("CrossEncoder", name, device, advice=_ADVICE)
        if self._model.num_labels != 1:
            raise DependencyError(
                f"the reranker's model tells {self._model.num_labels} classes apart, and must give "
                f"one score: {_ADVICE}"
            )

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers, higher is better, in one batch.

        Raises:
            EncodingError: The model failed.
        """
        pairs = [(query, text) for text in texts]
        try:
            scores: list[float] = self._model.predict(pairs, show_progress_bar=False).tolist()
        except Exception as error:
            raise EncodingError(f"the reranker failed: {error}") from error
        return scores
