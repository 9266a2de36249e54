"""What a file becomes: blocks in reading order and what the file says about itself."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile(Metadata):
    """A file that could be read."""

    blocks: tuple[Block, ...]


class FailureReason(StrEnum):
    """Why a file gives nothing; a closed set, to be counted by."""

    UNREADABLE = "unreadable"
    UNSUPPORTED = "unsupported"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    NO_TEXT = "no text"
    TOO_LARGE = "too large"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseFailure:
    """A file that could not be read, and why, in a sentence for whoever put it there."""

    reason: FailureReason
    message: str


class ParseError(Exception):
    """Raised inside the parser; leaves it as a `ParseFailure`."""

    def __init__(self, reason: FailureReason, message: str) -> None:
        super().__init__(message)
        self.failure = ParseFailure(reason=reason, message=message)


def blocks_from_text(text: str) -> tuple[Block, ...]:
    """Plain text as paragraphs: blank lines separate them."""
    return tuple(Block(text=part.strip()) for part in _BLANK.split(text) if part.strip())


def to_json(outcome: ParsedFile | ParseFailure) -> bytes:
    """The outcome as the worker sends it."""
    return json.dumps(asdict(outcome), default=datetime.isoformat).encode()


def from_json(data: bytes) -> ParsedFile | ParseFailure:
    """The inverse of `to_json`.

    Raises:
        ValueError: The data is no outcome; a parser that a file took over may send anything.
    """
    try:
        values = json.loads(data)
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
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not a parser's outcome") from error


_BLANK = re.compile(r"\n\s*\n")
# Control characters but tab and line feed, and halves of surrogate pairs: no text holds them,
# and neither the catalogue nor the indexes take them.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def _clean(text: object) -> str:
    return _NOT_TEXT.sub(" ", str(text)).strip()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _block(values: Mapping[str, Any]) -> Block:
    page = values["page"]
    return Block(
        text=_clean(values["text"]),
        kind=BlockKind(values["kind"]),
        level=int(values["level"]),
        page=None if page is None else int(page),
    )
