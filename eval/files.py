"""Reading the text files that evaluation is made of, with faults that name their place."""

from collections.abc import Iterator
from pathlib import Path

from finder.errors import InputError


class MalformedError(InputError):
    """A file of a collection, or a run, is missing or is not as its format asks.

    Args:
        file: The file at fault.
        reason: What is wrong and what would be right.
        line: Its line, from 1, where one is at fault.
        field: The field at fault, where one is.
    """

    code = "malformed"

    def __init__(
        self, file: Path, reason: str, *, line: int | None = None, field: str | None = None
    ) -> None:
        place = str(file) if line is None else f"{file}, line {line}"
        super().__init__(": ".join(filter(None, (place, field, reason))))
        self.file = file
        self.reason = reason
        self.line = line
        self.field = field


def read_text(file: Path) -> str:
    """A UTF-8 file whole, without a byte order mark.

    Raises:
        MalformedError: It cannot be read, or is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MalformedError(file, "there is no such file") from None
    except UnicodeDecodeError as error:
        raise MalformedError(file, f"is not UTF-8 at byte {error.start}") from None
    except OSError as error:
        raise MalformedError(file, f"cannot be read: {error.strerror}") from error


def read_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, each with its number from 1.

    Raises:
        MalformedError: The file cannot be read, or is not UTF-8.
    """
    # Not str.splitlines, which also cuts at separators that may stand inside a text.
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        if line.strip():
            yield number, line
