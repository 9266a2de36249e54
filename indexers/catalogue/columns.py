"""The corpus columns, kept up with the catalogue by reading only what is new."""

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import CompoundSelect, Connection, Select, and_, case, func, select, union_all

from finder.corpus import KINDS, LANGUAGES, NO_RULE, Corpus, Floats, Ints
from finder.domain import Kind
from indexers.catalogue.schema import associations, passages, people, records, removals, replies
from indexers.columns import Column

_POST = KINDS.index(Kind.POST)
_LANGUAGE = case(
    {language.value: place for place, language in enumerate(LANGUAGES)}, value=records.c.language
)


class CorpusColumns:
    """Follows the catalogue by its numbers, which only grow."""

    def __init__(self) -> None:
        self._removal: int | None = None
        self._passages: Column[np.int64] = Column(np.int64)
        self._passage_record: Column[np.int64] = Column(np.int64)
        self._records: Column[np.int64] = Column(np.int64)
        self._kind: Column[np.int64] = Column(np.int64)
        self._rule: Column[np.int64] = Column(np.int64)
        self._day: Column[np.float64] = Column(np.float64)
        self._language: Column[np.int64] = Column(np.int64)
        self._association_record: Column[np.int64] = Column(np.int64)
        self._person: Column[np.int64] = Column(np.int64)
        self._role: Column[np.int64] = Column(np.int64)
        self._sharers: Column[np.int64] = Column(np.int64)
        self._reply: Column[np.int64] = Column(np.int64)
        self._reply_parent: Column[np.int64] = Column(np.int64)
        self._accepted: Column[np.bool_] = Column(np.bool_)
        self._thanks: Column[np.bool_] = Column(np.bool_)
        # Person numbers start at 1.
        self._person_order: Column[np.int64] = Column(np.int64)
        self._person_order.extend(np.zeros(1, dtype=np.int64))

    def follow(self, connection: Connection) -> None:
        """Read what the catalogue gained and lost since the last call."""
        last_record = int(self._records.values[-1]) if len(self._records) else 0
        self._follow_records(connection, last_record)
        self._follow_passages(connection, last_record)
        self._follow_associations(connection, last_record)
        self._follow_replies(connection, last_record)
        self._follow_people(connection)
        self._follow_removals(connection)

    def corpus(self, generation: int) -> Corpus:
        """The columns as they are now."""
        return Corpus(
            generation=generation,
            passages=self._passages.values,
            passage_record=self._passage_record.values,
            records=self._records.values,
            record_kind=self._kind.values,
            record_rule=self._rule.values,
            record_day=self._day.values,
            record_language=self._language.values,
            association_record=self._association_record.values,
            association_person=self._person.values,
            association_role=self._role.values,
            association_sharers=self._sharers.values,
            reply=self._reply.values,
            reply_parent=self._reply_parent.values,
            reply_accepted=self._accepted.values,
            reply_thanks=self._thanks.values,
            person_order=self._person_order.values,
        )

    def _follow_records(self, connection: Connection, last: int) -> None:
        columns = (records.c.number, records.c.kind, records.c.rule, records.c.day, _LANGUAGE)
        statement = select(*columns).where(records.c.number > last).order_by(records.c.number)
        number, kind, rule, day, language = _columns(connection, statement, 5)
        self._records.extend(number.astype(np.int64))
        self._kind.extend(kind.astype(np.int64))
        self._rule.extend(rule.astype(np.int64))
        self._day.extend(day)
        self._language.extend(language.astype(np.int64))

    def _follow_passages(self, connection: Connection, last_record: int) -> None:
        statement = (
            select(passages.c.id, passages.c.record)
            .where(passages.c.record > last_record)
            .order_by(passages.c.id)
        )
        ids, record = _columns(connection, statement, 2)
        self._passages.extend(ids.astype(np.int64))
        self._passage_record.extend(self._rows_of(record))

    def _follow_associations(self, connection: Connection, last_record: int) -> None:
        columns = (associations.c.record, associations.c.person)
        statement = (
            select(*columns, associations.c.role, associations.c.sharers)
            .where(associations.c.record > last_record)
            .order_by(associations.c.record)
        )
        record, person, role, sharers = _columns(connection, statement, 4)
        self._association_record.extend(self._rows_of(record))
        self._person.extend(person.astype(np.int64))
        self._role.extend(role.astype(np.int64))
        self._sharers.extend(sharers.astype(np.int64))

    def _follow_replies(self, connection: Connection, last_record: int) -> None:
        """Read which posts reply to which, where either of the two is new."""
        parents = records.alias()
        links = select(
            replies.c.record, parents.c.number, replies.c.accepted, replies.c.thanks
        ).join(parents, and_(parents.c.kind == _POST, parents.c.id == replies.c.parent))
        is_new = replies.c.record > last_record
        # Two statements rather than one with "or": each reads a range of an index.
        statement = union_all(
            links.where(is_new), links.where(~is_new, parents.c.number > last_record)
        )
        reply, parent, accepted, thanks = _columns(connection, statement, 4)
        self._reply.extend(self._rows_of(reply))
        self._reply_parent.extend(self._rows_of(parent))
        self._accepted.extend(accepted.astype(np.bool_))
        self._thanks.extend(thanks.astype(np.bool_))

    def _follow_people(self, connection: Connection) -> None:
        last = len(self._person_order) - 1
        statement = select(people.c.id).where(people.c.number > last).order_by(people.c.number)
        ids = connection.execute(statement).scalars()
        self._person_order.extend(np.array([_order(person) for person in ids], dtype=np.int64))

    def _follow_removals(self, connection: Connection) -> None:
        last = self._removal
        newest = connection.execute(select(func.max(removals.c.number))).scalar()
        self._removal = newest or 0
        if last is None or last == self._removal:
            return
        statement = select(removals.c.record).where(removals.c.number > last)
        removed = np.array(connection.execute(statement).scalars().all(), dtype=np.int64)
        # A record that came and went between two calls was never seen here.
        seen = removed[np.isin(removed, self._records.values)]
        self._rule.values[self._rows_of(seen)] = NO_RULE

    def _rows_of(self, numbers: NDArray[Any]) -> Ints:
        return np.searchsorted(self._records.values, numbers)


def _order(person: str) -> int:
    return int.from_bytes(blake2b(person.encode(), digest_size=8).digest(), signed=True)


def _columns(
    connection: Connection, statement: Select[Any] | CompoundSelect[Any], width: int
) -> list[Floats]:
    """A result as arrays of float64, exact for numbers below 2^53; None becomes NaN."""
    rows = connection.execute(statement).fetchall()
    if not rows:
        return [np.empty(0, dtype=np.float64) for _ in range(width)]
    return [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]
