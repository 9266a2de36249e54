"""``finder backup`` and ``finder restore``."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ConfigOption, DataOption, JsonOption, progress, settings_of

if TYPE_CHECKING:
    from indexers.catalogue.archive import Manifest


def backup(
    file: Annotated[
        Path, typer.Argument(help="The file to write; replaced if it is there.", dir_okay=False)
    ],
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write everything of one moment into one file, while others ask and fill."""
    from api.assembly import CATALOGUE
    from indexers.catalogue.archive import back_up, steps_of

    catalogue = settings_of(config, data).data / CATALOGUE
    with progress("Backing up", steps_of(catalogue), unit="MB") as advance:
        manifest = back_up(catalogue, file, advance)
    if as_json:
        typer.echo(_as_json(file, manifest))
    else:
        size = file.stat().st_size / 1e6
        typer.echo(f"Backed up {_told(manifest)} into {file} ({size:,.1f} MB).")


def restore(
    file: Annotated[
        Path, typer.Argument(help="What 'finder backup' wrote.", dir_okay=False, exists=True)
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the records that are there.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put back what a backup holds, after it has been verified; nothing else may run meanwhile."""
    from api.assembly import CATALOGUE
    from indexers.catalogue import restoring

    catalogue = settings_of(config, data).data / CATALOGUE
    manifest = restoring.check_restorable(file, catalogue, force=force)
    with progress("Restoring", manifest.megabytes, unit="MB") as advance:
        restoring.restore(file, catalogue, advance)
    if as_json:
        typer.echo(_as_json(file, manifest))
    else:
        typer.echo(f"Restored {_told(manifest)} into {catalogue.parent}.")


def _told(manifest: "Manifest") -> str:
    held = manifest.contents
    return (
        f"{held.records:,} records, {held.passages:,} passages and {held.vectors:,} vectors "
        f"as of {manifest.made_at}"
    )


def _as_json(file: Path, manifest: "Manifest") -> str:
    return json.dumps({"file": str(file)} | asdict(manifest))
