"""The documentation does what it says: its commands run, its links lead somewhere, it is whole.

A page's blocks are run in order, in a folder of their own that looks like the repository's.
``console`` blocks hold commands after ``$ `` and what they print; ``python`` blocks are run; a
block whose info string has a second word is a file that the reader saves under that name. In what
is printed, ``…`` stands for anything, and a decimal for any decimal: scores age with the evidence.
A page may stop before the end of what is printed.
"""

import dataclasses
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import typer
from pydantic import BaseModel

from api.assembly import Installation
from api.cli.main import app
from api.http import problems
from api.http.app import create_app
from api.settings import EncoderSettings, Settings
from finder import errors
from finder.domain import Document, Group, Person, Post

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DEMO = "eval/collections/demo/records.ndjson"
ADDRESS = "127.0.0.1:8000"
RUN = {"console", "python"}
"""Languages of blocks that are run; a command in an ``sh`` block is only shown."""

FIRST_STEPS = (ROOT / "README.md", DOCS / "en/tutorial.md")

PAGES = sorted(page.relative_to(DOCS / "en") for page in (DOCS / "en").rglob("*.md"))
WRITTEN = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
TRANSLATED = [
    (ROOT / "README.md", ROOT / "README.fr.md"),
    *((DOCS / "en" / page, DOCS / "fr" / page) for page in PAGES),
]

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DECIMAL = re.compile(r"\d+\\\.\d+")
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)")
_HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page; ``file`` is the name to save it under, if it has one."""

    language: str
    file: str
    text: str


def blocks(page: Path) -> list[Block]:
    return [Block(*found) for found in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a console block, and what it prints as the page shows it."""
    for part in block.text.split("\n$ ") if block.text else ():
        command, _, shown = part.removeprefix("$ ").partition("\n")
        yield command, shown.strip("\n")


def pattern(shown: str) -> str:
    escaped = _DECIMAL.sub(r"\\d+\\.\\d+", re.escape(shown))
    return escaped.replace("…", r"(?:.|\n)*?")


