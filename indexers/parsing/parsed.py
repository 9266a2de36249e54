"""What a file becomes: blocks in reading order and what the file says about itself."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class BlockKind(StrEnum):
    """What a block is in its document."""

    HEADING = "heading"
    TEXT = "text"
    TABLE = "table"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, heading, list item or table (a row a line, cells between ``|``).

    ``level`` is a heading's depth from 1; ``page`` counts pages, slides or sheets from 1.
    """

    text: str
    kind: BlockKind = BlockKind.TEXT
    level: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a file says about itself. Authors are names, addresses, or ``Name <address>``."""

    title: str = ""
    authors: tuple[str, ...] = ()
    created_at: datetime | None = None
    modified_at: datetime | None = None
    language: str | None = None


class MemberKind(StrEnum):
    """What a file inside another is: a mail is a post by its sender."""

    DOCUMENT = "document"
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file inside another: of an archive, a mailbox, or attached to a mail.

    ``name`` is its path inside, unique there; it is only a name, and no file is ever written
    under it. A member may hold members itself.
    """

    name: str
    kind: MemberKind = MemberKind.DOCUMENT
    outcome: "ParsedFile | ParseFailure"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile(Metadata):
    """A file that could be read. An archive or a mailbox has members and no blocks."""

    blocks: tuple[Block, ...]
    members: tuple[Member, ...] = ()


class FailureReason(StrEnum):
    """Why a file gives nothing; a closed set, to be counted by."""

    UNREADABLE = "unreadable"
    UNSUPPORTED = "unsupported"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    NO_TEXT = "no text"
    MISSING_PROGRAM = "missing program"
    TOO_LARGE = "too large"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"

    @property
    def transient(self) -> bool:
        """Whether the same file may well be read at another try."""
        return self in _TRANSIENT

    @property
    def advice(self) -> str:
        """What to do about it, in a sentence."""
        return _ADVICE[self]


_TRANSIENT = frozenset(
    {
        FailureReason.UNREADABLE,
        FailureReason.TIMED_OUT,
        FailureReason.OUT_OF_MEMORY,
        FailureReason.CRASHED,
    }
)
_ADVICE: Mapping[FailureReason, str] = {
    FailureReason.UNREADABLE: "Check that the file is there and may be read, then retry.",
    FailureReason.UNSUPPORTED: "Save it in a format that is read, such as PDF, DOCX or ODT.",
    FailureReason.ENCRYPTED: "Save it without its password.",
    FailureReason.CORRUPT: "Open it in the program that made it, and save it again.",
    FailureReason.NO_TEXT: "Nothing, if it holds none; if it is scanned, turn the setting ocr on,"
    " then retry.",
    FailureReason.MISSING_PROGRAM: "Install the program on the machine that fills the index, then"
    " retry.",
    FailureReason.TOO_LARGE: "Split it, or raise the limit.",
    FailureReason.TIMED_OUT: "Retry when the machine is less busy, or raise the limit.",
    FailureReason.OUT_OF_MEMORY: "Retry when the machine is less busy, or raise the limit.",
    FailureReason.CRASHED: "Retry; if it fails again, open it in the program that made it, and"
    " save it again.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseFailure:
    """A file that could not be read, and why, in a sentence for whoever put it there."""

    reason: FailureReason
    message: str

    @property
    def advice(self) -> str:
        """What to do about it, in a sentence."""
        return self.reason.advice


class ParseError(Exception):
    """Raised inside the parser; leaves it as a `ParseFailure`."""

    def __init__(self, reason: FailureReason, message: str) -> None:
        super().__init__(message)
        self.failure = ParseFailure(reason=reason, message=message)


def parsed_file(
    metadata: Metadata, blocks: Iterable[Block], members: tuple[Member, ...] = ()
) -> ParsedFile:
    """What a file says about itself, together with what it holds."""
    return ParsedFile(
        title=metadata.title,
        authors=metadata.authors,
        created_at=metadata.created_at,
        modified_at=metadata.modified_at,
        language=metadata.language,
        blocks=tuple(blocks),
        members=members,
    )


def blocks_from_text(text: str) -> tuple[Block, ...]:
    """Plain text as paragraphs: blank lines separate them."""
    return tuple(Block(text=part.strip()) for part in _BLANK.split(text) if part.strip())


def table_text(rows: Iterable[Iterable[str]]) -> str:
    """A table's rows on lines, its cells between bars; empty cells and rows are left out."""
    lines = (" | ".join(filter(None, (" ".join(cell.split()) for cell in row))) for row in rows)
    return "\n".join(filter(None, lines))


def to_json(outcome: ParsedFile | ParseFailure) -> bytes:
    """The outcome as the worker sends it."""
    return json.dumps(outcome, default=_plain).encode()


def from_json(data: bytes) -> ParsedFile | ParseFailure:
    """The inverse of `to_json`.

    Raises:
        ValueError: The data is no outcome; a parser that a file took over may send anything.
    """
    try:
        return _outcome(json.loads(data))
    except (AttributeError, KeyError, RecursionError, TypeError) as error:
        raise ValueError("not a parser's outcome") from error


_BLANK = re.compile(r"\n\s*\n")
# Control characters but tab and line feed, and halves of surrogate pairs: no text holds them,
# and neither the catalogue nor the indexes take them.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"a {type(value).__name__} is no part of an outcome")


def _clean(text: object) -> str:
    return _NOT_TEXT.sub(" ", str(text)).strip()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _outcome(values: Mapping[str, Any]) -> ParsedFile | ParseFailure:
    if "reason" in values:
        return ParseFailure(
            reason=FailureReason(values["reason"]), message=_clean(values["message"])
        )
    return ParsedFile(
        title=_clean(values["title"]),
        authors=tuple(map(_clean, values["authors"])),
        created_at=_moment(values["created_at"]),
        modified_at=_moment(values["modified_at"]),
        language=None if values["language"] is None else _clean(values["language"]),
        blocks=tuple(map(_block, values["blocks"])),
        members=tuple(map(_member, values["members"])),
    )


def _block(values: Mapping[str, Any]) -> Block:
    page = values["page"]
    return Block(
        text=_clean(values["text"]),
        kind=BlockKind(values["kind"]),
        level=int(values["level"]),
        page=None if page is None else int(page),
    )


def _member(values: Mapping[str, Any]) -> Member:
    return Member(
        name=_clean(values["name"]),
        kind=MemberKind(values["kind"]),
        outcome=_outcome(values["outcome"]),
    )
