"""OpenDocument spreadsheets and presentations, from their ``content.xml``.

Source: OASIS OpenDocument 1.3, part 3.
"""

from collections.abc import Iterator

from lxml import etree

from indexers.parsing.metadata import office_metadata
from indexers.parsing.package import Package, local_name
from indexers.parsing.parsed import Block, BlockKind, ParsedFile, parsed_file, table_text

_CONTENT = "content.xml"
_MOST_REPEATED = 100
"""A cell says how often it is repeated; past that, it fills the sheet and says nothing."""


def read_spreadsheet(data: bytes) -> ParsedFile:
    """Each sheet as a heading and a table.

    Raises:
        ParseError: It is damaged, encrypted or a bomb.
    """
    with Package(data) as package:
        return parsed_file(office_metadata(package), _sheets(package.xml(_CONTENT)))


def read_presentation(data: bytes) -> ParsedFile:
    """Each slide's texts, its title first, and its notes.

    Raises:
        ParseError: It is damaged, encrypted or a bomb.
    """
    with Package(data) as package:
        return parsed_file(office_metadata(package), _slides(package.xml(_CONTENT)))


def _sheets(root: etree._Element | None) -> Iterator[Block]:
    sheets = () if root is None else root.iter("{*}table")
    for page, sheet in enumerate(sheets, start=1):
        text = table_text(_cells(row) for row in sheet.iter("{*}table-row"))
        if text:
            yield Block(text=_named(sheet), kind=BlockKind.HEADING, level=1, page=page)
            yield Block(text=text, kind=BlockKind.TABLE, page=page)


def _cells(row: etree._Element) -> Iterator[str]:
    for cell in row.iterchildren("{*}table-cell"):
        times = next((v for k, v in cell.items() if str(k).endswith("columns-repeated")), "1")
        if str(times).isdecimal() and int(times) <= _MOST_REPEATED:
            yield "\n".join(_text(paragraph) for paragraph in cell.iter("{*}p"))


def _slides(root: etree._Element | None) -> Iterator[Block]:
    slides = () if root is None else root.iter("{*}page")
    for page, slide in enumerate(slides, start=1):
        paragraphs = [(_is_title(text), text) for text in slide.iter("{*}p", "{*}h")]
        for heading, paragraph in sorted(paragraphs, key=lambda each: not each[0]):
            yield Block(
                text=_text(paragraph),
                kind=BlockKind.HEADING if heading else BlockKind.TEXT,
                level=1 if heading else 0,
                page=page,
            )


def _is_title(paragraph: etree._Element) -> bool:
    frame = next(paragraph.iterancestors("{*}frame"), None)
    said = () if frame is None else frame.items()
    return any(str(key).endswith("}class") and value == "title" for key, value in said)


def _named(element: etree._Element) -> str:
    return next((str(v) for k, v in element.items() if str(k).endswith("}name")), "")


def _text(element: etree._Element) -> str:
    """The words in it; a tabulation, a line break or several blanks are elements of their own."""
    parts = [element.text or ""]
    for child in element:
        parts.append(" " if local_name(child) in {"s", "tab", "line-break"} else _text(child))
        parts.append(child.tail or "")
    return "".join(parts).strip("\n")
