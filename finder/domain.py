"""The values that everything else speaks about. Frozen, and free of any engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
GroupId = NewType("GroupId", str)
PassageId = NewType("PassageId", int)
"""Given once by the catalogue and never again: a passage that changes gets a new id."""


class Kind(StrEnum):
    """What a record is."""

    PERSON = "person"
    GROUP = "group"
    POST = "post"
    DOCUMENT = "document"


class Role(StrEnum):
    """What a person has to do with a record; each is a different strength of evidence."""

    PROFILE = "profile"
    AUTHOR = "author"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    MEMBER = "member"
    COMMENTER = "commenter"
    MENTIONED = "mentioned"
    CONTRIBUTOR = "contributor"
    """Any other role; its own name is kept beside it."""
    FORMER = "former"
    """The profile of somebody who has left."""
    ASKER = "asker"
    """Wrote a question that was answered."""
    ANSWERER = "answerer"
    """Replied to it."""
    SOLVER = "solver"
    """Replied to it, and the reply was accepted."""
    THANKED = "thanked"
    """Mentioned by somebody who thanks, or wrote what a reply thanks for."""


class Language(StrEnum):
    """The languages that Finder analyses; anything else is taken as if it were both."""

    FRENCH = "fr"
    ENGLISH = "en"
    OTHER = "und"


@dataclass(frozen=True, slots=True, order=True)
class RecordKey:
    """What names a record: an id is unique within its kind."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A skill that a person declares."""

    name: str
    level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """A person's part in a record, under the name that the source gives to the role."""

    person: PersonId
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every record carries.

    ``acl`` and ``deny`` hold principals (``public``, ``members``, ``group:ID``, ``user:ID``);
    an ``acl`` of None takes the default of the record's group, or ``members``.
    ``extra`` keeps fields that Finder does not know: shown, not indexed.
    """

    id: str
    source: str | None = None
    url: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    acl: tuple[str, ...] | None = None
    deny: tuple[str, ...] = ()
    language: str | None = None
    tags: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Common):
    """Somebody who may know."""

    name: str = ""
    email: str | None = None
    title: str = ""
    unit: str = ""
    site: str = ""
    phone: str | None = None
    manager: PersonId | None = None
    languages: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    about: str = ""
    active: bool = True
    pseudonym: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Common):
    """People, and groups (``group:ID``), who share what is posted in it."""

    name: str = ""
    about: str = ""
    members: tuple[str, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Common):
    """A message in the network."""

    authors: tuple[PersonId, ...] = ()
    title: str = ""
    text: str = ""
    html: str | None = None
    group: GroupId | None = None
    thread: str | None = None
    reply_to: str | None = None
    accepted: bool = False
    likes: tuple[PersonId, ...] = ()
    mentions: tuple[PersonId, ...] = ()

    @property
    def parent(self) -> str | None:
        """The post that this one replies to: the first of its thread, where it does not say."""
        named = self.reply_to or self.thread
        return None if named == self.id else named


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Common):
    """A text that people share. Of ``text``, ``html`` and ``file``, one holds its words."""

    title: str = ""
    text: str = ""
    html: str | None = None
    file: str | None = None
    authors: tuple[PersonId, ...] = ()
    contributors: tuple[Contribution, ...] = ()
    group: GroupId | None = None


Record = Person | Group | Post | Document

KIND_OF: Mapping[type[Common], Kind] = {
    Person: Kind.PERSON,
    Group: Kind.GROUP,
    Post: Kind.POST,
    Document: Kind.DOCUMENT,
}


def key_of(record: Record) -> RecordKey:
    """The key that names a record."""
    return RecordKey(KIND_OF[type(record)], record.id)


def last_change(record: Record) -> datetime | None:
    """When a record was last changed, as far as its source says."""
    return record.updated_at or record.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A record that must go, from everywhere."""

    target: RecordKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a record's text, of a size that the encoder takes whole."""

    text: str
    heading: str = ""
    page: int | None = None
