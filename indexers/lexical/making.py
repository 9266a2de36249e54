"""Keeps the catalogue's term counts those of this version's analyser."""

from collections.abc import Callable

from sqlalchemy import Connection, delete, func, insert, select

from finder.domain import Language, Passage
from finder.errors import StorageError
from indexers.catalogue.database import Database, fact, set_fact
from indexers.catalogue.schema import passages, records, terms
from indexers.lexical.analysis import ANALYSER_VERSION
from indexers.lexical.counts import count_terms

ANALYSER = "analyser"

_BATCH = 5_000
"""Passages read at once."""


def check_analyser(connection: Connection) -> None:
    """Refuse counts that another analyser made: its terms are not those of a query today.

    Raises:
        StorageError: They come from another version.
    """
    made_by = fact(connection, ANALYSER)
    if made_by not in {None, ANALYSER_VERSION}:
        raise StorageError(
            f"The index of words was made by analyser {made_by}, and this is analyser "
            f"{ANALYSER_VERSION}: run 'finder rebuild words'."
        )


def claim_analyser(connection: Connection) -> None:
    """Check before writing that the counts are this version's; the first writer decides.

    Raises:
        StorageError: They come from another version.
    """
    check_analyser(connection)
    if fact(connection, ANALYSER) is None:
        set_fact(connection, ANALYSER, ANALYSER_VERSION)


def remake_words(database: Database, progress: Callable[[int], None] | None = None) -> None:
    """Count the terms of every passage anew, in one transaction: readers see all or nothing.

    Args:
        database: The catalogue.
        progress: Is told how many passages each step did.
    """
    with database.writing() as connection:
        connection.execute(delete(terms))
        last = 0
        while batch := _remake_batch(connection, after=last):
            last = batch[-1]
            if progress:
                progress(len(batch))
        set_fact(connection, ANALYSER, ANALYSER_VERSION)


def _remake_batch(connection: Connection, *, after: int) -> list[int]:
    columns = (passages.c.id, passages.c.heading, passages.c.text)
    rows = connection.execute(
        select(*columns, records.c.title, records.c.language)
        .join(records, records.c.number == passages.c.record)
        .where(passages.c.id > after)
        .order_by(passages.c.id)
        .limit(_BATCH)
    ).fetchall()
    if rows:
        counted = [
            {
                "passage": row.id,
                "data": count_terms(
                    row.title,
                    Passage(text=row.text, heading=row.heading),
                    Language(row.language),
                ),
            }
            for row in rows
        ]
        connection.execute(insert(terms), counted)
    return [row.id for row in rows]


def passages_without_words(database: Database) -> int:
    """How many passages have no counts: none, unless something else wrote the catalogue.

    Raises:
        StorageError: The counts come from another analyser.
    """
    with database.reading() as connection:
        check_analyser(connection)
        return connection.execute(
            select(func.count())
            .select_from(passages)
            .outerjoin(terms, terms.c.passage == passages.c.id)
            .where(terms.c.passage.is_(None))
        ).scalar_one()
