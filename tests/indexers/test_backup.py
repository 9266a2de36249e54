"""A backup is one moment of the catalogue, and what is restored answers as it did."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from organisation import Organisation
from sqlalchemy import func, select

from finder.domain import Person, PersonId, Post
from finder.errors import BusyError, FinderError, InputError, StorageError
from finder.query import Mode
from indexers.catalogue.archive import back_up, read_manifest, steps_of
from indexers.catalogue.database import FORMAT, Database, set_fact
from indexers.catalogue.restoring import check_restorable, restore
from indexers.catalogue.schema import records
from indexers.lock import writing
from indexers.mending import differences
from indexers.parsing import ParserPool
from models.hashing import HashingEncoder

ROOT = Path(__file__).parents[2]
POSTS = tuple(
    Post(id=str(n), text=f"la facture numero{n}", authors=(PersonId("amy"),), language="fr")
    for n in range(200)
)
CATALOGUE = "catalogue.sqlite"


@pytest.fixture
def filled(organisation: Organisation) -> Organisation:
    organisation.take(
        *POSTS, Person(id="amy", name="Amy"), Post(id="s", acl=("user:amy",), text="crue")
    )
    return organisation


@pytest.fixture
def file(filled: Organisation, tmp_path: Path) -> Path:
    """A backup of it."""
    file = tmp_path / "finder.backup"
    back_up(filled.database.path, file, ignored)
    return file


def ignored(_megabytes: int) -> None:
    """Progress that nobody looks at."""


def answers(organisation: Organisation) -> list[object]:
    asked = ("la facture numero7", "crue", "Amy")
    return [
        found.items
        for mode in Mode
        for viewer in (None, "amy")
        for text in asked
        for found in (
            organisation.search(text, viewer, mode=mode),
            organisation.experts(text, viewer, mode=mode),
        )
    ]


def test_what_is_restored_answers_as_before(
    filled: Organisation, parsers: ParserPool, tmp_path: Path
) -> None:
    file, told = tmp_path / "finder.backup", list[int]()
    manifest = back_up(filled.database.path, file, told.append)
    assert sum(told) == steps_of(filled.database.path)
    assert manifest == read_manifest(file)
    assert (manifest.contents.records, manifest.contents.vectors) == (202, 202)
    target = tmp_path / "elsewhere"
    assert check_restorable(file, target / CATALOGUE, force=False) == manifest
    restored_megabytes: list[int] = []
    restore(file, target / CATALOGUE, restored_megabytes.append)
    assert sum(restored_megabytes) == manifest.megabytes
    restored = Organisation(target, parsers, encoder=filled.encoder)
    assert answers(restored) == answers(filled)
    assert restored.database.generation() == manifest.contents.generation
    restored.take(Post(id="new", text="la pluie", language="fr"))
    assert restored.found("pluie") == ["new"]
    restored.close()
    assert sorted(path.name for path in target.iterdir()) == [CATALOGUE, "writer.lock"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


_FILL = """
import sys
from itertools import count
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from organisation import Organisation
from finder.domain import Deletion, Kind, Post, RecordKey
from indexers.parsing import ParserPool
from models.hashing import HashingEncoder
with ParserPool() as parsers:
    writer = Organisation(Path(sys.argv[1]), parsers, encoder=HashingEncoder())
    for n in count():
        batch = [Post(id=f"{n}-{k}", text=f"la facture {n} {k}", language="fr") for k in range(20)]
        gone = [Deletion(target=RecordKey(Kind.POST, f"{n - 1}-{k}")) for k in range(5)]
        writer.take(*batch, *gone)
        print(n, flush=True)
