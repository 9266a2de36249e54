"""OpenDocument texts, spreadsheets and presentations, from their ``content.xml``.

Source: OASIS OpenDocument 1.3, part 3.
"""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from indexers.parsing.metadata import office_metadata
from indexers.parsing.package import Package, attribute, local_name
from indexers.parsing.parsed import Block, BlockKind, ParsedFile, parsed_file, table_text

_CONTENT = "content.xml"
_MOST_REPEATED = 100
"""A cell says how often it is repeated; past that, it fills the sheet and says nothing."""
_BLANKS = frozenset({"s", "tab", "line-break"})
_APART = frozenset({"p", "h", "desc", "title"})
"""What in a paragraph is a text of its own: of a note, a text box, a picture."""
_NOT_IN_TEXT = frozenset(
    {"tracked-changes", "table-of-content", "forms", "annotation", "note-citation"}
)
"""Deleted words, headings over again, buttons, comments, and the numbers of notes."""


def read_text(data: bytes) -> ParsedFile:
    """A text's headings, paragraphs, lists and tables, with pages where it was laid out.

    Raises:
        ParseError: It is damaged, encrypted or a bomb.
    """
    with Package(data) as package:
        root = package.xml(_CONTENT)
        blocks = [] if root is None else _written_blocks(root)
        return parsed_file(office_metadata(package), blocks)


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


def _written_blocks(root: etree._Element) -> list[Block]:
    titles = {"Title"} | {
        attribute(style, "name")
        for style in root.iterfind("{*}automatic-styles/{*}style")
        if attribute(style, "parent-style-name") == "Title"
    }
    blocks, page = [], 1
    for element in (part for text in root.iterfind("{*}body/{*}text") for part in _parts(text)):
        kind, level = BlockKind.TEXT, 0
        if local_name(element) == "h":
            kind, level = BlockKind.HEADING, int(attribute(element, "outline-level") or 1)
        elif local_name(element) == "table":
            kind = BlockKind.TABLE
        elif attribute(element, "style-name") in titles:
            kind, level = BlockKind.HEADING, 1
        elif next(element.iterancestors("{*}list"), None) is not None:
            kind = BlockKind.LIST
        text = _table(element) if kind is BlockKind.TABLE else _text(element)
        blocks.append(Block(text=text, kind=kind, level=level, page=page))
        page += sum(1 for _ in element.iter("{*}soft-page-break"))
    return [replace(block, page=None) for block in blocks] if page == 1 else blocks


def _parts(element: etree._Element) -> Iterator[etree._Element]:
    """The headings, paragraphs and tables in it, whatever groups them."""
    for child in element.iterchildren(etree.Element):
        name = local_name(child)
        if name in {"h", "p", "table"}:
            yield child
        elif name not in _NOT_IN_TEXT:
            yield from _parts(child)


def _table(table: etree._Element) -> str:
    rows = table.iter("{*}table-row")
    return table_text(_cells(row) for row in rows if next(row.iterancestors("{*}table")) is table)


def _sheets(root: etree._Element | None) -> Iterator[Block]:
    sheets = () if root is None else root.iter("{*}table")
    for page, sheet in enumerate(sheets, start=1):
        text = _table(sheet)
        if text:
            yield Block(text=attribute(sheet, "name"), kind=BlockKind.HEADING, level=1, page=page)
            yield Block(text=text, kind=BlockKind.TABLE, page=page)


def _cells(row: etree._Element) -> Iterator[str]:
    for cell in row.iterchildren("{*}table-cell"):
        times = attribute(cell, "number-columns-repeated") or "1"
        if times.isdecimal() and int(times) <= _MOST_REPEATED:
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
    return frame is not None and attribute(frame, "class") == "title"


def _text(element: etree._Element) -> str:
    """The words in it; a tabulation, a line break or several blanks are elements of their own."""
    parts = [element.text or ""]
    for child in element:
        name = local_name(child)
        if name in _BLANKS:
            parts.append(" ")
        elif name in _APART:
            parts.append(f" {_text(child)} ")
        elif name not in _NOT_IN_TEXT:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts).strip("\n")
