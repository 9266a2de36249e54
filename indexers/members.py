"""Files inside files, as records: what an archive holds, a mailbox's messages, attachments.

Each is a record of its own, as readable as the document whose file holds it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from finder.domain import Document, Kind, Post, RecordKey
from indexers.parsing import ParsedFile, ParseFailure
from indexers.parsing.parsed import Member, MemberKind
from indexers.records import MAX_ID
from indexers.sources.people import People

MARK: Final = "!/"
"""Between the id or path of what holds a file and the file's name inside."""

_DIGEST_BYTES: Final = 8
"""Of what stands for the end of an id that is too long."""

_KINDS: Final = {MemberKind.DOCUMENT: Kind.DOCUMENT, MemberKind.POST: Kind.POST}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMember:
    """A file inside another, read: the record that it becomes, and its words."""

    record: Document | Post
    parsed: ParsedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMember:
    """A file inside another that could not be read.

    Attributes:
        key: The record that it would have become.
        name: Its path inside the outermost file.
        failure: Why.
    """

    key: RecordKey
    name: str
    failure: ParseFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """What is inside a document's file.

    Attributes:
        container: The document.
        people: Turns the authors that files name into people.
    """

    container: Document
    people: People

    def read(self, parsed: ParsedFile, *, inside: str = "") -> Iterator[ReadMember | FailedMember]:
        """Every file inside, at any depth.

        Args:
            parsed: The document's file, or one inside it.
            inside: What comes before the names of what that one holds.
        """
        for member in parsed.members:
            name = inside + member.name
            if isinstance(member.outcome, ParseFailure):
                key = RecordKey(_KINDS[member.kind], self._id(name))
                yield FailedMember(key=key, name=name, failure=member.outcome)
            else:
                record = self._record(member, member.outcome, name)
                yield ReadMember(record=record, parsed=member.outcome)
                yield from self.read(member.outcome, inside=name + MARK)

    def _record(self, member: Member, parsed: ParsedFile, name: str) -> Document | Post:
        common: dict[str, Any] = {
            "id": self._id(name),
            "source": self.container.source,
            "url": self.container.url,
            "acl": self.container.acl,
            "deny": self.container.deny,
            "group": self.container.group,
            "title": parsed.title or member.name.rpartition("/")[2],
            "authors": self.people.resolve(parsed.authors),
            "created_at": parsed.created_at,
            "updated_at": parsed.modified_at,
            "language": parsed.language,
        }
        if member.kind is MemberKind.POST:
            return Post(**common)
        return Document(**common, file=f"{self.container.file}{MARK}{name}")

    def _id(self, name: str) -> str:
        whole = f"{self.container.id}{MARK}{name}"
        if len(whole) <= MAX_ID:
            return whole
        digest = hashlib.blake2b(whole.encode(), digest_size=_DIGEST_BYTES).hexdigest()
        return f"{whole[: MAX_ID - len(digest) - 1]}~{digest}"
