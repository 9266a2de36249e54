"""``finder bench``."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ConfigOption, JsonOption, progress, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.settings import Settings
    from eval.bench.report import Figure

_COLLECTIONS = Path("../shared/collections")
_FILES = Path("../shared/files")


class Part(StrEnum):
    """What can be measured without the others."""

    SPEED = "speed"
    FILES = "files"
    RELEVANCE = "relevance"


def bench(
    passages: Annotated[
        int, typer.Option(help="How many passages are searched.", min=50)
    ] = 100_000,
    collections: Annotated[
        list[Path] | None,
        typer.Option(
            help="A folder of judged collections; may stand several times. "
            f"[default: {_COLLECTIONS}, if it is there]",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    files: Annotated[
        Path | None,
        typer.Option(
            help=f"A folder of files of many formats. [default: {_FILES}, if it is there]",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    only: Annotated[Part | None, typer.Option(help="Just one part; all by default.")] = None,
    record: Annotated[
        bool,
        typer.Option("--record", help="Hold relevance, from now on, to what it is this time."),
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure speed and relevance against what Finder must reach; exit code 1 if any is missed.

    With 100,000 passages and all collections, this takes half an hour on two cores. Nothing of
    the data folder is read or changed.
    """
    from rich.console import Console

    from eval.bench.report import exit_status, to_json, to_table

    settings = settings_of(config, None)
    parts = [only] if only else list(Part)
    figures: list[Figure] = []
    if Part.SPEED in parts:
        from api.bench.speed import measure_speed

        figures += measure_speed(settings, passages=passages, progress=progress)
    if Part.FILES in parts:
        figures += _files(files or _FILES)
    if Part.RELEVANCE in parts:
        figures += _relevance(settings, collections or [_COLLECTIONS], record=record)
    if as_json:
        typer.echo(json.dumps(to_json(figures)))
    else:
        Console().print(to_table(figures))
    sys.exit(exit_status(figures))


def _files(folder: Path) -> "Iterator[Figure]":
    from api.bench.files import measure_files

    if not folder.is_dir():
        typer.echo(f"Skipped: there is no folder {folder} of files to parse.", err=True)
        return
    yield from measure_files(folder, progress=progress)


def _relevance(settings: "Settings", folders: list[Path], *, record: bool) -> "Iterator[Figure]":
    from api.bench.relevance import (
        BASELINE,
        evaluate_all,
        missing_collections,
        read_baseline,
        relevance_figures,
        write_baseline,
    )

    for name in missing_collections(folders):
        looked_in = " or ".join(map(str, folders))
        typer.echo(f"Skipped: there is no collection {name} in {looked_in}.", err=True)
    evaluations = list(evaluate_all(settings, folders, progress=progress))
    if record:
        write_baseline(evaluations, BASELINE)
    yield from relevance_figures(evaluations, read_baseline(BASELINE))
