"""The catalogue's tables.

Numbers of records, passages, vectors and removals come from counters that only grow, so each is
given once and a number also names a version: a record that is replaced gets new ones. Whatever
follows the catalogue remembers the last number it saw, of additions and of ``removals``, and asks
for what came after.
"""

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

FORMAT_VERSION = "1"
"""Of the tables below; a catalogue of another version is refused."""

metadata = MetaData()

_RECORD = "records.number"
_PASSAGE = "passages.id"

facts = Table(
    "facts",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
    comment="Format version, generation, counters, the identity of what made the indexes.",
)

rules = Table(
    "rules",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("rule", String, nullable=False, unique=True),
    comment="Access rules as JSON; numbered from 0 without gaps, never removed.",
)

people = Table(
    "people",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    comment="Whoever has a record or is named by one.",
)

records = Table(
    "records",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),
    Column("id", String, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("rule", Integer, ForeignKey("rules.number"), nullable=False),
    Column("day", Float),
    Column("language", String(3), nullable=False),
    Column("title", Text, nullable=False),
    Column("card", Text, nullable=False),
    UniqueConstraint("kind", "id"),
    comment="Records as JSON without their long text, which is in bodies.",
)

bodies = Table(
    "bodies",
    metadata,
    Column("record", ForeignKey(_RECORD, ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("html", Text),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("record", ForeignKey(_RECORD, ondelete="CASCADE"), nullable=False, index=True),
    Column("heading", Text, nullable=False),
    Column("page", Integer),
    Column("text", Text, nullable=False),
)

terms = Table(
    "terms",
    metadata,
    Column("passage", ForeignKey(_PASSAGE, ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),
    comment="Each passage's term statistics, as packed by indexers.lexical.counts.",
)

vectors = Table(
    "vectors",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("passage", ForeignKey(_PASSAGE, ondelete="CASCADE"), nullable=False, unique=True),
    Column("data", LargeBinary, nullable=False),
    comment="Each encoded passage's vector in 8-bit codes.",
)

associations = Table(
    "associations",
    metadata,
    Column("record", ForeignKey(_RECORD, ondelete="CASCADE"), nullable=False, index=True),
    Column("person", ForeignKey("people.number"), nullable=False),
    Column("role", Integer, nullable=False),
    Column("sharers", Integer, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    Column("record", ForeignKey(_RECORD, ondelete="CASCADE"), primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("private", Integer, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("record", ForeignKey(_RECORD, ondelete="CASCADE"), nullable=False, index=True),
    Column("container", String, nullable=False),
    Column("member", String, nullable=False),
    Index("memberships_by_member", "member"),
    comment="Principals: the group and what it lists, a person or another group.",
)

removals = Table(
    "removals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("record", Integer, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("id", String, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("at", Float, nullable=False),
    comment="Records that are gone, replaced (0) or deleted (1), for whatever follows.",
)

failures = Table(
    "failures",
    metadata,
    Column("source", String, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Float, nullable=False),
    comment="Files that could not be read, by their path, with the reason.",
)
