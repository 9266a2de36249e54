"""Bad storage: each is told once, plainly, with what to do, and what was acknowledged stays."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest
from command import Run
from mounts import mounted, unmounting

from api.assembly import Installation
from api.settings import Settings
from indexers.catalogue import database as opening
from indexers.catalogue.database import FORMAT, Database, set_fact
from indexers.lexical.making import ANALYSER
from indexers.lock import writing
from indexers.sources.ndjson import NdjsonSource
from models.hashing import HashingEncoder

CATALOGUE = "catalogue.sqlite"
INPUT, RETRY, OPERATOR = 2, 3, 4


def posts(path: Path, count: int) -> Path:
    random = Random(5)  # noqa: S311 - a repeatable test, no secret
    lines = (
        {
            "type": "post",
            "id": f"p{n}",
            "language": "fr",
            "text": f"la facture n{n} " + " ".join(random.randbytes(3).hex() for _ in range(40)),
        }
        for n in range(count)
    )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder that commands work on."""
    return tmp_path / "data"


@pytest.fixture
def filled(data: Path, tmp_path: Path, run_here: Run) -> Path:
    """The same, with twenty posts."""
    run_here("ingest", posts(tmp_path / "filled.ndjson", 20))
    return data


def complaint(run_here: Run, *arguments: str | Path, code: int = OPERATOR) -> str:
    """The one line that a command says as it gives up."""
    told = run_here(*arguments, code=code).stderr
    assert "Traceback" not in told
    (line,) = (line for line in told.splitlines() if line.startswith("finder: "))
    return line


def acknowledged(told: str) -> set[str]:
    """Records of which it was said that they are on disk."""
    lines = (json.loads(line) for line in told.splitlines())
    return {line["id"] for line in lines if line.get("status") in {"received", "indexed"}}


def held(data: Path) -> set[str]:
    with closing(Database(data / CATALOGUE)) as database:
        return {id_ for (id_,) in database.look_up("SELECT id FROM records")}


