"""A catalogue of format 1 becomes one of today, whole or not at all."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from organisation import Organisation
from tokens import WordByWord

from finder.domain import (
    Contribution,
    Document,
    Kind,
    Person,
    PersonId,
    Post,
    RecordKey,
    Role,
)
from finder.errors import BusyError, StorageError
from finder.query import Mode, understand
from indexers.catalogue.database import FORMAT, Database, fact, set_fact
from indexers.catalogue.library import SqlLibrary
from indexers.catalogue.migrations import steps
from indexers.catalogue.schema import FORMAT_VERSION, metadata
from indexers.clicks import ClickLog
from indexers.dense.making import is_outdated, passages_to_encode, remake_vectors
from indexers.dense.writer import awaiting_vectors
from indexers.lock import writing
from indexers.mending import differences, mend
from indexers.parsing import ParserPool
from indexers.taxonomy.excluded import ExcludedTopics
from models.hashing import HashingEncoder

ROOT = Path(__file__).parents[2]
DUMP = Path(__file__).with_name("format_1.sql")
"""What the Finder of format 1 wrote: a private group, a profile, posts, a document, a deletion,
and one post whose vector was awaited."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The folder of a catalogue in format 1."""
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode=WAL")
    return tmp_path


def format_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("SELECT value FROM facts WHERE key = 'format'").fetchone()
        return str(version)


def test_everything_is_found_again(
    old: Path, parsers: ParserPool, caplog: pytest.LogCaptureFixture
) -> None:
    migrated = Organisation(old, parsers, encoder=HashingEncoder(64))
    assert awaiting_vectors(migrated.database) == 1
    assert differences(migrated.database) == []
    mend(migrated.database)  # the words, which another analyser had counted
    migrated.pipeline.encode()
    for mode in Mode:
        assert "p1" in migrated.found("la facture d'eau", mode=mode)
        assert migrated.found("pompes", mode=mode)[0] == "d1"
        assert migrated.found("sécurité des données", mode=mode)[0] == "p4"
        assert "p2" not in migrated.found("fraude", mode=mode)
        assert migrated.found("rapport fraude", "amy", mode=mode)[0] == "p2"
        assert "p3" not in migrated.found("message de trop", mode=mode)
    assert [person.id for person in migrated.experts("assainissement").items] == ["amy"]
    migrated.close()
    assert f"from format 1 to {FORMAT_VERSION}. A copy as it was before is" in caplog.text
    assert format_of(old / "catalogue.sqlite") == FORMAT_VERSION
    assert format_of(old / "catalogue.sqlite.format-1") == "1"


def test_the_schema_is_what_the_migrations_make(old: Path, tmp_path: Path) -> None:
    migrated = Database(old / "catalogue.sqlite")
    fresh = Database(tmp_path / "fresh" / "catalogue.sqlite")
    # The comparison looks neither at the conditions of indexes nor at what a table is ordered by.
    besides = """
        SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
        UNION ALL SELECT name, wr FROM pragma_table_list ORDER BY name
    """
    made = []
    for database in (migrated, fresh):
        with database.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        made.append(database.look_up(besides))
        database.close()
    assert made[0] == made[1]


def test_an_older_catalogue_gains_an_empty_click_log(old: Path) -> None:
    with closing(Database(old / "catalogue.sqlite")) as database:
        log = ClickLog(
            database,
            SqlLibrary(database),
            excluded=ExcludedTopics(()),
            days=1,
            clock=lambda: datetime.now(UTC),
        )
        assert log.opened() == []
        log.note(understand("facture"), RecordKey(Kind.POST, "p1"))
        assert [each.record.id for each in log.opened()] == ["p1"]


def test_format_6_gains_how_names_sound_and_who_is_thanked(
    tmp_path: Path, parsers: ParserPool
) -> None:
    organisation = Organisation(tmp_path, parsers, encoder=HashingEncoder(64))
    organisation.take(Person(id="amy", name="Amy Renault"), Person(id="bob", name="Bob Martin"))
    organisation.take(
        Post(id="p1", text="Merci à Amy pour la pompe", mentions=(PersonId("amy"),)),
        Post(id="p2", text="Amy a vu la pompe", mentions=(PersonId("amy"),)),
        Post(id="p3", text="La vanne", authors=(PersonId("bob"),)),
        Post(id="r1", text="Merci", authors=(PersonId("eve"),), reply_to="p3"),
        Document(
            id="d1",
            text="Merci Amy",
            contributors=(Contribution(person=PersonId("amy"), role="mentioned"),),
        ),
    )
    organisation.close()
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as connection:
        connection.executescript(
            """
            UPDATE names SET sound = 'RENOLT' WHERE word = 'renault';
            UPDATE associations SET role = 7 WHERE role = 13;
            ALTER TABLE replies DROP COLUMN thanks;
            DROP TABLE skill_mentions;
            ALTER TABLE skills DROP COLUMN french;
            ALTER TABLE skills DROP COLUMN english;
            ALTER TABLE vectors DROP COLUMN tokens;
            UPDATE facts SET value = '6' WHERE key = 'format';
            """
        )
    migrated = Organisation(tmp_path, parsers, encoder=HashingEncoder(64))
    assert [person.id for person in migrated.experts("ami reno").items] == ["amy"]
    assert [person.id for person in migrated.experts("bob martin").items] == ["bob"]
    (amy,) = migrated.experts("pompe").items
    assert {part.found.key.id: part.role for part in amy.evidence} == {
        "p1": Role.THANKED,
        "p2": Role.MENTIONED,
    }
    assert [person.id for person in migrated.experts("vanne").items] == ["bob"]
    amy = next(each for each in migrated.experts("merci").items if each.id == "amy")
    roles = {part.found.key.id: part.role for part in amy.evidence}
    assert roles == {"p1": Role.THANKED, "d1": Role.MENTIONED}
    migrated.close()


