"""Files of old office programs, read through LibreOffice where it is installed."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from openings import watching

from indexers.parsing import FailureReason, Limits, ParseFailure, ParserPool
from indexers.parsing.legacy import PROFILE, converted
from indexers.parsing.parsed import BlockKind, ParsedFile

Reader = Callable[[str, bytes], ParsedFile]

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)
TIKA = "files/tika/tika-parser-microsoft-module"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
"""A PNG image."""
SECRET = "motdepasse"  # noqa: S105 - a word

FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.{kind}"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"
 xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"
 xmlns:ooo="http://openoffice.org/2004/office"
 xmlns:xlink="http://www.w3.org/1999/xlink">
{scripts}<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>
"""
"""An OpenDocument file of one part, which LibreOffice makes the old formats from."""
IMAGE = (
    '<draw:frame svg:x="1cm" svg:y="5cm" svg:width="2cm" svg:height="2cm"{anchor}>'
    '<draw:image xlink:type="simple" xlink:href="{image}"/></draw:frame>'
)
TEXT = (
    '<text:p>avant</text:p><text:section text:name="s">'
    '<text:section-source xlink:href="{text}"/><text:p>ancien</text:p></text:section><text:p>'
    + IMAGE.replace("{anchor}", ' text:anchor-type="as-char"')
    + "</text:p>"
)
SLIDE = (
    '<draw:page draw:name="p"><draw:frame svg:x="1cm" svg:y="1cm" svg:width="5cm" svg:height="2cm">'
    "<draw:text-box><text:p>avant</text:p></draw:text-box></draw:frame>"
    + IMAGE.replace("{anchor}", "")
    + "</draw:page>"
)
CELL = (
    '<table:table-cell{formula} office:value-type="string"><text:p>{text}</text:p>'
    "</table:table-cell>"
)
SHEET = (
    '<table:table table:name="t"><table:table-row>'
    + CELL.format(formula="", text="avant")
    + CELL.format(formula=" table:formula=\"of:=['{text}'#$secret.A1]\"", text="ancien")
    + CELL.format(
        formula=' table:formula="of:=COM.MICROSOFT.WEBSERVICE(&quot;{text}&quot;)"', text="vieux"
    )
    + "</table:table-row></table:table>"
)
MACRO = """<office:scripts><office:script script:language="ooo:Basic"><ooo:libraries>
<ooo:library-embedded ooo:name="Standard"><ooo:module ooo:name="Module1"><ooo:source-code>Sub Main
Open "{trace}" For Output As #1
Close #1
End Sub
</ooo:source-code></ooo:module></ooo:library-embedded></ooo:libraries></office:script>
<office:event-listeners><script:event-listener script:language="ooo:script"
 script:event-name="dom:load" xmlns:dom="http://www.w3.org/2001/xml-events" xlink:type="simple"
 xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document"/>
</office:event-listeners></office:scripts>"""
ALLOWED = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
    '<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item></oor:items>'
)
"""What an administrator may have set for everyone: any document's macros run."""


@needs_office
def test_headings_tables_and_accents_come_through(tmp_path: Path, read: Reader) -> None:
    page = tmp_path / "réseau.html"
    page.write_text(
        "<meta charset=utf-8><h1>Réseau d'eau</h1><p>Débit élevé</p>"
        "<table><tr><td>Crue</td><td>12 m</td></tr></table>",
        encoding="utf-8",
    )
    made = _saved_by_office(page, "doc:MS Word 97", "--infilter=HTML (StarWriter)")
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


@needs_office
@pytest.mark.parametrize(
    ("kind", "body", "extension"), [("text", TEXT, "doc"), ("presentation", SLIDE, "ppt")]
)
def test_no_file_that_it_links_to_is_opened(
    tmp_path: Path, read: Reader, kind: str, body: str, extension: str
) -> None:
    image, text = tmp_path / "image.png", tmp_path / "secret.txt"
    absolute = image.as_uri()
    near = tmp_path / f"{'i' * (len(absolute) - 4)}.png"
    for file in image, near:
        file.write_bytes(PIXEL)
    text.write_text(SECRET)
    flat = tmp_path / "flat.xml"
    linking = body.format(image=near.as_uri(), text=text.as_uri())
    flat.write_text(FLAT.format(kind=kind, scripts="", body=linking))
    with watching(image, near, text) as opened:
        made = _saved_by_office(flat, extension)
        assert opened()  # who is not kept from it does
        # A presentation has the way from its folder, and parsers put it into another one.
        made = made.replace(near.name.encode("utf-16-le"), absolute.encode("utf-16-le"))
        assert near.as_uri().encode() in made or absolute.encode("utf-16-le") in made
        parsed = read(f"linking.{extension}", made)
        assert not opened()
    assert "avant" in repr(parsed.blocks)
    assert SECRET not in repr(parsed)


@needs_office
def test_no_text_comes_into_a_workbook_from_elsewhere(tmp_path: Path, read: Reader) -> None:
    text = tmp_path / "secret.csv"
    text.write_text(SECRET)
    flat = tmp_path / "flat.xml"
    body = SHEET.format(text=text.as_uri())
    flat.write_text(FLAT.format(kind="spreadsheet", scripts="", body=body))
    made = _saved_by_office(flat, "xls")
    assert text.as_uri().encode() in made
    with watching(text) as opened:
        parsed = read("linking.xls", made)
        assert not opened()
    assert "avant" in repr(parsed.blocks)
    assert SECRET not in repr(parsed)


@needs_office
def test_no_macro_runs_even_where_all_may(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    flat = FLAT.format(kind="text", scripts=MACRO.format(trace=trace), body="<text:p>a</text:p>")
    for profile, runs in (
        ("<oor:items xmlns:oor='http://openoffice.org/2001/registry'>" + ALLOWED, True),
        (PROFILE.replace("</oor:items>", ALLOWED), False),
    ):
        with _opened_by_office(tmp_path / f"runs-{runs}", flat, profile):
            deadline = time.monotonic() + (30 if runs else 5)
            while not trace.exists() and time.monotonic() < deadline:
                time.sleep(0.1)
        assert trace.exists() is runs
        trace.unlink(missing_ok=True)
    program = shutil.which("soffice")
    assert program
    assert converted(program, flat.encode(), ".fodt", ".docx")
    assert not trace.exists()


@contextmanager
def _opened_by_office(folder: Path, flat: str, profile: str) -> Iterator[None]:
    """A document as somebody who works with it opens it, once it is open."""
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(profile)
    file = folder / "macro.fodt"
    file.write_text(flat)
    profile_option = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    office = subprocess.Popen(  # noqa: S603 - a document of our own
        ["soffice", profile_option, "--headless", "--norestore", str(file)],  # noqa: S607
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not file.with_name(f".~lock.{file.name}#").exists():
            assert time.monotonic() < deadline, "LibreOffice did not open it"
            time.sleep(0.05)
        yield
    finally:
        os.killpg(office.pid, signal.SIGKILL)
        office.wait()


def _saved_by_office(page: Path, target: str, *options: str) -> bytes:
    folder = page.parent
    subprocess.run(  # noqa: S603 - a page of our own
        [
            *("soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"),
            *(*options, "--convert-to", target, "--outdir", str(folder), str(page)),
        ],
        check=True,
        timeout=60,
        capture_output=True,
    )
    return page.with_suffix("." + target.partition(":")[0]).read_bytes()