class Reader:
    """Somebody who follows a page, in a folder that looks like the repository's.

    ``model`` is the encoder they use. A server runs beside a page that asks one.
    """

    def __init__(self, folder: Path, *, model: str) -> None:
        self.folder = folder
        (folder / "eval").mkdir(parents=True)
        (folder / "eval/collections").symlink_to(ROOT / "eval/collections")
        shutil.copy(ROOT / "finder.toml", folder)
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("FINDER_")},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "100",
            "FINDER_ENCODER__NAME": model,
        }

    def follow(self, page: Path) -> None:
        todo = blocks(page)
        if any(ADDRESS in block.text for block in todo if block.language in RUN):
            with self._serving() as address:
                self._do(todo, address)
        else:
            self._do(todo, ADDRESS)

    def run(self, command: str) -> str:
        """What a command prints, bars left out: they are drawn over while they move."""
        done = subprocess.run(  # noqa: S603 - our own documentation
            ["/bin/bash", "-c", command],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}"
        lines = done.stdout.splitlines()
        return "\n".join(line.rstrip() for line in lines if "━" not in line)

    def _do(self, todo: list[Block], address: str) -> None:
        for block in todo:
            if block.file:
                file = self.folder / block.file
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block.text, encoding="utf-8")
            elif block.language == "python":
                (self.folder / "page.py").write_text(block.text.replace(ADDRESS, address))
                self.run(f"{sys.executable} page.py")
            elif block.language == "console":
                for command, shown in commands(block):
                    told = self.run(command.replace(ADDRESS, address))
                    assert re.search(rf"\A\s*{pattern(shown)}", told), f"$ {command}\n{told}"

    @contextmanager
    def _serving(self) -> Iterator[str]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = ["finder", "serve", "--port", str(port)]
        with (self.folder / "server.log").open("w") as log:
            server = subprocess.Popen(  # noqa: S603 - our own command
                command, cwd=self.folder, env=self._environment, stdout=log, stderr=log
            )
        try:
            _await_ready(f"http://127.0.0.1:{port}/api/v1/health/ready")
            yield f"127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def _await_ready(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(address) as response:  # noqa: S310 - our own server
                if b'"encoder":"ready"' in response.read():
                    return
        except URLError:
            pass
        assert time.monotonic() < deadline, f"{address} did not answer"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the demo, made without a model."""
    reader = Reader(tmp_path_factory.mktemp("filled") / "demo", model="hashing")
    reader.run(f"finder ingest {DEMO}")
    return reader.folder / ".finder"


@pytest.mark.parametrize(
    "page",
    [
        page
        for page in (DOCS / "en" / page for page in PAGES)
        if page not in FIRST_STEPS and any(block.language in RUN for block in blocks(page))
    ],
    ids=lambda page: str(page.relative_to(DOCS)),
)
def test_pages_run_as_they_are_written(page: Path, filled: Path, tmp_path: Path) -> None:
    reader = Reader(tmp_path / "reader", model="hashing")
    shutil.copytree(filled, reader.folder / ".finder")
    reader.follow(page)


@pytest.mark.encoder
@pytest.mark.timeout(600)  # each command loads the model
def test_the_first_steps_run_with_the_default_encoder(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "reader", model="e5")
    for page in FIRST_STEPS:
        reader.follow(page)


def test_the_readme_shows_ten_lines() -> None:
    shown = [
        command
        for b in blocks(ROOT / "README.md")
        if b.language == "console"
        for command, _ in commands(b)
    ]
    assert len(shown) == 10


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), target
        if anchor:
            titles = _HEADING.findall(there.read_text(encoding="utf-8"))
            assert anchor.removeprefix("#") in {_anchor(title) for _, title in titles}, anchor


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def test_french_and_english_have_the_same_pages() -> None:
    assert sorted(p.relative_to(DOCS / "fr") for p in (DOCS / "fr").rglob("*.md")) == PAGES


@pytest.mark.parametrize(
    ("english", "french"), TRANSLATED, ids=lambda page: str(page.relative_to(ROOT))
)
def test_french_and_english_have_the_same_shape(english: Path, french: Path) -> None:
    # The same code, so that running one page runs both; and the same headings, in number and level.
    def code(page: Path) -> list[Block]:
        return [block for block in blocks(page) if block.language not in {"text", "sh"}]

    def levels(page: Path) -> list[str]:
        prose = _BLOCK.sub("", page.read_text(encoding="utf-8"))
        return [level for level, _ in _HEADING.findall(prose)]

    assert code(french) == code(english)
    assert levels(french) == levels(english)


def sections(page: Path) -> dict[str, str]:
    """The text under each heading of the second level; that before the first is under ``""``."""
    parts = re.split(r"^## (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(["", *parts[1::2]], parts[::2], strict=True))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_command_and_option_is_documented(language: str) -> None:
    told = sections(DOCS / language / "reference/cli.md")
    program = typer.main.get_command(app)
    known = {f"`finder {name}`": command for name, command in program.commands.items()}
    assert set(told) - {""} == set(known)
    for heading, command in {"": program, **known}.items():
        for parameter in command.params:
            if parameter.param_type_name == "option" and "--help" not in parameter.opts:
                missing = [o for o in parameter.opts if not _mentions(told[heading], o)]
                assert not missing, f"{heading or 'finder'}: {missing}"


def _mentions(text: str, option: str) -> bool:
    return re.search(rf"`{re.escape(option)}[` ]", text) is not None


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Each setting that holds a value, with its default."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, f"{prefix}{name}.")
        else:
            yield prefix + name, field.default


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_setting_is_documented(language: str) -> None:
    text = (DOCS / language / "reference/settings.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    known = dict(keys(Settings))
    assert set(rows) == set(known)
    for key, default in known.items():
        assert f"`FINDER_{key.upper().replace('.', '__')}`" in rows[key]
        if isinstance(default, str | int):
            written = str(default).lower() if isinstance(default, bool) else default
            assert f"| `{written}` |" in rows[key]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_route_and_problem_is_documented(language: str, tmp_path: Path) -> None:
    text = (DOCS / language / "reference/http.md").read_text(encoding="utf-8")
    settings = Settings(data=tmp_path, encoder=EncoderSettings(name="hashing"))
    with Installation(settings) as installation:
        paths = create_app(installation).openapi()["paths"]
    routes = {
        f"`{method.upper()} {path.removeprefix('/api/v1')}`"
        for path, methods in paths.items()
        for method in methods
    }
    codes = {f"`{code}`" for code in [*problem_codes(), "unexpected", "invalid-parameter", "http"]}
    assert {item for item in routes | codes if item not in text} == set()


def problem_codes() -> Iterator[str]:
    yield from problems._HTTP_CODES.values()
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, errors.FinderError):
            yield error.code


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_field_of_a_record_is_documented(language: str) -> None:
    text = (DOCS / language / "reference/record-format.md").read_text(encoding="utf-8")
    names = {
        field.name for kind in (Person, Group, Post, Document) for field in dataclasses.fields(kind)
    }
    # ``private`` is how the core holds ``visibility``.
    wanted = names - {"private"} | {"type", "visibility", "target"}
    assert {name for name in wanted if f"`{name}`" not in text} == set()