@pytest.mark.parametrize(
    "undo",
    [
        """
        ALTER TABLE vectors DROP COLUMN tokens;
        ALTER TABLE vectors_beside DROP COLUMN tokens;
        UPDATE facts SET value = '7' WHERE key = 'format';
        """,
        # Those of format 8 are of more components.
        """
        UPDATE vectors SET tokens = x'01';
        UPDATE vectors_beside SET tokens = x'01';
        UPDATE facts SET value = '8' WHERE key = 'format';
        """,
    ],
)
def test_formats_7_and_8_have_tokens_once_meaning_is_made_again(
    undo: str, tmp_path: Path, parsers: ParserPool
) -> None:
    class KilledError(Exception):
        """Ends a rebuild after its first step."""

    def kill(_count: int) -> None:
        raise KilledError

    organisation = Organisation(tmp_path, parsers, encoder=WordByWord(64))
    organisation.take(Post(id="p1", text="la pompe"))
    kept = "SELECT data, tokens FROM vectors"
    (made,) = organisation.database.look_up(kept)
    with pytest.raises(KilledError):
        remake_vectors(organisation.database, WordByWord(64), kill)
    assert passages_to_encode(organisation.database, WordByWord(64)) == 0
    assert not is_outdated(organisation.database)
    organisation.close()
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as connection:
        connection.executescript(undo)
    migrated = Organisation(tmp_path, parsers, encoder=WordByWord(64))
    assert migrated.database.look_up(kept) == [(made[0], b"")]
    assert migrated.found("pompe", mode=Mode.HYBRID) == ["p1"]
    assert is_outdated(migrated.database)
    remake_vectors(migrated.database, WordByWord(64))
    assert migrated.database.look_up(kept) == [made]
    assert not is_outdated(migrated.database)
    migrated.close()


def test_without_vectors_there_are_none_of_before(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("UPDATE facts SET value = '8' WHERE key = 'format'")
    migrated = Database(path)
    assert not is_outdated(migrated)
    migrated.close()


def test_the_last_step_leads_to_the_format_of_today() -> None:
    formats = [step.revision for step in steps()]
    assert formats == [str(number) for number in range(2, int(FORMAT_VERSION) + 1)]


@pytest.mark.parametrize("version", [str(int(FORMAT_VERSION) + 1), "1000", "0.5", ""])
def test_a_format_of_the_future_is_refused(tmp_path: Path, version: str) -> None:
    path = tmp_path / "catalogue.sqlite"
    newer = Database(path)
    with newer.writing() as connection:
        set_fact(connection, FORMAT, version)
    newer.close()
    with pytest.raises(StorageError, match=r"install the newer Finder that wrote it"):
        Database(path)
    assert format_of(path) == version


def test_nothing_is_migrated_under_a_writer(old: Path) -> None:
    with writing(old, "finder ingest"), pytest.raises(BusyError, match="finder ingest"):
        Database(old / "catalogue.sqlite")
    assert format_of(old / "catalogue.sqlite") == "1"


_MIGRATE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from indexers.catalogue.database import Database
import alembic.migration, alembic.operations, alembic.script
print("ready", flush=True)
Database(Path(sys.argv[1]))
print("done", flush=True)
"""


def test_killed_at_any_moment_it_begins_again(old: Path) -> None:
    path = old / "catalogue.sqlite"
    before = path.read_bytes()
    seen = set()
    for milliseconds in (*range(0, 40, 4), 1_000):
        path.write_bytes(before)
        process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", _MIGRATE, str(path), str(ROOT)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(milliseconds / 1_000)
        process.kill()
        process.wait()
        process.stdout.close()
        seen.add(format_of(path))
        with closing(Database(path)) as database, database.reading() as connection:
            assert fact(connection, FORMAT) == FORMAT_VERSION
            assert database.damage() is None
        assert format_of(old / "catalogue.sqlite.format-1") == "1"
        for suffix in ("-wal", "-shm", ".format-1"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    assert seen == {"1", FORMAT_VERSION}
