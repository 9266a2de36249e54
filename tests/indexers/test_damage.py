"""A catalogue that was cut, torn, locked or out of room: one clear error, and nothing lost."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from organisation import Organisation

from finder.domain import Post
from finder.errors import BusyError, StorageError
from indexers.catalogue import database as opening
from indexers.catalogue.database import Database
from indexers.mending import differences
from indexers.parsing import ParserPool
from models.hashing import HashingEncoder

ROOT = Path(__file__).parents[2]
CATALOGUE = "catalogue.sqlite"
POSTS = tuple(Post(id=str(n), text=f"la facture numero{n}", language="fr") for n in range(200))


@pytest.fixture
def random() -> Random:
    return Random(11)  # noqa: S311 - a repeatable test, no secret


def script(code: str, *arguments: str | Path) -> list[str]:
    """A command that runs some code, which finds what it imports after its arguments."""
    return [sys.executable, "-c", code, *map(str, arguments), str(ROOT), str(ROOT / "tests")]


def test_a_catalogue_cut_anywhere_is_told_to_be_damaged(
    organisation: Organisation, random: Random, tmp_path: Path
) -> None:
    organisation.take(*POSTS)
    organisation.close()
    whole = (organisation.folder / CATALOGUE).read_bytes()
    cut = tmp_path / "cut" / CATALOGUE
    cut.parent.mkdir()
    (cut.parent / "writer.lock").touch()
    for size in (0, 1, 99, 100, 511, 4_096, len(whole) - 1, *random.sample(range(len(whole)), 40)):
        cut.write_bytes(whole[:size])
        with pytest.raises(StorageError, match=r"is damaged \(.*finder restore.*ingest anew"):
            Database(cut).close()


_FILL_A_QUOTA = """
import resource, sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from organisation import Organisation
from finder.domain import Post
from finder.errors import StorageError
from indexers.parsing import ParserPool
from models.hashing import HashingEncoder
with ParserPool() as parsers:
    writer = Organisation(Path(sys.argv[1]), parsers, encoder=HashingEncoder())
    writer.take(Post(id="first", text="la facture de la premiere heure"))  # loads what it takes
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    try:
        for n in range(10_000):
            writer.take(*(Post(id=f"{n}-{k}", text=f"la facture {n} {k} " * 40) for k in range(20)))
            print(n, flush=True)
    except StorageError as error:
        print(error, flush=True)
"""


def test_a_quota_that_is_reached_costs_nothing_that_was_acknowledged(
    parsers: ParserPool, tmp_path: Path
) -> None:
    for size in (2**20, 2**21 + 1_000):
        folder = tmp_path / str(size)
        done = subprocess.run(  # noqa: S603 - our own code
            script(_FILL_A_QUOTA, folder, str(size)), check=True, capture_output=True, text=True
        )
        *acknowledged, told = done.stdout.splitlines()
        assert "fails (disk I/O error): look at its room, its quota and its health" in told
        assert len(acknowledged) > 1
        with closing(Organisation(folder, parsers, encoder=HashingEncoder())) as found:
            assert found.database.damage() is None
            assert differences(found.database) == []
            held = {id_ for (id_,) in found.database.look_up("SELECT id FROM records")}
            assert {f"{n}-{k}" for n in acknowledged for k in range(20)} <= held
            found.take(Post(id="again", text="la pluie", language="fr"))
            assert found.found("pluie") == ["again"]


_WRITE = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from organisation import Organisation
from finder.domain import Post
from indexers.parsing import ParserPool
from models.hashing import HashingEncoder
with ParserPool() as parsers:
    writer = Organisation(Path(sys.argv[1]), parsers, encoder=HashingEncoder())
    for n in range(20):
        writer.take(Post(id=str(n), text=f"la facture numero{n}", language="fr"))
    print("written", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """What a writer of twenty posts leaves that is killed before its log is folded in."""
    folder = tmp_path / "left"
    process = subprocess.Popen(  # noqa: S603 - our own code
        script(_WRITE, folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline() == b"written\n"
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    return folder


def torn(log: bytes, random: Random) -> Iterator[bytes]:
    """The log without its end, or with something else in its place."""
    page = 4_096
    for _ in range(12):
        end = random.randrange(len(log))
        yield log[:end]
        yield log[:end] + bytes(len(log) - end)
        yield log[:end] + random.randbytes(min(page, len(log) - end)) + log[end + page :]
    yield log[:-page] + bytes(page)


def test_a_torn_log_costs_the_last_transactions_and_nothing_else(
    left: Path, random: Random, parsers: ParserPool, tmp_path: Path
) -> None:
    log = (left / f"{CATALOGUE}-wal").read_bytes()
    seen = set()
    for number, content in enumerate(torn(log, random)):
        folder = tmp_path / f"torn-{number}"
        folder.mkdir()
        shutil.copy(left / CATALOGUE, folder)
        (folder / f"{CATALOGUE}-wal").write_bytes(content)
        found = Organisation(folder, parsers, encoder=HashingEncoder())
        assert found.database.damage() is None
        assert differences(found.database) == []
        ids = sorted(map(int, found.found("la facture")))
        assert ids == list(range(len(ids)))  # the first of them, each with those before it
        found.take(Post(id="again", text="la pluie", language="fr"))
        assert found.found("pluie") == ["again"]
        found.close()
        seen.add(len(ids))
    assert len(seen) > 5


def test_a_whole_log_costs_nothing(left: Path, parsers: ParserPool) -> None:
    with closing(Organisation(left, parsers, encoder=HashingEncoder())) as found:
        assert len(found.found("la facture")) == 20


def test_who_must_wait_for_another_program_too_long_is_told(
    organisation: Organisation, parsers: ParserPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation.take(*POSTS[:3])
    monkeypatch.setattr(opening, "_BUSY_TIMEOUT_MS", 50)
    waiting = Organisation(organisation.folder, parsers, encoder=HashingEncoder())
    with closing(sqlite3.connect(organisation.database.path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert len(waiting.found("la facture")) == 3  # who reads does not wait
        with pytest.raises(BusyError, match="locked by another program: close it"):
            waiting.take(*POSTS)
        other.rollback()
    waiting.take(*POSTS)
    assert len(waiting.found("la facture")) == len(POSTS)
    waiting.close()


def test_a_program_that_keeps_everyone_out_is_told(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation.close()
    monkeypatch.setattr(opening, "_BUSY_TIMEOUT_MS", 50)
    path = organisation.folder / CATALOGUE
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.commit()
        with pytest.raises(BusyError, match="locked by another program: close it"):
            Database(path)
    Database(path).close()


def test_another_file_is_no_catalogue(tmp_path: Path) -> None:
    path = tmp_path / CATALOGUE
    path.write_bytes(b"This is a text, whatever its name says. " * 200)
    with pytest.raises(StorageError, match="damaged"):
        Database(path)
