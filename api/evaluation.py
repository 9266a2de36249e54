"""Evaluates Finder as it is configured: a fresh index of a judged collection, then its topics."""

import tempfile
from pathlib import Path

from api.assembly import Installation
from api.progress import Progress
from api.settings import Settings
from eval.collection import Collection
from eval.evaluate import Evaluation, evaluate
from finder.access import Viewer
from finder.domain import PersonId
from finder.query import Mode
from indexers.dense.writer import awaiting_vectors
from indexers.sources.ndjson import NdjsonSource

_PERSON = "user:"


def evaluate_collection(
    collection: Collection, settings: Settings, *, mode: Mode, progress: Progress
) -> Evaluation:
    """Fill a temporary data folder from a collection, ask its topics, judge the answers.

    Args:
        collection: What is asked and what should be found.
        settings: How Finder is configured; its data folder is left alone.
        mode: Which evidence is used; for words alone, nothing is encoded.
        progress: Shows how far each step is.
    """
    with tempfile.TemporaryDirectory(prefix="finder-eval-") as folder:
        fresh = settings.model_copy(update={"data": Path(folder)})
        with Installation(fresh) as installation:
            _fill(installation, collection, mode=mode, progress=progress)
            total = len(collection.topics)
            with progress(f"{collection.name}: asking", total, unit="topics") as advance:
                return evaluate(
                    installation.finder,
                    collection,
                    _viewer(installation, collection.viewer),
                    mode=mode,
                    progress=advance,
                )


def _fill(
    installation: Installation, collection: Collection, *, mode: Mode, progress: Progress
) -> None:
    with installation.filling("finder eval") as pipeline:
        with progress(f"{collection.name}: reading", None, unit="records") as advance:
            for _ in pipeline.ingest(NdjsonSource(collection.records)):
                advance(1)
        if mode is Mode.WORDS:
            return
        if waiting := awaiting_vectors(installation.database):
            with progress(f"{collection.name}: encoding", waiting, unit="passages") as advance:
                pipeline.encode(advance)


def _viewer(installation: Installation, principal: str | None) -> Viewer:
    """Who asks a collection's topics; a member where it does not say."""
    if principal and principal.startswith(_PERSON):
        return installation.library.viewer(PersonId(principal.removeprefix(_PERSON)))
    return installation.library.viewer(None, member=principal != "public")
