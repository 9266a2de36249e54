"""The command line: what there is, and what the exit codes mean."""

import gc
import logging
import sys
from typing import Annotated, NoReturn

import typer

from api.cli import (
    archiving,
    asking,
    benchmarking,
    evaluating,
    filling,
    maintaining,
    queueing,
    serving,
    taxonomies,
)
from api.cli.console import ExitCode, fail
from finder import __version__
from finder.errors import FinderError

_COLLECTED_AFTER = 50_000
"""Objects that may wait to be collected: some megabytes."""

app = typer.Typer(
    name="finder",
    help="Who knows about this, and where is it written: for whoever asks.",
    epilog="Exit codes: 0 done; 1 done, but something was refused, failed or missed its target; "
    "2 wrong usage or input; 3 try again later; 4 the installation needs somebody: see "
    "'finder doctor'.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("ingest")(filling.ingest)
app.command("watch")(filling.watch)
app.command("search")(asking.search)
app.command("experts")(asking.experts)
app.command("explain")(asking.explain)
app.command("serve")(serving.serve)
app.command("worker")(queueing.work)
app.command("status")(queueing.status)
app.command("failures")(queueing.failures)
app.command("pause")(queueing.pause)
app.command("resume")(queueing.resume)
app.command("eval")(evaluating.evaluate)
app.command("ablate")(evaluating.ablate)
app.command("plant")(evaluating.plant)
app.command("holdout")(evaluating.holdout)
app.command("bench")(benchmarking.bench)
app.command("rebuild")(maintaining.rebuild)
app.command("backup")(archiving.backup)
app.command("restore")(archiving.restore)
app.command("doctor")(maintaining.doctor)
app.add_typer(taxonomies.app, name="taxonomy")


def _version(wanted: bool) -> None:  # noqa: FBT001 - the library's signature
    if wanted:
        typer.echo(f"finder {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it and stop.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell what goes on.")] = False,
) -> None:
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")


def main() -> NoReturn:
    """Run the command line, and end the process with a documented exit code."""
    # The collector's own threshold is for small programs: here it would take a tenth of the time.
    gc.set_threshold(_COLLECTED_AFTER)
    try:
        app()
    except FinderError as error:
        fail(error)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    sys.exit(ExitCode.DONE)
