"""Reads an organisation's own synonyms and acronyms, in the format of Solr and Elasticsearch.

A line holds names that are found by each other, separated by commas, or names that others are
found by, after ``=>``: https://solr.apache.org/guide/solr/latest/indexing-guide/filters.html.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from finder.errors import InputError, RecordError
from indexers.lexical.labels import LONGEST, label_keys
from indexers.taxonomy.reading import ReadTaxonomy
from indexers.taxonomy.rows import NO_CHARACTER
from indexers.taxonomy.skills import RefusedLine, Skill

SYNONYMS: Final = "synonyms"
"""The taxonomy that they make."""

_ONE_WAY = "=>"
_COMMENT = "#"
_SEPARATOR = ","


def is_name(text: str) -> bool:
    """Whether a text, without breaks of lines, may stand as a name in such a file."""
    marks = (_ONE_WAY, _COMMENT, _SEPARATOR)
    return not any(mark in text for mark in marks) and bool(label_keys(text))


def read_synonyms(file: Path) -> ReadTaxonomy:
    """The synonyms of a text file in UTF-8; what follows ``#`` is a comment.

    Raises:
        InputError: The file cannot be read.
    """
    read = ReadTaxonomy()
    for number, line in enumerate(_lines(file), start=1):
        meant = line.partition(_COMMENT)[0].strip()
        if meant:
            try:
                read.skills.extend(_meaning(meant, f"{SYNONYMS}:{number}"))
            except RecordError as error:
                read.refused.append(RefusedLine(file=file, line=number, reason=error.reason))
    return read


def read_decided(file: Path) -> list[tuple[str, ...]]:
    """The names that each line of such a file has put together, or has left as a comment.

    Raises:
        InputError: The file cannot be read.
    """
    meant = (line.strip().removeprefix(_COMMENT).partition(_COMMENT)[0] for line in _lines(file))
    return [tuple(line.replace(_ONE_WAY, _SEPARATOR).split(_SEPARATOR)) for line in meant]


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from error


def _meaning(line: str, id_: str) -> Iterator[Skill]:
    """What a line names: one thing, or a thing and one that is found by it."""
    asked, is_one_way, found = (part.strip() for part in line.partition(_ONE_WAY))
    names, others = _names(asked), _names(found)
    if is_one_way and not (names and others):
        raise RecordError(f"names must stand on both sides of {_ONE_WAY}")
    if not is_one_way and len(names) < 2:  # noqa: PLR2004 - a name and another one
        raise RecordError("two names at least must stand here, separated by a comma")
    yield Skill(id=id_, alternatives=names)
    if is_one_way:
        yield Skill(id=f"{id_}{_ONE_WAY}", alternatives=others, broader=(id_,))


def _names(part: str) -> tuple[str, ...]:
    names = tuple(filter(None, (" ".join(name.split()) for name in part.split(_SEPARATOR))))
    for name in names:
        if NO_CHARACTER in name:
            raise RecordError(f"{name!r} is not UTF-8: save the file in that encoding")
        if not label_keys(name):
            raise RecordError(
                f"{name!r} cannot be looked for: it takes a word that not every text has, and "
                f"{LONGEST} of them at most"
            )
    return names
