"""Finds the skills that passages name, by the labels that queries are expanded by.

The keys of labels are in the catalogue, where both languages and any form of a word meet: nothing
is loaded. An entity ruler of spaCy over the same terms holds ESCO's labels in 400 MB, takes five
seconds to build, and is no quicker.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, func, select

from finder.domain import Language
from finder.folding import folded
from indexers.catalogue.database import Database, fact, insert_rows, set_fact, take_numbers
from indexers.catalogue.remaking import PassageToIndex, passages_to_index
from indexers.catalogue.schema import passages, skill_mentions, skills
from indexers.chunking import passage_text
from indexers.lexical.labels import Stretch, longest, stretches
from indexers.taxonomy.synonyms import SYNONYMS

_LOOKED_THROUGH: Final = "skills_looked_for"
"""The fact that holds the last passage that was looked through."""

_CHANGES: Final = "skills_changed"
"""The counter of changes of taxonomies."""

_BATCH: Final = 200
"""Passages to a transaction: some tenths of a second."""

_KNOWN: Final = """
    SELECT key, label, number, label IN (french, english)
    FROM skill_labels JOIN skills ON number = skill
    WHERE key IN (SELECT value FROM json_each(?)) AND taxonomy != ?
"""


class _Label(NamedTuple):
    """A label, the number of its skill, and whether it is what that is called first."""

    text: str
    skill: int
    first: bool


class MentionWriter:
    """Follows the catalogue's passages, for the one process that writes.

    A label of several words is found in any form, as in a query. One word of a text mostly means
    something else, so it must be what a skill is called first, and be written so, a plural aside.
    Synonyms and other names of one word therefore find nothing in texts.

    Args:
        database: The catalogue.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def remaining(self) -> int:
        """How many passages have not been looked through; none where there is no taxonomy."""
        with self._database.reading() as connection:
            if not _are_there(connection):
                return 0
            later = passages.c.id > _looked_through(connection)
            return connection.execute(select(func.count()).where(later)).scalar_one()

    def follow(self, progress: Callable[[int], None] | None = None) -> None:
        """Look through every passage that is new.

        Args:
            progress: Is told how many passages each transaction took.
        """
        while looked_through := self.follow_batch():
            if progress:
                progress(looked_through)

    def follow_batch(self) -> int:
        """Look through some passages, and return how many; the catalogue is not held meanwhile."""
        with self._database.reading() as connection:
            if not _are_there(connection):
                return 0
            last, changes = _looked_through(connection), fact(connection, _CHANGES)
            batch = passages_to_index(connection, passages.c.id > last, _BATCH)
        if not batch:
            return 0
        found = self._found(batch)
        with self._database.noting() as connection:
            if fact(connection, _CHANGES) == changes:  # the skills are still those
                _keep(connection, found)
                set_fact(connection, _LOOKED_THROUGH, str(batch[-1].id))
        return len(batch)

    def _found(self, batch: Sequence[PassageToIndex]) -> set[tuple[int, int]]:
        """Passages and the skills that they name, by number."""
        texts = {each.id: passage_text(each.title, each.passage) for each in batch}
        stretched = {each.id: list(stretches(texts[each.id], _spoken(each))) for each in batch}
        keys = {stretch.key for found in stretched.values() for stretch in found}
        known = self._known(keys)
        return {
            (passage, label.skill)
            for passage, found in stretched.items()
            for label in _named(texts[passage], found, known)
        }

    def _known(self, keys: set[str]) -> Mapping[str, list[_Label]]:
        known: dict[str, list[_Label]] = defaultdict(list)
        for key, label, skill, first in self._database.look_up(
            _KNOWN, json.dumps(list(keys)), SYNONYMS
        ):
            known[key].append(_Label(label, skill, bool(first)))
        return known


def look_again(connection: Connection) -> None:
    """Have every passage looked through again: the skills are others."""
    connection.execute(delete(skill_mentions))
    set_fact(connection, _LOOKED_THROUGH, "0")
    take_numbers(connection, _CHANGES, 1)


def _are_there(connection: Connection) -> bool:
    """Whether there is a skill to look for."""
    named = select(skills.c.number).where(skills.c.taxonomy != SYNONYMS)
    return connection.execute(named.limit(1)).first() is not None


def _looked_through(connection: Connection) -> int:
    return int(fact(connection, _LOOKED_THROUGH) or "0")


def _keep(connection: Connection, found: Collection[tuple[int, int]]) -> None:
    """Keep what was found in passages that are still there."""
    wanted = sorted({passage for passage, _ in found})
    there = set(
        connection.execute(select(passages.c.id).where(passages.c.id.in_(wanted))).scalars()
    )
    rows = [{"passage": each, "skill": skill} for each, skill in sorted(found) if each in there]
    insert_rows(connection, skill_mentions, rows)


def _spoken(passage: PassageToIndex) -> Sequence[Language]:
    if passage.language is Language.OTHER:
        return (Language.FRENCH, Language.ENGLISH)
    return (passage.language,)


def _named(
    text: str, stretched: Sequence[Stretch], known: Mapping[str, list[_Label]]
) -> Iterator[_Label]:
    """The labels that are in a text and part of no longer one."""
    meant: dict[Stretch, list[_Label]] = defaultdict(list)
    for stretch in stretched:
        for label in known.get(stretch.key, ()):
            if _is_meant(text, stretch, label):
                meant[stretch].append(label)
    for stretch in longest(meant):
        yield from meant[stretch]


def _is_meant(text: str, stretch: Stretch, label: _Label) -> bool:
    """Whether a stretch of a text is a label rather than something else of its key."""
    if stretch.words > 1:
        return True
    written = text[stretch.start : stretch.end]
    if written.islower() and not label.text.islower():
        return False
    return label.first and folded(written).rstrip("sx") == folded(label.text).rstrip("sx")
