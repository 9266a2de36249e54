"""Backup, restore, rebuild and migration from the command line, beside a server that runs."""

import json
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from command import COMMAND, Run
from sqlalchemy import delete

from api.doctor import Level, diagnose
from api.settings import EncoderSettings, Settings
from indexers.catalogue.database import Database
from indexers.catalogue.schema import vectors
from indexers.lexical.making import remake_words

DUMP = Path(__file__).parents[1] / "indexers/format_1.sql"
OPERATOR = 4


class Server:
    """``finder serve`` in a process of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self._url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [*COMMAND, "serve", "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, path: str, body: str | None = None) -> str:
        request = Request(  # noqa: S310 - our own address
            self._url + path,
            data=body.encode() if body else None,
            headers={"Content-Type": "application/x-ndjson"},
        )
        with urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
            told: str = answer.read().decode()
            return told

    def ids(self, text: str, mode: str = "hybrid") -> list[str]:
        asked = urlencode({"q": text, "mode": mode, "limit": 100})
        return [item["id"] for item in json.loads(self.ask(f"/api/v1/search?{asked}"))["items"]]

    def push(self, *ids: str) -> None:
        self.ask("/api/v1/records", "".join(map(post, ids)))

    def is_settled(self) -> bool:
        """Whether it is ready, and all that it was sent is found by meaning."""
        try:
            told = json.loads(self.ask("/health/ready"))
        except URLError:
            return False
        return bool(told["status"] == "ready" and told["awaiting_vectors"] == 0)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def post(id_: str) -> str:
    record = {"type": "post", "id": id_, "text": f"la facture {id_}", "language": "fr"}
    return json.dumps(record) + "\n"


def until(condition: Callable[[], bool], seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture
def serve(environment: dict[str, str]) -> Iterator[Callable[[], Server]]:
    """Starts servers on the data folder."""
    started: list[Server] = []

    def start() -> Server:
        server = Server(environment)
        started.append(server)
        until(server.is_settled)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder that commands work on."""
    return tmp_path / "data"


def test_a_backup_of_a_server_that_runs_answers_as_it_did(
    serve: Callable[[], Server], run: Run, tmp_path: Path, data: Path
) -> None:
    server, backup = serve(), tmp_path / "finder.backup"
    server.push(*(f"alpha{n}" for n in range(30)))
    until(server.is_settled)
    before = server.ids("facture alpha7")
    told = json.loads(run("backup", backup, "--json").stdout)
    assert told["contents"]["records"] == 30
    server.push("omega1")
    until(lambda: "omega1" in server.ids("facture omega1"))
    refused = run("restore", backup, "--force", code=3).stderr
    assert "being written by finder serve" in refused
    assert "omega1" in server.ids("facture omega1")
    elsewhere = tmp_path / "elsewhere"
    assert "Restored 30 records" in run("restore", backup, "--data", elsewhere).stdout
    asked = ("search", "facture alpha7", "--json", "--limit", "100")
    found = json.loads(run(*asked, "--data", elsewhere).stdout)
    assert [item["id"] for item in found["items"]] == before
    server.stop()
    told = json.loads(run("restore", backup, "--force", "--json").stdout)
    assert told["contents"]["vectors"] == 30
    assert serve().ids("facture alpha7") == before
    assert [path.name for path in data.iterdir() if "restored" in path.name] == []


def test_a_rebuild_beside_a_server_that_runs(serve: Callable[[], Server], run: Run) -> None:
    server = serve()
    server.push(*(f"alpha{n}" for n in range(30)))
    until(server.is_settled)
    before = {mode: server.ids("facture alpha7", mode) for mode in ("words", "meaning", "hybrid")}
    assert "Made again from 30 passages: words, meaning." in run("rebuild").stdout
    assert {mode: server.ids("facture alpha7", mode) for mode in before} == before
    server.push("omega1")
    until(server.is_settled)
    assert server.ids("facture omega1")[0] == "omega1"


def test_a_server_brings_an_older_catalogue_to_this_version(
    serve: Callable[[], Server], run: Run, data: Path
) -> None:
    data.mkdir()
    with closing(sqlite3.connect(data / "catalogue.sqlite")) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
        # Its vectors have fewer dimensions than those of the encoder that is configured.
        connection.execute("DELETE FROM vectors")
        connection.execute("DELETE FROM facts WHERE key = 'encoder'")
        connection.commit()
    server = serve()
    for mode in ("words", "meaning"):
        assert server.ids("les pompes de relevage", mode)[0] == "d1"
        assert "p2" not in server.ids("rapport fraude", mode)
    assert (data / "catalogue.sqlite.format-1").exists()
    server.stop()
    run("doctor")


def test_the_doctor_tells_what_differs_was_interrupted_or_is_of_before(
    run_here: Run, tmp_path: Path, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "posts.ndjson"
    file.write_text("".join(post(f"p{n}") for n in range(1_200)))
    run_here("ingest", file)

    class StoppedError(Exception):
        """Ends the rebuild after its first step."""

    def stop(_count: int) -> None:
        raise StoppedError

    with closing(Database(data / "catalogue.sqlite")) as database:
        with pytest.raises(StoppedError):
            remake_words(database, stop)
        with database.writing() as connection:
            connection.execute(delete(vectors).where(vectors.c.passage == 1))
    settings = Settings(data=data, encoder=EncoderSettings(name="hashing"))
    found = {finding.check: finding for finding in diagnose(settings)}
    assert found["rebuild"].level is Level.WARNING
    assert "run 'finder rebuild words' to finish it" in found["rebuild"].message
    assert found["agreement"].level is Level.ERROR
    assert "1 passages that neither have nor await a vector" in found["agreement"].message
    run_here("rebuild", "words")
    assert "rebuild" not in run_here("doctor", code=OPERATOR).stdout.replace("finder rebuild", "")
    run_here("ingest", file)
    assert "mended: 1 passages that neither have nor await a vector" in caplog.text
    assert "ok      meaning" in run_here("doctor").stdout
    with closing(sqlite3.connect(data / "catalogue.sqlite")) as connection:
        connection.executescript("UPDATE facts SET value = '8' WHERE key = 'format'")
    told = run_here("doctor").stdout
    assert "warning meaning" in told
    assert "'finder rebuild meaning'" in told
    run_here("rebuild", "meaning")
    assert "ok      meaning" in run_here("doctor").stdout
