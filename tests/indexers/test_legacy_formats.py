"""Files of old office programs, read through LibreOffice where it is installed."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from indexers.parsing import FailureReason, Limits, ParseFailure, ParserPool
from indexers.parsing.parsed import BlockKind, ParsedFile

Reader = Callable[[str, bytes], ParsedFile]

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)
TIKA = "files/tika/tika-parser-microsoft-module"


@needs_office
def test_headings_tables_and_accents_come_through(tmp_path: Path, read: Reader) -> None:
    page = tmp_path / "réseau.html"
    page.write_text(
        "<meta charset=utf-8><h1>Réseau d'eau</h1><p>Débit élevé</p>"
        "<table><tr><td>Crue</td><td>12 m</td></tr></table>",
        encoding="utf-8",
    )
    made = _saved_by_office(page)
    blocks = [block for block in read("réseau.doc", made).blocks if block.text]
    assert [(block.kind, block.text) for block in blocks] == [
        (BlockKind.HEADING, "Réseau d'eau"),
        (BlockKind.TEXT, "Débit élevé"),
        (BlockKind.TABLE, "Crue | 12 m"),
    ]


@pytest.mark.shared
@pytest.mark.parametrize("extension", ["doc", "xls", "ppt"])
def test_a_password_is_told(shared: Path, parsers: ParserPool, extension: str) -> None:
    file = shared / f"files/misc_sdist/oletools_encrypted/encrypted.{extension}"
    outcome = parsers.parse(file)
    assert isinstance(outcome, ParseFailure)
    assert outcome.reason is FailureReason.ENCRYPTED


@pytest.mark.shared
def test_without_the_program_it_is_said_what_to_do(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with ParserPool() as pool:
        outcome = pool.parse(shared / TIKA / "testWORD.doc")
    assert isinstance(outcome, ParseFailure)
    assert outcome.reason is FailureReason.MISSING_PROGRAM
    assert "install it, or save the file as .docx" in outcome.message


@needs_office
@pytest.mark.shared
def test_one_that_takes_too_long_leaves_no_process_behind(shared: Path) -> None:
    with ParserPool(limits=Limits(seconds=0.7)) as pool:
        outcome = pool.parse(shared / TIKA / "testWORD.doc")
    assert isinstance(outcome, ParseFailure)
    assert outcome.reason is FailureReason.TIMED_OUT
    deadline = time.monotonic() + 5
    while (left := _converting()) and time.monotonic() < deadline:
        time.sleep(0.05)  # who is killed takes a moment to be gone
    assert not left


def _converting() -> list[str]:
    """The programs of this user that convert a file for a parser."""
    lines = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if "finder-parser-" in line and "--convert-to" in line:
            lines.append(line)
    return lines


def _saved_by_office(page: Path) -> bytes:
    folder = page.parent
    subprocess.run(  # noqa: S603 - a page of our own
        [
            *("soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"),
            *("--infilter=HTML (StarWriter)", "--convert-to", "doc:MS Word 97"),
            *("--outdir", str(folder), str(page)),
        ],
        check=True,
        timeout=60,
        capture_output=True,
    )
    return page.with_suffix(".doc").read_bytes()
