"""``finder rebuild`` and ``finder doctor``."""

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from api.cli.console import ConfigOption, DataOption, ExitCode, JsonOption, progress, settings_of


class Index(StrEnum):
    """What is made from the records, and can be made again."""

    WORDS = "words"
    MEANING = "meaning"


def rebuild(
    indexes: Annotated[
        list[Index] | None,
        typer.Argument(metavar="[words] [meaning]", help="Which; both by default."),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the indexes again from the catalogue. The records themselves are not touched."""
    from api.assembly import Installation
    from indexers.dense.writer import discard_vectors
    from indexers.lexical.making import remake_words

    wanted = indexes or list(Index)
    with (
        Installation(settings_of(config, data)) as installation,
        installation.filling("finder rebuild") as pipeline,
    ):
        passages = len(installation.library.corpus().passages)
        if Index.WORDS in wanted:
            with progress("Counting words", passages, unit="passages") as advance:
                remake_words(installation.database, advance)
        if Index.MEANING in wanted:
            discard_vectors(installation.database)
            with progress("Encoding", passages, unit="passages") as advance:
                pipeline.encode(advance)
    if as_json:
        typer.echo(json.dumps({"rebuilt": wanted, "passages": passages}))
    else:
        typer.echo(f"Made again from {passages:,} passages: {', '.join(wanted)}.")


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
