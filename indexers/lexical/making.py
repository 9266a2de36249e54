"""Keeps the catalogue's term counts those of this version's analyser."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, exists, func, select

from finder.errors import StorageError
from indexers.catalogue.database import Database, Row, fact, insert_rows, set_fact
from indexers.catalogue.remaking import (
    PassageToIndex,
    Remaking,
    note_remade,
    passages_to_index,
)
from indexers.catalogue.schema import passages, terms
from indexers.lexical.analysis import standard_analyser
from indexers.lexical.counts import count_terms
from indexers.lexical.spellings import (
    forget_unused_spellings,
    pack_spellings,
    spellings_of,
)

ANALYSER = "analyser"

TERMS: Final = terms.name

WITHOUT_WORDS: Final = ~exists().where(terms.c.passage == passages.c.id)
"""Whether a passage has no counts."""

_BATCH = 1_000
"""Passages to a transaction: a second of counting is what a crash can cost."""

_ALL: Final = -1
"""Instead of a limit."""


def check_analyser(connection: Connection) -> None:
    """Refuse counts that another analyser made: its terms are not those of a query today.

    Raises:
        StorageError: They come from another version.
    """
    made_by, this = fact(connection, ANALYSER), standard_analyser().fingerprint
    if made_by not in {None, this}:
        raise StorageError(
            f"The index of words was made by analyser {made_by}, and this is analyser "
            f"{this}: run 'finder rebuild words'."
        )


def claim_analyser(connection: Connection) -> None:
    """Check before writing that the counts are this version's; the first writer decides.

    Raises:
        StorageError: They come from another version.
    """
    check_analyser(connection)
    if fact(connection, ANALYSER) is None:
        set_fact(connection, ANALYSER, standard_analyser().fingerprint)


def remake_words(database: Database, progress: Callable[[int], None] | None = None) -> None:
    """Count the terms of every passage anew, beside the counts that are read until all is done.

    Args:
        database: The catalogue.
        progress: Is told how many passages each step did.
    """
    remaking = _remaking(database)
    while True:
        with database.reading() as connection:
            lacking = remaking.lacking(connection, _BATCH)
        counted = _counted(lacking)
        if progress:
            progress(len(counted))
        if len(counted) < _BATCH:
            break
        with database.noting() as connection:
            remaking.add(connection, _rows(connection, counted))
    with database.writing() as connection:
        remaking.add(connection, _rows(connection, counted))
        meanwhile = _counted(remaking.lacking(connection, _ALL))
        remaking.add(connection, _rows(connection, meanwhile))
        remaking.swap(connection)
        forget_unused_spellings(connection)
        set_fact(connection, ANALYSER, standard_analyser().fingerprint)


def passages_to_count(database: Database) -> int:
    """How many passages :func:`remake_words` has to count, after what an earlier run did."""
    return _remaking(database).remaining()


def count_missing(connection: Connection) -> None:
    """Count the terms of those passages that have no counts.

    Args:
        connection: In a transaction that moves the generation on.
    """
    lacking = passages_to_index(connection, WITHOUT_WORDS, _ALL)
    insert_rows(connection, terms, _rows(connection, _counted(lacking)))
    note_remade(connection, TERMS)


def _remaking(database: Database) -> Remaking:
    return Remaking(database, terms, maker=standard_analyser().fingerprint)


_Counted = tuple[int, bytes, frozenset[str]]
"""A passage's number, its term statistics, and its words."""


def _counted(found: Sequence[PassageToIndex]) -> list[_Counted]:
    return [
        (
            each.id,
            count_terms(each.title, each.passage, each.language),
            spellings_of(each.title, each.passage),
        )
        for each in found
    ]


def _rows(connection: Connection, counted: Sequence[_Counted]) -> list[Row]:
    packed = pack_spellings(connection, [words for _, _, words in counted])
    return [
        {"passage": passage, "data": data, "spellings": words}
        for (passage, data, _), words in zip(counted, packed, strict=True)
    ]


def passages_without_words(database: Database) -> int:
    """How many passages have no counts: none, unless something else wrote the catalogue.

    Raises:
        StorageError: The counts come from another analyser.
    """
    with database.reading() as connection:
        check_analyser(connection)
        count = select(func.count()).select_from(passages).where(WITHOUT_WORDS)
        return connection.execute(count).scalar_one()
