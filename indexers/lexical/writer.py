"""Brings the index of words up with the catalogue."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import tantivy
from sqlalchemy import Row, delete, func, insert, select

from finder.domain import Language
from indexers.catalogue.database import Database
from indexers.catalogue.schema import passages, records, removals
from indexers.catalogue.schema import terms as stored_terms
from indexers.lexical.analysis import terms
from indexers.lexical.statistics import pack
from indexers.lexical.tantivy_index import (
    PASSAGE,
    RECORD,
    RULE,
    SCHEMA,
    TERMS,
    load_cursor,
    mapped,
    open_tantivy,
    save_cursor,
)

_MEMORY = 64 << 20
"""Bytes that tantivy may fill before it writes a segment: some 100,000 passages."""

_BATCH = 5_000
"""Passages to a commit: each costs a flush to disk, and is findable when it ends."""


class LexicalWriter:
    """Follows the catalogue's passages, for the one process that writes.

    Args:
        folder: Where the index lives.
        database: The catalogue.

    Raises:
        StorageError: The index was made by another version; rebuild it.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._database = database
        index = open_tantivy(folder)
        self._cursor = load_cursor(folder)
        with mapped(folder):
            self._writer = index.writer(_MEMORY, num_threads=1)
        self._forget_unfinished()

    def follow(self, progress: Callable[[int], None] | None = None) -> None:
        """Index what the catalogue gained since the last call, and drop what it lost.

        Args:
            progress: Is told how many passages each commit added.
        """
        while added := self._follow_batch():
            if progress:
                progress(added)

    def close(self) -> None:
        """Finish what goes on in the background and let go of the index."""
        with mapped(self._folder):
            self._writer.wait_merging_threads()

    def _forget_unfinished(self) -> None:
        """Take back what was added after the cursor was last saved, before a crash."""
        last = self._cursor.passage
        with mapped(self._folder):
            self._writer.delete_documents_by_query(
                tantivy.Query.range_query(
                    SCHEMA, PASSAGE, tantivy.FieldType.Unsigned, lower_bound=last + 1
                )
            )
        with self._database.writing() as connection:
            connection.execute(delete(stored_terms).where(stored_terms.c.passage > last))

    def _follow_batch(self) -> int:
        statement = (
            select(
                passages.c.id,
                passages.c.heading,
                passages.c.text,
                records.c.number,
                records.c.rule,
                records.c.language,
                records.c.title,
            )
            .join(records, records.c.number == passages.c.record)
            .where(passages.c.id > self._cursor.passage)
            .order_by(passages.c.id)
            .limit(_BATCH)
        )
        with self._database.reading() as connection:
            gained = connection.execute(statement).fetchall()
            newest: int = connection.execute(select(func.max(removals.c.number))).scalar() or 0
            lost = (
                connection.execute(
                    select(removals.c.record).where(removals.c.number > self._cursor.removal)
                )
                .scalars()
                .all()
            )
        if not gained and newest == self._cursor.removal:
            return 0
        with mapped(self._folder):
            if lost:
                # By query: deletion by term finds nothing in a numeric field (tantivy-py 0.27).
                gone = tantivy.Query.term_set_query(SCHEMA, RECORD, list(lost))
                self._writer.delete_documents_by_query(gone)
            counted = [{"passage": row.id, "data": self._add(row)} for row in gained]
            self._writer.commit()
        if counted:
            with self._database.writing() as connection:
                connection.execute(insert(stored_terms), counted)
        last = gained[-1].id if gained else self._cursor.passage
        self._cursor = replace(self._cursor, passage=last, removal=newest)
        save_cursor(self._cursor, self._folder)
        return len(gained)

    def _add(self, row: Row[*tuple[Any, ...]]) -> bytes:
        """Add a passage, and return its packed counts."""
        language = Language(row.language)
        head = terms(f"{row.title}\n{row.heading}", language)
        body = terms(row.text, language)
        document = tantivy.Document()
        document.add_unsigned(PASSAGE, row.id)
        document.add_unsigned(RECORD, row.number)
        document.add_unsigned(RULE, row.rule)
        document.add_text(TERMS, " ".join(head + body))
        self._writer.add_document(document)
        return pack(head, body)


def discard_words(folder: Path, database: Database) -> None:
    """Throw the index of words away; the next writer makes it again from the catalogue."""
    shutil.rmtree(folder, ignore_errors=True)
    with database.writing() as connection:
        connection.execute(delete(stored_terms))


def words_behind(folder: Path, database: Database) -> int:
    """By how many passages the index of words and the catalogue differ.

    Raises:
        StorageError: The index cannot be read.
    """
    index = open_tantivy(folder)
    held: int = index.searcher().num_docs
    with database.reading() as connection:
        known: int = connection.execute(select(func.count()).select_from(passages)).scalar_one()
    return abs(known - held)
