"""A copy of the catalogue as it is at one moment, while others go on reading and writing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from finder.errors import InputError, StorageError
from indexers.catalogue.faults import fault

MEGABYTE = 2**20


@contextmanager
def pinned(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that sees the catalogue as it is now, whatever is written meanwhile.

    Raises:
        InputError: There is no catalogue.
        StorageError: It cannot be used.
    """
    if not path.exists():
        raise InputError(f"There is no catalogue {path}: name its folder with --data.")
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield connection
    except sqlite3.Error as error:
        raise fault(path, error) from error


def megabytes(connection: sqlite3.Connection) -> int:
    """How many steps :func:`copy` tells of."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    return -(-int(pages) // _pages_a_step(connection))


def copy(
    connection: sqlite3.Connection, target: Path, progress: Callable[[int], None] | None = None
) -> None:
    """Copy what a pinned connection sees into a file, and check it.

    Args:
        connection: From :func:`pinned`: as long as it reads, no step of the copy starts anew.
        target: Replaced if it is there.
        progress: Is told megabytes, one after the other.

    Raises:
        StorageError: The catalogue is damaged, or the target cannot be written.
    """
    target.unlink(missing_ok=True)

    def advance(_status: int, _left: int, _total: int) -> None:
        if progress:
            progress(1)

    try:
        with closing(sqlite3.connect(target)) as copied:
            connection.backup(copied, pages=_pages_a_step(connection), progress=advance, sleep=0)
            (found,) = copied.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise fault(target, error) from error
    if found != "ok":
        raise StorageError(
            f"The catalogue is damaged ({found}) and cannot be copied: restore a backup with "
            "'finder restore', or ingest anew into another folder."
        )


def _pages_a_step(connection: sqlite3.Connection) -> int:
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return MEGABYTE // int(size)
