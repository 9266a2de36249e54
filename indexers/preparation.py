"""From what a source yields to what the catalogue takes: parse, detect the language, chunk."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from finder.domain import Document, Group, Language, Person, Post, Record
from finder.ports import Encoder, LanguageDetector
from indexers.catalogue.writer import Entry
from indexers.chunking import chunk
from indexers.parsing import Block, ParseFailure, ParserPool, blocks_from_text
from indexers.records import record_to_json
from indexers.sources import SourceItem
from indexers.sources.completing import completed

_DETECTED_ON = 1_000
"""Characters that tell a language; more would tell no more."""

_TOO_SHORT = 40
"""Characters under which a text tells no language, so that the organisation's own is taken."""


def digest(record: Record, path: Path | None) -> bytes:
    """What changes when a record, or the file behind it, changes."""
    hashed = hashlib.blake2b(record_to_json(record).encode(), digest_size=16)
    if path is not None:
        with path.open("rb") as file:
            hashed.update(hashlib.file_digest(file, hashlib.sha256).digest())
    return hashed.digest()


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


def prepare(item: SourceItem, hashed: bytes, tools: Tools) -> Entry | ParseFailure:
    """Make a record ready for the catalogue, or tell why its file cannot be read."""
    record, blocks = _read(item, tools.parsers)
    if isinstance(blocks, ParseFailure):
        return blocks
    title = record.name if isinstance(record, Person | Group) else record.title
    passages = chunk(
        [replace(block, text=_composed(block.text)) for block in blocks],
        title=title,
        limit=tools.encoder.max_tokens,
        count=tools.encoder.count_tokens,
    )
    return Entry(
        record=record,
        digest=hashed,
        language=_language(record, title, blocks, tools),
        title=title,
        passages=passages,
    )


def _composed(text: str) -> str:
    """One code point for each accented letter, and no soft hyphens: words as they are typed."""
    return unicodedata.normalize("NFC", text).replace("\u00ad", "")


def _read(item: SourceItem, parsers: ParserPool) -> tuple[Record, Sequence[Block] | ParseFailure]:
    match item.record:
        case Document() as document if item.path is not None:
            parsed = parsers.parse(item.path)
            if isinstance(parsed, ParseFailure):
                return document, parsed
            return completed(item, parsed), parsed.blocks
        case (Document() | Post()) as written:
            return written, _written_blocks(written, parsers)
        case Person() as person:
            return person, blocks_from_text(_profile(person))
        case Group() as group:
            return group, ()
        case _:
            raise TypeError(f"a {type(item.record).__name__} has nothing to read")


def _written_blocks(record: Document | Post, parsers: ParserPool) -> Sequence[Block] | ParseFailure:
    if record.html is None:
        blocks: Sequence[Block] = blocks_from_text(record.text)
    else:
        parsed = parsers.parse_html(record.html)
        if isinstance(parsed, ParseFailure):
            return parsed
        blocks = parsed.blocks
    tags = blocks_from_text(", ".join(record.tags))
    # A title without a text is a text: it must be found.
    return [*blocks, *tags] or blocks_from_text(record.title)


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
