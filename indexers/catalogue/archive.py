"""A backup: one file that holds the catalogue of one moment, and says what it holds.

It is a ZIP of ``catalogue.sqlite`` and ``manifest.json``. Both indexes are in the catalogue, so
what is restored answers as before.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from tempfile import TemporaryDirectory
from typing import IO, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - a class, whatever its name

from pydantic import TypeAdapter, ValidationError

from finder import __version__
from finder.errors import InputError, StorageError
from indexers.catalogue.database import FORMAT, GENERATION
from indexers.catalogue.snapshot import MEGABYTE, copy, megabytes, pinned

_CATALOGUE: Final = "catalogue.sqlite"
_MANIFEST: Final = "manifest.json"

_COMPRESSION: Final = 1
"""Of deflate: much of a catalogue is vectors, which no level makes smaller."""

_COUNTS = """
    SELECT (SELECT count(*) FROM records), (SELECT count(*) FROM passages),
           (SELECT count(*) FROM vectors)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """How much a catalogue held.

    Attributes:
        format: The format of its tables.
        generation: How many transactions had written.
        records: How many there were.
        passages: How many there were.
        vectors: How many passages were findable by meaning.
    """

    format: str
    generation: int
    records: int
    passages: int
    vectors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds.

    Attributes:
        contents: How much.
        size: Bytes of the catalogue.
        sha256: Of the catalogue, in hexadecimal digits.
        made_at: When, in ISO 8601.
        made_by: The version of Finder.
    """

    contents: Contents
    size: int
    sha256: str
    made_at: str
    made_by: str

    @property
    def megabytes(self) -> int:
        """How many :func:`unpack` tells of."""
        return -(-self.size // MEGABYTE)


_manifests = TypeAdapter(Manifest)


def steps_of(catalogue: Path) -> int:
    """How many megabytes :func:`back_up` tells of, about: each to copy it and to pack it."""
    with pinned(catalogue) as connection:
        return 2 * megabytes(connection)


def back_up(catalogue: Path, file: Path, progress: Callable[[int], None]) -> Manifest:
    """Write a backup, while others read and write; the file is there whole or not at all.

    Args:
        catalogue: The SQLite file.
        file: Replaced if it is there. Its folder takes the catalogue uncompressed meanwhile.
        progress: Is told megabytes.

    Raises:
        StorageError: The catalogue is damaged, or the backup cannot be written.
    """
    try:
        with TemporaryDirectory(dir=file.parent, prefix=".finder-backup-") as folder:
            copied, packed = Path(folder, _CATALOGUE), Path(folder, "packed")
            with pinned(catalogue) as connection:
                contents = _contents(connection)
                copy(connection, copied, progress)
            manifest = _pack(contents, copied, packed, progress)
            packed.replace(file)
    except OSError as error:
        raise StorageError(
            f"The backup {file} cannot be written ({error.strerror}): name a file in a folder "
            "that there is, where this user may write and there is room."
        ) from error
    return manifest


def read_manifest(file: Path) -> Manifest:
    """What a backup says that it holds.

    Raises:
        InputError: It is no backup.
    """
    with _opened(file) as archive:
        return _manifests.validate_json(archive.read(_MANIFEST))


def unpack(file: Path, target: Path, progress: Callable[[int], None]) -> None:
    """Write the catalogue of a backup to a file, if it is what was backed up.

    Args:
        file: The backup.
        target: Replaced if it is there.
        progress: Is told megabytes.

    Raises:
        InputError: It is no backup, or is damaged.
        OSError: The target cannot be written.
    """
    expected = read_manifest(file).sha256
    with _opened(file) as archive, archive.open(_CATALOGUE) as packed, target.open("wb") as written:
        digest = _copied(packed, written, progress)
        written.flush()
        os.fsync(written.fileno())
    if digest != expected:
        raise InputError(f"{file} is damaged: it does not hold what was backed up.")


def _contents(connection: Connection) -> Contents:
    facts = dict(connection.execute("SELECT key, value FROM facts"))
    records, passages, vectors = connection.execute(_COUNTS).fetchone()
    return Contents(
        format=facts[FORMAT],
        generation=int(facts.get(GENERATION, "0")),
        records=records,
        passages=passages,
        vectors=vectors,
    )


def _pack(
    contents: Contents, catalogue: Path, packed: Path, progress: Callable[[int], None]
) -> Manifest:
    with packed.open("wb") as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
            with (
                catalogue.open("rb") as source,
                archive.open(_CATALOGUE, "w", force_zip64=True) as member,
            ):
                digest = _copied(source, member, progress)
            manifest = Manifest(
                contents=contents,
                size=catalogue.stat().st_size,
                sha256=digest,
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                made_by=__version__,
            )
            archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _copied(source: IO[bytes], target: IO[bytes], progress: Callable[[int], None]) -> str:
    """Copy everything, and return its SHA-256."""
    digest = hashlib.sha256()
    while piece := source.read(MEGABYTE):
        digest.update(piece)
        target.write(piece)
        progress(1)
    return digest.hexdigest()


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    if not file.is_file():
        raise InputError(f"There is no file {file}.")
    try:
        with ZipFile(file) as archive:
            yield archive
    except (BadZipFile, EOFError, KeyError, ValidationError, ZlibError) as error:
        raise InputError(f"{file} is damaged, or no backup that Finder made.") from error
