"""Reads the catalogue for the core: the columns that ranking needs, and the texts to show."""

import json
from collections.abc import Collection, Mapping, Sequence
from threading import Lock

from cachetools import LRUCache
from sqlalchemy import Connection, select

from finder.access import (
    MEMBERS,
    PUBLIC,
    AccessRule,
    Principal,
    Viewer,
    permits,
    user_principal,
)
from finder.corpus import KINDS, Corpus, Readable, readable
from finder.domain import Deletion, GroupId, Kind, Passage, PersonId, RecordKey
from finder.errors import StorageError
from finder.ports import KnownPerson, Likeness, StoredPassage, StoredRecord, Titled
from indexers.catalogue.columns import CorpusColumns
from indexers.catalogue.database import GENERATION, Database, fact
from indexers.catalogue.schema import groups, memberships, people, records, rules
from indexers.chunking import passage_text
from indexers.names import sound
from indexers.records import parse_record

_RECORDS = "SELECT number, card FROM records WHERE number IN (SELECT value FROM json_each(?))"
_PASSAGES = """
    SELECT id, text, heading, page FROM passages WHERE id IN (SELECT value FROM json_each(?))
"""
_PEOPLE = """
    SELECT people.number, people.id, records.number, records.card
    FROM people LEFT JOIN records ON records.id = people.id AND records.kind = ?
    WHERE people.number IN (SELECT value FROM json_each(?))
"""
_TITLES = """
    SELECT records.kind, records.id, number, title FROM json_each(?) AS asked
    CROSS JOIN records ON kind = asked.value ->> 0 AND records.id = asked.value ->> 1
"""
_BEARERS = {
    Likeness.SAME: "SELECT record FROM names WHERE word = ?",
    # The last code point sorts after whatever a word goes on with.
    Likeness.BEGUN: "SELECT record FROM names WHERE word >= ?1 AND word < ?1 || char(1114111)",
    Likeness.HEARD: "SELECT record FROM names WHERE sound = ?",
}
_GROUPS = "SELECT id, number, title FROM records WHERE kind = ?"
_IN_GROUPS = """
    SELECT number FROM records
    WHERE kind IN (?, ?) AND card ->> 'group' IN (SELECT value FROM json_each(?))
"""
_TEXTS = """
    SELECT passages.id, title, heading, text
    FROM passages JOIN records ON records.number = passages.record
    WHERE passages.id IN (SELECT value FROM json_each(?))
"""
_PERSON = KINDS.index(Kind.PERSON)
_IN_A_GROUP = (KINDS.index(Kind.POST), KINDS.index(Kind.DOCUMENT))

_KEPT_RIGHTS = 256
"""Viewers whose rights are kept between queries: those who search in the same minutes."""


