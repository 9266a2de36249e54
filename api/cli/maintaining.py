"""``finder rebuild`` and ``finder doctor``."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ConfigOption, DataOption, ExitCode, JsonOption, progress, settings_of

if TYPE_CHECKING:
    from api.assembly import Index


def rebuild(
    indexes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[words] [meaning]", help="Which; both by default."),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the indexes again from the catalogue. The records themselves are not touched."""
    from api.assembly import Index, Installation
    from indexers.dense.writer import awaiting_vectors

    afresh = [_index(name) for name in indexes or list(Index)]
    with (
        Installation(settings_of(config, data)) as installation,
        installation.filling("finder rebuild", afresh=afresh) as pipeline,
    ):
        passages = len(installation.library.corpus().passages)
        with progress("Indexing words", passages, unit="passages") as advance:
            pipeline.catch_up(advance)
        with progress(
            "Encoding", awaiting_vectors(installation.database), unit="passages"
        ) as advance:
            pipeline.encode(advance)
    if as_json:
        typer.echo(json.dumps({"rebuilt": afresh, "passages": passages}))
    else:
        typer.echo(f"Made again from {passages:,} passages: {', '.join(afresh)}.")


def doctor(
    config: ConfigOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Look for what is wrong with the installation, and say what mends it."""
    from api.doctor import Level, diagnose

    findings = list(diagnose(settings_of(config, data)))
    if as_json:
        typer.echo(
            json.dumps(
                [{"check": f.check, "level": f.level, "message": f.message} for f in findings]
            )
        )
    else:
        for finding in findings:
            typer.echo(f"{finding.level:7} {finding.check}: {finding.message}")
    if any(finding.level is Level.ERROR for finding in findings):
        sys.exit(ExitCode.OPERATOR)


def _index(name: str) -> "Index":
    from api.assembly import Index

    try:
        return Index(name)
    except ValueError:
        raise typer.BadParameter(f"{name!r} is not an index: words or meaning.") from None
