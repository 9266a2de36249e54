import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from indexers.parsing import (
    Block,
    BlockKind,
    FailureReason,
    ParsedFile,
    ParseFailure,
    ParserPool,
)
from indexers.parsing.decoding import decoded
from indexers.parsing.parsed import from_json, to_json

SHARED = Path(
    os.environ.get("FINDER_SHARED", Path(__file__).parents[2] / ".." / "shared")
).resolve()
FILES = SHARED / "files"


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    with ParserPool() as parsers:
        yield parsers


def read(pool: ParserPool, path: Path) -> ParsedFile:
    outcome = pool.parse(path)
    assert isinstance(outcome, ParsedFile), outcome
    return outcome


def why(pool: ParserPool, path: Path) -> tuple[FailureReason, str]:
    outcome = pool.parse(path)
    assert isinstance(outcome, ParseFailure), outcome
    return outcome.reason, outcome.message


def words(parsed: ParsedFile) -> str:
    return "\n".join(block.text for block in parsed.blocks)


def test_word_keeps_levels_lists_and_tables(pool: ParserPool, tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.core_properties.title = "Plan de charge"
    document.core_properties.author = "Hélène Martin; Luc Petit"
    document.core_properties.created = datetime(2024, 3, 5, 14, 30)  # noqa: DTZ001 - the library's
    document.add_heading("Contexte", 1)
    document.add_paragraph("Nous avons besoin de renfort.")
    document.add_heading("Budget", 2)
    document.add_paragraph("un poste", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, value in zip(table._cells, ["Poste", "Coût", "Acheteur", "50 k€"], strict=True):
        cell.text = value
    document.save(tmp_path / "plan.docx")

    parsed = read(pool, tmp_path / "plan.docx")
    assert (parsed.title, parsed.authors) == ("Plan de charge", ("Hélène Martin", "Luc Petit"))
    assert parsed.created_at == datetime(2024, 3, 5, 14, 30, tzinfo=UTC)
    assert parsed.blocks == (
        Block(text="Contexte", kind=BlockKind.HEADING, level=1),
        Block(text="Nous avons besoin de renfort."),
        Block(text="Budget", kind=BlockKind.HEADING, level=2),
        Block(text="un poste", kind=BlockKind.LIST),
        Block(text="Poste | Coût\nAcheteur | 50 k€", kind=BlockKind.TABLE),
    )


def test_slides_are_pages_and_their_titles_headings(pool: ParserPool, tmp_path: Path) -> None:
    import pptx

    deck = pptx.Presentation()
    for title, body in [("Bilan", "Trois chantiers"), ("Suite", "Un renfort")]:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
    slide.notes_slide.notes_text_frame.text = "Ne pas oublier Zoé."
    deck.save(tmp_path / "bilan.pptx")

    blocks = read(pool, tmp_path / "bilan.pptx").blocks
    assert [(b.text, b.kind is BlockKind.HEADING, b.page) for b in blocks] == [
        ("Bilan", True, 1),
        ("Trois chantiers", False, 1),
        ("Suite", True, 2),
        ("Ne pas oublier Zoé.", False, 2),
        ("Un renfort", False, 2),
    ]


def test_sheets_are_headings_and_rows_are_lines(pool: ParserPool, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Achats"
    sheet.append(["Article", None, "Prix"])
    sheet.append(["Vis", None, 3])
    book.create_sheet("Vide")
    book.save(tmp_path / "prix.xlsx")

    parsed = read(pool, tmp_path / "prix.xlsx")
    assert parsed.title == "prix"
    assert parsed.authors == ()  # the library's own name is nobody
    assert parsed.blocks == (
        Block(text="Achats", kind=BlockKind.HEADING, level=1, page=1),
        Block(text="Article | Prix\nVis | 3", kind=BlockKind.TABLE, page=1),
    )


def test_a_page_without_its_scripts(pool: ParserPool, tmp_path: Path) -> None:
    page = tmp_path / "page.doc"  # a web page under another name
    page.write_bytes(
        '<html lang="fr"><head><meta charset="iso-8859-1"><title>Congés</title>'
        '<meta name="author" content="Luc Petit"><script>alert(1)</script></head>'
        "<body><h2>Règles</h2><p>Cinq semaines l'été.</p></body></html>".encode("latin-1")
    )
    parsed = read(pool, page)
    assert (parsed.title, parsed.authors, parsed.language) == ("Congés", ("Luc Petit",), "fr")
    assert parsed.blocks == (
        Block(text="Règles", kind=BlockKind.HEADING, level=2),
        Block(text="Cinq semaines l'été."),
    )


def test_markup_of_a_record(pool: ParserPool) -> None:
    outcome = pool.parse_html("<p>Le <b>bilan</b> &lt;carbone&gt;</p><style>p {}</style>")
    assert isinstance(outcome, ParsedFile)
    assert outcome.blocks == (Block(text="Le bilan <carbone>"),)
    assert outcome.title == ""


def test_a_mail_is_by_its_sender(pool: ParserPool, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"] = "Hélène Martin <h.martin@example.org>"
    mail["Subject"] = "Réunion d'équipe"
    mail["Date"] = "Tue, 05 Mar 2024 15:30:00 +0100"
    mail.set_content("Rendez-vous à midi.")
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    parsed = read(pool, tmp_path / "a.eml")
    assert parsed.title == "Réunion d'équipe"
    assert parsed.authors == ("Hélène Martin <h.martin@example.org>",)
    assert parsed.created_at == datetime(2024, 3, 5, 14, 30, tzinfo=UTC)
    assert words(parsed) == "Rendez-vous à midi."


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_headers_may_hold_accents_as_they_are(
    pool: ParserPool, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "a.eml").write_bytes(
        "From: Zoé Lefèvre <zoe@example.org>\nSubject: Facture à régler\n"
        "Date: Wed, 26 Jan 2022 09:14:37 +0100 (été)\n\nBonjour".encode(encoding)
    )
    parsed = read(pool, tmp_path / "a.eml")
    assert parsed.title == "Facture à régler"
    assert parsed.authors == ("Zoé Lefèvre <zoe@example.org>",)
    assert parsed.created_at == datetime(2022, 1, 26, 8, 14, 37, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_mail_need_not_tell_its_encoding(
    pool: ParserPool, tmp_path: Path, kind: str, encoding: str
) -> None:
    (tmp_path / "a.eml").write_bytes(
        f"From: a@example.org\nSubject: Essai\nContent-Type: text/{kind}\n\nÉté à Évry".encode(
            encoding
        )
    )
    assert words(read(pool, tmp_path / "a.eml")) == "Été à Évry"


def test_a_page_in_an_unknown_encoding_keeps_its_words(pool: ParserPool, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(
        b"From: a@example.org\nSubject: Essai\nMIME-Version: 1.0\n"
        b"Content-Type: text/html; charset=x-nowhere\nContent-Transfer-Encoding: quoted-printable\n"
        b"\n<p>D=C3=A9lai de <b>paiement</b></p>"
    )
    assert [block.text for block in read(pool, tmp_path / "a.eml").blocks] == ["Délai de paiement"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_an_attachment_may_have_accents_in_its_name(
    pool: ParserPool, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "a.eml").write_bytes(
        "From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        'Content-Disposition: attachment; filename="été.txt"\n\nJoint.\n--b--\n'.encode(encoding)
    )
    assert [member.name for member in read(pool, tmp_path / "a.eml").members] == ["été.txt"]


def test_a_mail_may_say_all_in_its_subject(pool: ParserPool, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"] = "h.martin@example.org"
    mail["Subject"] = "Réunion à 10 h, salle 3"
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    assert words(read(pool, tmp_path / "a.eml")) == "Réunion à 10 h, salle 3"


def test_a_mail_with_an_unknown_encoding_keeps_its_words(pool: ParserPool, tmp_path: Path) -> None:
    mail = (
        b"From: a@example.org\nSubject: Essai\nDate: x\nMIME-Version: 1.0\n"
        b"Content-Type: text/plain; charset=klingon\n\nUn \xe9t\xe9.\n"
    )
    (tmp_path / "mail.txt").write_bytes(mail)
    parsed = read(pool, tmp_path / "mail.txt")
    assert (parsed.title, parsed.authors, parsed.created_at) == ("Essai", ("a@example.org",), None)
    assert words(parsed) == "Un été."


def test_markdown_csv_and_plain_text(pool: ParserPool, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Guide\n\nTexte.\n\n- point")
    (tmp_path / "a.csv").write_text("nom;ville\nZoé;Évry\n")
    (tmp_path / "b.csv").write_text("a, b\nc\nd, e, f\n")
    (tmp_path / "a.txt").write_bytes("Un été.\n\nDeux.".encode("cp1252"))
    assert [b.kind for b in read(pool, tmp_path / "a.md").blocks] == ["heading", "text", "list"]
    assert words(read(pool, tmp_path / "a.csv")) == "nom | ville\nZoé | Évry"
    assert words(read(pool, tmp_path / "b.csv")).split() == ["a,", "b", "c", "d,", "e,", "f"]
    assert words(read(pool, tmp_path / "a.txt")) == "Un été.\nDeux."


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.4 nothing", (FailureReason.CORRUPT, "cut short or damaged")),
        ("a.docx", b"PK\x03\x04 nothing", (FailureReason.CORRUPT, "cut short or damaged")),
        ("a.exe", b"MZ\x90", (FailureReason.UNSUPPORTED, "(.exe)")),
        ("a.txt", b"\x89PNG\x00\x01\x02", (FailureReason.UNSUPPORTED, "binary data")),
        ("a.txt", b"  \n\n ", (FailureReason.NO_TEXT, "holds no text")),
        ("none.txt", None, (FailureReason.UNREADABLE, "No such file")),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, pool: ParserPool, name: str, content: bytes | None, said: tuple[str, str]
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    reason, message = why(pool, tmp_path / name)
    assert reason is said[0]
    assert said[1] in message


def test_a_damaged_part_in_a_sound_archive(pool: ParserPool, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<not closed")
    assert why(pool, tmp_path / "a.docx")[0] is FailureReason.CORRUPT


def test_a_pipe_does_not_hang_the_parser(pool: ParserPool, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert why(pool, tmp_path / "a.txt") == (
        FailureReason.UNREADABLE,
        "it is not a regular file",
    )


def test_an_outcome_crosses_the_pipe() -> None:
    parsed = ParsedFile(
        title="T",
        authors=("a",),
        created_at=datetime(2024, 3, 5, tzinfo=UTC),
        blocks=(Block(text="x", kind=BlockKind.HEADING, level=2, page=3),),
    )
    assert from_json(to_json(parsed)) == parsed
    assert from_json(to_json(ParsedFile(blocks=(Block(text="a\0b\ud800"),)))) == ParsedFile(
        blocks=(Block(text="a b"),)
    )


@pytest.mark.parametrize("data", [b"[]", b"1", b"{}", b"nope", b'{"reason":"bored"}', b"\xff"])
def test_a_parser_that_was_taken_over_is_not_believed(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of any kind
        from_json(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_is_decoded(encoding: str) -> None:
    text = "Une soirée d'été à Évry, où l'on a goûté des pâtés préparés à la façon de ma mère."
    assert decoded(text.encode(encoding)) == text


def test_unstructured_still_has_the_hook_and_downloads_nothing() -> None:
    program = (
        "import urllib.request\n"
        "def refuse(*a, **k): raise AssertionError('download')\n"
        "urllib.request.urlopen = refuse\n"
        "from indexers.parsing.office import read_office\n"
        "from indexers.parsing.filetype import FileType\n"
        "from unstructured.nlp import tokenize\n"
        "blocks = read_office(FileType.EML, b'Subject: a\\n\\nLe chat dort ici. Il ronfle.')\n"
        "assert tokenize.sent_tokenize('Un chat. Un chien.') == ['Un chat.', 'Un chien.']\n"
        "assert tokenize._get_nlp().lang == 'fr'\n"
        "print(blocks[0].text)\n"
    )
    done = subprocess.run(  # noqa: S603 - the program above
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "Le chat dort ici. Il ronfle.\n", done.stderr


@pytest.mark.shared
@pytest.mark.skipif(not FILES.is_dir(), reason="the shared files are not beside the checkout")
@pytest.mark.parametrize(
    ("file", "word", "title", "author"),
    [
        ("tika/tika-parser-microsoft-module/testWORD.docx", "Heading Level 2",
         "Sample Word Document", "Keith Bennett"),
        ("tika/tika-parser-microsoft-module/testPPT.pptx", "Rajiv", "Attachment Test", "Rajiv"),
        ("tika/tika-parser-microsoft-module/testEXCEL_1img.xlsx", "fox",
         "The quick brown fox jumps over the lazy dog", "Nevin Nollop"),
        ("misc_sdist/odfpy/simplestyles.odt", "Plain text", "simplestyles", "Søren Roug"),
        ("misc_sdist/pypdf/crazyones.pdf", "misfits", "crazyones", None),
        ("unstructured/eml/fake-email-header.eml", "unit tests", "Test Email",
         "Matthew Robinson <mrobinson@unstructured.io>"),
        ("unstructured/fake-email.msg", "unit tests", "Test Email",
         "Matthew Robinson <mrobinson@unstructured.io>"),
        ("tika/tika-parser-html-module/testHTML_metadata.html", "meta information",
         "testHTML_metadata", "John Doe"),
        ("unstructured/umlauts-utf8.md", "können", "können", None),
        ("unstructured/stanley-cups-utf-16.csv", "Blues | STL | 1", "stanley-cups-utf-16", None),
    ],
)  # fmt: skip
def test_real_files(pool: ParserPool, file: str, word: str, title: str, author: str | None) -> None:
    parsed = read(pool, FILES / file)
    assert word in words(parsed)
    assert parsed.title == title
    assert parsed.authors == ((author,) if author else ())


@pytest.mark.shared
@pytest.mark.skipif(not FILES.is_dir(), reason="the shared files are not beside the checkout")
@pytest.mark.parametrize(
    "file",
    [
        "misc_sdist/oletools_encrypted/encrypted.docx",
        "misc_sdist/oletools_encrypted/encrypted.xlsx",
        "misc_sdist/pypdf/encrypted-file.pdf",
    ],
)
def test_a_password_is_told_from_damage(pool: ParserPool, file: str) -> None:
    assert why(pool, FILES / file)[0] is FailureReason.ENCRYPTED


@pytest.mark.shared
@pytest.mark.skipif(not FILES.is_dir(), reason="the shared files are not beside the checkout")
def test_pdf_pages_and_outline(pool: ParserPool) -> None:
    blocks = read(pool, FILES / "misc_sdist/pypdf/pdflatex-outline.pdf").blocks
    headings = [(b.text, b.level, b.page) for b in blocks if b.kind is BlockKind.HEADING]
    assert headings[0] == ("1 Foo", 1, 2)
    assert {b.page for b in blocks} > {1, 2}
