"""Formats of old office programs, through LibreOffice: doc, xls, ppt, and the binary xlsb.

LibreOffice runs as a child of the parser's process and in its process group: it shares its
confinement and its limits, and ends with it.
"""

import shutil
import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from indexers.parsing.filetype import FileType, encrypted
from indexers.parsing.parsed import FailureReason, ParseError

_CONVERTED: Mapping[FileType, tuple[str, FileType]] = {
    FileType.DOC: (".doc", FileType.DOCX),
    FileType.XLS: (".xls", FileType.XLSX),
    FileType.XLSB: (".xlsb", FileType.XLSX),
    FileType.PPT: (".ppt", FileType.PPTX),
}
"""The extension of each format, and what it is converted to."""

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""
"""No macro runs, and no file that a document links to is read; but LibreOffice looks at pictures
that an old workbook links to, of which nothing is kept."""

_DOC_FLAGS, _DOC_ENCRYPTED = 11, 0x01
"""Where a ``WordDocument`` stream has its second byte of flags: [MS-DOC], section 2.5.2."""
_PPT_ENCRYPTED = (12, b"\xdf\xc4\xd1\xf3")
"""A ``Current User`` stream's token for protected presentations: [MS-PPT], section 2.3.2."""
_XLS_FILE_PASS, _XLS_FIRST_RECORDS = 0x2F, 20
"""The record that announces a password, near a workbook's beginning: [MS-XLS], section 2.4.117."""


def current_format(kind: FileType, data: bytes) -> tuple[FileType, bytes]:
    """The file in the format that took its format's place; any other file as it is.

    Raises:
        ParseError: LibreOffice is not installed, or does not read the file.
    """
    if kind not in _CONVERTED:
        return kind, data
    if kind is not FileType.XLSB and _is_encrypted(kind, data):
        raise encrypted()
    extension, target = _CONVERTED[kind]
    wanted = f".{target.name.lower()}"
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise ParseError(
            FailureReason.MISSING_PROGRAM,
            f"a file of the format {extension} is read through LibreOffice, which is not"
            f" installed; install it, or save the file as {wanted}",
        )
    return target, converted(program, data, extension, wanted)


def converted(program: str, data: bytes, extension: str, wanted: str) -> bytes:
    """What LibreOffice makes of a file.

    Args:
        program: LibreOffice.
        data: The file.
        extension: Of its format, such as ``.doc``.
        wanted: Of the format to be made.

    Raises:
        ParseError: It cannot be made.
    """
    with TemporaryDirectory(prefix="conversion-") as name:
        folder = Path(name)
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        source = (folder / "source").with_suffix(extension)
        source.write_bytes(data)
        run = subprocess.run(  # noqa: S603 - its time is that of the parser's process
            [
                *(program, f"-env:UserInstallation={profile.as_uri()}"),
                *("--headless", "--norestore", "--convert-to", wanted[1:]),
                *("--outdir", str(folder), str(source)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        result = source.with_suffix(wanted)
        if run.returncode:
            raise ParseError(
                FailureReason.CRASHED, f"LibreOffice stopped while reading it ({run.returncode})"
            )
        if not result.exists():
            raise ParseError(FailureReason.CORRUPT, "LibreOffice cannot open it: it is damaged")
        return result.read_bytes()


def _is_encrypted(kind: FileType, data: bytes) -> bool:
    """Whether it asks for a password, which LibreOffice does not tell from damage."""
    import olefile

    with olefile.OleFileIO(BytesIO(data)) as file:
        match kind:
            case FileType.DOC:
                return bool(file.openstream("WordDocument").read(12)[_DOC_FLAGS] & _DOC_ENCRYPTED)
            case FileType.PPT:
                place, token = _PPT_ENCRYPTED
                return file.openstream("Current User").read().startswith(token, place)
            case _:
                stream = "Workbook" if file.exists("Workbook") else "Book"
                return _has_file_pass(file.openstream(stream))


def _has_file_pass(workbook: BytesIO) -> bool:
    for _ in range(_XLS_FIRST_RECORDS):
        header = workbook.read(4)
        if int.from_bytes(header[:2], "little") == _XLS_FILE_PASS:
            return True
        workbook.seek(int.from_bytes(header[2:], "little"), 1)
    return False
