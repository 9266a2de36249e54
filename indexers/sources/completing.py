"""Fills a document's blanks with what its own file says."""

from dataclasses import replace

from finder.domain import Document
from indexers.parsing import ParsedFile
from indexers.sources import SourceItem


def completed(item: SourceItem, parsed: ParsedFile) -> Document:
    """The item's document with the title, authors, dates and language of its file.

    What the record says itself stands. Authors come from the file's metadata, and from
    ``people.csv`` where it names none.

    Args:
        item: An item whose record is a document.
        parsed: Its file, parsed.
    """
    document = item.record
    if not isinstance(document, Document):
        raise TypeError(f"a {type(document).__name__} has no file")
    authors = item.people.resolve(parsed.authors) or item.people.authors_of(document.file or "")
    return replace(
        document,
        title=document.title or parsed.title,
        authors=document.authors or authors,
        created_at=document.created_at or parsed.created_at,
        updated_at=document.updated_at or parsed.modified_at,
        language=document.language or parsed.language,
    )
