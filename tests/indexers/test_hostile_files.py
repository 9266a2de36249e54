"""Files made to harm: each is read, or listed with its reason, in bounded time and memory."""

import bz2
import gzip
import lzma
import os
import socket
import subprocess
import sys
import threading
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from indexers.parsing import FailureReason, Limits, ParsedFile, ParseFailure, ParserPool
from indexers.parsing.process import Outcome, ParserProcess
from indexers.sources import Refusal, SourceItem
from indexers.sources.folder import FolderSource

MOST_SECONDS = 60.0
"""For one file, on a machine that has other things to do."""
MOST_RESIDENT = 1.5e9
MB = 2**20

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/{part}" ContentType="application/'
    'vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="{part}" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
OFFICE = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
}
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

LAUGHS = "".join(
    f'<!ENTITY a{level} "{f"&a{level - 1};" * 10 if level else "boum "}">' for level in range(12)
)
"""Twelve levels: a million million words."""


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    with ParserPool() as parsers:
        yield parsers


def parse(pool: ParserPool, path: Path) -> Outcome:
    """Parses a file, while the time that it takes and the memory of each process are watched."""
    start, peak = time.monotonic(), 0
    with ThreadPoolExecutor(1) as threads:
        parsing = threads.submit(pool.parse, path)
        while not parsing.done():
            wait([parsing], timeout=0.02)
            peak = max([peak, *map(resident, list(pool._processes))])
    assert time.monotonic() - start < MOST_SECONDS
    assert peak < MOST_RESIDENT
    return parsing.result()


def resident(process: ParserProcess) -> int:
    """The most that a parser's process has had in memory, in bytes; 0 if it has just ended."""
    try:
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def text_of(outcome: Outcome) -> str:
    assert isinstance(outcome, ParsedFile), outcome
    return "\n".join(block.text for block in outcome.blocks)


def reason_of(outcome: Outcome) -> FailureReason:
    assert isinstance(outcome, ParseFailure), outcome
    return outcome.reason


def office(path: Path, content: str, *, beside: Mapping[str, bytes] | None = None) -> Path:
    """An Office file of the path's kind, whose main part is the given one."""
    part, kind = OFFICE[path.suffix[1:]]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(part=part, kind=kind))
        archive.writestr("_rels/.rels", RELATIONS.format(part=part))
        archive.writestr(part, content)
        for name, data in (beside or {}).items():
            archive.writestr(name, data)
    return path


