"""Real files of formats beyond the usual ones, held to words that they must yield."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from indexers.parsing.parsed import BlockKind, ParsedFile

Reader = Callable[[str, bytes], ParsedFile]
FILES = Path(
    os.environ.get("FINDER_SHARED", Path(__file__).parents[3] / "shared"), "files"
).resolve()
Expected = tuple[str, str, str, str, tuple[str, ...]]
EXPECTED: list[Expected] = [
    ("pythagoras.ods", "pythagoras", "Søren Roug", "2010-04-25", ("Sheet1", "3")),
    ("testFooter.ods", "testFooter", "Michael McCandless", "2011-10-26", ("Data 1", "Data 4")),
    ("LibreOfficeCalc_ods_1.3.ods", "LibreOfficeCalc_ods_1.3", "", "2022-08-24", ("example",)),
    ("cols.odp", "cols", "Elaine Schoch", "2008-12-12", ("Lorem ipsum", "Col 3")),
    ("ol.odp", "OL", "pair3", "", ("Eins", "Tsvey")),
    ("LibreOfficeImpress_odp_1.3.odp", "Beehive", "", "2022-08-24", ("example Impress file",)),
    ("testEPUB.epub", "An ePub for Tika", "Bart Hanssens", "", ("Chapter 1", "Chapter 2")),
    ("testEPUB_xml_ext.epub", "1984", "George Orwell", "", ("bright cold day in April",)),
    ("winter-sports.epub", "Winter Sports in Switzerland", "E. F. Benson", "", ("Gutenberg",)),
    ("stanley-cups.tsv", "stanley-cups", "", "", ("Team | Location",)),
    ("eng_spa_mult.rst", "eng_spa_mult", "", "", ("born free and equal",)),
    ("eng_spa_mult.org", "eng_spa_mult", "", "", ("born free and equal",)),
]
"""A file, its title, its author, the day on which it was made, and words that are in it."""


@pytest.mark.parametrize("expected", EXPECTED, ids=[each[0] for each in EXPECTED])
def test_a_real_file_yields_what_it_says(expected: Expected, read: Reader) -> None:
    name, title, author, day, words = expected
    parsed = read(name, shared(name))
    assert parsed.title == title
    assert parsed.authors == ((author,) if author else ())
    assert str(parsed.created_at or "").startswith(day)
    text = "\n".join(block.text for block in parsed.blocks)
    assert all(word in text for word in words)


def test_a_sheet_is_a_heading_over_its_table(read: Reader) -> None:
    blocks = read("pythagoras.ods", shared("pythagoras.ods")).blocks
    assert [(block.kind, block.page) for block in blocks] == [
        (BlockKind.HEADING, 1),
        (BlockKind.TABLE, 1),
    ]


def test_rtf_gives_its_words(read: Reader) -> None:
    blocks = read("a.rtf", rb"{\rtf1\ansi\ansicpg1252 D\'e9lai de \b paiement\b0\par Fin}").blocks
    assert [block.text for block in blocks] == ["Délai de paiement", "Fin"]


@pytest.mark.parametrize(
    ("body", "expected"), [("Conditions", ["Conditions"]), ("", ["Clinique", "12 rue Haute"])]
)
def test_rtf_gives_its_header_and_footer_where_they_are_all(
    read: Reader, body: str, expected: list[str]
) -> None:
    edges = r"{\header \b Clinique\par}{\footerr 12 rue Haute\par}"
    blocks = read("a.rtf", rf"{{\rtf1\ansi\headery720 {edges}{body}}}".encode()).blocks
    assert [block.text for block in blocks] == expected


def test_xml_gives_the_words_of_its_elements(read: Reader) -> None:
    blocks = read("a.xml", b"<a t='no'><b>un </b>\n<c>deux<d/> trois</c></a>").blocks
    assert [block.text for block in blocks] == ["un", "deux", "trois"]


def shared(name: str) -> bytes:
    found = next(FILES.rglob(name), None)
    if found is None:
        pytest.skip(f"{name} is not among the shared files")
    return found.read_bytes()
