"""PDF through pdfium: text in reading order, with its pages, outline and metadata."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from indexers.parsing.metadata import as_utc
from indexers.parsing.parsed import Block, BlockKind, FailureReason, Metadata, ParseError
from indexers.parsing.recognition import recognised_text

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_SHORT_LINE = 0.8
"""A line under this share of its page's usual length, at the end of a sentence, ends a paragraph:
pdfium gives lines and no blank ones between paragraphs."""

_BULLET = re.compile(r"[•●▪◦‣–*-]\s+")
_SENTENCE_END = re.compile(r"[.!?…:;»”)]$")
# pdfium writes U+FFFE or U+0002 for a hyphen at which a word is broken over two lines.
_BROKEN_WORD = re.compile(r"(?<=\w)[\ufffe\x02\u00ad]\s*|(?<=[a-zà-öø-ÿ])-\n(?=[a-zà-öø-ÿ])")
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([-+])(\d\d)'?(\d\d)?)?")


def read_pdf(data: bytes, *, ocr: bool = False) -> tuple[Metadata, list[Block]]:
    """A PDF's metadata and blocks.

    Args:
        data: The file's content.
        ocr: Whether to recognise the text of pages that have none.

    Raises:
        ParseError: It needs a password, pdfium cannot open it, or its text is to be recognised
            and cannot be.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            reason, message = FailureReason.ENCRYPTED, "the PDF asks for a password"
        else:
            reason, message = FailureReason.CORRUPT, "the PDF is cut short or damaged"
        raise ParseError(reason, message) from error
    with document:
        headings = _outline(document)
        blocks = [
            block
            for number in range(len(document))
            for block in _page_blocks(_page_text(document, number, ocr=ocr), number + 1, headings)
        ]
        return _metadata(document), blocks


def _page_text(document: "PdfDocument", number: int, *, ocr: bool) -> str:
    import pypdfium2

    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""  # one damaged page costs its own text only
    text = str(text_page.get_text_range())
    text_page.close()
    if ocr and not text.strip():
        text = recognised_text(page)
    page.close()
    return text.replace("\r\n", "\n")


def _outline(document: "PdfDocument") -> dict[tuple[int, str], int]:
    """The level of each heading, by its page and its words, as the bookmarks give them."""
    levels: dict[tuple[int, str], int] = {}
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        if index is not None:
            levels[index + 1, _words(bookmark.get_title())] = bookmark.level + 1
    return levels


def _words(line: str) -> str:
    """The letters of a line: numbering, spacing and case differ between outline and page."""
    return "".join(filter(str.isalpha, line.casefold()))


def _page_blocks(text: str, page: int, headings: dict[tuple[int, str], int]) -> Iterator[Block]:
    lines = _BROKEN_WORD.sub("", text).split("\n")
    lengths = sorted(len(line) for line in lines if line.strip())
    usual = lengths[len(lengths) * 3 // 4] if lengths else 0
    paragraph: list[str] = []
    for line in [*(line.strip() for line in lines), ""]:
        level = headings.get((page, _words(line)), 0) if line else 0
        if paragraph and (not line or level or _BULLET.match(line)):
            yield Block(text=" ".join(paragraph), page=page)
            paragraph = []
        if level:
            yield Block(text=line, kind=BlockKind.HEADING, level=level, page=page)
        elif line:
            paragraph.append(line)
            if len(line) < usual * _SHORT_LINE and _SENTENCE_END.search(line):
                yield Block(text=" ".join(paragraph), page=page)
                paragraph = []


def _metadata(document: "PdfDocument") -> Metadata:
    said: dict[str, Any] = document.get_metadata_dict(skip_empty=True)
    return Metadata(
        title=said.get("Title", ""),
        authors=(said["Author"],) if "Author" in said else (),
        created_at=_date(said.get("CreationDate", "")),
        modified_at=_date(said.get("ModDate", "")),
    )


def _date(text: str) -> datetime | None:
    """A PDF date, such as ``D:20240305143000+01'00'``; missing parts are at their lowest."""
    match = _DATE.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, sign, hours, minutes = match.groups()
    offset = f"{sign}{hours}:{minutes or '00'}" if sign else "+00:00"
    iso = (
        f"{year}-{month or '01'}-{day or '01'}"
        f"T{hour or '00'}:{minute or '00'}:{second or '00'}{offset}"
    )
    try:
        return as_utc(datetime.fromisoformat(iso))
    except ValueError:
        return None
