"""Where records come from: each source yields records, and what it refuses with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from finder.domain import Deletion, Record, RecordKey

__all__ = ["ListedSource", "Refusal", "Source", "SourceItem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """A record, and what the source knows around it.

    ``path`` is the real file behind a document's ``file``, checked to lie inside the source.
    """

    record: Record | Deletion
    line: int | None = None
    path: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that does not go in, and why; the rest does.

    ``skipped`` tells that it was never meant to.
    """

    source: str
    reason: str
    line: int | None = None
    field: str | None = None
    skipped: bool = False


class Source(Protocol):
    """A connector."""

    @property
    def feed(self) -> str | None:
        """What the catalogue calls it, at each reading the same; None: it is read only once."""
        ...

    @property
    def total(self) -> int | None:
        """How many items there will be, for a progress bar; None where that costs a reading."""
        ...

    def items(self) -> Iterator[SourceItem | Refusal]:
        """Everything, in a stable order; never stopped by a bad record."""
        ...


@runtime_checkable
class ListedSource(Source, Protocol):
    """A connector that can tell what it has, and so what it has lost since it was last read."""

    def listed(self) -> frozenset[RecordKey] | None:
        """What it has, once all items were taken; None where that cannot be told."""
        ...
