"""One file, from bytes to blocks; runs in the parser's process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import PurePath

from indexers.parsing.books import read_book
from indexers.parsing.containers import mail_attachments, message_attachments, read_container
from indexers.parsing.decoding import decoded
from indexers.parsing.dialects import common_kind
from indexers.parsing.drawings import drawn_blocks
from indexers.parsing.filetype import CONTAINERS, FileType, file_type
from indexers.parsing.legacy import current_format
from indexers.parsing.mail import mail_metadata, mail_parts, message_metadata
from indexers.parsing.metadata import (
    html_metadata,
    office_metadata,
    parsed_html,
    sensible,
)
from indexers.parsing.nesting import Nesting, readable
from indexers.parsing.office import read_office, read_page
from indexers.parsing.opendocument import read_presentation, read_spreadsheet, read_text
from indexers.parsing.outlines import read_org, read_rst
from indexers.parsing.package import Package
from indexers.parsing.parsed import (
    Block,
    BlockKind,
    FailureReason,
    Member,
    Metadata,
    ParsedFile,
    ParseError,
    blocks_from_text,
    parsed_file,
)
from indexers.parsing.pdf import read_pdf
from indexers.parsing.texts import read_rtf, read_xml
from indexers.parsing.word import read_word

_TITLE_BLOCKS = 3
"""How far from the beginning a heading may stand to be the document's title."""

_SCANNED = "; if its pages are scanned, turn the setting ocr on, then retry"

_WORKBOOKS = frozenset({FileType.XLSX, FileType.XLSB, FileType.XLS, FileType.ODS})


def read_file(name: str, data: bytes, *, ocr: bool = False) -> ParsedFile:
    """A file's blocks and metadata.

    Args:
        name: Its name, which helps to tell its type and is the last resort for a title.
        data: Its content.
        ocr: Whether to recognise the text of scanned pages.

    Raises:
        ParseError: It cannot be read, or holds no text.
        ImportError: A library is missing.
        MemoryError: It takes more memory than the process may have.
    """
    return _read_named(name, data, Nesting(_member, ocr=ocr))


def read_html(html: str) -> ParsedFile:
    """The same for markup that a record carries, which has no name."""
    data = html.encode("utf-8", errors="replace")
    return _parsed(FileType.HTML, data, title="", nesting=Nesting(_member))


def _read_named(name: str, data: bytes, nesting: Nesting) -> ParsedFile:
    kind, stem = file_type(name, data), PurePath(name).stem
    if kind in CONTAINERS:
        return replace(readable(read_container(kind, name, data, nesting)), title=stem)
    return _parsed(kind, data, title=stem, nesting=nesting)


def _member(name: str, data: bytes, nesting: Nesting) -> Member:
    return Member(name=name, outcome=_read_named(name, data, nesting))


def _parsed(kind: FileType, data: bytes, *, title: str, nesting: Nesting) -> ParsedFile:
    try:
        read = _read(*current_format(kind, data), nesting)
    except (ParseError, ImportError, MemoryError):
        raise
    except Exception as error:  # anything that a damaged or hostile file makes a library raise
        raise ParseError(
            FailureReason.CORRUPT,
            f"the file is damaged, or not the {kind} that it seems ({type(error).__name__})",
        ) from error
    if not read.members and not any(block.text.strip() for block in read.blocks):
        scanned = _SCANNED if kind is FileType.PDF and not nesting.ocr else ""
        raise ParseError(FailureReason.NO_TEXT, f"the {kind} holds no text{scanned}")
    known = sensible(read)
    named = known.title or _first_heading(kind, read.blocks) or title
    return parsed_file(replace(known, title=named), read.blocks, read.members)


def _read(kind: FileType, data: bytes, nesting: Nesting) -> ParsedFile:
    if kind in _WITH_ATTACHMENTS:
        metadata, text, attachments = _WITH_ATTACHMENTS[kind]
        said = metadata(data)
        # A short mail may say all in its subject.
        blocks = text(data) or blocks_from_text(said.title)
        return parsed_file(said, blocks, attachments(data, nesting))
    if kind is FileType.PDF:
        return parsed_file(*read_pdf(data, ocr=nesting.ocr))
    if kind is FileType.DOCX:
        return read_word(data, nesting)
    return _READERS.get(kind, partial(_read_package, kind))(data)


def _read_page(data: bytes) -> ParsedFile:
    page = decoded(data, markup=True)
    return parsed_file(html_metadata(parsed_html(page)), _read_text(FileType.HTML, page))


def _read_plain(data: bytes, kind: FileType) -> ParsedFile:
    return parsed_file(Metadata(), _read_text(kind, decoded(data)))


def _read_package(kind: FileType, data: bytes) -> ParsedFile:
    with Package(data) as package:
        blocks = [*read_office(kind, common_kind(package, data)), *drawn_blocks(package)]
        blocks.sort(key=lambda block: block.page or 0)
        return parsed_file(office_metadata(package), blocks)


def _read_mail(data: bytes) -> list[Block]:
    try:
        blocks = read_office(FileType.EML, data)
    except (AssertionError, LookupError, ValueError):
        blocks = []  # an unknown encoding or an odd structure
    if blocks and not any(_UNREADABLE in block.text for block in blocks):
        return blocks
    return _read_mail_parts(data) or blocks


def _read_mail_parts(data: bytes) -> list[Block]:
    plain = "\n\n".join(map(decoded, mail_parts(data, "text/plain")))
    pages = mail_parts(data, "text/html")
    return list(blocks_from_text(plain)) or list(chain.from_iterable(map(read_page, pages)))


def _read_text(kind: FileType, text: str) -> list[Block]:
    if kind is FileType.TEXT or not text.strip():
        return list(blocks_from_text(text))
    try:
        return read_office(kind, text.encode("utf-8", errors="replace"))
    except ValueError:
        if kind is not FileType.CSV:
            raise
        # Rows of unequal lengths are no table; their words are still worth finding.
        return list(blocks_from_text(text))


def _first_heading(kind: FileType, blocks: Sequence[Block]) -> str:
    if kind in _WORKBOOKS:
        return ""  # a heading is the name of a sheet, which seldom says what the workbook is about
    heads = (block.text for block in blocks[:_TITLE_BLOCKS] if block.kind is BlockKind.HEADING)
    return " ".join(next(heads, "").split())


_READERS: Mapping[FileType, Callable[[bytes], ParsedFile]] = {
    FileType.HTML: _read_page,
    FileType.TEXT: partial(_read_plain, kind=FileType.TEXT),
    FileType.MARKDOWN: partial(_read_plain, kind=FileType.MARKDOWN),
    FileType.CSV: partial(_read_plain, kind=FileType.CSV),
    FileType.RST: read_rst,
    FileType.ORG: read_org,
    FileType.ODT: read_text,
    FileType.ODS: read_spreadsheet,
    FileType.ODP: read_presentation,
    FileType.EPUB: read_book,
    FileType.RTF: read_rtf,
    FileType.XML: read_xml,
}
"""Types that are read by themselves; packages of other types go through ``unstructured``."""

_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""In the place of each character of an encoding that a mail does not tell."""

_Attachments = Callable[[bytes, Nesting], tuple[Member, ...]]

_WITH_ATTACHMENTS: Mapping[
    FileType,
    tuple[Callable[[bytes], Metadata], Callable[[bytes], list[Block]], _Attachments],
] = {
    FileType.EML: (mail_metadata, _read_mail, mail_attachments),
    FileType.MSG: (message_metadata, partial(read_office, FileType.MSG), message_attachments),
}
"""What a mail says of itself, its text, and what is attached to it."""
