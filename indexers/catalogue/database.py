"""Opens the catalogue's database and maps its errors."""

import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Dialect,
    Integer,
    String,
    Table,
    cast,
    create_engine,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from finder.errors import StorageError
from indexers.catalogue.faults import check_whole, fault
from indexers.catalogue.schema import FORMAT_VERSION, facts, metadata

FORMAT = "format"
GENERATION = "generation"

Row = dict[str, Any]

_BEGIN = "finder_begin"
"""The execution option that holds how a connection's transactions begin."""

_BUSY_TIMEOUT_MS = 30_000

_KEPT = 2
"""Connections for look-ups that are kept: each may hold pages of the database in memory."""


class Database:
    """One catalogue, with a pool of connections, one to a thread at a time.

    Args:
        path: The SQLite file; made, with its tables, where there is none, and migrated where an
            older version wrote it.

    Raises:
        StorageError: The file cannot be opened, or was written by a newer version.
        BusyError: Another program keeps it locked, or it must be migrated while somebody writes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The folder {path.parent} cannot be made ({error.strerror}): name another one "
                "with --data."
            ) from error
        check_whole(path)
        self._kept: deque[sqlite3.Connection] = deque()
        self._engine = create_engine(URL.create("sqlite", database=str(path)))
        event.listen(self._engine, "connect", _configure)
        event.listen(self._engine, "begin", _begin)
        # Takes the lock before its first read: nobody else then writes what it has read.
        self._writing_engine = self._engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._prepare()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading one consistent state."""
        with self._mapped(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on disk when it ends; it moves the generation on."""
        with self.noting() as connection:
            move_generation(connection)
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """The same for what no answer depends on, such as the queue: the generation stays."""
        with self._mapped(), self._writing_engine.begin() as connection:
            yield connection

    def look_up(self, statement: str, *values: str | int) -> list[tuple[Any, ...]]:
        """The rows of a plain statement: an eighth of the time of one that is put together.

        What every answer asks is asked so; a list of values goes in as JSON, for ``json_each``.
        It goes straight to the driver: after an encoding nothing is in the processor's caches, and
        the engine's pool has code enough to double the time of a look-up.
        """
        with self._mapped(), self._plain_connection() as connection:
            return connection.execute(statement, values).fetchall()

    def generation(self) -> int:
        """How many transactions have written."""
        rows = self.look_up("SELECT value FROM facts WHERE key = ?", GENERATION)
        return int(rows[0][0]) if rows else 0

    def check(self) -> None:
        """Look at the file itself: what is kept in memory outlives what lies under it.

        Raises:
            StorageError: It is no whole database any more.
        """
        check_whole(self.path)

    def damage(self) -> str | None:
        """What the database's own check finds wrong, or None."""
        with self.reading() as connection:
            found: str = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        return None if found == "ok" else found

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
        while self._kept:
            self._kept.pop().close()

    def _prepare(self) -> None:
        with self.reading() as connection:
            written_by = _format(connection)
        if written_by is None:
            with self.noting() as connection:
                if _format(connection) is None:  # nobody else was quicker
                    metadata.create_all(connection)
                    set_fact(connection, FORMAT, FORMAT_VERSION)
        elif written_by != FORMAT_VERSION:
            from indexers.catalogue.migrations import migrate

            migrate(self, written_by)

    @contextmanager
    def _plain_connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._kept.pop()
        except IndexError:
            connection = _opened(self.path)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if len(self._kept) < _KEPT:
            self._kept.append(connection)
        else:
            connection.close()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise fault(self.path, error.orig) from error
        except sqlite3.Error as error:  # from the driver itself, as a connection is opened
            raise fault(self.path, error) from error


def _format(connection: Connection) -> str | None:
    """The format that a catalogue is in, or None where there is none yet."""
    return fact(connection, FORMAT) if inspect(connection).has_table(facts.name) else None


def fact(connection: Connection, key: str) -> str | None:
    """One of the catalogue's facts, or None."""
    value: str | None = connection.execute(
        select(facts.c.value).where(facts.c.key == key)
    ).scalar_one_or_none()
    return value


def set_fact(connection: Connection, key: str, value: str) -> None:
    """Set one of the catalogue's facts."""
    changed = connection.execute(update(facts).where(facts.c.key == key).values(value=value))
    if not changed.rowcount:
        connection.execute(facts.insert().values(key=key, value=value))


def move_generation(connection: Connection) -> None:
    """Tell whoever follows the catalogue that there is something new."""
    take_numbers(connection, GENERATION, 1)


def take_numbers(connection: Connection, counter: str, count: int) -> int:
    """Take ``count`` numbers of a counter, never given before, and return the first; from 1."""
    value = connection.execute(
        update(facts)
        .where(facts.c.key == counter)
        .values(value=cast(cast(facts.c.value, Integer) + count, String))
        .returning(facts.c.value)
    ).scalar_one_or_none()
    if value is None:
        set_fact(connection, counter, str(count))
        return 1
    return int(value) - count + 1


def take_range(connection: Connection, counter: str, count: int) -> range:
    """Take ``count`` numbers of a counter."""
    first = take_numbers(connection, counter, count)
    return range(first, first + count)


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows of the same columns, of which there may be none.

    They go to the driver as they are, in half the time: no column has a type of its own.
    """
    if rows:
        statement, columns = _insertion(table, tuple(rows[0]), connection.dialect)
        values = [tuple(map(row.__getitem__, columns)) for row in rows]
        connection.exec_driver_sql(statement, values)


@lru_cache
def _insertion(
    table: Table, columns: tuple[str, ...], dialect: Dialect
) -> tuple[str, Sequence[str]]:
    """A statement for the driver, and the columns that its parameters are, in their order."""
    compiled = insert(table).compile(dialect=dialect, column_keys=columns)
    return str(compiled), getattr(compiled, "positiontup", columns)


def _begin(connection: Connection) -> None:
    # The driver's own way opens no transaction for reading, so two reads could see two states.
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        _configure(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(
    connection: DBAPIConnection | sqlite3.Connection, _entry: ConnectionPoolEntry | None = None
) -> None:
    connection.isolation_level = None  # transactions begin in _begin
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged record survives a power cut
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "cache_size=-16384",  # KiB; the system's own cache holds the rest, once for all
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
