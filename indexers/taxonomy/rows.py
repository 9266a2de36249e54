"""Lines of CSV files: those that are as they should be, and why the others are not."""

import csv
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from finder.errors import InputError, RecordError
from indexers.taxonomy.skills import RefusedLine

if TYPE_CHECKING:
    import _csv

Row = Mapping[str, str]

_Parsed = TypeVar("_Parsed")

NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"
"""What stands for bytes that are no UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV file in UTF-8 with a header line, separated by commas or semicolons.

    Attributes:
        file: Where it is.
        needed: The columns that it must have.
    """

    file: Path
    needed: Collection[str]

    def parsed(
        self, parse: Callable[[Row], _Parsed], refused: list[RefusedLine]
    ) -> Iterator[_Parsed]:
        """What the lines mean; those that mean nothing are refused.

        Args:
            parse: Tells what a line means; of a column that is absent it is given nothing.
            refused: Takes the lines for which ``parse`` raises :class:`RecordError`.

        Raises:
            InputError: The file cannot be read, or lacks a column.
        """
        try:
            with self.file.open(encoding="utf-8-sig", errors="replace", newline="") as text:
                reader = csv.reader(text, delimiter=self._delimiter())
                header = next(reader, [])
                if missing := sorted(set(self.needed).difference(header)):
                    raise InputError(
                        f"{self.file} has no column {missing[0]}: its first line names its columns."
                    )
                yield from self._each(reader, header, parse, refused)
        except OSError as error:
            raise InputError(f"{self.file} cannot be read: {error.strerror}.") from error

    def _each(
        self,
        reader: "_csv.Reader",
        header: list[str],
        parse: Callable[[Row], _Parsed],
        refused: list[RefusedLine],
    ) -> Iterator[_Parsed]:
        while True:
            line = reader.line_num + 1
            try:
                values = next(reader, None)
                if values is None:
                    return
                if any(value.strip() for value in values):
                    yield parse(_row(header, values))
            except csv.Error as error:
                refused.append(RefusedLine(file=self.file, line=line, reason=str(error)))
            except RecordError as error:
                refused.append(
                    RefusedLine(file=self.file, line=line, field=error.field, reason=error.reason)
                )

    def _delimiter(self) -> str:
        with self.file.open(encoding="utf-8-sig", errors="replace") as text:
            header = text.readline()
        return ";" if ";" in header and "," not in header else ","


def _row(header: list[str], values: list[str]) -> Row:
    if len(values) > len(header):
        raise RecordError(
            f"there are {len(values)} values for {len(header)} columns: put what holds a separator "
            "between quotation marks"
        )
    row = {name: value.strip() for name, value in zip(header, values, strict=False)}
    for name, value in row.items():
        if NO_CHARACTER in value:
            raise RecordError("it is not UTF-8: save the file in this encoding", field=name)
    return row
