"""One process writes at a time; whoever waits is told who does."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from finder.errors import BusyError, StorageError

WRITER = "writer"
REBUILDER = "rebuild"


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
        StorageError: The folder cannot be written.
    """
    with _holding(folder, WRITER, purpose, patience=patience):
        yield


@contextmanager
def rebuilding(folder: Path, purpose: str) -> Iterator[None]:
    """Hold the lock of whoever makes an index again, beside whoever writes.

    Raises:
        BusyError: Another process rebuilds; the message says which.
        StorageError: The folder cannot be written.
    """
    with _holding(folder, REBUILDER, purpose):
        yield


def was_written(folder: Path) -> bool:
    """Whether anybody has ever held the writer's lock of a data folder."""
    return _lock(folder, WRITER).exists()


def current_holder(folder: Path, lock: str = WRITER) -> Holder | None:
    """Who says to hold a lock, or None."""
    try:
        return Holder(**json.loads(_note(folder, lock).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def _holding(folder: Path, name: str, purpose: str, *, patience: float = 0.0) -> Iterator[None]:
    lock = FileLock(_lock(folder, name))
    note = _note(folder, name)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    holder = Holder(process=os.getpid(), purpose=purpose, since=now)
    try:
        lock.acquire(timeout=patience)
        note.write_text(json.dumps(asdict(holder)), encoding="utf-8")
    except Timeout as error:
        other = current_holder(folder, name) or "another process"
        raise BusyError(
            f"{folder} is being written by {other}: wait for it to finish, or stop it."
        ) from error
    except OSError as error:
        lock.release()
        raise StorageError(
            f"The folder {folder} cannot be written ({error.strerror}): make room, give this user "
            "the right to write, or name another folder with --data."
        ) from error
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _lock(folder: Path, name: str) -> Path:
    return folder / f"{name}.lock"


def _note(folder: Path, lock: str) -> Path:
    return folder / f"{lock}.json"