class SqlLibrary:
    """The catalogue, read. Safe to use from several threads.

    Args:
        database: The catalogue.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._columns = CorpusColumns()
        self._corpus: Corpus | None = None
        self._rules: list[AccessRule] = []
        self._private: Mapping[GroupId, bool] = {}
        self._rights: LRUCache[frozenset[Principal], Readable] = LRUCache(_KEPT_RIGHTS)
        self._lock = Lock()

    def corpus(self) -> Corpus:
        """The latest state of the catalogue; only what changed since the last call is read."""
        with self._lock:
            if self._corpus is None or self._corpus.generation != self._database.generation():
                self._corpus = self._followed()
                self._rights.clear()
            return self._corpus

    def viewer(self, person: PersonId | None, *, member: bool = True) -> Viewer:
        """Somebody with every principal that they hold, through nested groups too.

        Args:
            person: Their id, or None for somebody of whom only ``member`` is known.
            member: Whether they are an employee rather than a guest.
        """
        principals = {PUBLIC, MEMBERS} if member else {PUBLIC}
        if person is not None:
            principals.add(user_principal(person))
            with self._database.reading() as connection:
                principals.update(_containers(connection, user_principal(person)))
        return Viewer(person=person, principals=frozenset(principals))

    def readable(self, corpus: Corpus, viewer: Viewer) -> Readable:
        """What a viewer may read of a corpus."""
        with self._lock:
            known = self._rights.get(viewer.principals)
            if known is None or known.corpus is not corpus:
                permitted = [permits(rule, viewer, private=self._private) for rule in self._rules]
                known = self._rights[viewer.principals] = readable(corpus, permitted)
            return known

    def records(self, numbers: Sequence[int]) -> Mapping[int, StoredRecord]:
        """Records by number; those gone in the meantime are left out."""
        rows = self._database.look_up(_RECORDS, json.dumps(numbers))
        return {number: _stored(number, card) for number, card in rows}

    def passages(self, ids: Sequence[int]) -> Mapping[int, StoredPassage]:
        """Passages by id; those gone in the meantime are left out."""
        rows = self._database.look_up(_PASSAGES, json.dumps(ids))
        return {
            number: StoredPassage(id=number, text=text, heading=heading, page=page)
            for number, text, heading, page in rows
        }

    def people(self, numbers: Sequence[int]) -> Mapping[int, KnownPerson]:
        """People by number."""
        rows = self._database.look_up(_PEOPLE, _PERSON, json.dumps(numbers))
        return {
            person: KnownPerson(
                number=person,
                id=PersonId(name),
                profile=None if card is None else _stored(number, card),
            )
            for person, name, number, card in rows
        }

    def titles(self, keys: Collection[RecordKey]) -> Mapping[RecordKey, Titled]:
        """The titles of those records that there are, whoever asks: the caller checks."""
        wanted = [(KINDS.index(key.kind), key.id) for key in keys]
        rows = self._database.look_up(_TITLES, json.dumps(wanted))
        return {
            RecordKey(KINDS[kind], name): Titled(number=number, title=title)
            for kind, name, number, title in rows
        }

    def find(self, key: RecordKey) -> StoredRecord | None:
        """A record by its key, whoever asks: the caller checks that it may be read."""
        statement = select(records.c.number, records.c.card).where(
            records.c.kind == KINDS.index(key.kind), records.c.id == key.id
        )
        with self._database.reading() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _stored(row.number, row.card)

    def person_number(self, person: PersonId) -> int | None:
        """The number of a person whom anything names."""
        statement = select(people.c.number).where(people.c.id == person)
        with self._database.reading() as connection:
            number: int | None = connection.execute(statement).scalar_one_or_none()
        return number

    def bearers(self, word: str, likeness: Likeness) -> Sequence[int]:
        """Numbers of the profiles with such a word in their name, whoever asks."""
        asked = sound(word) if likeness is Likeness.HEARD else word
        return [number for (number,) in self._database.look_up(_BEARERS[likeness], asked)]

    def groups(self) -> Mapping[GroupId, Titled]:
        """Every group that has a record, whoever asks: the caller checks."""
        rows = self._database.look_up(_GROUPS, KINDS.index(Kind.GROUP))
        return {GroupId(name): Titled(number=number, title=title) for name, number, title in rows}

    def numbers_in_groups(self, groups: Collection[str]) -> Sequence[int]:
        """Numbers of the posts and documents of some groups, by id, whoever asks."""
        rows = self._database.look_up(_IN_GROUPS, *_IN_A_GROUP, json.dumps(list(groups)))
        return [number for (number,) in rows]

    def texts(self, passages: Sequence[int]) -> Mapping[int, str]:
        """What was indexed of passages by id: title, headings and text, in this order."""
        rows = self._database.look_up(_TEXTS, json.dumps(passages))
        return {
            number: passage_text(title, Passage(text=text, heading=heading))
            for number, title, heading, text in rows
        }

    def _followed(self) -> Corpus:
        with self._database.reading() as connection:
            generation = int(fact(connection, GENERATION) or "0")
            self._columns.follow(connection)
            self._follow_access(connection)
        return self._columns.corpus(generation)

    def _follow_access(self, connection: Connection) -> None:
        new = select(rules.c.rule).where(rules.c.number >= len(self._rules))
        texts = connection.execute(new.order_by(rules.c.number)).scalars()
        self._rules += [_rule(text) for text in texts]
        found = connection.execute(select(groups.c.id, groups.c.private))
        self._private = {GroupId(row.id): bool(row.private) for row in found}


def _containers(connection: Connection, principal: Principal) -> set[Principal]:
    held = select(memberships.c.container).where(memberships.c.member == principal)
    nested = held.cte("held", recursive=True)
    # A union, not a union of all: a cycle of groups ends where nothing new is found.
    nested = nested.union(
        select(memberships.c.container).join(nested, memberships.c.member == nested.c.container)
    )
    return set(connection.execute(select(nested.c.container)).scalars())


def _rule(text: str) -> AccessRule:
    allow, deny, group = json.loads(text)
    return AccessRule(allow=None if allow is None else tuple(allow), deny=tuple(deny), group=group)


def _stored(number: int, card: str) -> StoredRecord:
    record = parse_record(card)
    if isinstance(record, Deletion):
        raise StorageError(f"Record {number} of the catalogue is not a record: rebuild it.")
    return StoredRecord(number=number, record=record)
