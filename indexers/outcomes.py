"""What becomes of what a source hands in."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from finder.domain import RecordKey


class Status(StrEnum):
    """What became of an item."""

    INDEXED = "indexed"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    FAILED = "failed"
    REFUSED = "refused"
    SKIPPED = "skipped"
    """It was never meant to go in, such as a hidden file."""
    SUPERSEDED = "superseded"
    """A later delivery of the same record took its place before its turn came."""
    RECEIVED = "received"
    """It is on disk and its turn will come, even after a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one item of a source.

    Attributes:
        status: What became of it.
        key: The record, where there is one.
        source: The file at fault, where one is.
        line: Its line in the source, where it has lines.
        field: The field at fault, where one is.
        reason: Why it did not go in, in a sentence.
        passages: How many passages were indexed.
        job: Its number in the queue, where it waits there or came from there.
    """

    status: Status
    key: RecordKey | None = None
    source: str | None = None
    line: int | None = None
    field: str | None = None
    reason: str | None = None
    passages: int = 0
    job: int | None = None


def shown(path: PurePath) -> str:
    """A path as text; bytes that are no UTF-8 are written ``%E9``."""
    return "".join(
        f"%{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else c for c in path.as_posix()
    )
