"""Writes the catalogue, a batch to a transaction."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import time
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select

from finder.access import AccessRule, group_principal, rule_of, user_principal
from finder.corpus import KINDS, ROLES
from finder.domain import (
    Contribution,
    Document,
    Group,
    Language,
    Passage,
    Person,
    PersonId,
    Post,
    Record,
    RecordKey,
    Role,
    key_of,
)
from indexers.catalogue.database import Database, take_numbers
from indexers.catalogue.schema import (
    associations,
    bodies,
    failures,
    groups,
    memberships,
    passages,
    people,
    records,
    removals,
    rules,
    vectors,
)
from indexers.chunking import passage_text
from indexers.records import record_to_json

SECONDS_A_DAY = 86_400.0

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record ready for the catalogue.

    Attributes:
        record: The record.
        digest: What tells whether it changed.
        language: The language its text is analysed in.
        title: What heads each of its passages.
        passages: Its text.
    """

    record: Record
    digest: bytes
    language: Language
    title: str
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A file that could not be read, and why."""

    source: str
    reason: str


class CatalogueWriter:
    """Puts records into the catalogue and takes them out. One process writes at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def digests(self, keys: Iterable[RecordKey]) -> dict[RecordKey, bytes]:
        """The digests of those records that the catalogue holds."""
        wanted: dict[int, list[str]] = {}
        for key in keys:
            wanted.setdefault(KINDS.index(key.kind), []).append(key.id)
        with self._database.reading() as connection:
            return {
                RecordKey(KINDS[kind], row.id): row.digest
                for kind, ids in wanted.items()
                for row in connection.execute(
                    select(records.c.id, records.c.digest).where(
                        records.c.kind == kind, records.c.id.in_(ids)
                    )
                )
            }

    def apply(self, changes: Mapping[RecordKey, Entry | None]) -> int:
        """Put or replace records, and delete those whose entry is None, in one transaction.

        Returns:
            How many records were there before and are replaced or gone.
        """
        entries = [entry for entry in changes.values() if entry is not None]
        with self._database.writing() as connection:
            known_vectors = _remove(connection, changes)
            numbers = _insert_records(connection, entries)
            _insert_passages(connection, entries, numbers, known_vectors.vectors)
            _insert_associations(connection, entries, numbers)
            _insert_groups(connection, entries, numbers)
        return known_vectors.count

    def note_failures(self, failed: Sequence[Failure], *, healed: Sequence[str]) -> None:
        """Remember files that could not be read, and forget those that now can."""
        with self._database.writing() as connection:
            gone = [*healed, *(failure.source for failure in failed)]
            connection.execute(delete(failures).where(failures.c.source.in_(gone)))
            _insert(
                connection,
                failures,
                [{"source": f.source, "reason": f.reason, "at": time()} for f in failed],
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Removed:
    """How many records went, and the vectors of their passages by what was encoded."""

    count: int
    vectors: Mapping[str, bytes]


def _remove(connection: Connection, changes: Mapping[RecordKey, Entry | None]) -> _Removed:
    old: list[Row] = []
    for kind in {key.kind for key in changes}:
        ids = [key.id for key in changes if key.kind is kind]
        found = connection.execute(
            select(records.c.number, records.c.id).where(
                records.c.kind == KINDS.index(kind), records.c.id.in_(ids)
            )
        )
        old += [
            {
                "record": row.number,
                "kind": KINDS.index(kind),
                "id": row.id,
                "deleted": int(changes[RecordKey(kind, row.id)] is None),
                "at": time(),
            }
            for row in found
        ]
    if not old:
        return _Removed(count=0, vectors={})
    numbers = [row["record"] for row in old]
    encoded = connection.execute(
        select(records.c.title, passages.c.heading, passages.c.text, vectors.c.data)
        .join(passages, passages.c.record == records.c.number)
        .join(vectors, vectors.c.passage == passages.c.id)
        .where(records.c.number.in_(numbers))
    )
    kept = {
        passage_text(row.title, Passage(text=row.text, heading=row.heading)): row.data
        for row in encoded
    }
    first = take_numbers(connection, "removal", len(old))
    _insert(connection, removals, [{"number": first + i, **row} for i, row in enumerate(old)])
    connection.execute(delete(records).where(records.c.number.in_(numbers)))
    return _Removed(count=len(old), vectors=kept)


def _insert_records(connection: Connection, entries: Sequence[Entry]) -> range:
    if not entries:
        return range(0)
    numbers = _numbers(connection, "record", len(entries))
    rule_numbers = _rule_numbers(connection, {rule_of(entry.record) for entry in entries})
    _insert(
        connection,
        records,
        [
            {
                "number": number,
                "kind": KINDS.index(key_of(entry.record).kind),
                "id": entry.record.id,
                "digest": entry.digest,
                "rule": rule_numbers[rule_of(entry.record)],
                "day": _day(entry.record),
                "language": entry.language.value,
                "title": entry.title,
                "card": record_to_json(_without_body(entry.record)),
            }
            for number, entry in zip(numbers, entries, strict=True)
        ],
    )
    _insert(
        connection,
        bodies,
        [
            {"record": number, "text": entry.record.text, "html": entry.record.html}
            for number, entry in zip(numbers, entries, strict=True)
            if isinstance(entry.record, Post | Document)
        ],
    )
    return numbers


def _insert_passages(
    connection: Connection,
    entries: Sequence[Entry],
    numbers: range,
    known_vectors: Mapping[str, bytes],
) -> None:
    owned = [
        (number, entry.title, passage)
        for number, entry in zip(numbers, entries, strict=True)
        for passage in entry.passages
    ]
    if not owned:
        return
    ids = _numbers(connection, "passage", len(owned))
    _insert(
        connection,
        passages,
        [
            {
                "id": id_,
                "record": number,
                "heading": passage.heading,
                "page": passage.page,
                "text": passage.text,
            }
            for id_, (number, _, passage) in zip(ids, owned, strict=True)
        ],
    )
    if not known_vectors:
        return
    carried = [
        (id_, data)
        for id_, (_, title, passage) in zip(ids, owned, strict=True)
        if (data := known_vectors.get(passage_text(title, passage))) is not None
    ]
    insert_vectors(connection, carried)


def insert_vectors(connection: Connection, encoded: Sequence[tuple[int, bytes]]) -> None:
    """Add vectors, as pairs of passage id and codes."""
    if encoded:
        numbers = _numbers(connection, "vector", len(encoded))
        _insert(
            connection,
            vectors,
            [
                {"number": number, "passage": passage, "data": data}
                for number, (passage, data) in zip(numbers, encoded, strict=True)
            ],
        )


def _insert_associations(connection: Connection, entries: Sequence[Entry], numbers: range) -> None:
    roles = [list(_roles(entry.record)) for entry in entries]
    person_numbers = _person_numbers(connection, {person for held in roles for person, _ in held})
    rows: list[Row] = []
    for number, held in zip(numbers, roles, strict=True):
        sharers = Counter(role for _, role in held)
        rows += [
            {
                "record": number,
                "person": person_numbers[person],
                "role": ROLES.index(role),
                "sharers": sharers[role],
            }
            for person, role in held
        ]
    _insert(connection, associations, rows)


def _insert_groups(connection: Connection, entries: Sequence[Entry], numbers: range) -> None:
    found = [
        (number, entry.record)
        for number, entry in zip(numbers, entries, strict=True)
        if isinstance(entry.record, Group)
    ]
    _insert(
        connection,
        groups,
        [{"record": n, "id": group.id, "private": int(group.private)} for n, group in found],
    )
    _insert(
        connection,
        memberships,
        [
            {"record": n, "container": group_principal(group.id), "member": _member(member)}
            for n, group in found
            for member in dict.fromkeys(group.members)
        ],
    )


def _member(member: str) -> str:
    return member if member.startswith("group:") else user_principal(member)


def _roles(record: Record) -> Iterator[tuple[PersonId, Role]]:
    """Who has to do with a record, and how; each pair once."""
    match record:
        case Person():
            yield PersonId(record.id), Role.PROFILE
        case Post():
            yield from dict.fromkeys((author, Role.AUTHOR) for author in record.authors)
            yield from dict.fromkeys((person, Role.MENTIONED) for person in record.mentions)
        case Document():
            yield from dict.fromkeys((author, Role.AUTHOR) for author in record.authors)
            yield from dict.fromkeys((c.person, _role(c)) for c in record.contributors)
        case Group():
            pass


def _role(contribution: Contribution) -> Role:
    try:
        return Role(contribution.role.strip().lower())
    except ValueError:
        return Role.CONTRIBUTOR


def _person_numbers(connection: Connection, ids: set[PersonId]) -> dict[PersonId, int]:
    def known() -> dict[PersonId, int]:
        found = connection.execute(select(people.c.id, people.c.number).where(people.c.id.in_(ids)))
        return {PersonId(row.id): row.number for row in found}

    numbers = known()
    new = sorted(ids - numbers.keys())
    if new:
        first = take_numbers(connection, "person", len(new))
        added = {person: first + i for i, person in enumerate(new)}
        _insert(connection, people, [{"id": p, "number": n} for p, n in added.items()])
        numbers |= added
    return numbers


def _rule_numbers(connection: Connection, wanted: set[AccessRule]) -> dict[AccessRule, int]:
    texts = {rule: rule_to_json(rule) for rule in wanted}
    statement = select(rules.c.rule, rules.c.number).where(rules.c.rule.in_(texts.values()))
    known = {row.rule: row.number for row in connection.execute(statement)}
    new = sorted(set(texts.values()) - known.keys())
    next_number: int = connection.execute(select(func.count()).select_from(rules)).scalar_one()
    added = {text: next_number + i for i, text in enumerate(new)}
    _insert(connection, rules, [{"rule": text, "number": n} for text, n in added.items()])
    numbers = known | added
    return {rule: numbers[text] for rule, text in texts.items()}


def rule_to_json(rule: AccessRule) -> str:
    """A rule in the one form in which equal rules are equal texts."""
    return json.dumps([rule.allow, rule.deny, rule.group], ensure_ascii=False)


def _without_body(record: Record) -> Record:
    if isinstance(record, Post | Document):
        return replace(record, text="", html=None)
    return record


def _day(record: Record) -> float | None:
    changed = record.updated_at or record.created_at
    return changed.timestamp() / SECONDS_A_DAY if changed else None


def _numbers(connection: Connection, counter: str, count: int) -> range:
    first = take_numbers(connection, counter, count)
    return range(first, first + count)


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(insert(table), rows)
