"""Puts a backup in the place of a catalogue."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from finder.errors import BusyError, InputError, StorageError
from indexers.catalogue.archive import Manifest, read_manifest, unpack
from indexers.catalogue.faults import fault
from indexers.catalogue.schema import FORMAT_VERSION
from indexers.lock import writing


def check_restorable(file: Path, catalogue: Path, *, force: bool) -> Manifest:
    """Look whether a backup may take the place of a catalogue, and return what it holds.

    Args:
        file: The backup.
        catalogue: The SQLite file, which need not be there.
        force: Whether records that are there may be lost.

    Raises:
        InputError: It is no backup, or there are records.
        StorageError: A newer Finder made it.
    """
    manifest = read_manifest(file)
    if not _is_readable(manifest.contents.format):
        raise StorageError(
            f"{file} is in format {manifest.contents.format}, made by Finder {manifest.made_by}, "
            f"and this one reads formats up to {FORMAT_VERSION}: install a newer Finder."
        )
    if not force and _may_hold_records(catalogue):
        raise InputError(
            f"{catalogue.parent} holds records: restore into another folder with --data, or add "
            "--force to replace them."
        )
    return manifest


def restore(file: Path, catalogue: Path, progress: Callable[[int], None]) -> None:
    """Put a backup in the place of a catalogue at once, after it has been unpacked and verified.

    An older format is migrated when the catalogue is next opened.

    Args:
        file: The backup, which :func:`check_restorable` found good.
        catalogue: The SQLite file, which need not be there.
        progress: Is told megabytes.

    Raises:
        BusyError: Another process writes, or uses the catalogue.
        InputError: The backup is damaged.
        StorageError: The folder cannot be written.
    """
    folder = catalogue.parent
    beside = catalogue.with_name(f"{catalogue.name}.restored")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with writing(folder, "finder restore"):
            try:
                unpack(file, beside, progress)
                if catalogue.exists():
                    _close_log(catalogue)
                beside.replace(catalogue)
            finally:
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{file} cannot be restored into {folder} ({error.strerror}): make room there, give "
            "this user the right to write, or name another folder with --data."
        ) from error


def _is_readable(version: str) -> bool:
    return version.isdecimal() and int(version) <= int(FORMAT_VERSION)


def _may_hold_records(catalogue: Path) -> bool:
    """Whether there are records; they may be there, too, where that cannot be told."""
    if not catalogue.exists() or not catalogue.stat().st_size:
        return False
    try:
        with closing(sqlite3.connect(f"{catalogue.absolute().as_uri()}?mode=rw", uri=True)) as held:
            return held.execute("SELECT 1 FROM records LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return True


def _close_log(catalogue: Path) -> None:
    """Take away the write-ahead log, which must not be applied to another catalogue.

    Raises:
        BusyError: Somebody has the catalogue open.
    """
    try:
        # Leaving this mode takes the log away, which works where nobody else is there.
        with closing(sqlite3.connect(catalogue, timeout=0.0)) as held:
            held.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if isinstance(fault(catalogue, error), BusyError):
            raise BusyError(
                f"{catalogue} is open in another process: stop it (finder serve, finder worker) "
                "and try again."
            ) from error
        # It is damaged, which may be why it is replaced.
    for suffix in ("-wal", "-shm"):
        catalogue.with_name(catalogue.name + suffix).unlink(missing_ok=True)
