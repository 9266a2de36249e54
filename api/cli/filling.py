"""``finder ingest``: records and files in."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ConfigOption, DataOption, ExitCode, JsonOption, progress, settings_of
from finder.errors import InputError

if TYPE_CHECKING:
    from indexers.pipeline import Outcome
    from indexers.sources import Source

_NDJSON = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")


def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="NDJSON files of records (.gz too), or folders of files.", show_default=False
        ),
    ],
    words_only: Annotated[
        bool,
        typer.Option("--words-only", help="Do not encode: a server that runs does it later."),
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take records and files in. They are found by words at once, and by meaning once encoded.

    Nothing stops at a bad line or file: each is listed with its reason, and the exit code is 1.
    """
    from api.assembly import Installation
    from indexers.dense.writer import awaiting_vectors
    from indexers.pipeline import Status

    sources = [_source(path) for path in paths]
    counts: Counter[str] = Counter({status.value: 0 for status in Status})
    with (
        Installation(settings_of(config, data)) as installation,
        installation.filling("finder ingest") as pipeline,
    ):
        for path, source in zip(paths, sources, strict=True):
            with progress(f"Reading {path.name}", source.total, unit="records") as advance:
                for outcome in pipeline.ingest(source):
                    counts[outcome.status] += 1
                    counts["passages"] += outcome.passages
                    _report(outcome, as_json=as_json)
                    advance(1)
        waiting = awaiting_vectors(installation.database)
        if waiting and not words_only:
            with progress("Encoding", waiting, unit="passages") as advance:
                pipeline.encode(advance)
        counts["awaiting vectors"] = awaiting_vectors(installation.database)
    if as_json:
        typer.echo(json.dumps({"summary": {k.replace(" ", "_"): n for k, n in counts.items()}}))
    else:
        typer.echo(", ".join(f"{count:,} {name}" for name, count in counts.items()) + ".")
    if counts[Status.FAILED] or counts[Status.REFUSED]:
        sys.exit(ExitCode.INCOMPLETE)


def _source(path: Path) -> "Source":
    from indexers.sources.folder import FolderSource
    from indexers.sources.ndjson import NdjsonSource

    if path.is_dir():
        return FolderSource(path)
    if not path.exists():
        raise InputError(f"There is no file or folder {path}.")
    if not path.name.lower().endswith(_NDJSON):
        raise InputError(
            f"{path} is neither a folder nor NDJSON ({', '.join(_NDJSON)}): "
            "put files to be indexed into a folder, and name the folder."
        )
    return NdjsonSource(path)


def _report(outcome: "Outcome", *, as_json: bool) -> None:
    """One line for what did not go in; in JSON, one for everything."""
    if as_json:
        line = {
            "status": outcome.status,
            "type": outcome.key.kind if outcome.key else None,
            "id": outcome.key.id if outcome.key else None,
            "source": outcome.source,
            "line": outcome.line,
            "field": outcome.field,
            "reason": outcome.reason,
        }
        typer.echo(json.dumps({k: v for k, v in line.items() if v is not None}, ensure_ascii=False))
    elif outcome.reason:
        place = outcome.source or str(outcome.key)
        if outcome.line is not None:
            place += f":{outcome.line}"
        field = f"{outcome.field}: " if outcome.field else ""
        typer.echo(f"{outcome.status}: {place}: {field}{outcome.reason}", err=True)
