"""What the database's errors mean, and what can be done about them."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from finder.errors import BusyError, FinderError, StorageError
from indexers.lock import was_written

_Fault = tuple[type[FinderError], str]

_DAMAGED: Final[_Fault] = (
    StorageError,
    (
        "The catalogue {path} is damaged ({error}): restore a backup with 'finder restore', or "
        "ingest anew into another folder."
    ),
)
_LOCKED: Final[_Fault] = (
    BusyError,
    "The catalogue {path} is locked by another program: close it, and try again.",
)
_UNWRITABLE: Final[_Fault] = (
    StorageError,
    (
        "The catalogue {path} cannot be written ({error}): give this user the right to write to "
        "{path.parent} and to what is in it, or name another folder with --data."
    ),
)
_UNKNOWN: Final[_Fault] = (
    StorageError,
    (
        "The catalogue {path} cannot be used: {error}. Run 'finder doctor' to see what is wrong "
        "with it."
    ),
)
_FAULTS: Final[Mapping[int, _Fault]] = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CANTOPEN: _UNWRITABLE,
    sqlite3.SQLITE_PERM: _UNWRITABLE,
    sqlite3.SQLITE_READONLY: _UNWRITABLE,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FULL: (
        StorageError,
        (
            "The disk that holds {path} is full: make room, and run it again. What was "
            "acknowledged is there."
        ),
    ),
    sqlite3.SQLITE_IOERR: (
        StorageError,
        (
            "The disk that holds {path} fails ({error}): look at its room, its quota and its "
            "health, and run it again. What was acknowledged is there."
        ),
    ),
}


_MAGIC: Final = b"SQLite format 3\0"
_PAGE_SIZE: Final = slice(16, 18)
"""How a database's header starts, and where it tells the size of a page
(sqlite.org/fileformat.html)."""


def check_whole(path: Path) -> None:
    """Refuse a catalogue that was cut, or replaced, where the database itself overlooks it.

    Raises:
        StorageError: It is no database, ends within a page, is empty where somebody has written,
            or cannot be read.
    """
    try:
        if not path.exists():
            return
        with path.open("rb") as file:
            header = file.read(_PAGE_SIZE.stop)
        page = int.from_bytes(header[_PAGE_SIZE])
        size = _size_without_log(path)
        cut = size is not None and (size % page if page else was_written(path.parent))
    except OSError as error:
        raise _told(_UNWRITABLE, path, error.strerror) from error
    if not header.startswith(_MAGIC[: len(header)]):
        raise _told(_DAMAGED, path, "it is no database")
    if cut:
        raise _told(_DAMAGED, path, f"it was cut after {size:,} bytes")


def _size_without_log(path: Path) -> int | None:
    """Of a catalogue whose end is not in a write-ahead log."""
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        return None
    return path.stat().st_size


def fault(path: Path, error: BaseException | None) -> FinderError:
    """What to tell about an error of the database at ``path``."""
    # The low byte is the class of the error; the others tell more of it (sqlite.org/rescode.html).
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return _told(_FAULTS.get(code, _UNKNOWN), path, error)


def _told(fault: _Fault, path: Path, error: object) -> FinderError:
    kind, text = fault
    return kind(text.format(path=path, error=error))
