"""What a source held when it was last read and holds no more, as deletions to be taken in."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, union

from finder.corpus import KINDS
from finder.domain import Deletion, RecordKey
from indexers.catalogue.database import Database
from indexers.catalogue.schema import failures, jobs, records
from indexers.sources import ListedSource, SourceItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """A source of nothing but deletions.

    Attributes:
        keys: The records that are not in it any more.
        share: How much that is of all that came from it, from 0 to 1.
    """

    keys: tuple[RecordKey, ...]
    share: float

    @property
    def feed(self) -> None:
        """None: what is gone is not read again."""

    @property
    def total(self) -> int:
        """How many records are to be deleted."""
        return len(self.keys)

    def items(self) -> Iterator[SourceItem]:
        """A deletion for each."""
        for key in self.keys:
            yield SourceItem(record=Deletion(target=key))


def vanished(database: Database, source: ListedSource) -> Vanished:
    """Compare a source with what the catalogue has of it, indexed, queued or failed.

    One that could not be listed whole has lost nothing: nobody can tell.
    """
    listed = source.listed()
    if listed is None:
        return Vanished(keys=(), share=0.0)
    known = union(
        select(records.c.kind, records.c.id).where(
            records.c.feed == source.feed, records.c.container.is_(None)
        ),
        select(jobs.c.kind, jobs.c.id).where(jobs.c.feed == source.feed),
        select(failures.c.kind, failures.c.id).where(
            failures.c.feed == source.feed,
            failures.c.container.is_(None),
            failures.c.id.is_not(None),
        ),
    )
    with database.reading() as connection:
        held = {RecordKey(KINDS[row.kind], row.id) for row in connection.execute(known)}
    gone = held - listed
    return Vanished(keys=tuple(sorted(gone)), share=len(gone) / len(held) if gone else 0.0)
