"""From a job to what the catalogue takes: parse, chunk, annotate."""

import hashlib
import logging
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path, PurePath
from typing import Final

from finder.domain import Deletion, Document, Group, Language, Person, Post, Record
from finder.errors import DependencyError
from finder.ports import Encoder
from indexers.annotation import Annotation, Annotator, Text
from indexers.catalogue.failures import Failed
from indexers.catalogue.queue import Job
from indexers.catalogue.writer import Entry, Origin
from indexers.chunking import chunk
from indexers.language_names import language_names
from indexers.members import FailedMember, Members
from indexers.parsing import (
    Block,
    FailureReason,
    ParseFailure,
    ParserPool,
    blocks_from_text,
    outlined,
)
from indexers.parsing.opening import opened
from indexers.parsing.parsed import ParseError
from indexers.records import parse_record
from indexers.sources.completing import completed
from indexers.sources.people import NOBODY, people_beside

_log = logging.getLogger(__name__)

_PIECE: Final = 2**20
"""Bytes of a file that are looked at together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What preparation works with.

    Attributes:
        parsers: Reads files and markup in processes of their own.
        encoder: Tells how much text it takes whole.
        annotator: Tells what is kept of a text beside itself.
    """

    parsers: ParserPool
    encoder: Encoder
    annotator: Annotator


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """A record with its text, yet to be annotated.

    Attributes:
        record: The record.
        origin: Where it comes from.
        text: Its text.
    """

    record: Record
    origin: Origin
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJob:
    """A job that is read; without parts and failures, its record is unchanged.

    Attributes:
        job: The job.
        parts: Its record, then those of what is inside its file.
        failures: What could not be read: it, or something inside.
    """

    job: Job
    parts: tuple[ReadRecord, ...] = ()
    failures: tuple[Failed, ...] = ()

    @property
    def texts(self) -> list[Text]:
        """What is to be annotated."""
        return [part.text for part in self.parts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A job, ready to be settled; without entries and failures, its record is unchanged.

    Attributes:
        job: The job.
        entries: Its record, then those of what is inside its file.
        failures: What could not be read: it, or something inside.
    """

    job: Job
    entries: tuple[Entry, ...] = ()
    failures: tuple[Failed, ...] = ()


def digest(payload: str, content: bytes = b"") -> bytes:
    """What changes when a record, as JSON, or the file behind it, changes.

    Args:
        payload: The record.
        content: What changes when the file does.
    """
    return hashlib.blake2b(payload.encode() + content, digest_size=16).digest()


def _content_digest(path: Path, most: int) -> bytes:
    with opened(path, most=most) as file:
        hashed, rest = hashlib.sha256(), most
        while piece := file.read(min(rest, _PIECE)):  # no more than that, however fast it grows
            hashed.update(piece)
            rest -= len(piece)
    return hashed.digest()


def prepare(job: Job, known: bytes | None, tools: Tools) -> Prepared:
    """Make a job ready, whatever its record or file does: it may fail, but nothing else.

    Args:
        job: The job.
        known: The digest of its record in the catalogue, if there is one.
        tools: What to work with.
    """
    return annotate_job(read_job(job, known, tools), tools.annotator)


def read_job(job: Job, known: bytes | None, tools: Tools) -> ReadJob:
    """Read a job and cut its text into passages; arguments and failures as of :func:`prepare`."""
    try:
        return _read_job(job, known, tools)
    except ParseError as error:
        reason, message = error.failure.reason, error.failure.message
    except OSError as error:
        reason, message = FailureReason.UNREADABLE, f"cannot be read: {error.strerror}"
    except DependencyError as error:
        reason, message = FailureReason.MISSING_PROGRAM, str(error)
    except Exception as error:  # noqa: BLE001 - one record must not keep all others waiting
        reason, message = _mistake(job, error)
    return _failed(job, ParseFailure(reason=reason, message=message))


def annotate_job(read: ReadJob, annotator: Annotator) -> Prepared:
    """Annotate what is in a job, here and now."""
    try:
        return prepared_with(read, map(annotator.annotate, read.texts))
    except Exception as error:  # noqa: BLE001 - as above
        reason, message = _mistake(read.job, error)
    failed = _failed(read.job, ParseFailure(reason=reason, message=message))
    return Prepared(job=read.job, failures=failed.failures)


def prepared_with(read: ReadJob, annotations: Iterable[Annotation]) -> Prepared:
    """A job whose texts are annotated.

    Args:
        read: The job.
        annotations: Of its texts, in their order; no more are taken.
    """
    entries = tuple(
        Entry(
            record=part.record,
            origin=part.origin,
            title=part.text.title,
            passages=part.text.passages,
            language=annotation.language,
            terms=annotation.terms,
            spellings=annotation.spellings,
        )
        for part, annotation in zip(read.parts, islice(annotations, len(read.parts)), strict=True)
    )
    return Prepared(job=read.job, entries=entries, failures=read.failures)


def _mistake(job: Job, error: Exception) -> tuple[FailureReason, str]:
    _log.exception("%s could not be prepared", job.key)
    return FailureReason.CRASHED, f"Finder failed at it: {error!r}"


def _read_job(job: Job, known: bytes | None, tools: Tools) -> ReadJob:
    content = _content_digest(job.path, tools.parsers.limits.file_bytes) if job.path else b""
    hashed = digest(job.payload, content)
    # What failed before, or holds something that did, is read again.
    if hashed == known and not job.attempts:
        return ReadJob(job=job)
    record = parse_record(job.payload)
    if isinstance(record, Deletion):
        raise TypeError("a deletion is done when it is received")
    origin = Origin(digest=hashed, feed=job.feed)
    if isinstance(record, Document) and job.path is not None:
        return _read_file(job, record, origin, tools)
    blocks = _blocks(record, tools.parsers)
    if isinstance(blocks, ParseFailure):
        return _failed(job, blocks)
    return ReadJob(job=job, parts=(_read_record(record, blocks, origin, tools),))


def _read_file(job: Job, document: Document, origin: Origin, tools: Tools) -> ReadJob:
    assert job.path is not None  # noqa: S101 - the caller looked
    parsed = tools.parsers.parse(job.path, name=PurePath(document.file or job.path).name)
    if isinstance(parsed, ParseFailure):
        return _failed(job, parsed)
    people = people_beside(Path(job.feed)) if job.feed else NOBODY
    whole = completed(document, parsed, people)
    inside = replace(origin, container=whole.id)
    parts, failures = [_read_record(whole, parsed.blocks, origin, tools)], []
    for member in Members(container=whole, people=people).read(parsed):
        if isinstance(member, FailedMember):
            failed = Failed(job=job, key=member.key, failure=member.failure, member=member.name)
            failures.append(failed)
        else:
            parts.append(_read_record(member.record, member.parsed.blocks, inside, tools))
    return ReadJob(job=job, parts=tuple(parts), failures=tuple(failures))


def _failed(job: Job, failure: ParseFailure) -> ReadJob:
    return ReadJob(job=job, failures=(Failed(job=job, key=job.key, failure=failure),))


def _read_record(
    record: Record, blocks: Sequence[Block], origin: Origin, tools: Tools
) -> ReadRecord:
    title = record.name if isinstance(record, Person | Group) else record.title
    if isinstance(record, Post | Document):
        # A title without a text is a text: it must be found.
        blocks = blocks or blocks_from_text(title)
    cut = partial(
        chunk, title=title, limit=tools.encoder.max_tokens, count=tools.encoder.count_tokens
    )
    passages = cut([replace(block, text=_composed(block.text)) for block in blocks])
    if isinstance(record, Person):
        # Apart: beside what somebody knows, it would only blur it.
        languages = language_names(record.languages, tools.annotator.default_language)
        passages += cut(blocks_from_text(_composed(", ".join(languages))))
    language = _language(record, tools.annotator.default_language)
    return ReadRecord(
        record=record,
        origin=origin,
        text=Text(title=title, passages=passages, language=language),
    )


def _composed(text: str) -> str:
    """One code point for each accented letter, and no soft hyphens: words as they are typed."""
    return unicodedata.normalize("NFC", text).replace("\u00ad", "")


def _blocks(record: Record, parsers: ParserPool) -> Sequence[Block] | ParseFailure:
    """The text that a record carries itself."""
    match record:
        case Document() | Post():
            return _written_blocks(record, parsers)
        case Person():
            return blocks_from_text(_profile(record))
        case Group():
            return ()


def _written_blocks(record: Document | Post, parsers: ParserPool) -> Sequence[Block] | ParseFailure:
    if record.html is None:
        blocks: Sequence[Block] = outlined(record.text)
    else:
        parsed = parsers.parse_html(record.html)
        if isinstance(parsed, ParseFailure):
            return parsed
        blocks = parsed.blocks
    return [*blocks, *blocks_from_text(", ".join(record.tags))]


def _profile(person: Person) -> str:
    skills = ", ".join(skill.name for skill in person.skills)
    lines = (person.title, person.unit, person.site, skills, person.about, ", ".join(person.tags))
    return "\n\n".join(filter(None, lines)) or person.name


def _language(record: Record, default: Language) -> Language | None:
    """The language that a record is said to be in; that of a profile need not be told."""
    if record.language:
        code = record.language.lower()[:2]
        return Language(code) if code in set(Language) else Language.OTHER
    return default if isinstance(record, Person | Group) else None
