"""``finder taxonomy``: the skills that queries are expanded by."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import (
    ConfigOption,
    DataOption,
    ExitCode,
    JsonOption,
    progress,
    settings_of,
)
from finder.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from api.assembly import Installation
    from indexers.taxonomy.reading import ReadTaxonomy

_ESCO = "esco"

app = typer.Typer(help="Skills by name: what finds a skill in other words.", no_args_is_help=True)
importing = typer.Typer(help="Read a taxonomy, in the place of what it held.", no_args_is_help=True)
app.add_typer(importing, name="import")


@importing.command("esco")
def import_esco(
    folder: Annotated[Path, typer.Argument(help="ESCO's CSV files.", show_default=False)],
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the official CSV files of ESCO, French and English.

    Lines that are wrong are listed with their reason, and the exit code is 1; the others go in.
    """
    from indexers.taxonomy.reading import read_esco

    _keep(_ESCO, read_esco(folder), config=config, data=data, as_json=as_json)


@importing.command("csv")
def import_csv(
    file: Annotated[
        Path,
        typer.Argument(
            help="Columns id, label_fr, label_en, alternatives, broader.", show_default=False
        ),
    ],
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read an organisation's own skills; the taxonomy is called as the file.

    Lines that are wrong are listed with their reason, and the exit code is 1; the others go in.
    """
    from indexers.taxonomy.reading import read_csv
    from indexers.taxonomy.synonyms import SYNONYMS

    if file.stem in {_ESCO, SYNONYMS}:
        raise InputError(f"{file.stem!r} is another taxonomy's name: call the file otherwise.")
    _keep(file.stem, read_csv(file), config=config, data=data, as_json=as_json)


@importing.command("synonyms")
def import_synonyms(
    file: Annotated[
        Path, typer.Argument(help="Lines such as 'DPO, DPD' or 'car => van'.", show_default=False)
    ],
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read an organisation's own synonyms and acronyms, in the format of Solr.

    Lines that are wrong are listed with their reason, and the exit code is 1; the others go in.
    """
    from indexers.taxonomy.synonyms import SYNONYMS, read_synonyms

    _keep(SYNONYMS, read_synonyms(file), config=config, data=data, as_json=as_json)


@app.command("list")
def list_taxonomies(
    config: ConfigOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """The taxonomies that are in use, and how much they name."""
    from dataclasses import asdict

    from api.assembly import Installation
    from indexers.taxonomy.store import kept_taxonomies

    with Installation(settings_of(config, data)) as installation:
        kept = kept_taxonomies(installation.database)
    if as_json:
        typer.echo(json.dumps({"taxonomies": [asdict(taxonomy) for taxonomy in kept]}))
    elif not kept:
        typer.echo("There is no taxonomy.")
    for taxonomy in () if as_json else kept:
        typer.echo(f"{taxonomy.name}: {taxonomy.skills:,} skills, {taxonomy.labels:,} labels")


@app.command("clear")
def clear(
    name: Annotated[
        str | None, typer.Argument(help="As 'finder taxonomy list' calls it; without, all.")
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget a taxonomy, or all of them. Records are not touched."""
    from api.assembly import Installation
    from indexers.taxonomy.store import forget_taxonomies, kept_taxonomies

    with Installation(settings_of(config, data)) as installation:
        kept = [taxonomy.name for taxonomy in kept_taxonomies(installation.database)]
        if name is not None and name not in kept:
            raise NotFoundError(
                f"There is no taxonomy {name!r}: there is {', '.join(kept) or 'none'}."
            )
        gone = kept if name is None else [name]
        forget_taxonomies(installation.database, gone)
        _look_for_skills(installation)
    if as_json:
        typer.echo(json.dumps({"cleared": gone}))
    else:
        typer.echo(f"Cleared: {', '.join(gone) or 'nothing, there was none'}.")


@app.command("suggest")
def suggest(
    decided: Annotated[
        Path | None,
        typer.Option(
            "--decided",
            help="A list of synonyms: what stands on a line of it, with or without a #, is not "
            "suggested again.",
            show_default=False,
        ),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Suggest synonyms, from the click log: names that led to the same records.

    Each is a line for 'finder taxonomy import synonyms' that somebody must take the # off.
    """
    from dataclasses import asdict

    from api.assembly import Installation
    from indexers.taxonomy.suggesting import suggested
    from indexers.taxonomy.synonyms import read_decided

    looked_at = read_decided(decided) if decided else []
    with Installation(settings_of(config, data)) as installation:
        opened = installation.click_log.opened()
        found = suggested(opened, installation.expander, decided=looked_at)
    if as_json:
        typer.echo(json.dumps({"suggestions": [asdict(each) for each in found]}))
    elif not found:
        typer.echo("Nothing to suggest yet.", err=True)
    for each in () if as_json else found:
        typer.echo(
            f"# {', '.join(each.names)}   # records: {each.records}, days: {each.days}, "
            f"likeness: {each.likeness:.2f}"
        )


def _keep(
    name: str, read: "ReadTaxonomy", *, config: Path | None, data: Path | None, as_json: bool
) -> None:
    """Keep what was read, less what is excluded, tell what was refused, and look for skills."""
    from api.assembly import Installation
    from indexers.taxonomy.store import keep_taxonomy

    with Installation(settings_of(config, data)) as installation:
        excluded = installation.excluded_topics.kept_out(read.skills)
        skills = [skill for skill in read.skills if skill.id not in excluded]
        keep_taxonomy(installation.database, name, skills)
        _look_for_skills(installation)
    for refused in read.refused:
        place = f"{refused.file}:{refused.line}"
        field = f"{refused.field}: " if refused.field else ""
        typer.echo(f"refused: {place}: {field}{refused.reason}", err=True)
    counts = {"skills": len(skills), "refused": len(read.refused), "excluded": len(excluded)}
    if as_json:
        typer.echo(json.dumps({"taxonomy": name} | counts))
    else:
        told = ", ".join(f"{count:,} {what}" for what, count in counts.items())
        typer.echo(f"{name}: {told}.")
    if read.refused:
        sys.exit(ExitCode.INCOMPLETE)


def _look_for_skills(installation: "Installation") -> None:
    """Look through the texts that there are, for what their authors know."""
    from indexers.taxonomy.mentions import MentionWriter

    remaining = MentionWriter(installation.database).remaining()
    if not remaining:
        return
    with progress("Looking for skills", remaining, unit="passages") as advance:
        done = installation.look_for_skills("finder taxonomy", advance)
    if not done:
        typer.echo("The process that fills Finder now looks for them in texts.", err=True)
