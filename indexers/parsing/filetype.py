"""What a file is, by its content first and its extension second."""

import re
import zipfile
from collections.abc import Mapping
from enum import StrEnum
from io import BytesIO
from pathlib import PurePath

from indexers.parsing.parsed import FailureReason, ParseError


class FileType(StrEnum):
    """The formats that are read."""

    PDF = "PDF"
    DOCX = "Word document"
    PPTX = "PowerPoint presentation"
    XLSX = "Excel workbook"
    XLSB = "binary Excel workbook"
    DOC = "old Word document"
    PPT = "old PowerPoint presentation"
    XLS = "old Excel workbook"
    ODT = "OpenDocument text"
    ODS = "OpenDocument spreadsheet"
    ODP = "OpenDocument presentation"
    EPUB = "EPUB book"
    RTF = "RTF document"
    XML = "XML document"
    HTML = "web page"
    MARKDOWN = "Markdown text"
    RST = "reStructuredText"
    ORG = "Org text"
    TEXT = "plain text"
    CSV = "CSV table"
    EML = "e-mail"
    MSG = "Outlook message"
    ZIP = "zip archive"
    SEVEN_ZIP = "7z archive"
    TAR = "tar archive"
    COMPRESSED = "compressed file"
    MBOX = "mailbox"


CONTAINERS = frozenset(
    {FileType.ZIP, FileType.SEVEN_ZIP, FileType.TAR, FileType.COMPRESSED, FileType.MBOX}
)
"""Types that hold files and no text of their own."""


_HEAD = 4096
"""Bytes that are looked at for a signature."""

_EXTENSIONS: Mapping[str, FileType] = {
    ".csv": FileType.CSV,
    ".tsv": FileType.CSV,
    ".eml": FileType.EML,
    ".htm": FileType.HTML,
    ".html": FileType.HTML,
    ".xhtml": FileType.HTML,
    ".markdown": FileType.MARKDOWN,
    ".md": FileType.MARKDOWN,
    ".json": FileType.TEXT,
    ".log": FileType.TEXT,
    ".org": FileType.ORG,
    ".rst": FileType.RST,
    ".text": FileType.TEXT,
    ".txt": FileType.TEXT,
    ".xml": FileType.XML,
    "": FileType.TEXT,
}
_MIME_TYPES: Mapping[bytes, FileType] = {
    b"application/vnd.oasis.opendocument.text": FileType.ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": FileType.ODS,
    b"application/vnd.oasis.opendocument.presentation": FileType.ODP,
    b"application/epub+zip": FileType.EPUB,
}
_MANIFEST = "META-INF/manifest.xml"
_ZIP_MAIN_PARTS: Mapping[str, FileType] = {
    "word/": FileType.DOCX,
    "ppt/": FileType.PPTX,
    "xl/workbook.bin": FileType.XLSB,
    "xl/": FileType.XLSX,
}
# Formats of the extensions above whose content alone cannot be told from plain text.
_WRITTEN_AS_TEXT = frozenset(
    {FileType.CSV, FileType.MARKDOWN, FileType.RST, FileType.ORG, FileType.EML}
)
_ARCHIVES = (
    (0, b"7z\xbc\xaf\x27\x1c", FileType.SEVEN_ZIP),
    (0, b"\x1f\x8b", FileType.COMPRESSED),  # gzip
    (0, b"BZh", FileType.COMPRESSED),  # bzip2
    (0, b"\xfd7zXZ", FileType.COMPRESSED),
    (257, b"ustar", FileType.TAR),
)
"""Where each kind has its mark, and which."""
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_MAIL = re.compile(
    rb"(?:From [^\n]*\n)?(?:^(?:From|To|Date|Subject|Message-ID|Received|MIME-Version|Return-Path):"
    rb"[^\n]*\n(?:[ \t][^\n]*\n|[\w-]+:[^\n]*\n)*?){3}",
    re.IGNORECASE | re.MULTILINE,
)
_OLE_STREAMS: Mapping[str, FileType] = {
    "__properties_version1.0": FileType.MSG,
    "WordDocument": FileType.DOC,
    "Workbook": FileType.XLS,
    "Book": FileType.XLS,
    "PowerPoint Document": FileType.PPT,
}
"""What each format keeps its text in; case does not matter."""


def file_type(name: str, data: bytes) -> FileType:
    """The type of a file.

    Args:
        name: Its name, for the extension.
        data: Its whole content.

    Raises:
        ParseError: It is encrypted, damaged, or of a type that is not read.
    """
    head = data[:_HEAD]
    extension = PurePath(name).suffix.lower()
    if b"%PDF-" in head[:1024]:
        return FileType.PDF
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_type(data)
    archive = (kind for place, mark, kind in _ARCHIVES if head.startswith(mark, place))
    return next(archive, None) or _text_type(head, extension)


def _zip_type(data: bytes) -> FileType:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            odf = archive.read("mimetype")[:_HEAD] if "mimetype" in names else b""
            manifest = archive.read(_MANIFEST) if odf and _MANIFEST in names else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise ParseError(FailureReason.CORRUPT, "the file is cut short or damaged") from error
    if b":encryption-data" in manifest:
        raise encrypted()
    if odf.strip() in _MIME_TYPES:
        return _MIME_TYPES[odf.strip()]
    for prefix, kind in _ZIP_MAIN_PARTS.items():
        if "[Content_Types].xml" in names and any(name.startswith(prefix) for name in names):
            return kind
    if odf or "[Content_Types].xml" in names:
        raise _unsupported("of a format that is not read")
    return FileType.ZIP


def _ole_type(data: bytes) -> FileType:
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            if file.exists("EncryptedPackage"):
                raise encrypted()
            kind = next((kind for name, kind in _OLE_STREAMS.items() if file.exists(name)), None)
    except (OSError, ValueError) as error:
        raise ParseError(FailureReason.CORRUPT, "the file is cut short or damaged") from error
    if kind is None:
        raise _unsupported("an old Office format that is not read")
    return kind


def _text_type(head: bytes, extension: str) -> FileType:
    if head.startswith(b"{\\rtf"):
        return FileType.RTF
    several = head.startswith(b"From ") and extension != ".eml" and _MAIL.match(head)
    if extension == ".mbox" or several:
        return FileType.MBOX
    named = _EXTENSIONS.get(extension)
    if _HTML.match(head.lstrip(b"\xef\xbb\xbf")) and named not in _WRITTEN_AS_TEXT:
        return FileType.HTML
    if named is None:
        raise _unsupported(f"of a type that is not read ({extension})")
    if named is FileType.TEXT and _MAIL.match(head):
        return FileType.EML
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")) and not _is_wide(head):
        raise _unsupported("binary data under a text file's name")
    return named


def _is_wide(head: bytes) -> bool:
    """UTF-16 without its mark: every other byte of Latin text is zero, on one side."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    return max(even, odd) > len(head) // 4 and min(even, odd) < len(head) // 50 + 1


def encrypted() -> ParseError:
    """The error for a file that asks for a password."""
    return ParseError(
        FailureReason.ENCRYPTED, "the file is protected by a password; save it without one"
    )


def _unsupported(what: str) -> ParseError:
    return ParseError(FailureReason.UNSUPPORTED, f"the file is {what}")
