"""One file, from bytes to blocks; runs in the parser's process."""

from pathlib import PurePath

from indexers.parsing.decoding import decoded
from indexers.parsing.filetype import FileType, file_type
from indexers.parsing.mail import mail_metadata, mail_text, message_metadata
from indexers.parsing.metadata import (
    html_metadata,
    office_metadata,
    sensible,
)
from indexers.parsing.office import read_office
from indexers.parsing.parsed import (
    Block,
    BlockKind,
    FailureReason,
    Metadata,
    ParsedFile,
    ParseError,
    blocks_from_text,
)
from indexers.parsing.pdf import read_pdf

_TITLE_BLOCKS = 3
"""How far from the beginning a heading may stand to be the document's title."""


def read_file(name: str, data: bytes) -> ParsedFile:
    """A file's blocks and metadata.

    Args:
        name: Its name, which helps to tell its type and is the last resort for a title.
        data: Its content.

    Raises:
        ParseError: It cannot be read, or holds no text.
        ImportError: A library is missing.
        MemoryError: It takes more memory than the process may have.
    """
    return _parsed(file_type(name, data), data, title=PurePath(name).stem)


def read_html(html: str) -> ParsedFile:
    """The same for markup that a record carries, which has no name."""
    return _parsed(FileType.HTML, html.encode("utf-8", errors="replace"), title="")


def _parsed(kind: FileType, data: bytes, *, title: str) -> ParsedFile:
    try:
        metadata, blocks = _read(kind, data)
    except (ParseError, ImportError, MemoryError):
        raise
    except Exception as error:  # anything that a damaged or hostile file makes a library raise
        raise ParseError(
            FailureReason.CORRUPT,
            f"the file is damaged, or not the {kind} that it seems ({type(error).__name__})",
        ) from error
    if not any(block.text.strip() for block in blocks):
        scanned = " (scanned pages would need OCR first)" if kind is FileType.PDF else ""
        raise ParseError(FailureReason.NO_TEXT, f"the {kind} holds no text{scanned}")
    known = sensible(metadata)
    return ParsedFile(
        title=known.title or _first_heading(kind, blocks) or title,
        authors=known.authors,
        created_at=known.created_at,
        modified_at=known.modified_at,
        language=known.language,
        blocks=tuple(blocks),
    )


def _read(kind: FileType, data: bytes) -> tuple[Metadata, list[Block]]:
    match kind:
        case FileType.PDF:
            return read_pdf(data)
        case FileType.HTML:
            page = decoded(data, markup=True)
            return html_metadata(page), _read_text(kind, page)
        case FileType.TEXT | FileType.MARKDOWN | FileType.CSV:
            return Metadata(), _read_text(kind, decoded(data))
        case FileType.EML:
            return mail_metadata(data), _read_mail(data)
        case _:
            read_metadata = message_metadata if kind is FileType.MSG else office_metadata
            return read_metadata(data), read_office(kind, data)


def _read_mail(data: bytes) -> list[Block]:
    try:
        blocks = read_office(FileType.EML, data)
    except (AssertionError, LookupError, ValueError):
        blocks = []  # an unknown encoding or an odd structure
    return blocks or list(blocks_from_text(mail_text(data)))


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


def _first_heading(kind: FileType, blocks: list[Block]) -> str:
    if kind is FileType.XLSX:
        return ""  # the name of a sheet, which seldom says what the workbook is about
    heads = (block.text for block in blocks[:_TITLE_BLOCKS] if block.kind is BlockKind.HEADING)
    return " ".join(next(heads, "").split())
