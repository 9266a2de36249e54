"""One process writes at a time; whoever waits is told who does."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from finder.errors import BusyError

_LOCK = "writer.lock"
_HOLDER = "writer.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who writes."""

    process: int
    purpose: str
    since: str

    def __str__(self) -> str:
        return f"{self.purpose} (process {self.process}, since {self.since})"


@contextmanager
def writing(folder: Path, purpose: str, *, patience: float = 0.0) -> Iterator[None]:
    """Hold the writer's lock of a data folder.

    Args:
        folder: The data folder.
        purpose: What for, as others will read it.
        patience: Seconds to wait for another writer.

    Raises:
        BusyError: Another process writes; the message says which.
    """
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=patience)
    except Timeout as error:
        holder = current_holder(folder)
        raise BusyError(
            f"{folder} is being written by {holder or 'another process'}: wait for it to finish, "
            "or stop it."
        ) from error
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        holder = Holder(process=os.getpid(), purpose=purpose, since=now)
        (folder / _HOLDER).write_text(json.dumps(asdict(holder)), encoding="utf-8")
        yield
    finally:
        (folder / _HOLDER).unlink(missing_ok=True)
        lock.release()


def current_holder(folder: Path) -> Holder | None:
    """Who says to be writing, or None."""
    try:
        return Holder(**json.loads((folder / _HOLDER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
