"""Words as texts write them: what a mistyped word of a query may have meant.

The index of words knows stems, and which passages hold one. A correction needs whole words, and a
viewer may be offered only those that stand in what they may read, so that each passage keeps the
numbers of its words. Numbers and not checksums: no two words are ever taken for one another.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from sqlalchemy import Connection

from finder.domain import Passage
from indexers.catalogue.database import insert_rows, take_range
from indexers.catalogue.schema import spellings, terms
from indexers.lexical.counts import Counts, sizes_of

SHORTEST: Final = 3
"""Letters of a word that is kept: no word that is corrected is nearer to a shorter one."""

LONGEST: Final = 30
"""Letters; past it a run of letters is encoded, not written."""

LETTERS: Final = "A-Za-zÀ-ÖØ-öø-ſ"
"""Those of the Latin alphabet, with the accents of European languages."""

_RUN = re.compile(f"[{LETTERS}]{{{SHORTEST},}}")

_KNOWN = (
    "SELECT json_group_object(word, number) FROM json_each(?) CROSS JOIN spellings ON word = value"
)
"""All in one value, made by the database: a row for each word takes twice the time."""

NUMBER: Final = np.dtype("<u4")
"""Of a word of a passage."""


def spellings_of(title: str, passage: Passage) -> frozenset[str]:
    """The distinct words of a passage, its title and its heading, in small letters."""
    text = unicodedata.normalize("NFC", f"{title}\n{passage.heading}\n{passage.text}").lower()
    return frozenset(word for word in _RUN.findall(text) if len(word) <= LONGEST)


def pack_spellings(connection: Connection, written: Sequence[Collection[str]]) -> list[bytes]:
    """The words of several passages as the catalogue keeps them; new words are given numbers.

    Args:
        connection: In a transaction that writes.
        written: Each passage's words.
    """
    numbers = _numbered(connection, set().union(*written))
    return [
        np.fromiter(map(numbers.__getitem__, words), dtype=NUMBER).tobytes() for words in written
    ]


def unpack_spellings(packed: Sequence[bytes]) -> Counts:
    """What :func:`pack_spellings` packed: the numbers of each passage's words, each counted once.

    Raises:
        StorageError: Some of it is cut.
    """
    sizes = sizes_of(packed, NUMBER.itemsize)
    numbers = np.frombuffer(b"".join(packed), dtype=NUMBER)
    return Counts(sizes=sizes, terms=numbers, counts=np.ones(len(numbers), dtype=np.uint16))


def forget_unused_spellings(connection: Connection) -> None:
    """Take out the words that no passage holds any more, such as the name of who was erased.

    Args:
        connection: In a transaction that writes.
    """
    held: set[int] = set()
    for (data,) in connection.exec_driver_sql(f"SELECT spellings FROM {terms.name}"):  # noqa: S608
        held.update(np.frombuffer(data, dtype=NUMBER).tolist())
    connection.exec_driver_sql(
        "DELETE FROM spellings WHERE number NOT IN (SELECT value FROM json_each(?))",
        (json.dumps([*held]),),
    )


def _numbered(connection: Connection, words: Iterable[str]) -> Mapping[str, int]:
    wanted = list(words)
    found = connection.exec_driver_sql(_KNOWN, (json.dumps(wanted),)).scalar_one()
    known: dict[str, int] = json.loads(found)
    new = sorted(word for word in wanted if word not in known)
    if new:
        numbers = take_range(connection, "spelling", len(new))
        known.update(zip(new, numbers, strict=True))
        insert_rows(connection, spellings, [{"number": known[word], "word": word} for word in new])
    return known
