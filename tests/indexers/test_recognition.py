"""Scanned pages, whose text Tesseract recognises where that is asked for."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from indexers.parsing import FailureReason, ParseFailure, ParserPool
from indexers.parsing.parsed import ParsedFile

PAGES = ("Le plan des ventouses", "Compte rendu du 12 mai")

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed"
)


@pytest.fixture(scope="module")
def recognising() -> Iterator[ParserPool]:
    with ParserPool(ocr=True) as pool:
        yield pool


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A page with words, an empty one, and another with words; all of them pictures."""
    font = ImageFont.load_default(60)
    images = []
    for text in (PAGES[0], "", PAGES[1]):
        image = Image.new("L", (1240, 800), 255)
        ImageDraw.Draw(image).text((120, 150), text, font=font, fill=0)
        images.append(image)
    path = tmp_path / "scan.pdf"
    images[0].save(path, save_all=True, append_images=images[1:], resolution=150)
    return path


@needs_tesseract
def test_words_are_recognised_on_their_pages(recognising: ParserPool, scan: Path) -> None:
    parsed = recognising.parse(scan)
    assert isinstance(parsed, ParsedFile), parsed
    assert [(block.page, block.text) for block in parsed.blocks] == [
        (1, PAGES[0]),
        (3, PAGES[1]),
    ]


@needs_tesseract
@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("tika/tika-parser-pdf-module/testOCR.pdf", "Happy New Year 2003!"),
        ("unstructured/pdf/loremipsum-flat.pdf", "consectetur adipiscing elit"),
    ],
)
def test_real_scans(recognising: ParserPool, shared: Path, file: str, words: str) -> None:
    parsed = recognising.parse(shared / "files" / file)
    assert isinstance(parsed, ParsedFile), parsed
    assert words in " ".join(block.text for block in parsed.blocks)


def test_unless_it_is_asked_for_a_scan_is_listed(parsers: ParserPool, scan: Path) -> None:
    outcome = parsers.parse(scan)
    assert isinstance(outcome, ParseFailure)
    assert outcome.reason is FailureReason.NO_TEXT
    assert "turn the setting ocr on" in outcome.message


def test_without_the_program_it_is_said_what_to_do(
    scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with ParserPool(ocr=True) as pool:
        outcome = pool.parse(scan)
    assert isinstance(outcome, ParseFailure)
    assert outcome.reason is FailureReason.MISSING_PROGRAM
    assert "install it, or turn the setting ocr off" in outcome.message


def test_what_has_text_is_not_recognised(
    read: Callable[[str, bytes], ParsedFile], recognising: ParserPool, tmp_path: Path
) -> None:
    content = b"BT /F1 24 Tf 72 700 Td (Plan de crue) Tj ET"
    font = b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>>>" % font,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    )
    numbered = (b"%d 0 obj%s endobj\n" % each for each in enumerate(objects, start=1))
    data = b"%PDF-1.4\n" + b"".join(numbered) + b"trailer<</Root 1 0 R>>"
    path = tmp_path / "text.pdf"
    path.write_bytes(data)
    assert recognising.parse(path) == read("text.pdf", data)
