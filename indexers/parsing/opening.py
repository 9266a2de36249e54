"""Opens the files and folders that a source listed, and nothing that has taken their place since.

A source resolves links as it lists what it holds, and looks whether they stay inside. Whoever may
write there can put a link in the place of a file, or of a folder above it, before the file is
read; so no link is followed here, neither at the end of a path nor on the way there.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from indexers.parsing.parsed import FailureReason, ParseError

_MB = 2**20


@contextmanager
def opened(path: Path, *, most: int) -> Iterator[BinaryIO]:
    """A regular file, to be read.

    Args:
        path: Where it lies, through no link.
        most: How many bytes it may have.

    Raises:
        ParseError: It is not there, is no regular file, is too large, or may not be read.
    """
    try:
        with _placed(path) as place:
            _check(place.stat(), most)
            # What was looked at is what is opened: a pipe would be waited for, and opening some
            # devices does something.
            stream = place.open("rb")
        with stream:
            yield stream
    except (OSError, ValueError) as error:  # here, or as it is read
        said = getattr(error, "strerror", None) or str(error)
        raise ParseError(FailureReason.UNREADABLE, said) from error


def names_in(folder: Path) -> list[str]:
    """What a folder holds, by name.

    Raises:
        OSError: It cannot be read.
        ParseError: There is a link in its place, or in that of a folder above it.
    """
    with _placed(folder) as place:
        return sorted(each.name for each in place.iterdir())


@contextmanager
def _placed(path: Path) -> Iterator[Path]:
    """Another name of what lies at a path, which goes on naming it, whatever takes its place."""
    place = _place(path)
    try:
        yield Path(f"/proc/self/fd/{place}")
    finally:
        os.close(place)


def _place(path: Path) -> int:
    """A descriptor of what lies at a path, which is not open for reading yet."""
    # By its place alone, a folder is passed through that may not be listed, as when it is opened.
    here = os.open(path.anchor or ".", os.O_PATH | os.O_DIRECTORY)
    for name in path.relative_to(path.anchor).parts:
        try:
            below = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=here)
        finally:
            os.close(here)
        here = below
        if stat.S_ISLNK(os.fstat(here).st_mode):
            os.close(here)
            raise ParseError(
                FailureReason.UNREADABLE,
                "since it was listed, a link has taken its place or that of a folder above it, and"
                " links are not followed; take its source in again",
            )
    return here


def _check(status: os.stat_result, most: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ParseError(FailureReason.UNREADABLE, "it is not a regular file")
    if status.st_size > most:
        raise ParseError(FailureReason.TOO_LARGE, f"it is larger than {most // _MB} MB")
