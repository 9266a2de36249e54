"""Fills a document's blanks with what its own file says."""

from dataclasses import replace

from finder.domain import Document
from indexers.parsing import ParsedFile
from indexers.sources.people import People


def completed(document: Document, parsed: ParsedFile, people: People) -> Document:
    """A document with the title, authors, dates and language of its file.

    What the record says itself stands. Authors come from the file's metadata, and from
    ``people.csv`` where it names none.

    Args:
        document: The record.
        parsed: Its file, parsed.
        people: Turns the authors that the file names into people.
    """
    authors = people.resolve(parsed.authors) or people.authors_of(document.file or "")
    return replace(
        document,
        title=document.title or parsed.title,
        authors=document.authors or authors,
        created_at=document.created_at or parsed.created_at,
        updated_at=document.updated_at or parsed.modified_at,
        language=document.language or parsed.language,
    )
