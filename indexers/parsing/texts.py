"""Text in marks of its own: RTF, and XML of any kind."""

import re
from datetime import datetime
from itertools import chain

from indexers.parsing.decoding import decoded
from indexers.parsing.metadata import as_utc
from indexers.parsing.package import parsed_xml
from indexers.parsing.parsed import Block, Metadata, ParsedFile, blocks_from_text, parsed_file

# Of the information group: RTF 1.9.1, "Information Group".
_RTF_HEADER = re.compile(r"\s*\{\\rtf1?[^{]*")
_RTF_FIELD = r"\{\\%s\b ?((?:[^{}]|\{[^{}]*\})*)\}"
_RTF_TIME = r"\{\\%s\\yr(\d+)\\mo(\d+)\\dy(\d+)(?:\\hr(\d+))?(?:\\min(\d+))?"
# The mark of a group that may be left out; elsewhere than at a group's beginning, it says nothing.
_RTF_STRAY_MARK = re.compile(r"(?<![{\s])\\\*(?=\\)")
# What stands at the edges of all pages, or of the left, the right or the first ones.
_RTF_EDGE = re.compile(r"\{\\(?:header|footer)[lrf]?\b")


def read_rtf(data: bytes) -> ParsedFile:
    """A document's words and what it says of itself; its marks are left out.

    Headers and footers, which repeat on every page, are read where there is nothing else.
    """
    source = _RTF_STRAY_MARK.sub("", data.decode("latin-1"))
    _, _, information = source.partition(r"{\info")
    header = _RTF_HEADER.match(source)
    said = {
        name: _rtf_text(f"{header[0] if header else ''} {found[1]}}}")
        for name in ("title", "author")
        if (found := re.search(_RTF_FIELD % name, information))
    }
    metadata = Metadata(
        title=said.get("title", ""),
        authors=(said["author"],) if "author" in said else (),
        created_at=_rtf_time("creatim", information),
        modified_at=_rtf_time("revtim", information),
    )
    text = _rtf_text(source)
    if not text.strip():
        text = _rtf_text(_RTF_EDGE.sub("{", source))
    return parsed_file(metadata, chain.from_iterable(map(blocks_from_text, text.split("\n"))))


def read_xml(data: bytes) -> ParsedFile:
    """Every element's own words, a block each; entities are not followed."""
    root = parsed_xml(data)
    if root is None:
        return parsed_file(Metadata(), blocks_from_text(decoded(data)))
    texts = (" ".join(text.split()) for text in map(str, root.itertext()))
    return parsed_file(Metadata(), (Block(text=text) for text in texts if text))


def _rtf_text(source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    return str(rtf_to_text(source, errors="ignore"))  # type: ignore[no-untyped-call]


def _rtf_time(name: str, information: str) -> datetime | None:
    found = re.search(_RTF_TIME % name, information)
    if found is None:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    try:
        return as_utc(datetime(year, month, day, hour, minute))  # noqa: DTZ001 - it names no zone
    except ValueError:
        return None
