"""Newline-delimited JSON, gzipped or not: one record a line."""

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from finder.domain import Deletion, Document, RecordKey, key_of
from finder.errors import RecordError
from indexers.outcomes import shown
from indexers.records import parse_record
from indexers.sources import Refusal, SourceItem

MAX_LINE = 64 * 1024 * 1024
"""Bytes in a line: the longest text that a record may hold, escaped, and room to spare."""

_GZIP_MAGIC = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


class NdjsonSource:
    """A file of records.

    Args:
        path: The file, plain or gzipped; documents' ``file`` paths are relative to its folder.
        whole: Whether it holds all that its feed has, not what has changed: what it held when it
            was last read, and holds no more, is then gone.
    """

    total: int | None = None

    def __init__(self, path: Path, *, whole: bool = False) -> None:
        self._path = path
        self._whole = whole
        self._listed: set[RecordKey] = set()
        self._ended = False

    @property
    def feed(self) -> str:
        """The file, whatever it is called from."""
        return shown(self._path.resolve())

    def items(self) -> Iterator[SourceItem | Refusal]:
        """Records in the order of the lines, and a refusal for each line that is none."""
        refused = False
        for item in self._items():
            if isinstance(item, Refusal):
                refused = True
            elif self._whole and not isinstance(item.record, Deletion):
                self._listed.add(key_of(item.record))
            yield item
        self._ended = not refused

    def listed(self) -> frozenset[RecordKey] | None:
        """What the feed has, once all items were taken; None where nobody can tell."""
        return frozenset(self._listed) if self._whole and self._ended else None

    def _items(self) -> Iterator[SourceItem | Refusal]:
        try:
            with self._path.open("rb") as stream:
                yield from read_ndjson(stream, name=str(self._path), base=self._path.parent)
        except OSError as error:
            yield Refusal(source=str(self._path), reason=f"cannot be read: {error.strerror}")


def read_ndjson(
    stream: BinaryIO, *, name: str, base: Path | None = None
) -> Iterator[SourceItem | Refusal]:
    """Records from any binary stream.

    Args:
        stream: Plain or gzipped; read once, forwards, never whole in memory.
        name: What refusals call it.
        base: The folder that holds documents' files; without one, ``file`` is refused.
    """
    lines = enumerate(_lines(stream), start=1)
    number = 0
    try:
        for number, line in lines:
            if line is None:
                reason = f"the line is longer than {MAX_LINE // 2**20} MB"
                yield Refusal(source=name, line=number, reason=reason)
            elif line.strip():
                yield _item(line, number, name=name, base=base)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield Refusal(
            source=name,
            line=number + 1,
            reason=f"the gzip data is cut short or damaged here ({error});"
            " the lines before it went in",
        )


def _item(line: bytes, number: int, *, name: str, base: Path | None) -> SourceItem | Refusal:
    try:
        record = parse_record(line)
        named = record.file if isinstance(record, Document) else None
        path = _contained(named, base) if named else None
    except RecordError as error:
        return Refusal(source=name, line=number, field=error.field, reason=error.reason)
    return SourceItem(record=record, line=number, path=path)


def _contained(file: str, base: Path | None) -> Path:
    """The file that a record names, if it lies in the folder of the records."""
    if base is None:
        raise RecordError("files cannot be sent this way; send text or html", field="file")
    try:
        path = (base / file).resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise RecordError(f"there is no file {file} beside the records", field="file") from error
    if (
        Path(file).is_absolute()
        or ".." in Path(file).parts
        or not path.is_relative_to(base.resolve())
    ):
        raise RecordError("must lie in the folder of the records", field="file")
    if not path.is_file():
        raise RecordError(f"{file} is not a regular file", field="file")
    return path


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Lines with their ends; None stands for one that is too long."""
    buffered = io.BufferedReader(stream)  # type: ignore[type-var]  # any binary stream will do
    try:
        zipped = buffered.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC)
        lines = gzip.GzipFile(fileobj=buffered) if zipped else buffered
        first = True
        while line := lines.readline(MAX_LINE + 1):
            if len(line) > MAX_LINE:
                _skip_line(lines, line)
                yield None
            else:
                yield line.removeprefix(_BOM) if first else line
            first = False
    finally:
        buffered.detach()  # the stream is the caller's to close


def _skip_line(lines: io.BufferedIOBase, part: bytes) -> None:
    while part and not part.endswith(b"\n"):
        part = lines.readline(MAX_LINE)
