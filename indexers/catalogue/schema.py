"""The catalogue's tables.

Numbers of records, passages, vectors, removals and jobs come from counters that only grow, so each
is given once and a number also names a version: a record that is replaced gets new ones. Whatever
follows the catalogue remembers the last number it saw, of additions and of ``removals``, and asks
for what came after.

A record is in ``jobs`` from the moment at which it is received until it is findable by words, and
its passages are in ``awaiting`` until they are findable by meaning. What did not go in is in
``failures``.
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
    text,
)

FORMAT_VERSION = "9"
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
    Column("feed", String),
    Column("container", String),
    UniqueConstraint("kind", "id"),
    Index("records_by_container", "container", sqlite_where=text("container IS NOT NULL")),
    comment="Records as JSON without their long text, which is in bodies; the source that they "
    "were read from, if it can be read again; the id of the document whose file holds them.",
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
    Column("spellings", LargeBinary, nullable=False),
    comment="Each passage's term statistics, as packed by indexers.lexical.counts, and its words "
    "as they are written, as packed by indexers.lexical.spellings.",
)

spellings = Table(
    "spellings",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("word", String, nullable=False, unique=True),
    comment="Words as they are written, in small letters.",
)

vectors = Table(
    "vectors",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("passage", ForeignKey(_PASSAGE, ondelete="CASCADE"), nullable=False, unique=True),
    Column("data", LargeBinary, nullable=False),
    Column("tokens", LargeBinary, nullable=False, server_default=text("x''")),
    comment="Each encoded passage's vectors in 8-bit codes, and the signs of its tokens'.",
)

awaiting = Table(
    "awaiting",
    metadata,
    Column("record", ForeignKey(_RECORD, ondelete="CASCADE"), primary_key=True),
    Column("passage", Integer, primary_key=True),
    comment="Passages without a vector.",
    sqlite_with_rowid=False,
)

associations = Table(
    "associations",
    metadata,
    Column("record", ForeignKey(_RECORD, ondelete="CASCADE"), nullable=False, index=True),
    Column("person", ForeignKey("people.number"), nullable=False),
    Column("role", Integer, nullable=False),
    Column("sharers", Integer, nullable=False),
)

replies = Table(
    "replies",
    metadata,
    Column("record", ForeignKey(_RECORD, ondelete="CASCADE"), primary_key=True),
    Column("parent", String, nullable=False, index=True),
    Column("accepted", Integer, nullable=False),
    Column("thanks", Integer, nullable=False, server_default="0"),
    comment="Posts that reply to another, whose id is the parent; whether they thank its author.",
)

names = Table(
    "names",
    metadata,
    Column("record", ForeignKey(_RECORD, ondelete="CASCADE"), nullable=False, index=True),
    Column("word", String, nullable=False, index=True),
    Column("sound", String, nullable=False, index=True),
    comment="The words of people's names, folded, and how each sounds.",
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

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),
    Column("id", String, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Column("path", LargeBinary),
    Column("feed", String),
    Column("line", Integer),
    Column("attempts", Integer, nullable=False),
    Column("delivery", Integer),
    Column("received_at", Float, nullable=False),
    UniqueConstraint("kind", "id"),
    Index("jobs_by_turn", "lane", "priority", "number"),
    Index("jobs_by_delivery", "delivery", sqlite_where=text("delivery IS NOT NULL")),
    comment="The queue: records as JSON, with the file behind them, that are not yet findable. "
    "One at most for each record: a newer delivery takes the place of an older one.",
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("delivery", Integer, primary_key=True),
    Column("job", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("status", String, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("id", String, nullable=False),
    Column("source", String),
    Column("line", Integer),
    Column("reason", Text),
    Column("passages", Integer, nullable=False),
    Column("at", Float, nullable=False),
    comment="What became of jobs, until whoever delivered them has read it.",
    sqlite_with_rowid=False,
)

failures = Table(
    "failures",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("state", String, nullable=False),
    Column("kind", Integer),
    Column("id", String),
    Column("container", String, index=True),
    Column("feed", String, index=True),
    Column("source", String, nullable=False),
    Column("line", Integer),
    Column("field", String),
    Column("reason", String),
    Column("message", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_at", Float, nullable=False),
    Column("last_at", Float, nullable=False),
    Column("next_try", Float),
    Column("lane", Integer),
    Column("payload", Text),
    Column("path", LargeBinary),
    UniqueConstraint("kind", "id"),
    Index("failures_by_state", "state", "next_try"),
    comment="What did not go in, and why: records that failed, with what another try takes, lines "
    "that were refused, files that were skipped.",
)

answers = Table(
    "answers",
    metadata,
    Column("key", String, primary_key=True),
    Column("request", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
    comment="Answers to requests that carried an idempotency key, for when they come again.",
)

skills = Table(
    "skills",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("taxonomy", String, nullable=False),
    Column("id", String, nullable=False, index=True),
    Column("french", String, nullable=False, server_default=""),
    Column("english", String, nullable=False, server_default=""),
    UniqueConstraint("taxonomy", "id"),
    comment="What taxonomies name, by the labels that they prefer, empty where there is none. Two "
    "that have the same id mean the same skill.",
)

skill_labels = Table(
    "skill_labels",
    metadata,
    Column("skill", ForeignKey("skills.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", String, nullable=False),
    Column("key", String, nullable=False, index=True),
    comment="What skills are called, by what indexers.lexical.labels finds them: a row for each "
    "language that a label may be found in; the key is empty where there is none.",
)

skill_parents = Table(
    "skill_parents",
    metadata,
    Column("skill", ForeignKey("skills.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("parent", String, nullable=False, index=True),
    comment="The ids of broader skills, whatever taxonomy has them.",
)

skill_mentions = Table(
    "skill_mentions",
    metadata,
    Column("passage", ForeignKey(_PASSAGE, ondelete="CASCADE"), primary_key=True),
    Column("skill", ForeignKey("skills.number", ondelete="CASCADE"), primary_key=True, index=True),
    comment="The skills that passages name, up to the passage that is among the facts.",
    sqlite_with_rowid=False,
)

clicks = Table(
    "clicks",
    metadata,
    Column("kind", Integer, primary_key=True),
    Column("id", String, primary_key=True),
    Column("query", String, primary_key=True),
    Column("day", Integer, primary_key=True),
    Index("clicks_by_day", "day"),
    comment="Records that were opened from the results of a query, once for each day, which is "
    "counted from the first of the year 1: by whom and how often is not kept.",
    sqlite_with_rowid=False,
)
