"""What takes a file's place between its listing and its reading is not read in its stead."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from organisation import Organisation

from indexers.outcomes import Status
from indexers.parsing import FailureReason, Limits, ParsedFile, ParseFailure, ParserPool
from indexers.parsing.opening import opened
from indexers.parsing.parsed import ParseError
from indexers.sources import Refusal, Source, SourceItem
from indexers.sources.folder import FolderSource, _walk
from indexers.sources.ndjson import NdjsonSource

SECRET = "Le motdepasse est ici."  # noqa: S105 - a text
MOST = 2**20


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with one note, in a folder of its own; beside it lies a secret of the same name."""
    for folder, text in (("root", "Le relevé hebdomadaire."), ("outside", SECRET)):
        (tmp_path / folder / "inner").mkdir(parents=True)
        (tmp_path / folder / "inner" / "note.txt").write_text(text)
    line = '{"type":"document","id":"inner/note.txt","file":"inner/note.txt"}'
    (tmp_path / "root" / ".records.ndjson").write_text(line)
    return tmp_path / "root"


def swap_file(root: Path) -> None:
    note = root / "inner" / "note.txt"
    note.unlink()
    note.symlink_to(root.parent / "outside" / "inner" / "note.txt")


def swap_folder(root: Path) -> None:
    (root / "inner").rename(root / ".gone")
    (root / "inner").symlink_to(root.parent / "outside" / "inner", target_is_directory=True)


def swap_root(root: Path) -> None:
    root.rename(root.parent / "gone")
    root.symlink_to(root.parent / "outside", target_is_directory=True)


SWAPS = (swap_file, swap_folder, swap_root)
SOURCES: tuple[Callable[[Path], Source], ...] = (
    FolderSource,
    lambda root: NdjsonSource(root / ".records.ndjson"),
)
Swap = Callable[[Path], None]


@pytest.mark.parametrize("read", SOURCES, ids=["folder", "records"])
@pytest.mark.parametrize("swap", SWAPS)
def test_a_link_that_is_put_there_after_the_listing_is_not_followed(
    organisation: Organisation, root: Path, read: Callable[[Path], Source], swap: Swap
) -> None:
    listed = [item for item in read(root).items() if isinstance(item, SourceItem)]
    swap(root)
    [outcome] = organisation.take(*listed)
    assert outcome.status is Status.FAILED
    assert outcome.reason is not None
    assert "links are not followed; take its source in again" in outcome.reason
    assert organisation.found("motdepasse") == []


@pytest.mark.parametrize("swap", SWAPS)
def test_neither_does_a_parser_that_it_comes_before(
    parsers: ParserPool, root: Path, swap: Swap
) -> None:
    note = root / "inner" / "note.txt"
    assert isinstance(parsers.parse(note), ParsedFile)
    swap(root)
    outcome = parsers.parse(note)
    assert isinstance(outcome, ParseFailure)
    assert outcome.reason is FailureReason.UNREADABLE
    assert "links are not followed" in outcome.message


def test_a_link_that_comes_and_goes_as_files_are_read_never_leads_out(
    parsers: ParserPool, root: Path
) -> None:
    inner, away, stop = root / "inner", root / ".away", threading.Event()
    link = root / ".link"
    link.symlink_to(root.parent / "outside" / "inner", target_is_directory=True)

    def swap() -> None:
        while not stop.is_set():
            inner.rename(away)
            link.rename(inner)
            inner.rename(link)
            away.rename(inner)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        outcomes = [parsers.parse(inner / "note.txt") for _ in range(1_000)]
    finally:
        stop.set()
        swapping.join()
    assert {isinstance(outcome, ParsedFile) for outcome in outcomes} == {True, False}
    assert not any("motdepasse" in repr(outcome) for outcome in outcomes)


def test_a_link_inside_is_read_where_it_lies_under_its_own_name(
    organisation: Organisation, root: Path
) -> None:
    (root / "Compte rendu.txt").symlink_to(root / "inner" / "note.txt")
    found = [item for item in FolderSource(root).items() if isinstance(item, SourceItem)]
    assert {outcome.status for outcome in organisation.take(*found)} == {Status.INDEXED}
    assert sorted(organisation.found("hebdomadaire")) == ["Compte rendu.txt", "inner/note.txt"]
    assert organisation.found("compte rendu") == ["Compte rendu.txt"]


def test_one_that_is_turned_to_the_outside_after_the_listing_is_read_where_it_lay(
    organisation: Organisation, root: Path
) -> None:
    link = root / "lien.txt"
    link.symlink_to(root / "inner" / "note.txt")
    listed = [item for item in FolderSource(root).items() if isinstance(item, SourceItem)]
    link.unlink()
    link.symlink_to(root.parent / "outside" / "inner" / "note.txt")
    organisation.take(*listed)
    assert sorted(organisation.found("hebdomadaire")) == ["inner/note.txt", "lien.txt"]
    assert organisation.found("motdepasse") == []
    [refusal] = [item for item in FolderSource(root).items() if isinstance(item, Refusal)
                 if item.source.endswith("lien.txt")]  # fmt: skip
    assert refusal.reason == "a link that leads out of the folder"


def test_a_link_that_is_put_there_during_the_listing_tells_no_names_of_the_outside(
    root: Path,
) -> None:
    for folder in root, root.parent / "outside":
        (folder / "inner" / "z").mkdir()
        (folder / "inner" / "z" / f"{folder.name}.txt").write_text("un texte")
    walk = _walk(root)
    listed = [next(walk).path.name for _ in range(2)]
    assert listed == [".records.ndjson", "note.txt"]
    swap_folder(root)
    [cut_short] = walk
    assert cut_short.path == root / "inner" / "z"
    assert cut_short.refusal is not None
    assert "links are not followed" in cut_short.refusal.reason
    assert not cut_short.refusal.skipped  # so that nothing counts as gone


@pytest.mark.parametrize("taken", ["pipe", "device", "folder", "nothing", "too much"])
def test_what_is_no_file_any_more_is_told_and_never_waited_for(
    organisation: Organisation, root: Path, taken: str
) -> None:
    note = root / "inner" / "note.txt"
    listed = [item for item in FolderSource(root).items() if isinstance(item, SourceItem)]
    note.unlink()
    match taken:
        case "pipe":
            os.mkfifo(note)
        case "device":
            if os.geteuid():
                pytest.skip("only root makes devices")
            os.mknod(note, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero
        case "folder":
            note.mkdir()
        case "too much":
            with note.open("wb") as file:
                file.truncate(2**40)
    [outcome] = organisation.take(*listed)
    assert outcome.status is Status.FAILED
    assert outcome.reason == {
        "nothing": "unreadable: No such file or directory",
        "too much": f"too large: it is larger than {Limits().file_bytes // 2**20} MB",
    }.get(taken, "unreadable: it is not a regular file")


def test_one_that_is_too_large_is_not_opened(root: Path) -> None:
    note = root / "inner" / "note.txt"
    with pytest.raises(ParseError, match="larger than 0 MB"), opened(note, most=10):
        pass
    with opened(note, most=MOST) as file:
        assert file.read().decode() == "Le relevé hebdomadaire."


def test_a_failure_of_the_disk_as_it_is_read_is_told(root: Path) -> None:
    note = root / "inner" / "note.txt"
    with pytest.raises(ParseError, match="Input/output error"), opened(note, most=MOST):
        raise OSError(5, "Input/output error")
