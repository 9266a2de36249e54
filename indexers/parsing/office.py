"""Office files, pages and mails through ``unstructured``.

Its partitioners tell titles from prose by a guess that needs an English tagger, which they
download when they first run. Headings are taken here from styles and markup alone, so the guess
is not needed: the hook gives it a blank French pipeline, which is installed, loads in
milliseconds and leaves the blocks as they were (twice to thrice the speed of a trained one).
"""

import importlib
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from io import BytesIO
from typing import Any

from lxml import etree

from indexers.parsing.decoding import decoded
from indexers.parsing.filetype import FileType
from indexers.parsing.parsed import Block, BlockKind

_PARTITIONERS: Mapping[FileType, tuple[str, Mapping[str, object]]] = {
    FileType.CSV: ("csv", {"include_header": False}),
    FileType.DOCX: ("docx", {}),
    FileType.EML: ("email", {"process_attachments": False}),
    FileType.HTML: ("html", {}),
    FileType.MARKDOWN: ("md", {}),
    FileType.MSG: ("msg", {"process_attachments": False}),
    FileType.PPTX: ("pptx", {"include_slide_notes": True}),
    FileType.XLSX: ("xlsx", {"find_subtable": False}),
}
_KINDS: Mapping[str, BlockKind] = {"Table": BlockKind.TABLE, "ListItem": BlockKind.LIST}
# They repeat on every page, or hold no words of their own.
_LEFT_OUT = frozenset({"Header", "Footer", "Image", "PageBreak", "PageNumber"})


def read_office(kind: FileType, data: bytes) -> list[Block]:
    """A file's blocks.

    Args:
        kind: Any type but PDF and plain text.
        data: The file's content; text formats in UTF-8.

    Raises:
        ImportError: ``unstructured`` lacks what the format needs.
        Exception: Whatever the libraries behind it make of a damaged file.
    """
    name, options = _PARTITIONERS[kind]
    elements = _partitioner(name)(file=BytesIO(data), languages=[""], **options)
    blocks = list(_blocks(elements, kind))
    if kind is FileType.PPTX:
        # The title comes first, wherever it stands on the slide.
        return sorted(blocks, key=lambda block: (block.page, block.kind is not BlockKind.HEADING))
    return blocks


def read_page(data: bytes) -> list[Block]:
    """A web page's blocks, whatever its encoding."""
    text = decoded(data, markup=True)
    if not text.strip():
        return []
    return read_office(FileType.HTML, text.encode("utf-8", errors="replace"))


@cache
def _partitioner(name: str) -> Callable[..., list[Any]]:
    install_hook()
    module = importlib.import_module(f"unstructured.partition.{name}")
    partition: Callable[..., list[Any]] = getattr(module, f"partition_{name}")
    return partition


@cache
def install_hook() -> None:
    """Imports ``unstructured`` so that it neither downloads, reports home, nor loads torch.

    For the parser's own process only: torch cannot be imported there afterwards.

    Raises:
        ImportError: The pinned version changed, and the hook has nothing to hold on to.
    """
    os.environ |= {"DO_NOT_TRACK": "1", "UNSTRUCTURED_DISABLE_NOTICE": "1"}
    # spaCy would load it for nothing: seconds, and hundreds of megabytes in each worker.
    sys.modules["torch"] = None  # type: ignore[assignment]
    logging.getLogger("unstructured").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    import spacy
    from unstructured.nlp import tokenize

    if not hasattr(tokenize, "_get_nlp"):
        raise ImportError("unstructured.nlp.tokenize has no _get_nlp; install the pinned version")
    pipeline = spacy.blank("fr")
    pipeline.add_pipe("sentencizer")
    tokenize._get_nlp = lambda: pipeline  # noqa: SLF001 - the one hook that there is


def _blocks(elements: Iterable[Any], kind: FileType) -> Iterator[Block]:
    sheet = None
    for element in elements:
        metadata = element.metadata
        text = _table_text(metadata.text_as_html) or element.text
        if element.category in _LEFT_OUT or not text.strip():
            continue
        page = metadata.page_number
        if metadata.page_name != sheet:
            sheet = metadata.page_name
            yield Block(text=sheet, kind=BlockKind.HEADING, level=1, page=page)
        level = _heading_level(element, kind)
        block_kind = BlockKind.HEADING if level else _KINDS.get(element.category, BlockKind.TEXT)
        yield Block(text=text, kind=block_kind, level=level, page=page)


def _heading_level(element: Any, kind: FileType) -> int:  # noqa: ANN401 - untyped library
    """From 1; 0 for what is no heading, or is one by a guess only."""
    depth = element.metadata.category_depth
    if element.category != "Title" or depth is None:
        return 0
    # On a slide, what is not its title is a guess, and deeper.
    return 0 if kind is FileType.PPTX and depth else int(depth) + 1


def _table_text(html: str | None) -> str:
    """A table's rows on lines, its cells between bars; empty cells and rows are left out."""
    if not html:
        return ""
    root = etree.fromstring(html, etree.HTMLParser(huge_tree=True))
    rows = (
        [" ".join(" ".join(map(str, cell.itertext())).split()) for cell in row.iter("td", "th")]
        for row in root.iter("tr")
    )
    return "\n".join(filter(None, (" | ".join(filter(None, row)) for row in rows)))
