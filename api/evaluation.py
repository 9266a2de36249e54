"""Evaluates Finder as it is configured: a fresh index of a judged collection, then its topics."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from itertools import groupby
from pathlib import Path

from api.assembly import Installation
from api.progress import Progress
from api.settings import Settings
from eval.collection import Collection
from eval.comparison import Comparison, System, compare
from eval.evaluate import Evaluation, evaluate
from eval.measures import measure
from eval.run import read_run
from finder.access import Viewer
from finder.domain import PersonId
from finder.errors import InputError
from finder.query import Mode
from indexers.dense.writer import awaiting_vectors
from indexers.sources.ndjson import NdjsonSource

Side = Mode | Path
"""One of two that are compared: a mode of Finder, or a run that somebody has written."""

_PERSON = "user:"


def evaluate_collections(
    collections: Sequence[Collection],
    settings: Settings,
    *,
    modes: Sequence[Mode],
    progress: Progress,
) -> Iterator[Evaluation]:
    """Fill a temporary data folder from each collection, ask its topics, judge the answers.

    Args:
        collections: What is asked and what should be found.
        settings: How Finder is configured; its data folder is left alone.
        modes: Which evidence is used, one after the other; for words alone, nothing is encoded.
        progress: Shows how far each step is.

    Yields:
        For each collection, its evaluation in each mode.
    """
    for collection, installation in fill_together(
        collections, settings, vectors=set(modes) != {Mode.WORDS}, progress=progress
    ):
        viewer = viewer_of(collection, installation)
        for mode in modes:
            label = f"{collection.name}: asking by {mode}"
            with progress(label, len(collection.topics), unit="topics") as advance:
                yield evaluate(installation.finder, collection, viewer, mode=mode, progress=advance)


def compare_collections(
    collections: Sequence[Collection],
    settings: Settings,
    *,
    sides: tuple[Side, Side],
    progress: Progress,
) -> Iterator[Comparison]:
    """Compare two modes, two runs, or a mode with a run, on each collection.

    Args:
        collections: What is asked and what should be found.
        settings: How Finder is configured, for modes.
        sides: The first, and the second, whose gains and losses are told. With several
            collections, a run is the folder that holds one of each collection's name.
        progress: Shows how far each step is.

    Raises:
        InputError: A run is missing, malformed, or answers none of a collection's topics.
    """
    runs = [side for side in sides if isinstance(side, Path)]
    modes = [side for side in sides if isinstance(side, Mode)]
    judged: dict[tuple[str, Side], System] = {
        (collection.name, run): _judge(run, collection)
        for collection in collections
        for run in runs
    }
    if modes:
        for evaluation in evaluate_collections(
            collections, settings, modes=modes, progress=progress
        ):
            system = System(name=evaluation.mode, measured=evaluation.measured)
            judged[evaluation.collection, evaluation.mode] = system
    first, second = sides
    for collection in collections:
        yield compare(collection, judged[collection.name, first], judged[collection.name, second])


def fill_together(
    collections: Sequence[Collection], settings: Settings, *, vectors: bool, progress: Progress
) -> Iterator[tuple[Collection, Installation]]:
    """Each collection with a temporary installation that holds its records, and nothing else.

    Collections that stand together and share their records share the installation, which is gone
    once the next one is asked for.

    Args:
        collections: Their records, and when they are asked.
        settings: How Finder is configured; its data folder is left alone.
        vectors: Whether passages are encoded.
        progress: Shows how far each step is.
    """
    for (_, today), sharing in groupby(collections, key=_filled_like):
        together = list(sharing)
        with tempfile.TemporaryDirectory(prefix="finder-eval-") as folder:
            fresh = settings.model_copy(update={"data": Path(folder)})
            with Installation(fresh, clock=partial(_now, today)) as installation:
                _fill(installation, together[0], vectors=vectors, progress=progress)
                yield from ((collection, installation) for collection in together)


def viewer_of(collection: Collection, installation: Installation) -> Viewer:
    """Who asks a collection's topics; a member where it does not say."""
    principal = collection.viewer
    if principal and principal.startswith(_PERSON):
        return installation.library.viewer(PersonId(principal.removeprefix(_PERSON)))
    return installation.library.viewer(None, member=principal != "public")


def _filled_like(collection: Collection) -> tuple[Path, date | None]:
    return collection.records.resolve(), collection.today


def _now(today: date | None) -> datetime:
    return datetime.combine(today, time(12), UTC) if today else datetime.now(UTC)


def _fill(
    installation: Installation, collection: Collection, *, vectors: bool, progress: Progress
) -> None:
    with installation.filling("finder eval") as pipeline:
        with progress(f"{collection.name}: reading", None, unit="records") as advance:
            for _ in pipeline.ingest(NdjsonSource(collection.records)):
                advance(1)
        if vectors and (waiting := awaiting_vectors(installation.database)):
            with progress(f"{collection.name}: encoding", waiting, unit="passages") as advance:
                pipeline.encode(advance)


def _judge(run: Path, collection: Collection) -> System:
    file = run / f"{collection.name}.run" if run.is_dir() else run
    read = read_run(file)
    if read.rankings.keys().isdisjoint(collection.qrels):
        raise InputError(
            f"The run {file} answers no topic of the collection {collection.name}: compare it "
            "where it comes from."
        )
    return System(name=run.name, measured=measure(read, collection.qrels))
