"""Writes the catalogue, a batch to a transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import time

from sqlalchemy import Connection, delete, select

from finder.access import rule_of
from finder.corpus import KINDS, SECONDS_A_DAY
from finder.domain import Document, Language, Passage, Post, Record, RecordKey, key_of
from indexers.catalogue.database import Database, Row, insert_rows, take_range
from indexers.catalogue.relations import insert_associations, insert_groups, rule_numbers
from indexers.catalogue.schema import bodies, failures, passages, records, removals, terms, vectors
from indexers.chunking import passage_text
from indexers.lexical.counts import count_terms
from indexers.lexical.making import claim_analyser
from indexers.records import record_to_json


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

    def apply(self, changes: Mapping[RecordKey, Entry | None]) -> None:
        """Put or replace records, and delete those whose entry is None, in one transaction."""
        entries = [entry for entry in changes.values() if entry is not None]
        with self._database.writing() as connection:
            claim_analyser(connection)
            known_vectors = _remove(connection, changes)
            numbers = _insert_records(connection, entries)
            _insert_passages(connection, entries, numbers, known_vectors)
            insert_associations(connection, [e.record for e in entries], numbers)
            insert_groups(connection, [e.record for e in entries], numbers)

    def note_failures(self, failed: Sequence[Failure], *, healed: Sequence[str]) -> None:
        """Remember files that could not be read, and forget those that now can."""
        with self._database.writing() as connection:
            gone = [*healed, *(failure.source for failure in failed)]
            connection.execute(delete(failures).where(failures.c.source.in_(gone)))
            insert_rows(
                connection,
                failures,
                [{"source": f.source, "reason": f.reason, "at": time()} for f in failed],
            )


def _remove(
    connection: Connection, changes: Mapping[RecordKey, Entry | None]
) -> Mapping[str, bytes]:
    """Take out what is replaced or deleted, and return its vectors by what was encoded."""
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
        return {}
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
    taken = take_range(connection, "removal", len(old))
    insert_rows(
        connection, removals, [{"number": n, **row} for n, row in zip(taken, old, strict=True)]
    )
    connection.execute(delete(records).where(records.c.number.in_(numbers)))
    return kept


def _insert_records(connection: Connection, entries: Sequence[Entry]) -> range:
    if not entries:
        return range(0)
    numbers = take_range(connection, "record", len(entries))
    rules = rule_numbers(connection, {rule_of(entry.record) for entry in entries})
    insert_rows(
        connection,
        records,
        [
            {
                "number": number,
                "kind": KINDS.index(key_of(entry.record).kind),
                "id": entry.record.id,
                "digest": entry.digest,
                "rule": rules[rule_of(entry.record)],
                "day": _day(entry.record),
                "language": entry.language.value,
                "title": entry.title,
                "card": record_to_json(_without_body(entry.record)),
            }
            for number, entry in zip(numbers, entries, strict=True)
        ],
    )
    insert_rows(
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
        (number, entry, passage)
        for number, entry in zip(numbers, entries, strict=True)
        for passage in entry.passages
    ]
    if not owned:
        return
    ids = take_range(connection, "passage", len(owned))
    insert_rows(
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
    insert_rows(
        connection,
        terms,
        [
            {"passage": id_, "data": count_terms(entry.title, passage, entry.language)}
            for id_, (_, entry, passage) in zip(ids, owned, strict=True)
        ],
    )
    carried = [
        (id_, data)
        for id_, (_, entry, passage) in zip(ids, owned, strict=True)
        if known_vectors
        and (data := known_vectors.get(passage_text(entry.title, passage))) is not None
    ]
    insert_vectors(connection, carried)


def insert_vectors(connection: Connection, encoded: Sequence[tuple[int, bytes]]) -> None:
    """Add vectors, as pairs of passage id and codes."""
    if encoded:
        numbers = take_range(connection, "vector", len(encoded))
        insert_rows(
            connection,
            vectors,
            [
                {"number": number, "passage": passage, "data": data}
                for number, (passage, data) in zip(numbers, encoded, strict=True)
            ],
        )


def _without_body(record: Record) -> Record:
    if isinstance(record, Post | Document):
        return replace(record, text="", html=None)
    return record


def _day(record: Record) -> float | None:
    changed = record.updated_at or record.created_at
    return changed.timestamp() / SECONDS_A_DAY if changed else None
