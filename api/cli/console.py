"""What commands share: their common options, exit codes, errors and progress."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from api.settings import Settings, load_settings
from finder.errors import FinderError, InputError, OperatorError, RetryError
from finder.query import Mode


class ExitCode(IntEnum):
    """What a command's end means."""

    DONE = 0
    INCOMPLETE = 1
    INPUT = 2
    RETRY = 3
    OPERATOR = 4
    INTERRUPTED = 130


_CODES: dict[type[FinderError], ExitCode] = {
    InputError: ExitCode.INPUT,
    RetryError: ExitCode.RETRY,
    OperatorError: ExitCode.OPERATOR,
}

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="A settings file. [default: finder.toml, if there is one]"),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="The data folder, over what the settings say."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many.")]
ModeOption = Annotated[
    Mode, typer.Option("--mode", help="By words, by meaning, or by both (hybrid).")
]
AsTypedOption = Annotated[bool, typer.Option("--as-typed", help="Correct no mistyped word.")]
ViewerOption = Annotated[
    str | None,
    typer.Option("--as", metavar="PERSON", help="Ask as this person: see what they may read."),
]


def settings_of(
    config: Path | None, data: Path | None, *, viewer: str | None = None, ocr: bool = False
) -> Settings:
    """The settings, with what the command line says over them."""
    settings = load_settings(config, data=data)
    if ocr:
        settings = settings.model_copy(update={"ocr": True})
    if viewer is None:
        return settings
    return settings.model_copy(
        update={"viewer": settings.viewer.model_copy(update={"person": viewer})}
    )


def fail(error: FinderError) -> NoReturn:
    """Say what went wrong, and end with the code of its class."""
    typer.echo(f"finder: {error}", err=True)
    sys.exit(next(code for kind, code in _CODES.items() if isinstance(error, kind)))


@contextmanager
def progress(label: str, total: int | None, *, unit: str) -> Iterator[Callable[[int], None]]:
    """A bar on standard error with rate and time left; what it yields is told each step.

    Args:
        label: What goes on.
        total: How many steps there will be, if that is known.
        unit: What a step is.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit + "  {task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    with bar:
        task = bar.add_task(label, total=total, rate="")

        def advance(steps: int) -> None:
            bar.advance(task, steps)
            elapsed = bar.tasks[0].elapsed or 0.0
            if elapsed > 1.0:
                bar.update(task, rate=f"{bar.tasks[0].completed / elapsed:,.0f}/s")

        yield advance