def test_a_full_disk(data: Path, tmp_path: Path, run_here: Run) -> None:
    data.mkdir()
    mounted("-t", "tmpfs", "-o", "size=1500k", "tmpfs", data)
    with unmounting(data):
        file = posts(tmp_path / "posts.ndjson", 1_000)
        done = run_here("ingest", file, "--json", code=OPERATOR)
        assert "is full: make room, and run it again" in done.stderr
        assert "Traceback" not in done.stderr
        mounted("-o", "remount,size=64m", data)
        run_here("worker", "--until-done")
        assert acknowledged(done.stdout) <= held(data)
        run_here("ingest", file)
        assert len(held(data)) == 1_000
        run_here("doctor")


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody can write there; whoever may do everything is kept out by a mount."""
    if os.geteuid():
        folder.chmod(0o555)
        yield
        folder.chmod(0o755)
        return
    mounted("--bind", folder, folder)
    with unmounting(folder):
        mounted("-o", "remount,ro,bind", folder)
        yield


def test_a_read_only_folder(data: Path, tmp_path: Path, run_here: Run) -> None:
    data.mkdir()
    file = posts(tmp_path / "posts.ndjson", 2)
    with read_only(data):
        assert "cannot be written" in run_here("doctor", code=OPERATOR).stdout
        for command in (("ingest", file), ("search", "facture"), ("worker", "--until-done")):
            assert "give this user the right to write" in complaint(run_here, *command)
        new = data / "new"
        assert "name another one with --data" in complaint(run_here, "search", "x", "--data", new)


def test_a_read_only_folder_of_records(filled: Path, tmp_path: Path, run_here: Run) -> None:
    file = posts(tmp_path / "posts.ndjson", 30)
    with read_only(filled):
        assert "give this user the right to write" in complaint(run_here, "ingest", file)
    run_here("ingest", file)
    assert len(held(filled)) == 30


def test_a_folder_that_is_a_file(tmp_path: Path, run_here: Run) -> None:
    (tmp_path / "file").touch()
    told = complaint(run_here, "search", "facture", "--data", tmp_path / "file")
    assert "cannot be made" in told
    assert "--data" in told


def test_a_second_writer(filled: Path, run_here: Run) -> None:
    with writing(filled, "finder worker"):
        told = complaint(run_here, "worker", "--until-done", code=RETRY)
        assert f"being written by finder worker (process {os.getpid()}" in told


def test_an_index_of_another_encoder(data: Path, tmp_path: Path, run_here: Run) -> None:
    other = Installation(Settings(data=data), encoder=HashingEncoder(64))
    with other, other.filling("a test") as pipeline:
        list(pipeline.ingest(NdjsonSource(posts(tmp_path / "posts.ndjson", 5))))
        pipeline.encode()
    for mode in ("meaning", "hybrid"):
        told = complaint(run_here, "search", "facture n3", "--mode", mode)
        assert "run 'finder rebuild meaning', or configure the former encoder again" in told
    assert "p3" in run_here("search", "facture n3", "--mode", "words").stdout
    assert "finder rebuild meaning" in run_here("doctor", code=OPERATOR).stdout
    run_here("rebuild", "meaning")
    assert "p3" in run_here("search", "facture n3", "--mode", "meaning").stdout
    run_here("doctor")


def change_fact(data: Path, fact: str, value: str) -> None:
    with closing(Database(data / CATALOGUE)) as database, database.writing() as connection:
        set_fact(connection, fact, value)


def test_an_index_of_another_analyser(
    filled: Path, tmp_path: Path, run_here: Run, caplog: pytest.LogCaptureFixture
) -> None:
    change_fact(filled, ANALYSER, "99")
    assert "run 'finder rebuild words'" in complaint(run_here, "search", "facture")
    assert "finder rebuild words" in run_here("doctor", code=OPERATOR).stdout
    run_here("rebuild", "words")
    assert "p3" in run_here("search", "facture n3").stdout
    change_fact(filled, ANALYSER, "99")
    run_here("ingest", posts(tmp_path / "posts.ndjson", 25))  # which mends it first
    assert "counted anew" in caplog.text
    assert "p24" in run_here("search", "facture n24").stdout


@pytest.mark.parametrize(
    ("index", "mode", "remedy"),
    [("terms", "words", "finder rebuild words"), ("vectors", "meaning", "finder rebuild meaning")],
)
def test_an_index_that_was_cut(
    filled: Path, run_here: Run, index: str, mode: str, remedy: str
) -> None:
    with closing(sqlite3.connect(filled / CATALOGUE)) as database:
        cut = f"UPDATE {index} SET data = substr(data, 1, length(data) - 1) WHERE passage = 4"  # noqa: S608 - our own tables
        database.execute(cut)
        database.commit()
    told = complaint(run_here, "search", "facture n3", "--mode", mode)
    assert "is cut" in told
    assert remedy in told
    assert "that are cut" in run_here("doctor", code=OPERATOR).stdout
    run_here(*remedy.split()[1:])
    assert "p3" in run_here("search", "facture n3", "--mode", mode).stdout
    run_here("doctor")


def test_a_catalogue_that_another_program_locks(
    filled: Path, tmp_path: Path, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_BUSY_TIMEOUT_MS", 50)
    file = posts(tmp_path / "posts.ndjson", 30)
    with closing(sqlite3.connect(filled / CATALOGUE)) as other:
        other.execute("BEGIN IMMEDIATE")
        for command in (("ingest", file), ("worker", "--until-done")):
            told = complaint(run_here, *command, code=RETRY)
            assert "locked by another program: close it, and try again" in told
        assert "p3" in run_here("search", "facture n3").stdout  # who reads does not wait
    run_here("ingest", file)
    assert len(held(filled)) == 30


def test_a_newer_format(filled: Path, run_here: Run) -> None:
    change_fact(filled, FORMAT, "1000")
    told = complaint(run_here, "search", "facture")
    assert "format 1000" in told
    assert "install the newer Finder that wrote it" in told


def test_a_catalogue_that_was_cut(filled: Path, tmp_path: Path, run_here: Run) -> None:
    catalogue, backup = filled / CATALOGUE, tmp_path / "finder.backup"
    run_here("backup", backup)
    whole = catalogue.read_bytes()
    for size in (0, len(whole) // 3):
        catalogue.write_bytes(whole[:size])
        told = complaint(run_here, "search", "facture")
        assert "is damaged" in told
        assert "finder restore" in told
    assert "finder restore" in run_here("doctor", code=OPERATOR).stdout
    assert "--force" in complaint(run_here, "restore", backup, code=INPUT)
    run_here("restore", backup, "--force")
    assert "p3" in run_here("search", "facture n3").stdout
    run_here("doctor")


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ("[encoder]\nnam = 'e5'\n", "unknown setting encoder.nam; did you mean encoder.name?"),
        ("langage = 'fr'\n", "unknown setting langage; did you mean language?"),
        ("[server]\nport = 99999\n", "setting server.port"),
        ("data = [", "is not TOML"),
    ],
)
def test_settings_that_are_wrong(tmp_path: Path, run_here: Run, settings: str, hint: str) -> None:
    (tmp_path / "finder.toml").write_text(settings)
    assert hint in complaint(run_here, "search", "facture")


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("FINDER_LANGAGE", "FINDER_LANGAGE; did you mean FINDER_LANGUAGE?"),
        ("FINDER_ENCODER_NAME", "FINDER_ENCODER_NAME; did you mean FINDER_ENCODER__NAME?"),
        ("FINDER_SERVER__PORTT", "unknown setting server.portt; did you mean server.port?"),
    ],
)
def test_a_variable_that_nearly_names_a_setting(
    run_here: Run, monkeypatch: pytest.MonkeyPatch, variable: str, hint: str
) -> None:
    monkeypatch.setenv(variable, "fr")
    assert hint in complaint(run_here, "search", "facture")


def test_a_variable_of_another_program(run_here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_SHARED", "/elsewhere")
    run_here("search", "facture")
