"""``finder eval``."""

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ConfigOption, JsonOption, ModeOption, progress, settings_of
from finder.errors import InputError
from finder.query import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator


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

    from api.evaluation import evaluate_collection
    from eval.collection import load_collection
    from eval.run import write_run
    from eval.table import to_json, to_table

    settings = settings_of(config, None)
    loaded = [load_collection(folder) for folder in collections]
    if run is not None:
        with _written(run):  # before the work, which may take an hour
            (run if len(loaded) > 1 else run.parent).mkdir(parents=True, exist_ok=True)
    evaluations = []
    for collection in loaded:
        evaluation = evaluate_collection(collection, settings, mode=mode, progress=progress)
        evaluations.append(evaluation)
        if run is not None:
            file = run / f"{collection.name}.run" if len(loaded) > 1 else run
            with _written(file):
                write_run(evaluation.run, file)
    if as_json:
        typer.echo(json.dumps(to_json(evaluations)))
    else:
        Console().print(to_table(evaluations))


@contextmanager
def _written(path: Path) -> "Iterator[None]":
    try:
        yield
    except OSError as error:
        raise InputError(f"The run {path} cannot be written: {error.strerror}.") from error
