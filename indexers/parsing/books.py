"""EPUB books: web pages in the order of their spine.

Source: W3C EPUB 3.3; the package document names its pages and says what the book is.
"""

from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from indexers.parsing.metadata import properties_metadata
from indexers.parsing.office import read_page
from indexers.parsing.package import Package, damaged
from indexers.parsing.parsed import ParsedFile, parsed_file

_CONTAINER = "META-INF/container.xml"


def read_book(data: bytes) -> ParsedFile:
    """A book's text, chapter by chapter.

    Raises:
        ParseError: It is damaged, encrypted or a bomb.
    """
    with Package(data) as package:
        container = package.xml(_CONTAINER)
        place = None if container is None else container.find(".//{*}rootfile")
        path = "" if place is None else place.get("full-path", "")
        book = package.xml(path)
        if book is None:
            raise damaged()
        pages = map(package.read, _pages(book, dirname(path)))
        return parsed_file(
            properties_metadata(book), [block for page in pages for block in read_page(page)]
        )


def _pages(book: etree._Element, folder: str) -> Iterator[str]:
    """The paths of the pages, in reading order."""
    places = {item.get("id"): item.get("href", "") for item in book.iter("{*}item")}
    for reference in book.iter("{*}itemref"):
        if href := places.get(reference.get("idref")):
            yield normpath(join(folder, unquote(href)))
