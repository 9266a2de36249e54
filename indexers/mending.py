"""Compares what is made from records with the records, and mends the difference.

There is none as long as only Finder writes: each of its transactions leaves everything in order.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import time

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Table,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)

from finder.corpus import KINDS
from finder.domain import RecordKey
from indexers.catalogue.database import Database, fact
from indexers.catalogue.schema import (
    awaiting,
    facts,
    metadata,
    passages,
    records,
    removals,
    terms,
    vectors,
)
from indexers.catalogue.writer import remove_records
from indexers.dense.writer import ENCODER
from indexers.lexical.analysis import standard_analyser
from indexers.lexical.counts import ENTRY
from indexers.lexical.making import ANALYSER, WITHOUT_WORDS, count_missing, remake_words
from indexers.lexical.spellings import NUMBER

_HAS_VECTOR = exists().where(vectors.c.passage == passages.c.id)
_IS_AWAITED = exists().where(
    awaiting.c.record == passages.c.record, awaiting.c.passage == passages.c.id
)

_WAS_REMOVED = records.c.number.in_(select(removals.c.record))

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that is not as it should be.

    Attributes:
        what: Of what there should be none.
        count: How many there are.
    """

    what: str
    count: int

    def __str__(self) -> str:
        return f"{self.count:,} {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """Looks for one difference."""

    what: str
    table: Table
    wrong: ColumnElement[bool]
    mend: Callable[[Connection], object]

    def count(self, connection: Connection) -> int:
        count = select(func.count()).select_from(self.table).where(self.wrong)
        return connection.execute(count).scalar_one()


def differences(database: Database) -> list[Difference]:
    """What :func:`mend` would mend; some tenths of a second for 100,000 passages."""
    with database.reading() as connection:
        counted = ((check.what, check.count(connection)) for check in _checks())
        return [Difference(what=what, count=count) for what, count in counted if count]


def mend(database: Database) -> None:
    """Mend what is cheap to mend, for whoever begins to write; what was mended is logged.

    Counts of another analyser are made again: that costs a second for some thousand passages,
    and nothing can be found by words before. Vectors of another encoder are left alone.
    """
    with database.reading() as connection:
        made_by = fact(connection, ANALYSER)
    if made_by not in {None, standard_analyser().fingerprint}:
        _log.warning("the words of %s are counted anew, by this version's analyser", database.path)
        remake_words(database)
    if not differences(database):
        return
    with database.writing() as connection:
        for check in _checks():
            if count := check.count(connection):
                check.mend(connection)
                _log.warning("mended: %d %s", count, check.what)


def _checks() -> Iterator[_Check]:
    """In an order in which what mends one leaves those before it as they are."""
    yield _Check(
        what="records that had been removed",
        table=records,
        wrong=_WAS_REMOVED,
        mend=_remove_again,
    )
    yield _stray("word counts that are cut", terms, _cut_terms())
    yield _stray("vectors that are cut", vectors, _cut_vectors())
    for table in metadata.tables.values():
        if (lost := _without_owner(table)) is not None:
            yield _stray(f"{table.name} of what is gone", table, lost)
    unknown = ~exists().where(
        passages.c.id == awaiting.c.passage, passages.c.record == awaiting.c.record
    )
    yield _stray("passages awaited that are gone", awaiting, unknown)
    done = exists().where(vectors.c.passage == awaiting.c.passage)
    yield _stray("passages awaited that have their vector", awaiting, done)
    yield _Check(
        what="passages that neither have nor await a vector",
        table=passages,
        wrong=~_HAS_VECTOR & ~_IS_AWAITED,
        mend=_await_missing,
    )
    yield _Check(
        what="passages without word counts",
        table=passages,
        wrong=WITHOUT_WORDS,
        mend=count_missing,
    )


def _cut_terms() -> ColumnElement[bool]:
    counts, words = func.length(terms.c.data), func.length(terms.c.spellings)
    return or_(counts % ENTRY.itemsize != 0, words % NUMBER.itemsize != 0)


def _cut_vectors() -> ColumnElement[bool]:
    """Of a passage there are its own and, maybe, those of its windows."""
    size = func.length(vectors.c.data)
    return or_(size == 0, size % _dimension() != 0)


def _dimension() -> ScalarSelect[int]:
    """Of the encoder's vectors, and so the bytes of each."""
    identity = select(facts.c.value).where(facts.c.key == ENCODER).scalar_subquery()
    return select(func.json_extract(identity, "$.dimension")).scalar_subquery()


def _stray(what: str, table: Table, wrong: ColumnElement[bool]) -> _Check:
    """Rows that should not be there."""
    return _Check(
        what=what, table=table, wrong=wrong, mend=lambda c: c.execute(delete(table).where(wrong))
    )


def _without_owner(table: Table) -> ColumnElement[bool] | None:
    """Whether a row's owner is gone, if its rows go with an owner."""
    owners = [key for key in table.foreign_keys if key.ondelete == "CASCADE"]
    return or_(*(~exists().where(key.column == key.parent) for key in owners)) if owners else None


def _await_missing(connection: Connection) -> None:
    missing = select(passages.c.record, passages.c.id).where(~_HAS_VECTOR & ~_IS_AWAITED)
    connection.execute(insert(awaiting).from_select(["record", "passage"], missing))


def _remove_again(connection: Connection) -> None:
    back = connection.execute(select(records.c.kind, records.c.id).where(_WAS_REMOVED)).fetchall()
    remove_records(connection, [RecordKey(KINDS[row.kind], row.id) for row in back], now=time())
