"""Word documents (.docx), read as they unpack: a book takes no more memory than its pages."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import IO

from lxml import etree

from indexers.parsing.drawings import drawn_texts
from indexers.parsing.metadata import office_metadata
from indexers.parsing.nesting import Nesting
from indexers.parsing.package import Package, attribute, local_name, streamed
from indexers.parsing.parsed import (
    Block,
    BlockKind,
    FailureReason,
    ParsedFile,
    ParseError,
    parsed_file,
    table_text,
)

# Elements are told by their local names: the strict variant of the format has other namespaces.
_TEXTS = frozenset({"body", "footnote", "endnote", "hdr", "ftr"})
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml"})
_INLINE = ("{*}t", "{*}tab", "{*}br", "{*}cr", "{*}noBreakHyphen", "{*}p")
_CHARACTERS: Mapping[str, str] = {"tab": "\t", "noBreakHyphen": "-"}
_EDGES = frozenset({"header", "footer"})
_IMPORTED = "aFChunk"
_WEB_ARCHIVE = re.compile(r"\.mht(?:ml)?$", re.IGNORECASE)
"""A page with its pictures, as the parts of a mail."""
_PAGE_BREAK = "{*}lastRenderedPageBreak"
_HEADING_STYLE = re.compile(r"(?:heading|titre) (\d)")
_BODY_TEXT = 9
"""The outline level, counted from 0, that says that a paragraph is no heading."""


def read_word(data: bytes, nesting: Nesting) -> ParsedFile:
    """A document's text, with its headings, lists, tables, pages, notes, drawings and imports.

    Headers and footers, which repeat on every page, are read where there is nothing else.

    Raises:
        ParseError: It is damaged, encrypted or a bomb.
    """
    with Package(data) as package:
        main = package.main_part()
        if not main:
            raise ParseError(FailureReason.CORRUPT, "the Word document's text is missing")
        related = package.related(main).values()
        parts = dict(related)
        styles = _Styles(package.xml(parts.get("styles", "")))
        notes = (parts.get("footnotes", ""), parts.get("endnotes", ""))
        blocks = [
            *_written(package, (main, *notes), styles),
            *(Block(text=text) for text in drawn_texts(package, main)),
            *_imported(package, (path for kind, path in related if kind == _IMPORTED), nesting),
        ]
        if not any(block.text for block in blocks):
            blocks = _written(package, (path for kind, path in related if kind in _EDGES), styles)
        return parsed_file(office_metadata(package), blocks)


def _written(package: Package, paths: Iterable[str], styles: "_Styles") -> list[Block]:
    blocks: list[Block] = []
    for path in paths:
        if path in package:
            with package.open(path) as part:
                blocks += _blocks(part, styles)
    return blocks


def _imported(package: Package, paths: Iterable[str], nesting: Nesting) -> Iterator[Block]:
    """What stands in files that a program put into the document whole, to be shown there."""
    entries = ((_WEB_ARCHIVE.sub(".eml", path), partial(package.read, path)) for path in paths)
    for member in nesting.members(entries):
        if isinstance(member.outcome, ParsedFile):
            yield from member.outcome.blocks


class _Styles:
    """What the paragraph styles say: a heading's level, whether it is a list."""

    def __init__(self, root: etree._Element | None) -> None:
        found = () if root is None else root.iterchildren("{*}style")
        self._styles = {attribute(style, "styleId"): style for style in found}

    def level(self, style: str) -> int:
        """From 1; 0 if it is no heading."""
        for element in self._ancestry(style):
            outline = element.find("{*}pPr/{*}outlineLvl")
            if outline is not None:
                return _level(outline)
            name = _value(element.find("{*}name")).lower()
            if name in {"title", "titre"}:
                return 1
            if heading := _HEADING_STYLE.fullmatch(name):
                return int(heading[1])
        return 0

    def is_list(self, style: str) -> bool:
        return any(
            element.find("{*}pPr/{*}numPr") is not None
            or _value(element.find("{*}name")).lower().startswith("list ")
            for element in self._ancestry(style)
        )

    def _ancestry(self, style: str) -> Iterator[etree._Element]:
        """The style, the one that it is based on, and so on; a cycle ends it."""
        seen = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            style = _value(self._styles[style].find("{*}basedOn"))


def _blocks(part: IO[bytes], styles: _Styles) -> list[Block]:
    blocks, page = [], 1
    for element in streamed(part, ("{*}p", "{*}tbl"), _is_top):
        for copy in element.findall(".//{*}Fallback"):
            copy.clear()  # the same text for older programs
        before, within = _page_breaks(element)
        page += before
        if local_name(element) == "tbl":
            blocks.append(Block(text=_table(element), kind=BlockKind.TABLE, page=page))
        else:
            blocks.append(_paragraph(element, styles, page))
        page += within
    # Page breaks are there only if Word laid the document out.
    return [replace(block, page=None) for block in blocks] if page == 1 else blocks


def _is_top(element: etree._Element) -> bool:
    """Whether it stands in the text itself, not in a table, a text box or another paragraph."""
    parents = (local_name(parent) for parent in element.iterancestors())
    return next((name for name in parents if name not in _WRAPPERS), "") in _TEXTS


def _page_breaks(element: etree._Element) -> tuple[int, int]:
    """How many there are before its first word and after it."""
    before = within = 0
    begun = False
    for child in element.iter(_PAGE_BREAK, "{*}t"):
        if local_name(child) == "t":
            begun = True
        elif begun:
            within += 1
        else:
            before += 1
    return before, within


def _paragraph(element: etree._Element, styles: _Styles, page: int) -> Block:
    properties = element.find("{*}pPr")
    style, outline, numbering = "", None, None
    if properties is not None:
        style = _value(properties.find("{*}pStyle"))
        outline = properties.find("{*}outlineLvl")
        numbering = properties.find("{*}numPr/{*}numId")
    text = _text(element).strip()
    level = styles.level(style) if outline is None else _level(outline)
    if level:
        return Block(text=" ".join(text.split()), kind=BlockKind.HEADING, level=level, page=page)
    # Number 0 takes the style's numbering away.
    listed = styles.is_list(style) if numbering is None else _value(numbering) != "0"
    return Block(text=text, kind=BlockKind.LIST if listed else BlockKind.TEXT, page=page)


def _table(table: etree._Element) -> str:
    rows = (row for row in table.iter("{*}tr") if _is_of(table, row))
    return table_text(
        [_text(cell) for cell in row.iter("{*}tc") if _is_of(table, cell)] for row in rows
    )


def _is_of(table: etree._Element, part: etree._Element) -> bool:
    """Whether a row or cell is the table's own, and not of a table inside it."""
    return next(part.iterancestors("{*}tbl")) is table


def _text(element: etree._Element) -> str:
    """The words in it; deleted ones have another element, and those in text boxes are kept."""
    parts = []
    for child in element.iter(*_INLINE):
        name = local_name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name != "tab" or next(child.iterancestors("{*}tabs"), None) is None:
            parts.append(_CHARACTERS.get(name, "\n"))
    return "".join(parts)


def _level(outline: etree._Element) -> int:
    value = _value(outline)
    return int(value) + 1 if value.isdecimal() and int(value) < _BODY_TEXT else 0


def _value(element: etree._Element | None) -> str:
    return "" if element is None else attribute(element, "val")
