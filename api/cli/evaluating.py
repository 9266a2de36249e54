"""``finder eval`` and ``finder bench``."""

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ConfigOption, JsonOption, ModeOption, progress, settings_of
from finder.query import Mode

if TYPE_CHECKING:
    from api.settings import Settings
    from eval.collection import Collection
    from eval.evaluate import Evaluation


def evaluate(
    collections: Annotated[
        list[Path],
        typer.Argument(
            metavar="COLLECTION…", help="Folders of judged collections.", show_default=False
        ),
    ],
    mode: ModeOption = Mode.HYBRID,
    run: Annotated[
        Path | None,
        typer.Option(help="Write the TREC run here; with several collections, into this folder."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure relevance: fill a fresh index from each collection, ask its topics, judge.

    Prints AP, nDCG@10, RR, P@5 and R@100; a topic without an answer counts as zero.
    """
    from rich.console import Console

    from eval.collection import load_collection
    from eval.run import write_run
    from eval.table import to_json, to_table

    settings = settings_of(config, None)
    loaded = [load_collection(folder) for folder in collections]
    evaluations = []
    for collection in loaded:
        evaluation = _evaluate(collection, settings, mode=mode)
        evaluations.append(evaluation)
        if run is not None:
            several = len(loaded) > 1
            write_run(evaluation.run, run / f"{collection.name}.run" if several else run)
    if as_json:
        typer.echo(json.dumps(to_json(evaluations)))
    else:
        Console().print(to_table(evaluations))


def _evaluate(collection: "Collection", settings: "Settings", *, mode: Mode) -> "Evaluation":
    from api.assembly import Installation
    from eval.evaluate import evaluate as judge
    from finder.domain import PersonId
    from indexers.dense.writer import awaiting_vectors
    from indexers.sources.ndjson import NdjsonSource

    with tempfile.TemporaryDirectory(prefix="finder-eval-") as folder:
        fresh = settings.model_copy(update={"data": Path(folder)})
        with Installation(fresh) as installation:
            with installation.filling("finder eval") as pipeline:
                source = NdjsonSource(collection.records)
                with progress(f"{collection.name}: reading", None, unit="records") as advance:
                    for _ in pipeline.ingest(source):
                        advance(1)
                waiting = awaiting_vectors(installation.database) if mode is not Mode.WORDS else 0
                with progress(f"{collection.name}: encoding", waiting, unit="passages") as advance:
                    if waiting:
                        pipeline.encode(advance)
            person = (collection.viewer or "").removeprefix("user:")
            viewer = installation.library.viewer(
                PersonId(person) if collection.viewer == f"user:{person}" else None,
                member=collection.viewer != "public",
            )
            total = len(collection.topics)
            with progress(f"{collection.name}: asking", total, unit="topics") as advance:
                return judge(installation.finder, collection, viewer, mode=mode, progress=advance)
