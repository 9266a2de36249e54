"""Text in what is drawn on sheets, slides and pages: text boxes, SmartArt and titles of charts."""

from collections.abc import Iterator
from itertools import chain

from lxml import etree

from indexers.parsing.package import Package, attribute, local_name
from indexers.parsing.parsed import Block

_DRAWN = frozenset({"drawing", "diagramData", "chart", "chartUserShapes"})
"""Parts that are drawn, as relationships name them."""
_PAGES = frozenset({"slide", "worksheet"})


def drawn_texts(package: Package, name: str) -> Iterator[str]:
    """The paragraphs of what is drawn on one part, a sheet for example."""
    parts = [name]
    for part in parts:  # which grows: what is drawn on a sheet may hold SmartArt
        drawn = (path for kind, path in package.related(part).values() if kind in _DRAWN)
        parts += [path for path in drawn if path not in parts]
    for root in map(package.xml, parts[1:]):
        if root is not None:
            yield from _paragraphs(root)


def drawn_blocks(package: Package) -> Iterator[Block]:
    """The same for each slide of a presentation or each sheet of a workbook, by its number."""
    main = package.main_part()
    root, parts = package.xml(main), package.related(main)
    if root is None:
        return
    named = chain(root.iterfind("{*}sldIdLst/{*}sldId"), root.iterfind("{*}sheets/{*}sheet"))
    related = (parts.get(attribute(each, "id"), ("", "")) for each in named)
    paths = (path for kind, path in related if kind in _PAGES)
    for page, path in enumerate(paths, start=1):
        for text in drawn_texts(package, path):
            yield Block(text=text, page=page)


def _paragraphs(root: etree._Element) -> Iterator[str]:
    for copy in root.iter("{*}Fallback"):
        copy.clear()  # the same for older programs
    for paragraph in root.iter("{*}p"):
        runs = paragraph.iterchildren("{*}r", "{*}br")
        words = (run.findtext("{*}t", "") if local_name(run) == "r" else "\n" for run in runs)
        if text := "".join(words).strip():
            yield text
