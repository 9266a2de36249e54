"""Files inside files: read in memory, named by their place, each on its own account."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import py7zr
import pytest

from finder.domain import Document, Kind
from indexers.outcomes import Status
from indexers.parsing import ParserPool
from indexers.parsing.nesting import MAX_DEPTH
from indexers.parsing.parsed import FailureReason, MemberKind, ParsedFile, ParseFailure
from indexers.sources import SourceItem
from tests.organisation import Organisation

Reader = Callable[[str, bytes], ParsedFile]
NOTE = "Le relevé des compteurs est hebdomadaire.".encode()


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def seven_zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(data, name)
    return packed.getvalue()


def tarred(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return packed.getvalue()


def mail(subject: str, text: str, **attachments: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ana <ana@a.fr>", "b@b.fr", subject
    message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0100"
    message.set_content(text)
    for name, data in attachments.items():
        message.add_attachment(data, maintype="text", subtype="plain", filename=f"{name}.txt")
    return message.as_bytes()


def words(outcome: ParsedFile | ParseFailure) -> str:
    assert isinstance(outcome, ParsedFile), outcome
    return " ".join(block.text for block in outcome.blocks)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.zip", zipped),
        ("a.7z", seven_zipped),
        ("a.tar", tarred),
        ("a.tar.gz", lambda **files: gzip.compress(tarred(**files))),
        ("a.tar.bz2", lambda **files: bz2.compress(tarred(**files))),
        ("a.tar.xz", lambda **files: lzma.compress(tarred(**files))),
    ],
)
def test_an_archive_gives_its_files(name: str, pack: Callable[..., bytes], read: Reader) -> None:
    members = read(name, pack(**{"d/note.txt": NOTE, "blob.bin": b"\x00\x01"})).members
    assert [member.name for member in members] == ["d/note.txt", "blob.bin"]
    assert "compteurs" in words(members[0].outcome)
    assert isinstance(members[1].outcome, ParseFailure)
    assert members[1].outcome.reason is FailureReason.UNSUPPORTED


def test_a_7z_archive_with_a_password_says_so(parsers: ParserPool, tmp_path: Path) -> None:
    for headers in (False, True):
        path = tmp_path / "locked.7z"
        with py7zr.SevenZipFile(path, "w", password="secret", header_encryption=headers) as archive:  # noqa: S106
            archive.writestr(NOTE, "note.txt")
        outcome = parsers.parse(path)
        assert isinstance(outcome, ParseFailure)
        assert outcome.reason is FailureReason.ENCRYPTED


def test_a_7z_archive_that_is_cut_or_a_bomb_is_told(parsers: ParserPool, tmp_path: Path) -> None:
    whole = seven_zipped(**{"note.txt": NOTE * 100})
    bomb = seven_zipped(**{"zeros.txt": b"0" * (32 * 2**20)})
    for data, reason in (
        (whole[:-20], FailureReason.CORRUPT),
        (whole[:40] + b"damage" + whole[46:], FailureReason.CORRUPT),
        (bomb, FailureReason.TOO_LARGE),
    ):
        path = tmp_path / "archive.7z"
        path.write_bytes(data)
        outcome = parsers.parse(path)
        assert isinstance(outcome, ParseFailure)
        assert outcome.reason is reason, outcome


def test_a_compressed_file_gives_what_it_holds(read: Reader) -> None:
    (member,) = read("note.txt.gz", gzip.compress(NOTE)).members
    assert (member.name, words(member.outcome)) == ("note.txt", NOTE.decode())


def test_archives_are_read_in_archives_as_deep_as_allowed(
    read: Reader, parsers: ParserPool, tmp_path: Path
) -> None:
    data = zipped(**{"note.txt": NOTE})
    for _ in range(MAX_DEPTH - 1):
        data = zipped(**{"inner.zip": data})
    inside = read("outer.zip", data)
    for _ in range(MAX_DEPTH - 1):
        inside = inside.members[0].outcome  # type: ignore[assignment]
    assert "compteurs" in words(inside.members[0].outcome)
    too_deep = tmp_path / "outer.zip"
    too_deep.write_bytes(zipped(**{"inner.zip": zipped(**{"inner.zip": data})}))
    refused = parsers.parse(too_deep)
    assert isinstance(refused, ParseFailure)
    assert "archives deep" in refused.message


def test_a_mailbox_gives_posts_by_their_senders(read: Reader) -> None:
    box = b"".join(
        b"From a@a.fr Mon Jan  5 10:00:00 2026\n" + mail(f"Sujet {n}", f"Texte {n}") + b"\n"
        for n in (1, 2)
    )
    members = read("year.mbox", box).members
    assert [(m.kind, m.outcome.title, m.outcome.authors) for m in members] == [  # type: ignore[union-attr]
        (MemberKind.POST, "Sujet 1", ("Ana <ana@a.fr>",)),
        (MemberKind.POST, "Sujet 2", ("Ana <ana@a.fr>",)),
    ]
    assert [words(member.outcome) for member in members] == ["Texte 1", "Texte 2"]


def test_attachments_are_read_beside_the_mail(read: Reader) -> None:
    parsed = read("mail.eml", mail("Compte rendu", "Voir la pièce jointe.", relevé=NOTE))
    assert "pièce jointe" in words(parsed)
    assert [(member.name, words(member.outcome)) for member in parsed.members] == [
        ("relevé.txt", NOTE.decode())
    ]


def test_what_an_archive_holds_is_found_and_goes_with_it(
    organisation: Organisation, tmp_path: Path
) -> None:
    file = tmp_path / "archive.zip"
    item = SourceItem(record=Document(id="archive.zip", file="archive.zip"), path=file)
    file.write_bytes(zipped(**{"un.txt": b"la facture", "deux.txt": b"le budget"}))
    assert organisation.take(item)[0].status is Status.INDEXED
    assert organisation.found("facture") == ["archive.zip!/un.txt"]
    file.write_bytes(zipped(**{"deux.txt": b"le budget", "trois.bin": b"\x00"}))
    whole, inside = organisation.take(item)
    assert (whole.status, inside.status) == (Status.INDEXED, Status.FAILED)
    assert inside.key is not None
    assert (inside.key.kind, inside.key.id) == (Kind.DOCUMENT, "archive.zip!/trois.bin")
    assert organisation.found("facture") == []
    assert organisation.found("budget") == ["archive.zip!/deux.txt"]
