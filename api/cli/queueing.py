"""``finder worker``, ``status``, ``failures``, ``pause`` and ``resume``: the queue and its work."""

import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from threading import Event
from time import sleep, time
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ConfigOption, DataOption, ExitCode, JsonOption, settings_of

if TYPE_CHECKING:
    from api.http.operating import FillingStatus
    from indexers.catalogue.failures import Failure

_IDLE_SECONDS = 1.0
"""Between looks at an empty queue."""

_WATCH_SECONDS = 2.0


def work(
    until_done: Annotated[
        bool, typer.Option("--until-done", help="End once there is nothing left to do.")
    ] = False,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Recognise the text of scanned PDFs, by Tesseract.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Work on what was received, apart from the server: make it findable, by meaning too."""
    from api.assembly import Installation

    with (
        Installation(settings_of(config, data, ocr=ocr)) as installation,
        installation.working("finder worker") as worker,
    ):
        stopping = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        typer.echo("Working on the queue. Ctrl-C stops it; 'finder status' tells how far it is.")
        while not stopping.is_set():
            worker.run(stopping)
            if until_done and not worker.has_work():
                return
            stopping.wait(_IDLE_SECONDS)


def status(
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Every two seconds.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """How far is filling: what waits, what is findable, what failed, how fast, how long still."""
    from api.assembly import Installation
    from api.http.filling import filling_status

    with Installation(settings_of(config, data)) as installation:
        while True:
            now = filling_status(installation)
            typer.echo(now.model_dump_json() if as_json else _told(now))
            if not watch:
                return
            sleep(_WATCH_SECONDS)


def failures(
    places: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders; everything by default.", show_default=False),
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Put them back into the queue.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """What did not go in, why, and what to do about it."""
    from api.assembly import Installation
    from indexers.catalogue.failures import listed_failures, retry_failed

    # What is called by a link is listed where it lies, unless it was left out for being one.
    chosen = [each for place in places or [] for each in {place.absolute(), place.resolve()}]
    with Installation(settings_of(config, data)) as installation:
        if retry:
            with installation.database.noting() as connection:
                count = retry_failed(connection, chosen, delivery=None, now=time())
            told = {"retrying": count}
            typer.echo(json.dumps(told) if as_json else f"{count:,} are back in the queue.")
            return
        with installation.database.reading() as connection:
            listed = listed_failures(connection, chosen)
    for failure in listed:
        typer.echo(_as_json(failure) if as_json else _as_text(failure))
    if not as_json:
        typer.echo(f"{len(listed):,} did not go in.", err=True)
    if any(failure.state != "skipped" for failure in listed):
        sys.exit(ExitCode.INCOMPLETE)


def pause(config: ConfigOption = None, data: DataOption = None) -> None:
    """Work on nothing until it is resumed; what is received waits, what is deleted is gone."""
    _set_paused(config, data, paused=True)
    typer.echo("Paused: 'finder resume' goes on.")


def resume(config: ConfigOption = None, data: DataOption = None) -> None:
    """Go on with the queue."""
    _set_paused(config, data, paused=False)
    typer.echo("Resumed.")


def _set_paused(config: Path | None, data: Path | None, *, paused: bool) -> None:
    from api.assembly import Installation
    from indexers.catalogue.progress import set_paused

    with (
        Installation(settings_of(config, data)) as installation,
        installation.database.noting() as connection,
    ):
        set_paused(connection, paused=paused)


def _told(now: "FillingStatus") -> str:
    left = "" if now.eta_seconds is None else f", {now.eta_seconds:,.0f} s left"
    state = "paused" if now.paused else (now.worker or "nobody works on the queue")
    return (
        f"{now.received:,} received, {now.words:,} found by words, {now.meaning:,} by meaning too "
        f"({now.awaiting_vectors:,} passages await their vector); {now.failed:,} failed, "
        f"{now.retrying:,} to be tried again, {now.refused:,} refused, {now.skipped:,} skipped. "
        f"{now.records_per_second:,.0f} records/s, {now.passages_per_second:,.0f} passages/s"
        f"{left}; lag {now.lag_seconds:,.0f} s; {state}."
    )


def _as_json(failure: "Failure") -> str:
    fields = asdict(failure) | {"key": failure.key and str(failure.key), "advice": failure.advice}
    return json.dumps({k: v for k, v in fields.items() if v is not None}, ensure_ascii=False)


def _as_text(failure: "Failure") -> str:
    place = failure.source if failure.line is None else f"{failure.source}:{failure.line}"
    what = f"{failure.field}: {failure.message}" if failure.field else failure.message
    again = "" if failure.next_try is None else " It will be tried again."
    return f"{failure.state}: {place}: {what}. {failure.advice}{again}"
