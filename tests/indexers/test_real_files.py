"""Ten real files of each main format, held to what they say and what is in them.

`real_files.tsv` was written from the files' own parts (their properties, headers and text), not
from what was read. A title that is blank there is none that the file gives: its first heading or
its name stands in.
"""

import csv
import shutil
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from indexers.parsing import ParserPool
from indexers.parsing.parsed import BlockKind, ParsedFile

EACH = 10
FORMATS = frozenset(
    (
        *("pdf", "docx", "pptx", "xlsx", "odt", "eml", "msg", "rtf", "html", "txt", "csv"),
        *("doc", "xls", "ppt"),
    )
)
"""Markdown has eight, which is all that there are."""
THROUGH_OFFICE = frozenset({".doc", ".xls", ".ppt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A row of the table; authors and words are parted by semicolons."""

    path: str
    sha256: str
    title: str
    authors: str
    created: str
    words: str


with Path(__file__).with_name("real_files.tsv").open(encoding="utf-8") as table:
    ROWS = [
        Expected(**row) for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
    ]


def test_ten_of_each_format_are_held() -> None:
    counts = Counter(Path(row.path).suffix[1:] for row in ROWS)
    assert {name for name, count in counts.items() if count >= EACH} == FORMATS


@pytest.mark.shared
@pytest.mark.parametrize("row", ROWS, ids=[row.path for row in ROWS])
def test_a_file_yields_what_it_holds(row: Expected, shared: Path, parsers: ParserPool) -> None:
    path = shared / "files" / row.path
    if path.suffix in THROUGH_OFFICE and shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    assert sha256(path.read_bytes()).hexdigest().startswith(row.sha256), "another file"

    parsed = parsers.parse(path)

    assert isinstance(parsed, ParsedFile), parsed
    headings = {" ".join(b.text.split()) for b in parsed.blocks if b.kind is BlockKind.HEADING}
    assert parsed.title in ({row.title} if row.title else {path.stem, *headings})
    assert "; ".join(parsed.authors) == row.authors
    assert str(parsed.created_at or "")[:10] == row.created
    text = " ".join(" ".join(block.text for block in parsed.blocks).split())
    assert [words for words in row.words.split(";") if words not in text] == []
