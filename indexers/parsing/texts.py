"""Text in marks of its own: RTF, and XML of any kind."""

from itertools import chain

from indexers.parsing.decoding import decoded
from indexers.parsing.package import parsed_xml
from indexers.parsing.parsed import Block, Metadata, ParsedFile, blocks_from_text, parsed_file


def read_rtf(data: bytes) -> ParsedFile:
    """A document's words; its marks are left out."""
    from striprtf.striprtf import rtf_to_text

    text = rtf_to_text(data.decode("latin-1"), errors="ignore")  # type: ignore[no-untyped-call]
    return parsed_file(Metadata(), chain.from_iterable(map(blocks_from_text, text.split("\n"))))


def read_xml(data: bytes) -> ParsedFile:
    """Every element's own words, a block each; entities are not followed."""
    root = parsed_xml(data)
    if root is None:
        return parsed_file(Metadata(), blocks_from_text(decoded(data)))
    texts = (" ".join(text.split()) for text in map(str, root.itertext()))
    return parsed_file(Metadata(), (Block(text=text) for text in texts if text))
