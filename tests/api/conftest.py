"""The demonstration, filled once and served as whoever a test wants to be; the command line."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from command import COMMAND, Run
from fastapi.testclient import TestClient

from api.assembly import Installation
from api.cli import main
from api.http.app import create_app
from api.settings import EncoderSettings, Settings, ViewerSettings
from indexers.outcomes import Status
from indexers.sources.ndjson import NdjsonSource

DEMO = Path(__file__).parents[2] / "eval/collections/demo/records.ndjson"

Serve = Callable[..., TestClient]


@pytest.fixture(scope="session")
def settings() -> Callable[..., Settings]:
    """Settings of a data folder, without a model, for whoever asks."""

    def of(data: Path, person: str | None = None) -> Settings:
        return Settings(
            data=data,
            encoder=EncoderSettings(name="hashing"),
            viewer=ViewerSettings(person=person),
        )

    return of


@pytest.fixture(scope="session")
def demo(settings: Callable[..., Settings], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the demonstration, by words and by meaning; tests only read it."""
    data = tmp_path_factory.mktemp("demo")
    with Installation(settings(data)) as installation, installation.filling("tests") as pipeline:
        outcomes = list(pipeline.ingest(NdjsonSource(DEMO)))
        pipeline.encode()
    assert {outcome.status for outcome in outcomes} == {Status.INDEXED}
    return data


@pytest.fixture
def serve(settings: Callable[..., Settings]) -> Iterator[Serve]:
    """Serves a data folder to a test's client."""
    with ExitStack() as stack:

        def start(data: Path, person: str | None = None) -> TestClient:
            installation = stack.enter_context(Installation(settings(data, person)))
            app = create_app(installation)
            return stack.enter_context(TestClient(app, base_url="http://127.0.0.1:8000"))

        yield start


@pytest.fixture
def client(demo: Path, serve: Serve) -> TestClient:
    """Asks the demonstration as a member of whom nothing is known."""
    return serve(demo)


@pytest.fixture
def empty(tmp_path: Path, serve: Serve) -> TestClient:
    """Asks an installation that holds nothing yet, and fills it."""
    return serve(tmp_path)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of commands on a data folder of the test's own, without a model."""
    return {
        **os.environ,
        "FINDER_DATA": str(tmp_path / "data"),
        "FINDER_ENCODER__NAME": "hashing",
        "COLUMNS": "100",
    }


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    """Runs commands, each in a process of its own."""

    def finder(*arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(  # noqa: S603 - our own command
            [*COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return finder


@pytest.fixture
def run_here(
    tmp_path: Path,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs commands in this process, which takes a tenth of the time."""
    for name in ("FINDER_DATA", "FINDER_ENCODER__NAME", "COLUMNS"):
        monkeypatch.setenv(name, environment[name])
    monkeypatch.chdir(tmp_path)

    def finder(*arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["finder", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert (ended.value.code or 0) == code, told.out + told.err
        return subprocess.CompletedProcess(arguments, code, told.out, told.err)

    return finder
