"""A folder that is read again, or watched: what goes from it is gone, unless too much is."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command import COMMAND, Run

PATIENCE = 30.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten texts, each with a word of its own."""
    made = tmp_path / "folder"
    (made / "sub").mkdir(parents=True)
    for number in range(10):
        (made / "sub" / f"{number}.txt").write_text(f"Le relevé mot{number} est hebdomadaire.")
    return made


def found(run: Run, word: str) -> bool:
    return word in run("search", word, "--mode", "words", "--as-typed").stdout


def test_a_file_that_is_gone_is_deleted_and_others_are_not(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "autre.txt").write_text("Un autre dossier, motautre.")
    run("ingest", folder, other)
    (folder / "sub" / "3.txt").unlink()
    assert "9 unchanged, 1 deleted" in run("ingest", folder).stdout
    assert not found(run, "mot3")
    assert found(run, "mot4")
    assert found(run, "motautre")
    assert "0 deleted" in run("ingest", folder).stdout


def test_much_that_is_gone_at_once_needs_a_confirmation(run: Run, folder: Path) -> None:
    run("ingest", folder)
    for number in range(3):
        (folder / "sub" / f"{number}.txt").unlink()
    done = run("ingest", folder, code=1)
    assert "3 of its records (30%) are not in it any more" in done.stderr
    assert "--delete-up-to 30" in done.stderr
    assert found(run, "mot1")
    assert "3 deleted" in run("ingest", folder, "--delete-up-to", "30").stdout
    assert not found(run, "mot1")


def test_nothing_is_deleted_where_not_all_could_be_listed(run: Run, folder: Path) -> None:
    run("ingest", folder)
    (folder / "sub" / "3.txt").unlink()
    name = "d" * 250
    here = os.open(folder, os.O_RDONLY)
    for _ in range(17):  # a path may have 4,096 bytes
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    done = run("ingest", folder, code=1)
    assert "File name too long" in done.stderr.replace("\n", "")
    assert "9 unchanged, 0 deleted" in done.stdout
    assert found(run, "mot3")
    shutil.rmtree(folder / name)
    assert "9 unchanged, 1 deleted" in run("ingest", folder).stdout
    assert not found(run, "mot3")


def export(file: Path, *numbers: int, more: str = "") -> Path:
    """Posts, each with a word of its own."""
    lines = [{"type": "post", "id": str(n), "text": f"Le relevé mot{n}."} for n in numbers]
    file.write_text("\n".join([*map(json.dumps, lines), more]), encoding="utf-8")
    return file


def test_what_a_whole_feed_has_lost_is_deleted(run: Run, tmp_path: Path) -> None:
    feed, other = tmp_path / "feed.ndjson", tmp_path / "other.ndjson"
    run("ingest", export(feed, *range(10)), export(other, 20))
    assert "0 deleted" in run("ingest", export(feed, *range(9))).stdout
    assert "9 unchanged, 1 deleted" in run("ingest", feed, "--whole").stdout
    assert not found(run, "mot9")
    assert found(run, "mot8")
    assert found(run, "mot20")


def test_a_feed_that_could_not_be_read_whole_has_lost_nothing(run: Run, tmp_path: Path) -> None:
    feed = export(tmp_path / "feed.ndjson", *range(10))
    run("ingest", feed, "--whole")
    assert "0 deleted" in run("ingest", export(feed, 1, 2, more="{"), "--whole", code=1).stdout
    assert found(run, "mot9")


def test_a_feed_that_has_lost_much_needs_a_confirmation(run: Run, tmp_path: Path) -> None:
    feed = export(tmp_path / "feed.ndjson", *range(10))
    run("ingest", feed, "--whole")
    done = run("ingest", export(feed, *range(5)), "--whole", code=1)
    assert "5 of its records (50%) are not in it any more" in done.stderr
    assert found(run, "mot9")
    assert "5 deleted" in run("ingest", feed, "--whole", "--delete-up-to", "50").stdout


def test_a_person_whose_line_is_gone_is_deleted(run: Run, folder: Path) -> None:
    people = folder / "people.csv"
    people.write_text("id,name,title\nana,Ana Lopes,Hydrologue\n")
    run("ingest", folder)
    assert "Ana Lopes" in run("experts", "hydrologue", "--mode", "words").stdout
    people.write_text("id,name,title\n")
    assert "1 deleted" in run("ingest", folder).stdout
    assert "Ana Lopes" not in run("experts", "hydrologue", "--mode", "words").stdout


def test_what_changes_in_a_watched_folder_is_found_and_what_goes_is_gone(
    run: Run, folder: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    with _watching(folder, environment) as told:
        assert "10 indexed" in told()
        (folder / "nouveau.txt").write_text("Un texte, motnouveau.")
        assert "1 indexed" in told()
        assert found(run, "motnouveau")
        (tmp_path / "moved").mkdir()
        (tmp_path / "moved" / "venu.txt").write_text("Un texte venu, motvenu.")
        (tmp_path / "moved").rename(folder / "moved")
        assert "1 indexed" in told()
        (folder / "nouveau.txt").unlink()
        assert "1 deleted" in told()
        assert not found(run, "motnouveau")
        (folder / ".cache").write_text("hidden")
        (folder / "sub").rename(tmp_path / "gone")
        assert "0 deleted, 0 failed, 1 refused" in told()
        assert found(run, "mot1")


@contextmanager
def _watching(folder: Path, environment: dict[str, str]) -> Iterator["Told"]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "watch", str(folder)],
        cwd=folder.parent,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
    )
    try:
        yield Told(process)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert process.stdout
        process.stdout.close()


class Told:
    """Waits for the next summary in which something happened."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self) -> str:
        assert self._process.stdout
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            line = self._process.stdout.readline()
            if not line.startswith("0 indexed") or "0 deleted, 0 failed, 0 refused" not in line:
                return line
        raise AssertionError("nothing was told")
