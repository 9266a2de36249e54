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
    """Make the indexes again from the records, beside those that answer meanwhile.

    Each takes the place of the former one once it is whole. Interrupted, it goes on where it
    stopped when it is run again.
    """
    from api.assembly import Installation
    from indexers.dense.making import passages_to_encode, remake_vectors
    from indexers.lexical.making import passages_to_count, remake_words
    from indexers.lock import rebuilding

    wanted = indexes or list(Index)
    settings = settings_of(config, data)
    with Installation(settings) as installation, rebuilding(settings.data, "finder rebuild"):
        database = installation.database
        if Index.WORDS in wanted:
            count = passages_to_count(database)
            with progress("Counting words", count, unit="passages") as advance:
                remake_words(database, advance)
        if Index.MEANING in wanted:
            count = passages_to_encode(database, installation.encoder)
            with progress("Encoding", count, unit="passages") as advance:
                remake_vectors(database, installation.encoder, advance)
        passages = len(installation.library.corpus().passages)
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