"""


@pytest.fixture
def filler(filled: Organisation) -> Iterator["subprocess.Popen[str]"]:
    """Another process that adds twenty posts at a time, and takes five away, without end."""
    process = subprocess.Popen(  # noqa: S603 - our own code
        [
            *(sys.executable, "-c", _FILL, str(filled.folder)),
            *(str(ROOT), str(ROOT / "tests")),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "0\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_each_backup_under_a_writer_is_one_moment(
    filled: Organisation, filler: "subprocess.Popen[str]", parsers: ParserPool, tmp_path: Path
) -> None:
    generations = []
    for number in range(5):
        file, target = tmp_path / f"{number}.backup", tmp_path / f"restored-{number}"
        manifest = back_up(filled.database.path, file, ignored)
        generations.append(manifest.contents.generation)
        restore(file, target / CATALOGUE, ignored)
        restored = Organisation(target, parsers, encoder=HashingEncoder())
        assert restored.database.damage() is None
        assert differences(restored.database) == []
        assert restored.database.generation() == manifest.contents.generation
        with restored.database.reading() as connection:
            held = connection.execute(select(func.count()).select_from(records)).scalar_one()
        assert held == manifest.contents.records
        assert restored.found("numero7")[0] == "7"
        restored.close()
    assert generations == sorted(set(generations))
    assert filler.poll() is None


def test_records_are_not_replaced_unless_told_to(
    file: Path, new_organisation: type, parsers: ParserPool
) -> None:
    other = new_organisation()
    other.take(Post(id="mine", text="la pluie", language="fr"))
    other.close()
    catalogue = other.folder / CATALOGUE
    with pytest.raises(InputError, match=r"holds records.*--force"):
        check_restorable(file, catalogue, force=False)
    check_restorable(file, catalogue, force=True)
    restore(file, catalogue, ignored)
    restored = Organisation(other.folder, parsers, encoder=HashingEncoder())
    assert restored.found("pluie") == []
    assert restored.found("numero7")[0] == "7"
    restored.close()


def test_an_empty_folder_is_no_obstacle(file: Path, tmp_path: Path) -> None:
    empty = Database(tmp_path / "empty" / CATALOGUE)
    empty.close()
    check_restorable(file, empty.path, force=False)
    restore(file, empty.path, ignored)


def test_what_is_in_use_is_not_replaced(
    file: Path, filled: Organisation, filler: "subprocess.Popen[str]"
) -> None:
    before = filled.database.path.stat().st_ino
    with pytest.raises(BusyError, match="open in another process"):
        restore(file, filled.database.path, ignored)
    with writing(filled.folder, "finder serve"), pytest.raises(BusyError, match="finder serve"):
        restore(file, filled.database.path, ignored)
    assert filled.database.path.stat().st_ino == before
    assert not list(filled.folder.glob("*.restored"))
    assert filler.poll() is None


def test_the_log_of_the_catalogue_before_is_not_applied_to_it(
    file: Path, filled: Organisation, parsers: ParserPool
) -> None:
    # The log of a process that was killed is left beside the catalogue.
    catalogue = filled.database.path
    log = catalogue.with_name(CATALOGUE + "-wal")
    filled.take(Post(id="late", text="la neige", language="fr"))
    left, damaged = log.read_bytes(), b"damaged" * 100
    assert left
    filled.close()
    for content in (catalogue.read_bytes(), damaged):
        catalogue.write_bytes(content)
        log.write_bytes(left)
        restore(file, catalogue, ignored)
        assert not log.exists()
        restored = Organisation(filled.folder, parsers, encoder=filled.encoder)
        assert restored.found("neige") == []
        assert restored.found("numero7")[0] == "7"
        restored.close()


def test_a_damaged_backup_changes_nothing(file: Path, tmp_path: Path) -> None:
    whole, random = file.read_bytes(), Random(1)  # noqa: S311 - a repeatable test, no secret
    target = tmp_path / "elsewhere" / CATALOGUE
    damaged = [whole[: random.randrange(len(whole))] for _ in range(10)]
    for _ in range(20):
        place = random.randrange(len(whole) - 200)  # what follows is the directory of the archive
        damaged.append(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
    for content in damaged:
        file.write_bytes(content)
        with pytest.raises(InputError, match=r"damaged|no backup"):
            restore(file, target, ignored)
        assert not target.exists()
    for content in (b"", b"PK", b"text", json.dumps({}).encode()):
        file.write_bytes(content)
        with pytest.raises(InputError, match="no backup"):
            read_manifest(file)
    with pytest.raises(InputError, match="There is no file"):
        read_manifest(tmp_path / "nothing")


def test_a_backup_of_the_future_is_refused(
    file: Path, filled: Organisation, tmp_path: Path
) -> None:
    with filled.database.writing() as connection:
        set_fact(connection, FORMAT, "1000")
    back_up(filled.database.path, file, ignored)
    with pytest.raises(StorageError, match=r"format 1000.*install a newer Finder"):
        check_restorable(file, tmp_path / "elsewhere" / CATALOGUE, force=True)


def test_a_backup_of_format_1_is_migrated(tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(old)) as connection:
        dump = Path(__file__).with_name("format_1.sql").read_text(encoding="utf-8")
        connection.executescript(dump)
    file, target = tmp_path / "finder.backup", tmp_path / "elsewhere" / CATALOGUE
    assert back_up(old, file, ignored).contents.format == "1"
    check_restorable(file, target, force=False)
    restore(file, target, ignored)
    with closing(Database(target)) as database, database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(records)).scalar_one() == 6


def test_what_cannot_be_backed_up_is_told(filled: Organisation, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    with pytest.raises(StorageError, match="name a file in a folder that there is"):
        back_up(filled.database.path, nowhere / "finder.backup", ignored)
    with pytest.raises(InputError, match="no catalogue"):
        back_up(nowhere / CATALOGUE, tmp_path / "finder.backup", ignored)
    filled.close()  # which leaves everything in the one file
    whole = filled.database.path.read_bytes()
    for content in (b"text" * 100, whole[: len(whole) // 2]):
        torn = tmp_path / "torn.sqlite"
        torn.write_bytes(content)
        with pytest.raises(FinderError, match="damaged"):
            back_up(torn, tmp_path / "finder.backup", ignored)
    assert not (tmp_path / "finder.backup").exists()
