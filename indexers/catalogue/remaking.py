"""Makes a table of the catalogue again beside the one that is read, then swaps the two.

Whoever reads has the former rows until the swap, which is one transaction. Passages come and go
meanwhile: what goes leaves both tables, and what comes has a higher id than all that was made. A
rebuild that was killed goes on where it stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, MetaData, Table, func, insert, select

from finder.domain import Language, Passage
from indexers.catalogue.database import Database, Row, fact, set_fact, take_numbers
from indexers.catalogue.schema import metadata, passages, records

_BESIDE: Final = "_beside"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageToIndex:
    """A passage, with what both indexes are made from.

    Attributes:
        id: Its number.
        title: What heads it: its record's title.
        passage: The passage.
        language: The language that it is analysed in.
    """

    id: int
    title: str
    passage: Passage
    language: Language


def passages_to_index(
    connection: Connection, which: ColumnElement[bool], most: int
) -> list[PassageToIndex]:
    """Passages in the order of their ids.

    Args:
        connection: Reads the catalogue.
        which: Those for which this is true of ``passages``.
        most: How many at most; -1 for all.
    """
    rows = connection.execute(
        select(passages.c.id, passages.c.heading, passages.c.text)
        .add_columns(records.c.title, records.c.language)
        .join(records, records.c.number == passages.c.record)
        .where(which)
        .order_by(passages.c.id)
        .limit(most)
    )
    return [
        PassageToIndex(
            id=row.id,
            title=row.title,
            passage=Passage(text=row.text, heading=row.heading),
            language=Language(row.language),
        )
        for row in rows
    ]


def times_remade(connection: Connection, table: str) -> int:
    """How often a table was swapped: whoever holds rows of before starts again."""
    return int(fact(connection, _times(table)) or "0")


def note_remade(connection: Connection, table: str) -> None:
    """Tell whoever follows a table that rows that it has passed are others."""
    take_numbers(connection, _times(table), 1)


def is_unfinished(connection: Connection, table: str) -> bool:
    """Whether a table was begun to be made again."""
    return bool(fact(connection, _maker(table)))


class Remaking:
    """One table being made again, by the one process that rebuilds.

    Args:
        database: The catalogue.
        table: What is made again; it has a column ``passage``.
        maker: What makes its rows: those that another maker began are thrown away.
    """

    def __init__(self, database: Database, table: Table, *, maker: str) -> None:
        self._database = database
        self._live = table.name
        self._beside = _like(table)
        with database.noting() as connection:
            if fact(connection, _maker(self._live)) != maker:
                self._beside.drop(connection, checkfirst=True)
                self._beside.create(connection)
                set_fact(connection, _maker(self._live), maker)

    def remaining(self) -> int:
        """How many passages have no row yet."""
        with self._database.reading() as connection:
            count = select(func.count()).select_from(passages)
            return connection.execute(
                count.where(passages.c.id > self._last(connection))
            ).scalar_one()

    def lacking(self, connection: Connection, most: int) -> list["PassageToIndex"]:
        """The next passages without a row.

        Args:
            connection: Reads the catalogue.
            most: How many at most; -1 for all.
        """
        return passages_to_index(connection, passages.c.id > self._last(connection), most)

    def add(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Add rows, for those of their passages that are still there."""
        wanted = [row["passage"] for row in rows]
        there = set(
            connection.execute(select(passages.c.id).where(passages.c.id.in_(wanted))).scalars()
        )
        if there:
            connection.execute(
                insert(self._beside), [row for row in rows if row["passage"] in there]
            )

    def swap(self, connection: Connection) -> None:
        """Put what was made in the place of what was read.

        Args:
            connection: In a transaction that moves the generation on.
        """
        connection.exec_driver_sql(f"DROP TABLE {self._live}")
        connection.exec_driver_sql(f"ALTER TABLE {self._beside.name} RENAME TO {self._live}")
        set_fact(connection, _maker(self._live), "")
        note_remade(connection, self._live)

    def _last(self, connection: Connection) -> int:
        last = connection.execute(select(func.max(self._beside.c.passage))).scalar()
        return last or 0


def _like(table: Table) -> Table:
    """The same table by another name, of no lasting schema."""
    passing = MetaData()
    for each in metadata.tables.values():
        each.to_metadata(passing)
    return table.to_metadata(passing, name=table.name + _BESIDE)


def _times(table: str) -> str:
    return f"times {table} were remade"


def _maker(table: str) -> str:
    return f"maker of {table} beside"
