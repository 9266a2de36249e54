"""Archives, mailboxes and attachments: files that hold others, unpacked in memory alone."""

import bz2
import gzip
import lzma
import mailbox
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from email import policy
from email.message import Message
from functools import partial
from io import BytesIO
from pathlib import PurePath
from tempfile import NamedTemporaryFile
from typing import Any

from indexers.parsing.filetype import FileType
from indexers.parsing.mail import mail_message
from indexers.parsing.nesting import MAX_UNPACKED_BYTES, Entry, Nesting, check_unpacked
from indexers.parsing.package import damaged
from indexers.parsing.parsed import FailureReason, Member, MemberKind, ParseError

_ENCRYPTED_FLAG = 0x1
"""Of a zip archive's entry: PKWARE's APPNOTE, section 4.4.4."""

_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
)

_OPENERS: Mapping[bytes, Callable[[BytesIO], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}


def read_container(kind: FileType, name: str, data: bytes, nesting: Nesting) -> tuple[Member, ...]:
    """What is inside an archive or a mailbox, each parsed.

    Raises:
        ParseError: It is damaged, or goes past a bound.
    """
    with _mapped():
        match kind:
            case FileType.ZIP:
                return _read_zip(data, nesting)
            case FileType.SEVEN_ZIP:
                return _read_seven_zip(data, nesting)
            case FileType.TAR:
                return _read_tar(data, nesting)
            case FileType.MBOX:
                return _read_mailbox(data, nesting)
            case _:
                return _read_compressed(name, data, nesting)


def mail_attachments(data: bytes, nesting: Nesting) -> tuple[Member, ...]:
    """What is attached to a mail; pictures inside its text are not."""
    mail = mail_message(data)
    decode = policy.default.header_factory
    return nesting.members(
        (str(decode("Subject", part.get_filename() or "mail.eml")), partial(_payload, part))
        for part in mail.walk()
        if part.get_content_disposition() == "attachment"
        or part.get_content_type() == "message/rfc822"
    )


def message_attachments(data: bytes, nesting: Nesting) -> tuple[Member, ...]:
    """What is attached to an Outlook message."""
    import oxmsg

    message = oxmsg.Message.load(BytesIO(data))
    return nesting.members(
        (attached.file_name or "unnamed", partial(_content, attached.file_bytes))
        for attached in message.attachments
    )


def _read_zip(data: bytes, nesting: Nesting) -> tuple[Member, ...]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return nesting.members(
            (info.filename, partial(_unzipped, archive, info, nesting))
            for info in archive.infolist()
            if not info.is_dir()
        )


def _unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, nesting: Nesting) -> bytes:
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise _protected()
    with _mapped(), archive.open(info) as stream:
        return nesting.unpacked(stream, info.compress_size)


def _read_seven_zip(data: bytes, nesting: Nesting) -> tuple[Member, ...]:
    import py7zr
    from py7zr.exceptions import ArchiveError, PasswordRequired
    from py7zr.io import BytesIOFactory

    unpacked = BytesIOFactory(MAX_UNPACKED_BYTES)
    try:
        with py7zr.SevenZipFile(BytesIO(data)) as archive:
            if archive.needs_password():
                raise _protected()
            files = [info for info in archive.list() if info.is_file]
            check_unpacked(sum(info.uncompressed for info in files), len(data))
            archive.extract(targets=[info.filename for info in files], factory=unpacked)
    except PasswordRequired as error:
        raise _protected() from error
    except ArchiveError as error:
        raise damaged() from error
    return nesting.members(
        (name, partial(nesting.unpacked, stream, len(data)))
        for name, stream in unpacked.products.items()
    )


def _read_tar(data: bytes, nesting: Nesting) -> tuple[Member, ...]:
    with tarfile.open(fileobj=BytesIO(data), mode="r:") as archive:
        return nesting.members(_tar_entries(archive, nesting))


def _tar_entries(archive: tarfile.TarFile, nesting: Nesting) -> Iterator[Entry]:
    for info in archive:
        stream = archive.extractfile(info) if info.isreg() else None
        if stream is not None:
            yield info.name, partial(nesting.unpacked, stream, info.size)


def _read_compressed(name: str, data: bytes, nesting: Nesting) -> tuple[Member, ...]:
    unpacking = next(opened for mark, opened in _OPENERS.items() if data.startswith(mark))
    with unpacking(BytesIO(data)) as stream:
        content = nesting.unpacked(stream, len(data))
    inside = PurePath(name)
    stem = inside.stem + (".tar" if inside.suffix in {".tgz", ".tbz", ".txz"} else "")
    if tarfile.is_tarfile(BytesIO(content)):
        return _read_tar(content, nesting)
    return nesting.members([(stem, partial(_content, content))])


def _read_mailbox(data: bytes, nesting: Nesting) -> tuple[Member, ...]:
    with NamedTemporaryFile(suffix=".mbox") as file:  # the library reads files alone
        file.write(data)
        file.flush()
        box = mailbox.mbox(file.name, create=False)
        try:
            messages = nesting.members(
                (f"{number}.eml", partial(box.get_bytes, key))
                for number, key in enumerate(box.keys(), start=1)
            )
        finally:
            box.close()
    return tuple(replace(message, kind=MemberKind.POST) for message in messages)


def _payload(part: "Message[str, str]") -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):  # a mail inside a mail
        return b"".join(each.as_bytes() for each in inner[:1] if isinstance(each, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _content(content: bytes | None) -> bytes:
    return content or b""


def _protected() -> ParseError:
    return ParseError(FailureReason.ENCRYPTED, "the file is protected by a password")


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise damaged() from error
