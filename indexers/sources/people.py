"""People as files name them: ``people.csv`` beside the files, and names in their metadata.

``people.csv`` has a header line and rows of two shapes, alone or together:

- ``file,authors``: who wrote a file (its path in the folder, or a pattern such as ``RH/*.docx``);
  several authors are separated by ``;``, each an id, an e-mail address or a name;
- ``id,name,email,title,unit,skills``: a person's own record; only ``name`` is needed, and
  skills are separated by ``;``. Without an ``id``, the e-mail address or the name is the id.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from email.utils import parseaddr
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from finder.domain import Person, PersonId
from finder.errors import RecordError, SettingsError
from finder.folding import folded, folded_words
from indexers.records import MAX_ID, parse_record
from indexers.sources.beside import read_beside

PEOPLE_FILE = "people.csv"

_SEPARATOR = ";"
_LISTS = frozenset({"skills", "languages", "tags"})


class People:
    """Known people, and who wrote which files.

    Args:
        persons: People who have records.
        files: Pairs of a path or pattern and its authors; the first that fits counts.
    """

    def __init__(
        self, persons: Iterable[Person] = (), files: Sequence[tuple[str, Sequence[str]]] = ()
    ) -> None:
        self._files = files
        self._ids: dict[str, set[PersonId]] = {}
        for person in persons:
            for key in (person.id, person.email, person.name):
                if key:
                    self._ids.setdefault(_folded(key), set()).add(PersonId(person.id))

    def authors_of(self, file: str) -> tuple[PersonId, ...]:
        """The authors that ``people.csv`` gives to a file, an exact path before any pattern."""
        named = [names for pattern, names in self._files if pattern == file]
        named += [names for pattern, names in self._files if fnmatchcase(file, pattern)]
        return self.resolve(named[0]) if named else ()

    def resolve(self, names: Iterable[str]) -> tuple[PersonId, ...]:
        """The people meant by ids, e-mail addresses, names, or ``Name <address>``.

        Case, accents and the order of first and last name do not matter. A name that nobody
        bears, or that two people bear, becomes an id of its own.
        """
        return tuple(dict.fromkeys(self._resolve(name) for name in names if name.strip()))

    def _resolve(self, name: str) -> PersonId:
        display, address = parseaddr(name) if "@" in name else (name, "")
        for key in (name, address, display):
            ids = self._ids.get(_folded(key), set())
            if len(ids) == 1:
                return next(iter(ids))
        plain = display or address or name
        readable = "".join(c if c.isprintable() else " " for c in plain)
        return PersonId(" ".join(readable.split())[:MAX_ID] or "unknown")


NOBODY = People()
"""What a folder without ``people.csv`` knows."""


def people_beside(folder: Path) -> People:
    """Who ``people.csv`` of a folder names; nobody where there is none.

    Raises:
        SettingsError: The file has neither of the two shapes.
    """
    path = folder / PEOPLE_FILE
    return _people(path, path.stat().st_mtime_ns) if path.exists() else NOBODY


@lru_cache(maxsize=8)  # the folders that are read in the same minutes
def _people(path: Path, _changed: int) -> People:
    return read_people(path)[0]


def _folded(name: str) -> str:
    """``DUPONT, Hélène`` and ``Helene Dupont`` alike; an address stays whole."""
    return folded(name).strip() if "@" in name else " ".join(sorted(folded_words(name)))


def read_people(path: Path) -> tuple[People, list[tuple[int, Person | RecordError]]]:
    """Reads ``people.csv``.

    Returns:
        The directory, and each person's row as ``(line, record or why it is refused)``.

    Raises:
        SettingsError: The file has neither of the two shapes.
    """
    rows = list(_rows(path))
    persons = [(line, _person(row)) for line, row in rows if row.get("name")]
    files = [
        (row["file"], row["authors"].split(_SEPARATOR))
        for _, row in rows
        if row.get("file") and row.get("authors")
    ]
    known = [person for _, person in persons if isinstance(person, Person)]
    return People(known, files), persons


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = _decoded(read_beside(path))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    header = text.partition("\n")[0]
    # Spreadsheets set to French write semicolons between columns.
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    columns = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if not ({"file", "authors"} <= set(columns) or "name" in columns):
        raise SettingsError(
            f"{path}: the first line must name the columns file and authors,"
            f" or name with any of id, email, title, unit, skills; it has {', '.join(columns)}"
        )
    reader.fieldnames = columns
    try:
        for row in reader:
            yield reader.line_num, {k: v.strip() for k, v in row.items() if k and v}
    except csv.Error as error:
        raise SettingsError(f"{path}, line {reader.line_num}: {error}") from error


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what older spreadsheets save


def _person(row: dict[str, str]) -> Person | RecordError:
    fields: dict[str, object] = {
        key: [item.strip() for item in value.split(_SEPARATOR)] if key in _LISTS else value
        for key, value in row.items()
        if key not in {"file", "authors"} and value
    }
    identity = row.get("id") or row.get("email") or row["name"]
    try:
        record = parse_record(json.dumps(fields | {"type": "person", "id": identity}))
    except RecordError as error:
        return error
    assert isinstance(record, Person)  # noqa: S101 - the type is written just above
    return record
