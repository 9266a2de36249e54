"""The line that fills: source, catalogue with the words counted; then the vectors."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from finder.domain import Deletion, RecordKey, key_of
from indexers.catalogue.database import Database
from indexers.catalogue.writer import CatalogueWriter, Entry, Failure
from indexers.dense.writer import DenseWriter
from indexers.parsing import ParseFailure
from indexers.preparation import Tools, digest, prepare
from indexers.sources import Refusal, Source, SourceItem

_BATCH = 1_000
"""Items to a transaction, and so to a moment from which they are found."""


class Status(StrEnum):
    """What became of an item."""

    INDEXED = "indexed"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one item of a source.

    Attributes:
        status: What became of it.
        key: The record, where there is one.
        source: The file at fault, where one is.
        line: Its line in the source, where it has lines.
        field: The field at fault, where one is.
        reason: Why it was refused or failed, in a sentence.
        passages: How many passages were indexed.
    """

    status: Status
    key: RecordKey | None = None
    source: str | None = None
    line: int | None = None
    field: str | None = None
    reason: str | None = None
    passages: int = 0


class Pipeline:
    """Fills the catalogue and the indexes; the caller holds the writer's lock.

    Args:
        database: The catalogue.
        tools: What records are prepared with.
    """

    def __init__(self, database: Database, *, tools: Tools) -> None:
        self._catalogue = CatalogueWriter(database)
        self._database = database
        self._tools = tools

    def ingest(self, source: Source) -> Iterator[Outcome]:
        """Take a source in; an outcome is given once its item is on disk and found by words."""
        items = source.items()
        while batch := list(islice(items, _BATCH)):
            yield from self._ingest_batch(batch)

    def encode(self, progress: Callable[[int], None] | None = None) -> None:
        """Make everything found by meaning too; this is what takes time."""
        DenseWriter(self._database, self._tools.encoder).follow(progress)

    def encode_batch(self) -> int:
        """Encode some of what awaits its vector, and return how many; 0 when nothing does."""
        return DenseWriter(self._database, self._tools.encoder).follow_batch()

    def _ingest_batch(self, batch: Sequence[SourceItem | Refusal]) -> list[Outcome]:
        known = self._catalogue.digests(
            _key(item) for item in batch if isinstance(item, SourceItem)
        )
        changes: dict[RecordKey, Entry | None] = {}
        outcomes = [self._take(item, known, changes) for item in batch]
        if changes:
            self._catalogue.apply(changes)
        self._note_failures(outcomes)
        return outcomes

    def _take(
        self,
        item: SourceItem | Refusal,
        known: dict[RecordKey, bytes],
        changes: dict[RecordKey, Entry | None],
    ) -> Outcome:
        """Prepare one item's change, beside those before it in the batch."""
        if isinstance(item, Refusal):
            return Outcome(
                status=Status.REFUSED,
                source=item.source,
                line=item.line,
                field=item.field,
                reason=item.reason,
            )
        key = _key(item)
        if isinstance(item.record, Deletion):
            known.pop(key, None)
            changes[key] = None
            return Outcome(status=Status.DELETED, key=key, line=item.line)
        hashed = digest(item.record, item.path)
        source = None if item.path is None else str(item.path)
        if known.get(key) == hashed:
            return Outcome(status=Status.UNCHANGED, key=key, source=source, line=item.line)
        entry = prepare(item, hashed, self._tools)
        if isinstance(entry, ParseFailure):
            reason = f"{entry.reason}: {entry.message}"
            return Outcome(
                status=Status.FAILED, key=key, source=source, line=item.line, reason=reason
            )
        known[key] = hashed
        changes[key] = entry
        return Outcome(
            status=Status.INDEXED,
            key=key,
            source=source,
            line=item.line,
            passages=len(entry.passages),
        )

    def _note_failures(self, outcomes: Sequence[Outcome]) -> None:
        """Keep in the catalogue which files cannot be read."""
        failed = [
            Failure(source=o.source or str(o.key), reason=o.reason or "")
            for o in outcomes
            if o.status is Status.FAILED
        ]
        healed = [o.source for o in outcomes if o.status is Status.INDEXED and o.source]
        if failed or healed:
            self._catalogue.note_failures(failed, healed=healed)


def _key(item: SourceItem) -> RecordKey:
    return item.record.target if isinstance(item.record, Deletion) else key_of(item.record)
