"""Plain texts that mark their headings: reStructuredText, Org, and what people write in a box.

Sources: docutils' reStructuredText specification, "Sections" and "Bibliographic Fields"; the Org
syntax, "Headings" and "Keywords"; CommonMark, "ATX headings" and "Fenced code blocks". The rest of
their marks is left in the text, where it reads well.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain

from indexers.parsing.decoding import decoded
from indexers.parsing.metadata import as_utc
from indexers.parsing.parsed import (
    Block,
    BlockKind,
    Metadata,
    ParsedFile,
    blocks_from_text,
    parsed_file,
)

_Part = str | tuple[int, str]
"""Text, or a heading's level and words."""

_RST_HEADING = re.compile(
    r"^(?:(?P<over>([^\w\s])\2+)[ \t]*\n(?=.*\n(?P=over)[ \t]*$))?"  # a line above, alike
    r"(?P<title>[ \t]*\S.*)\n(?P<under>([^\w\s])\5{2,})[ \t]*$",
    re.MULTILINE,
)
_ORG_HEADING = re.compile(
    r"^(?P<stars>\*+)[ \t]+(?:(?:TODO|DONE)[ \t]+)?(?:\[#\w\][ \t]*)?(?P<title>\S.*?)"
    r"(?:[ \t]+:[\w@#%:]+:)?[ \t]*$",
    re.MULTILINE,
)
_HASHED_HEADING = re.compile(
    r"^(?P<fence>```|~~~)(?s:.*?)^(?P=fence)"  # code, where a # is no heading
    r"|^(?P<level>\#{1,6})[ \t]+(?P<title>\S.*)$",
    re.MULTILINE,
)
_CLOSED = re.compile(r"[ \t]\#+$")
_EMPHASIS = re.compile(r"^([*_]{1,3})(.*)\1$")
_RST_FIELD = re.compile(r"^:(authors?|date):[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)
_ORG_FIELD = re.compile(
    r"^#\+(title|author|date|language):[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def outlined(text: str) -> tuple[Block, ...]:
    """A text that says nothing of its format: headings with ``#``, as in Markdown, and paragraphs.

    Underlined lines are left in the text: to take them for headings found fewer experts.
    """
    return tuple(_blocks(_hashed_parts(text)))


def read_rst(data: bytes) -> ParsedFile:
    """A reStructuredText document, whose headings are underlined."""
    text = _text(data)
    return parsed_file(_metadata(_RST_FIELD, text), _blocks(_rst_parts(text)))


def read_org(data: bytes) -> ParsedFile:
    """An Org document, whose headings begin with stars."""
    text = _text(data)
    return parsed_file(_metadata(_ORG_FIELD, text), _blocks(_org_parts(_ORG_FIELD.sub("", text))))


def _text(data: bytes) -> str:
    return decoded(data).replace("\r\n", "\n")


def _rst_parts(text: str) -> Iterator[_Part]:
    styles: list[str] = []  # in the order in which they are met, which is that of their levels
    end = 0
    for found in _RST_HEADING.finditer(text):
        title = found["title"].strip()
        if len(found["under"]) < len(title):
            continue
        style = found["under"][0] + ("/" if found["over"] else "")
        if style not in styles:
            styles.append(style)
        yield text[end : found.start()]
        yield styles.index(style) + 1, title
        end = found.end()
    yield text[end:]


def _hashed_parts(text: str) -> Iterator[_Part]:
    end = 0
    for found in _HASHED_HEADING.finditer(text):
        if found["level"]:
            yield text[end : found.start()]
            title = _CLOSED.sub("", found["title"].rstrip()).rstrip()
            yield len(found["level"]), _EMPHASIS.sub(r"\2", title)
            end = found.end()
    yield text[end:]


def _org_parts(text: str) -> Iterator[_Part]:
    end = 0
    for found in _ORG_HEADING.finditer(text):
        yield text[end : found.start()]
        yield len(found["stars"]), found["title"]
        end = found.end()
    yield text[end:]


def _blocks(parts: Iterable[_Part]) -> Iterator[Block]:
    return chain.from_iterable(
        blocks_from_text(part)
        if isinstance(part, str)
        else [Block(text=part[1], kind=BlockKind.HEADING, level=part[0])]
        for part in parts
    )


def _metadata(field: re.Pattern[str], text: str) -> Metadata:
    said = {name.lower(): value.strip() for name, value in reversed(field.findall(text))}
    author = said.get("author") or said.get("authors", "")
    day = _DAY.search(said.get("date", ""))
    return Metadata(
        title=said.get("title", ""),
        authors=(author,) if author else (),
        created_at=_moment(day[0]) if day else None,
        language=said.get("language"),
    )


def _moment(day: str) -> datetime | None:
    try:
        return as_utc(datetime.fromisoformat(day))
    except ValueError:
        return None
