"""Look-ups, on the driver's own connections."""

import gc
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from finder.errors import StorageError
from indexers.catalogue.database import Database, set_fact

FDS = Path("/proc/self/fd")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "catalogue.sqlite")) as opened:
        yield opened


def held(path: Path) -> int:
    """How many times this process has a file open."""
    return sum(fd.resolve() == path for fd in FDS.iterdir())


def connections() -> int:
    """How many are open: a file may stay open after its connection, for another's locks."""
    return sum(type(each) is sqlite3.Connection for each in gc.get_objects())


def counted(database: Database, first: int) -> int:
    """The last of some numbers, which takes some milliseconds."""
    statement = """
        WITH c(n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM c WHERE n < ?1 + 20000)
        SELECT max(n) FROM c
    """
    [(last,)] = database.look_up(statement, first)
    return int(last)


def test_look_ups_at_once_each_have_a_connection(database: Database) -> None:
    with ThreadPoolExecutor(12) as threads:
        found = list(threads.map(partial(counted, database), range(60)))
    assert found == [number + 20_000 for number in range(60)]


def test_a_look_up_sees_what_was_just_written(database: Database) -> None:
    told = "SELECT value FROM facts WHERE key = 'told'"
    assert database.look_up(told) == []
    for value in ("once", "twice"):
        with database.writing() as connection:
            set_fact(connection, "told", value)
        assert database.look_up(told) == [(value,)]


def test_one_that_fails_spoils_none_after_it(database: Database) -> None:
    for _ in range(3):
        with pytest.raises(StorageError):
            database.look_up("SELECT nothing FROM nowhere")
        assert database.look_up("SELECT 1") == [(1,)]


@pytest.mark.skipif(not FDS.exists(), reason="open files are not told here")
def test_no_more_are_kept_than_serve_and_none_when_closed(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(Database(path)) as database, ThreadPoolExecutor(30) as threads:
        before = connections()
        list(threads.map(partial(counted, database), range(300)))
        assert connections() - before <= 4
        assert held(path) > 0
    assert held(path) == 0
