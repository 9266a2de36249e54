"""Puts records into the catalogue and takes them out; the caller holds the transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, or_, select

from finder.access import rule_of
from finder.corpus import KINDS, SECONDS_A_DAY
from finder.domain import (
    Document,
    Kind,
    Language,
    Passage,
    Post,
    Record,
    RecordKey,
    key_of,
    last_change,
)
from indexers.catalogue.database import Row, insert_rows, take_range
from indexers.catalogue.queue import ids_by_kind
from indexers.catalogue.relations import (
    insert_associations,
    insert_groups,
    insert_names,
    insert_replies,
    rule_numbers,
)
from indexers.catalogue.schema import (
    awaiting,
    bodies,
    clicks,
    passages,
    records,
    removals,
    terms,
    vectors,
)
from indexers.chunking import passage_text
from indexers.lexical.making import claim_analyser
from indexers.lexical.spellings import pack_spellings
from indexers.records import record_to_json


class Coded(NamedTuple):
    """What is kept of an encoded passage.

    Attributes:
        data: The codes of its own vector, and of those of its windows.
        tokens: The signs of those of its tokens.
    """

    data: bytes
    tokens: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a record comes from.

    Attributes:
        digest: What tells whether it changed.
        feed: The source that it was read from, if that can be read again.
        container: The id of the document whose file holds it, if one does.
    """

    digest: bytes
    feed: str | None = None
    container: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record ready for the catalogue.

    Attributes:
        record: The record.
        origin: Where it comes from.
        language: The language its text is analysed in.
        title: What heads each of its passages.
        passages: Its text.
        terms: The term statistics of each passage, packed.
        spellings: The distinct words of each passage.
    """

    record: Record
    origin: Origin
    language: Language
    title: str
    passages: Sequence[Passage]
    terms: Sequence[bytes]
    spellings: Sequence[frozenset[str]]


def digests(connection: Connection, keys: Iterable[RecordKey]) -> dict[RecordKey, bytes]:
    """The digests of those records that the catalogue holds."""
    return {
        RecordKey(kind, row.id): row.digest
        for kind, ids in ids_by_kind(keys).items()
        for row in connection.execute(
            select(records.c.id, records.c.digest).where(
                records.c.kind == KINDS.index(kind), records.c.id.in_(ids)
            )
        )
    }


def put_records(connection: Connection, entries: Sequence[Entry], *, now: float) -> None:
    """Put or replace records, with all that was inside the files of the earlier ones.

    Args:
        connection: In a transaction that moves the generation on.
        entries: Records of different keys.
        now: A Unix time.
    """
    claim_analyser(connection)
    keys = [key_of(entry.record) for entry in entries]
    known_vectors = _removed_vectors(connection, keys)
    remove_records(connection, keys, kept=keys, now=now)
    numbers = _insert_records(connection, entries)
    _insert_passages(connection, entries, numbers, known_vectors)
    insert_associations(connection, [e.record for e in entries], numbers)
    insert_replies(connection, [e.record for e in entries], numbers)
    insert_groups(connection, [e.record for e in entries], numbers)
    insert_names(connection, [e.record for e in entries], numbers)


def remove_records(
    connection: Connection,
    keys: Iterable[RecordKey],
    *,
    kept: Collection[RecordKey] = (),
    now: float,
) -> int:
    """Take records out, with all that is inside their files, and return how many they were.

    Args:
        connection: In a transaction that moves the generation on.
        keys: The records.
        kept: Those of them, and of what is inside, that come back at once.
        now: A Unix time.
    """
    coming = set(kept)
    those = _those_and_inside(keys)
    found = connection.execute(
        select(records.c.number, records.c.kind, records.c.id).where(those)
    ).fetchall()
    if found:
        taken = take_range(connection, "removal", len(found))
        insert_rows(
            connection,
            removals,
            [
                {
                    "number": number,
                    "record": row.number,
                    "kind": row.kind,
                    "id": row.id,
                    "deleted": int(RecordKey(KINDS[row.kind], row.id) not in coming),
                    "at": now,
                }
                for number, row in zip(taken, found, strict=True)
            ],
        )
        connection.execute(delete(records).where(those))
        _forget_clicks(connection, {RecordKey(KINDS[row.kind], row.id) for row in found} - coming)
    return len(found)


def _forget_clicks(connection: Connection, deleted: Collection[RecordKey]) -> None:
    if deleted:
        its_own = and_(clicks.c.kind == bindparam("its_kind"), clicks.c.id == bindparam("its_id"))
        connection.execute(
            delete(clicks).where(its_own),
            [{"its_kind": KINDS.index(key.kind), "its_id": key.id} for key in deleted],
        )


def _removed_vectors(connection: Connection, keys: Iterable[RecordKey]) -> Mapping[str, Coded]:
    """The vectors of what is about to go, by what was encoded."""
    encoded = connection.execute(
        select(records.c.title, passages.c.heading, passages.c.text)
        .add_columns(vectors.c.data, vectors.c.tokens)
        .join(passages, passages.c.record == records.c.number)
        .join(vectors, vectors.c.passage == passages.c.id)
        .where(_those_and_inside(keys))
    )
    return {
        passage_text(row.title, Passage(text=row.text, heading=row.heading)): Coded(
            data=row.data, tokens=row.tokens
        )
        for row in encoded
    }


def _those_and_inside(keys: Iterable[RecordKey]) -> ColumnElement[bool]:
    """Whether a row of ``records`` is one of some records, or inside the file of one."""
    wanted = ids_by_kind(keys)
    those: list[ColumnElement[bool]] = [
        and_(records.c.kind == KINDS.index(kind), records.c.id.in_(ids))
        for kind, ids in wanted.items()
    ]
    if Kind.DOCUMENT in wanted:
        those.append(records.c.container.in_(wanted[Kind.DOCUMENT]))
    return or_(*those)


def _insert_records(connection: Connection, entries: Sequence[Entry]) -> range:
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
                "digest": entry.origin.digest,
                "rule": rules[rule_of(entry.record)],
                "day": _day(entry.record),
                "language": entry.language.value,
                "title": entry.title,
                "card": record_to_json(_without_body(entry.record)),
                "feed": entry.origin.feed,
                "container": entry.origin.container,
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
    known_vectors: Mapping[str, Coded],
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
    counted = chain.from_iterable(entry.terms for entry in entries)
    packed = pack_spellings(connection, [words for entry in entries for words in entry.spellings])
    insert_rows(
        connection,
        terms,
        [
            {"passage": id_, "data": data, "spellings": words}
            for id_, data, words in zip(ids, counted, packed, strict=True)
        ],
    )
    carried: list[tuple[int, Coded]] = []
    new: list[Row] = []
    for id_, (number, entry, passage) in zip(ids, owned, strict=True):
        text = passage_text(entry.title, passage) if known_vectors else ""
        if (codes := known_vectors.get(text)) is not None:
            carried.append((id_, codes))
        else:
            new.append({"record": number, "passage": id_})
    insert_vectors(connection, carried)
    insert_rows(connection, awaiting, new)


def insert_vectors(connection: Connection, encoded: Sequence[tuple[int, Coded]]) -> None:
    """Add vectors, as pairs of passage id and codes."""
    if encoded:
        numbers = take_range(connection, "vector", len(encoded))
        insert_rows(
            connection,
            vectors,
            [
                {"number": number, "passage": passage} | codes._asdict()
                for number, (passage, codes) in zip(numbers, encoded, strict=True)
            ],
        )


def _without_body(record: Record) -> Record:
    if isinstance(record, Post | Document):
        return replace(record, text="", html=None)
    return record


def _day(record: Record) -> float | None:
    changed = last_change(record)
    return changed.timestamp() / SECONDS_A_DAY if changed else None
