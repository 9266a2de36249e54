"""``finder ingest``: records and files in."""

import json
import logging
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from math import ceil
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ConfigOption, DataOption, ExitCode, JsonOption, progress, settings_of
from finder.errors import BusyError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from api.assembly import Installation
    from indexers.outcomes import Outcome
    from indexers.pipeline import Pipeline
    from indexers.sources import Source

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.05
"""Between looks at a queue that another process works on."""

_QUIET_MILLISECONDS = 500
"""Between looks at a folder in which nothing happens."""

_TOLD = ("indexed", "unchanged", "deleted", "failed", "refused", "passages", "awaiting vectors")
"""Counts that are told even where they are 0."""

_NDJSON = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")


DeleteOption = Annotated[
    float,
    typer.Option(
        "--delete-up-to",
        min=0,
        max=100,
        metavar="PERCENT",
        help="How much of a folder's records may go at once because their files are gone.",
    ),
]
MOST_DELETED = 20.0
"""Percent. When more is gone, a disk that is not mounted is likelier than a tidy-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """How to take sources in, and what to tell of it."""

    words_only: bool
    delete_up_to: float
    as_json: bool


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
    whole: Annotated[
        bool,
        typer.Option(
            "--whole",
            help="Each NDJSON file holds all that its feed has: what it has lost is deleted.",
        ),
    ] = False,
    delete_up_to: DeleteOption = MOST_DELETED,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take records and files in. They are found by words at once, and by meaning once encoded.

    Nothing stops at a bad line or file: each is listed with its reason, and the exit code is 1.
    What a folder has lost since it was last read is deleted.
    """
    from api.assembly import Installation
    from indexers.outcomes import Status

    sources = {str(path): _source(path, whole=whole) for path in paths}
    wishes = _Wishes(words_only=words_only, delete_up_to=delete_up_to, as_json=as_json)
    with Installation(settings_of(config, data)) as installation:
        counts = _take_in(installation, sources, wishes)
    _summarise(counts, as_json=as_json)
    if counts[Status.FAILED] or counts[Status.REFUSED]:
        sys.exit(ExitCode.INCOMPLETE)


def watch(
    folder: Annotated[Path, typer.Argument(help="The folder of files.", show_default=False)],
    delete_up_to: DeleteOption = MOST_DELETED,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ingest a folder, then whatever changes in it, until Ctrl-C."""
    import watchfiles

    from api.assembly import Installation
    from indexers.sources.folder import FolderSource

    root = FolderSource(folder).root
    wishes = _Wishes(words_only=False, delete_up_to=delete_up_to, as_json=as_json)
    changes = watchfiles.watch(
        root,
        watch_filter=lambda _, path: not _is_hidden(Path(path).relative_to(root)),
        rust_timeout=_QUIET_MILLISECONDS,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    next(changes)  # from here on nothing is missed
    with Installation(settings_of(config, data)) as installation:
        _summarise(_take_in(installation, {root.name: FolderSource(root)}, wishes), as_json=as_json)
        typer.echo(f"Watching {root}. Ctrl-C stops it.", err=True)
        for seen in filter(None, changes):
            changed = {Path(path) for _, path in seen}
            try:
                counts = _take_in(
                    installation, {root.name: FolderSource(root, changed=changed)}, wishes
                )
            except InputError as error:  # a finder.toml that is being written, say
                typer.echo(f"finder: {error}", err=True)
            else:
                _summarise(counts, as_json=as_json)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _take_in(
    installation: "Installation", sources: "Mapping[str, Source]", wishes: _Wishes
) -> Counter[str]:
    """Take sources in, with what they have lost, and count what became of everything."""
    from indexers.dense.writer import awaiting_vectors
    from indexers.outcomes import Status

    counts: Counter[str] = Counter({status.value: 0 for status in Status})
    with _filling(installation) as pipeline:
        for name, source in sources.items():
            with progress(f"Reading {name}", source.total, unit="records") as advance:
                for outcome in chain(
                    _outcomes(installation, pipeline, source),
                    _vanished(installation, pipeline, source, delete_up_to=wishes.delete_up_to),
                ):
                    counts[outcome.status] += 1
                    counts["passages"] += outcome.passages
                    _report(outcome, as_json=wishes.as_json)
                    advance(1)
        waiting = awaiting_vectors(installation.database)
        if waiting and not wishes.words_only:
            with progress("Encoding", waiting, unit="passages") as advance:
                if pipeline:
                    pipeline.encode(advance)
                else:
                    _await_vectors(installation, waiting, advance)
        counts["awaiting vectors"] = awaiting_vectors(installation.database)
    return counts


def _summarise(counts: Counter[str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"summary": {k.replace(" ", "_"): n for k, n in counts.items()}}))
    else:
        typer.echo(
            ", ".join(f"{n:,} {name}" for name, n in counts.items() if n or name in _TOLD) + "."
        )


@contextmanager
def _filling(installation: "Installation") -> "Iterator[Pipeline | None]":
    """What works on the queue here; None where another process does."""
    from indexers.lock import current_holder

    with ExitStack() as stack:
        try:
            pipeline = stack.enter_context(installation.filling("finder ingest"))
        except BusyError:
            holder = current_holder(installation.settings.data) or "another process"
            _log.info("what is read here is left to %s, which works already", holder)
            pipeline = None
        yield pipeline


def _outcomes(
    installation: "Installation", pipeline: "Pipeline | None", source: "Source"
) -> "Iterator[Outcome]":
    from indexers.catalogue.progress import is_paused_now
    from indexers.catalogue.queue import Priority

    def await_turn() -> bool:
        sleep(_LOOK_SECONDS)
        return not is_paused_now(installation.database)

    if pipeline:
        return pipeline.ingest(source)
    return installation.deliver(Priority.BACKFILL).follow(source, await_turn)


def _vanished(
    installation: "Installation",
    pipeline: "Pipeline | None",
    source: "Source",
    *,
    delete_up_to: float,
) -> "Iterator[Outcome]":
    """Delete what a source has lost, unless it has lost so much that something is wrong."""
    from indexers.outcomes import Outcome, Status
    from indexers.sources import ListedSource
    from indexers.sources.vanished import vanished

    if not isinstance(source, ListedSource):
        return
    gone = vanished(installation.database, source)
    percent = 100 * gone.share
    if percent <= delete_up_to:
        yield from _outcomes(installation, pipeline, gone)
        return
    yield Outcome(
        status=Status.REFUSED,
        source=source.feed,
        reason=f"{gone.total:,} of its records ({percent:.0f}%) are not in it any more, and "
        f"nothing was deleted: if they are meant to go, run this again with --delete-up-to "
        f"{ceil(percent)}",
    )


def _await_vectors(
    installation: "Installation", waiting: int, advance: "Callable[[int], None]"
) -> None:
    """Wait until whoever works has encoded everything, unless filling is paused."""
    from indexers.catalogue.progress import is_paused_now
    from indexers.dense.writer import awaiting_vectors

    while waiting and not is_paused_now(installation.database):
        sleep(_LOOK_SECONDS)
        left = awaiting_vectors(installation.database)
        advance(max(0, waiting - left))
        waiting = left


def _source(path: Path, *, whole: bool) -> "Source":
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
    return NdjsonSource(path, whole=whole)


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
