"""The click log: which records were opened from the results of which queries.

It is there to suggest synonyms, and keeps nothing else: not by whom, and no time but the day; no
query that could not stand in a list of synonyms, names somebody or holds an excluded topic; no
profile, and no record that not every member may read.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Final

from sqlalchemy import delete, exists, func, insert, literal, select

from finder.access import MEMBERS, PUBLIC, Viewer
from finder.corpus import KINDS, WRITTEN_KINDS
from finder.domain import RecordKey
from finder.errors import ClickLogOffError
from finder.folding import folded, folded_words
from finder.ports import Library, Likeness
from finder.query import Query
from indexers.catalogue.database import Database
from indexers.catalogue.schema import clicks, records
from indexers.lexical.analysis import query_terms
from indexers.lexical.tokens import spaces_closed, surfaces
from indexers.taxonomy.excluded import ExcludedTopics
from indexers.taxonomy.synonyms import is_name

_AT_ONCE: Final = 4
"""Clicks that may wait to be written: more would keep the threads that answer questions. What
comes meanwhile is not counted."""

_ANY_MEMBER: Final = Viewer(person=None, principals=frozenset({PUBLIC, MEMBERS}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A record that was opened from the results of a query.

    Attributes:
        query: What was asked, as a list of synonyms would name it.
        record: What was opened.
        days: On how many days.
    """

    query: str
    record: RecordKey
    days: int


class ClickLog:
    """Notes what is opened, and tells it again. Safe to use from several threads.

    Args:
        database: The catalogue.
        library: Tells what every member may read, and who is called how.
        excluded: No query that holds such a topic is kept.
        days: How many it goes back, today included; 0 where the organisation keeps no log.
        clock: Gives the present.
    """

    def __init__(
        self,
        database: Database,
        library: Library,
        *,
        excluded: ExcludedTopics,
        days: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._library = library
        self._excluded = excluded
        self._days = days
        self._clock = clock
        self._expired: int | None = None
        self._writing = BoundedSemaphore(_AT_ONCE)

    def check(self) -> None:
        """Look whether there is a log.

        Raises:
            ClickLogOffError: There is none.
        """
        if not self._days:
            raise ClickLogOffError(
                "No click log is kept: whoever runs Finder may turn it on with the setting "
                "click_log.enabled."
            )

    def note(self, query: Query, record: RecordKey) -> None:
        """Note that a record was opened, if that may be kept; once a day is enough.

        Raises:
            ClickLogOffError: There is no log.
        """
        self.check()
        self.expire()
        name = self._name(query)
        if name is None or record.kind not in WRITTEN_KINDS or not self._common({record}):
            return
        if self._writing.acquire(blocking=False):
            try:
                self._write(name, record)
            finally:
                self._writing.release()

    def expire(self) -> None:
        """Forget what is too old, and everything where there is no log; looks once a day."""
        today = self._today()
        if today == self._expired:
            return
        old = clicks.c.day <= today - self._days
        with self._database.reading() as connection:
            is_any = connection.execute(select(exists().where(old))).scalar_one()
        if is_any:
            with self._database.noting() as connection:
                connection.execute(delete(clicks).where(old))
        self._expired = today

    def opened(self) -> list[Opened]:
        """What was opened, as far as it may be told to whoever makes a list for everybody.

        Raises:
            ClickLogOffError: There is no log.
        """
        self.check()
        counted = (
            select(clicks.c.query, clicks.c.kind, clicks.c.id, func.count())
            .where(clicks.c.day > self._today() - self._days)
            .group_by(clicks.c.kind, clicks.c.id, clicks.c.query)
        )
        with self._database.reading() as connection:
            rows = connection.execute(counted).fetchall()
        found = [
            Opened(query=query, record=RecordKey(KINDS[kind], id_), days=days)
            for query, kind, id_, days in rows
        ]
        # Rights and excluded topics may have changed since.
        common = self._common({each.record for each in found})
        allowed = {each.query for each in found if not self._excluded.are_in(each.query)}
        return [each for each in found if each.record in common and each.query in allowed]

    def _write(self, name: str, record: RecordKey) -> None:
        # Taken from the record's own row: what was deleted this very moment leaves nothing behind.
        row = select(records.c.kind, records.c.id, literal(name), literal(self._today())).where(
            records.c.kind == KINDS.index(record.kind), records.c.id == record.id
        )
        noted = insert(clicks).prefix_with("OR IGNORE")
        with self._database.noting() as connection:
            connection.execute(noted.from_select(["kind", "id", "query", "day"], row))

    def _name(self, query: Query) -> str | None:
        """What a list of synonyms would call that which is asked for, if it may be kept."""
        name = " ".join(map(folded, surfaces(spaces_closed(query.subject))))
        if not (is_name(name) and query_terms(name)) or self._excluded.are_in(query.text):
            return None
        bearers = (set(self._library.bearers(w, Likeness.SAME)) for w in folded_words(name))
        return None if set.intersection(*bearers) else name

    def _common(self, keys: Collection[RecordKey]) -> set[RecordKey]:
        """Those of some records that every member may read."""
        readable = self._library.readable(self._library.corpus(), _ANY_MEMBER)
        titled = self._library.titles(keys)
        return {key for key, each in titled.items() if readable.holds(each.number)}

    def _today(self) -> int:
        return self._clock().astimezone(UTC).date().toordinal()
