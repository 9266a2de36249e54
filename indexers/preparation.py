"""From a job to what the catalogue takes: parse, detect the language, chunk, count words."""

import hashlib
import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from finder.domain import Deletion, Document, Group, Language, Person, Post, Record
from finder.errors import DependencyError
from finder.ports import Encoder, LanguageDetector
from indexers.catalogue.failures import Failed
from indexers.catalogue.queue import Job
from indexers.catalogue.writer import Entry, Origin
from indexers.chunking import chunk
from indexers.lexical.counts import count_terms
from indexers.lexical.spellings import spellings_of
from indexers.members import FailedMember, Members
from indexers.parsing import (
    Block,
    FailureReason,
    ParseFailure,
    ParserPool,
    blocks_from_text,
)
from indexers.records import parse_record
from indexers.sources.completing import completed
from indexers.sources.people import NOBODY, people_beside

_DETECTED_ON = 1_000
"""Characters that tell a language; more would tell no more."""

_TOO_SHORT = 40
"""Characters under which a text tells no language, so that the organisation's own is taken."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What preparation works with.

    Attributes:
        parsers: Reads files and markup in processes of their own.
        encoder: Tells how much text it takes whole.
        detector: Tells a text's language.
        default_language: Of profiles and of texts too short to tell.
    """

    parsers: ParserPool
    encoder: Encoder
    detector: LanguageDetector
    default_language: Language


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


def digest(payload: str, path: Path | None) -> bytes:
    """What changes when a record, as JSON, or the file behind it, changes.

    Raises:
        OSError: The file cannot be read.
    """
    hashed = hashlib.blake2b(payload.encode(), digest_size=16)
    if path is not None:
        with path.open("rb") as file:
            hashed.update(hashlib.file_digest(file, hashlib.sha256).digest())
    return hashed.digest()


def prepare(job: Job, known: bytes | None, tools: Tools) -> Prepared:
    """Make a job ready, whatever its record or file does: it may fail, but nothing else.

    Args:
        job: The job.
        known: The digest of its record in the catalogue, if there is one.
        tools: What to work with.
    """
    try:
        return _prepared(job, known, tools)
    except OSError as error:
        reason, message = FailureReason.UNREADABLE, f"cannot be read: {error.strerror}"
    except DependencyError as error:
        reason, message = FailureReason.MISSING_PROGRAM, str(error)
    except Exception as error:  # noqa: BLE001 - one record must not keep all others waiting
        _log.exception("%s could not be prepared", job.key)
        reason, message = FailureReason.CRASHED, f"Finder failed at it: {error!r}"
    return _failed(job, ParseFailure(reason=reason, message=message))


def _prepared(job: Job, known: bytes | None, tools: Tools) -> Prepared:
    hashed = digest(job.payload, job.path)
    # What failed before, or holds something that did, is read again.
    if hashed == known and not job.attempts:
        return Prepared(job=job)
    record = parse_record(job.payload)
    if isinstance(record, Deletion):
        raise TypeError("a deletion is done when it is received")
    origin = Origin(digest=hashed, feed=job.feed)
    if isinstance(record, Document) and job.path is not None:
        return _prepared_file(job, record, origin, tools)
    blocks = _blocks(record, tools.parsers)
    if isinstance(blocks, ParseFailure):
        return _failed(job, blocks)
    return Prepared(job=job, entries=(_entry(record, blocks, origin, tools),))


def _prepared_file(job: Job, document: Document, origin: Origin, tools: Tools) -> Prepared:
    assert job.path is not None  # noqa: S101 - the caller looked
    parsed = tools.parsers.parse(job.path)
    if isinstance(parsed, ParseFailure):
        return _failed(job, parsed)
    people = people_beside(Path(job.feed)) if job.feed else NOBODY
    whole = completed(document, parsed, people)
    inside = replace(origin, container=whole.id)
    entries, failures = [_entry(whole, parsed.blocks, origin, tools)], []
    for member in Members(container=whole, people=people).read(parsed):
        if isinstance(member, FailedMember):
            failed = Failed(job=job, key=member.key, failure=member.failure, member=member.name)
            failures.append(failed)
        else:
            entries.append(_entry(member.record, member.parsed.blocks, inside, tools))
    return Prepared(job=job, entries=tuple(entries), failures=tuple(failures))


def _failed(job: Job, failure: ParseFailure) -> Prepared:
    return Prepared(job=job, failures=(Failed(job=job, key=job.key, failure=failure),))


def _entry(record: Record, blocks: Sequence[Block], origin: Origin, tools: Tools) -> Entry:
    title = record.name if isinstance(record, Person | Group) else record.title
    language = _language(record, title, blocks, tools)
    if isinstance(record, Post | Document):
        # A title without a text is a text: it must be found.
        blocks = blocks or blocks_from_text(title)
    passages = chunk(
        [replace(block, text=_composed(block.text)) for block in blocks],
        title=title,
        limit=tools.encoder.max_tokens,
        count=tools.encoder.count_tokens,
    )
    return Entry(
        record=record,
        origin=origin,
        language=language,
        title=title,
        passages=passages,
        terms=[count_terms(title, passage, language) for passage in passages],
        spellings=[spellings_of(title, passage) for passage in passages],
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
        blocks: Sequence[Block] = blocks_from_text(record.text)
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


def _language(record: Record, title: str, blocks: Sequence[Block], tools: Tools) -> Language:
    if record.language:
        code = record.language.lower()[:2]
        return Language(code) if code in set(Language) else Language.OTHER
    if isinstance(record, Person | Group):
        return tools.default_language
    text = " ".join([title, *(block.text for block in blocks[:20])])[:_DETECTED_ON]
    return tools.default_language if len(text) < _TOO_SHORT else tools.detector.detect(text)
