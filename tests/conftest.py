"""What every test may use."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# Test folders are not packages: what they share is imported from here by its own name.
from organisation import NewOrganisation, Organisation

from finder.ports import Encoder
from indexers.parsing import ParserPool
from indexers.parsing.parsed import ParsedFile
from models.hashing import HashingEncoder

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what loads the model: the longest test must not begin when the others end."""
    items.sort(key=lambda item: item.get_closest_marker("encoder") is None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The judged collections and files that lie beside the checkout."""
    folder = Path(os.environ.get("FINDER_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"the shared data is not at {folder}; FINDER_SHARED may name its folder")
    return folder.resolve()


@pytest.fixture(scope="session")
def parsers() -> Iterator[ParserPool]:
    """Parser processes, started at the first file or markup."""
    with ParserPool() as pool:
        yield pool


@pytest.fixture
def read(tmp_path: Path, parsers: ParserPool) -> Callable[[str, bytes], ParsedFile]:
    """Reads what a file of that name holds, in a parser process."""

    def read(name: str, data: bytes) -> ParsedFile:
        file = tmp_path / name
        file.write_bytes(data)
        parsed = parsers.parse(file)
        assert isinstance(parsed, ParsedFile), parsed
        return parsed

    return read


@pytest.fixture
def new_organisation(tmp_path: Path, parsers: ParserPool) -> Iterator[NewOrganisation]:
    """Makes empty organisations, as many as a test asks for, on disk and of real components."""
    made: list[Organisation] = []

    def make(*, encoder: Encoder | None = None) -> Organisation:
        folder = tmp_path / f"organisation-{len(made)}"
        made.append(Organisation(folder, parsers, encoder=encoder or HashingEncoder()))
        return made[-1]

    yield make
    for organisation in made:
        organisation.close()


@pytest.fixture
def organisation(new_organisation: NewOrganisation) -> Organisation:
    """One empty organisation."""
    return new_organisation()