def pdf(pages: int) -> bytes:
    """A PDF whose every page says its number."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (pages, b" ".join(b"%d 0 R" % (4 + 2 * page) for page in range(pages))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page in range(pages):
        shown = b"BT /F 12 Tf 72 700 Td (Page number %d of a very long book.) Tj ET" % (page + 1)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> >> >>" % (5 + 2 * page),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        ]
    written, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(written) + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF" % (len(objects) + 1, table, len(objects) + 1, len(written))
    )


class TestBombs:
    def test_an_archive_that_unpacks_to_a_thousand_times_its_size(
        self, pool: ParserPool, tmp_path: Path
    ) -> None:
        path = tmp_path / "bomb.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("zeros.txt", bytes(300 * MB))
        assert 300 * MB / path.stat().st_size > 1_000
        assert reason_of(parse(pool, path)) is FailureReason.TOO_LARGE

    @pytest.mark.parametrize(
        ("suffix", "compress"),
        [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", partial(lzma.compress, preset=0))],
    )
    def test_a_compressed_file_that_does(
        self, pool: ParserPool, tmp_path: Path, suffix: str, compress: Callable[[bytes], bytes]
    ) -> None:
        path = tmp_path / f"bomb.txt.{suffix}"
        path.write_bytes(compress(bytes(100 * MB)))
        assert 100 * MB / path.stat().st_size > 1_000
        assert reason_of(parse(pool, path)) is FailureReason.TOO_LARGE

    @pytest.mark.parametrize("suffix", ["docx", "xlsx"])
    @pytest.mark.parametrize("where", ["main part", "another part"])
    def test_an_office_file_that_does(
        self, pool: ParserPool, tmp_path: Path, suffix: str, where: str
    ) -> None:
        blanks = " " * (300 * MB)
        path = tmp_path / f"bomb.{suffix}"
        part = OFFICE[suffix][0]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", TYPES.format(part=part, kind=OFFICE[suffix][1]))
            archive.writestr("_rels/.rels", RELATIONS.format(part=part))
            if where == "main part":
                archive.writestr(part, f"<a>{blanks}</a>")
            else:
                archive.writestr(part, "<a/>")
                archive.writestr("docProps/core.xml", f"<a>{blanks}</a>")
        assert 300 * MB / path.stat().st_size > 1_000
        assert reason_of(parse(pool, path)) is FailureReason.TOO_LARGE

    def test_archives_in_archives_fifty_deep(self, pool: ParserPool, tmp_path: Path) -> None:
        data, name = b"au fond", "fond.txt"
        for level in range(50):
            packed = BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(name, data)
            data, name = packed.getvalue(), f"{level}.zip"
        (tmp_path / "deep.zip").write_bytes(data)
        assert reason_of(parse(pool, tmp_path / "deep.zip")) is FailureReason.TOO_LARGE

    @pytest.mark.parametrize("suffix", ["xml", "svg", "html", "xhtml"])
    def test_entities_that_multiply(self, pool: ParserPool, tmp_path: Path, suffix: str) -> None:
        root = "html" if "html" in suffix else "svg"
        path = tmp_path / f"laughs.{suffix}"
        path.write_text(
            f'<?xml version="1.0"?><!DOCTYPE {root} [{LAUGHS}]>'
            f"<{root}><title>Rires</title><p>avant &a11; après</p></{root}>"
        )
        outcome = parse(pool, path)
        if isinstance(outcome, ParsedFile):
            assert "avant" in text_of(outcome)
            assert text_of(outcome).count("boum") <= 10
        else:
            assert outcome.reason in {FailureReason.CORRUPT, FailureReason.UNSUPPORTED}

    def test_entities_that_multiply_in_an_office_file(
        self, pool: ParserPool, tmp_path: Path
    ) -> None:
        path = office(
            tmp_path / "laughs.docx",
            f"<!DOCTYPE a [{LAUGHS}]><w:document {WORD}><w:body><w:p><w:r>"
            "<w:t>avant &a11; après</w:t></w:r></w:p></w:body></w:document>",
        )
        outcome = parse(pool, path)
        if isinstance(outcome, ParsedFile):
            assert text_of(outcome).count("boum") <= 10
        else:
            assert outcome.reason in {
                FailureReason.CORRUPT,
                FailureReason.NO_TEXT,
                FailureReason.TOO_LARGE,
            }

    @pytest.mark.parametrize("suffix", ["xml", "svg", "html", "docx"])
    def test_entities_that_reach_out(self, pool: ParserPool, tmp_path: Path, suffix: str) -> None:
        (tmp_path / "secret").write_text("le mot de passe")
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0)
            address = f"http://127.0.0.1:{server.getsockname()[1]}/"
            declared = (
                f'[<!ENTITY near SYSTEM "file://{tmp_path}/secret">'
                f'<!ENTITY far SYSTEM "{address}"><!ENTITY % more SYSTEM "{address}dtd"> %more;]'
            )
            body = "avant &near; &far; après"
            path = tmp_path / f"reach.{suffix}"
            if suffix == "docx":
                office(
                    path,
                    f"<!DOCTYPE a {declared}><w:document {WORD}><w:body><w:p><w:r>"
                    f"<w:t>{body}</w:t></w:r></w:p></w:body></w:document>",
                )
            else:
                root = "html" if suffix == "html" else "svg"
                path.write_text(
                    f"<!DOCTYPE {root} {declared}><{root}><p>{body}</p>"
                    f'<img src="{address}image"/></{root}>'
                )
            outcome = parse(pool, path)
            with pytest.raises(BlockingIOError):
                server.accept()
        assert "mot de passe" not in repr(outcome)

    def test_a_word_document_of_a_hundred_megabytes_of_xml(
        self, pool: ParserPool, tmp_path: Path
    ) -> None:
        random = Random(7)  # noqa: S311 - a repeatable test, no secret
        words = [f"mot{number}" for number in range(5_000)]
        paragraphs = [
            f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{' '.join(random.choices(words, k=60))}</w:t>"
            "</w:r></w:p>"
            for _ in range(1_000)
        ]
        content = "".join(paragraphs)
        content *= 100 * MB // len(content) + 1
        path = office(
            tmp_path / "large.docx", f"<w:document {WORD}><w:body>{content}</w:body></w:document>"
        )
        outcome = parse(pool, path)
        if isinstance(outcome, ParsedFile):
            assert len(outcome.blocks) > 100_000
        else:
            assert outcome.reason is FailureReason.TOO_LARGE

    def test_a_book_of_ten_thousand_pages(self, pool: ParserPool, tmp_path: Path) -> None:
        (tmp_path / "book.pdf").write_bytes(pdf(10_000))
        outcome = parse(pool, tmp_path / "book.pdf")
        assert isinstance(outcome, ParsedFile)
        assert [block.page for block in outcome.blocks] == list(range(1, 10_001))
        assert outcome.blocks[-1].text == "Page number 10000 of a very long book."


class TestFilesThatAreNone:
    def test_one_that_grows_as_it_is_read(self, tmp_path: Path) -> None:
        path, stop = tmp_path / "log.txt", threading.Event()
        path.write_text("une ligne\n")

        def grow() -> None:
            with path.open("a") as file:
                while not stop.is_set():
                    file.write("une ligne\n" * 50_000)

        growing = threading.Thread(target=grow)
        with ParserPool(limits=Limits(file_bytes=20 * MB)) as pool:
            growing.start()
            try:
                outcomes = [parse(pool, path) for _ in range(3)]
            finally:
                stop.set()
                growing.join()
            outcomes.append(parse(pool, path))
        assert path.stat().st_size > 20 * MB
        assert reason_of(outcomes[-1]) is FailureReason.TOO_LARGE
        for outcome in outcomes:
            if isinstance(outcome, ParseFailure):
                assert outcome.reason is FailureReason.TOO_LARGE

    def test_one_larger_than_the_disk(self, pool: ParserPool, tmp_path: Path) -> None:
        with (tmp_path / "sparse.txt").open("wb") as file:
            file.truncate(1_000_000 * MB)
        assert reason_of(parse(pool, tmp_path / "sparse.txt")) is FailureReason.TOO_LARGE

    def test_one_that_may_not_be_read(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.txt"
        path.write_text("à moi")
        path.chmod(0)
        program = (
            "import sys\n"
            "from pathlib import Path\n"
            "from indexers.parsing import ParserPool\n"
            "with ParserPool() as pool:\n"
            "    failure = pool.parse(Path(sys.argv[1]))\n"
            "print(failure.reason, failure.message, sep=': ')\n"
        )
        # Root may read everything, unless it gives that up.
        modest = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        done = subprocess.run(  # noqa: S603 - the program above
            [*(modest if os.geteuid() == 0 else []), sys.executable, "-c", program, str(path)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == "unreadable: Permission denied\n", done.stderr

    def test_pipes_devices_and_folders(self, pool: ParserPool, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.txt")
        (tmp_path / "zero.txt").symlink_to("/dev/zero")
        (tmp_path / "folder.txt").mkdir()
        (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
        (tmp_path / "gone.txt").symlink_to(tmp_path / "missing.txt")
        for name in "pipe.txt", "zero.txt", "folder.txt", "loop.txt", "gone.txt":
            assert reason_of(parse(pool, tmp_path / name)) is FailureReason.UNREADABLE


NAMES = {
    "Latin-1": b"r\xe9sum\xe9.txt",
    "Windows-1252": b"d\x9cuvre \x80.txt",
    "Shift JIS": "日本語.txt".encode("shift-jis"),
    "KOI8-R": "Россия.txt".encode("koi8-r"),
    "UTF-16": "été.txt".encode("utf-16-le").replace(b"\0", b"\x01"),
    "overlong UTF-8": b"\xc0\xae\xc0\xae.txt",
    "surrogate in UTF-8": b"\xed\xa0\x80.txt",
    "composed": unicodedata.normalize("NFC", "Évaluation élève.txt").encode(),
    "decomposed": unicodedata.normalize("NFD", "Évaluation élève.txt").encode(),
    "emoji": "🧑‍🔧 pompe à chaleur 🇫🇷.txt".encode(),
    "right to left": "\u202etxt.fdp تقرير.txt".encode(),
    "255 bytes": b"x" * 251 + b".txt",
    "a line feed": b"deux\nlignes.txt",
    "an escape": b"\x1b[31mrouge\x07.txt",
    "blanks": b"  note .txt",
    "dashes": b"--help.txt",
    "quotes": b"'; DROP TABLE records; --\".txt",
    "a backslash": b"..\\..\\etc\\passwd.txt",
    "percent signs": b"r%E9sum%E9 100%.txt",
    "markup": b"<script>alert(1)<\\script>.txt",
}


class TestNames:
    @pytest.mark.parametrize("name", NAMES.values(), ids=list(NAMES))
    def test_a_file_is_found_and_read_or_refused_with_a_reason(
        self, pool: ParserPool, tmp_path: Path, name: bytes
    ) -> None:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("Le texte.")
        [found] = FolderSource(tmp_path).items()
        if isinstance(found, Refusal):
            assert found.reason
            found.source.encode()
            assert any(byte < 32 or byte == ord("\\") for byte in name)
        else:
            assert found.path is not None
            found.record.id.encode()
            assert text_of(parse(pool, found.path)) == "Le texte."

    def test_no_two_files_become_one_document(self, tmp_path: Path) -> None:
        for name in NAMES.values():
            Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("Le texte.")
        found = list(FolderSource(tmp_path).items())
        assert len(found) == len(NAMES)
        ids = [item.record.id for item in found if isinstance(item, SourceItem)]
        assert len(set(ids)) == len(ids)
        assert len(ids) >= len(NAMES) - 4


class TestFolders:
    def test_nothing_outside_is_followed_and_nothing_that_waits_is_opened(
        self, pool: ParserPool, tmp_path: Path
    ) -> None:
        root = tmp_path / "root"
        (root / "inner").mkdir(parents=True)
        (tmp_path / "secret.txt").write_text("le mot de passe")
        (root / "note.txt").write_text("Le texte.")
        os.mkfifo(root / "pipe.txt")
        (root / "zero.txt").symlink_to("/dev/zero")
        (root / "out.txt").symlink_to("../secret.txt")
        (root / "up").symlink_to("..", target_is_directory=True)
        (root / "inner" / "round").symlink_to("..", target_is_directory=True)
        (root / "loop.txt").symlink_to("loop.txt")
        (root / "inside.txt").symlink_to("note.txt")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(root / "socket.txt"))
            found = list(FolderSource(root).items())
        refused = {Path(f.source).name: f.reason for f in found if isinstance(f, Refusal)}
        assert refused == {
            "pipe.txt": "not a regular file",
            "socket.txt": "not a regular file",
            "zero.txt": "a link that leads out of the folder",
            "out.txt": "a link that leads out of the folder",
            "up": "a link that leads out of the folder",
            "round": "a link to a folder, which is read where it lies",
            "loop.txt": "it cannot be read: Too many levels of symbolic links",
        }
        taken = {f.record.id: f.path for f in found if isinstance(f, SourceItem) and f.path}
        assert taken == dict.fromkeys(("inside.txt", "note.txt"), root / "note.txt")
        assert [text_of(parse(pool, path)) for path in taken.values()] == ["Le texte."] * 2

    def test_folders_in_folders_deeper_than_a_path_may_be(self, tmp_path: Path) -> None:
        top = here = os.open(tmp_path, os.O_RDONLY)
        for _ in range(3_000):  # a path may have 4,096 bytes
            os.mkdir("d", dir_fd=here)
            below = os.open("d", os.O_RDONLY, dir_fd=here)
            if here != top:
                os.close(here)
            here = below
        os.close(here)
        try:
            source = FolderSource(tmp_path)
            assert source.listed() is None  # so that nothing counts as gone
            [found] = source.items()
            assert isinstance(found, Refusal)
            assert found.reason == "it cannot be read: File name too long"
        finally:  # what removes temporary folders does not go that deep
            os.close(top)
            subprocess.run(["/bin/rm", "-r", str(tmp_path / "d")], check=True)  # noqa: S603 - ours
