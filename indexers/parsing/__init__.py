"""Files to blocks, each file parsed in a process of its own."""

from indexers.parsing.limits import Limits
from indexers.parsing.outlines import outlined
from indexers.parsing.parsed import (
    Block,
    BlockKind,
    FailureReason,
    ParsedFile,
    ParseFailure,
    blocks_from_text,
)
from indexers.parsing.pool import ParserPool

__all__ = [
    "Block",
    "BlockKind",
    "FailureReason",
    "Limits",
    "ParseFailure",
    "ParsedFile",
    "ParserPool",
    "blocks_from_text",
    "outlined",
]
