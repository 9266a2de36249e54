"""A folder of files, each a document.

Beside the files, ``people.csv`` may tell who wrote what (`indexers.sources.people`), and
``finder.toml`` who may read them: ``acl``, ``deny``, ``language`` and ``group``.
"""

import difflib
import json
import stat
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from finder.domain import Kind, Person, RecordKey, key_of
from finder.errors import RecordError, SettingsError
from indexers.outcomes import shown
from indexers.parsing.opening import names_in
from indexers.parsing.parsed import ParseError
from indexers.records import parse_record
from indexers.sources import Refusal, SourceItem
from indexers.sources.beside import read_beside
from indexers.sources.people import PEOPLE_FILE, read_people

SETTINGS_FILE = "finder.toml"
SETTINGS = ("acl", "deny", "group", "language")


class FolderSource:
    """Every readable file under a folder, in the order of their paths.

    Links that lead out of the folder, hidden files, locks and what is not a regular file are
    left out, each with its reason.

    Args:
        root: The folder; documents' ids are paths relative to it.
        changed: Of its files, only those to take in, or those below these folders; all of them
            where one of the changed is a file that tells about the others.

    Raises:
        SettingsError: ``finder.toml`` or ``people.csv`` cannot be used.
    """

    def __init__(self, root: Path, *, changed: Collection[Path] | None = None) -> None:
        if not root.is_dir():
            raise SettingsError(f"{root} is not a folder")
        self._root = root.resolve()
        self._settings = read_settings(self._root / SETTINGS_FILE)
        people_file = self._root / PEOPLE_FILE
        self._persons = read_people(people_file)[1] if people_file.exists() else []
        own = {people_file, self._root / SETTINGS_FILE}
        self._changed = None if changed is None or own & {*changed} else {*changed}

    @property
    def root(self) -> Path:
        """The folder, whatever it is called from."""
        return self._root

    @property
    def feed(self) -> str:
        """The folder's path, as text."""
        return shown(self._root)

    @property
    def total(self) -> int:
        """How many people and files there are to take in, those left out included."""
        return len(self._persons) + len(self._wanted)

    def items(self) -> Iterator[SourceItem | Refusal]:
        """The people of ``people.csv``, then a document without its words for each file."""
        yield from self._known_people()
        for each in self._wanted:
            yield each.refusal or self._document(each)

    def listed(self) -> frozenset[RecordKey] | None:
        """What the folder has, readable or not; None where not all of it could be listed."""
        people = [row for _, row in self._persons if isinstance(row, Person)]
        refusals = [each.refusal for each in self._found if each.refusal]
        unread = [refusal for refusal in refusals if not refusal.skipped]
        if unread or len(people) < len(self._persons):
            return None
        files = [self._id(each.path) for each in self._found if each.refusal is None]
        return frozenset(map(key_of, people)) | {RecordKey(Kind.DOCUMENT, name) for name in files}

    def _id(self, path: Path) -> str:
        # As a percent sign stands before bytes that are no text, it is written as one of them.
        return shown(Path(str(path.relative_to(self._root)).replace("%", "%25")))

    def _known_people(self) -> Iterator[SourceItem | Refusal]:
        source = str(self._root / PEOPLE_FILE)
        for line, row in self._persons:
            if isinstance(row, Person):
                yield SourceItem(record=row, line=line)
            else:
                yield Refusal(source=source, line=line, field=row.field, reason=row.reason)

    def _document(self, found: "_Found") -> SourceItem | Refusal:
        name = shown(found.path.relative_to(self._root))
        fields = {**self._settings, "type": "document", "id": self._id(found.path), "file": name}
        try:
            record = parse_record(json.dumps(fields))
        except RecordError as error:
            return Refusal(source=shown(found.path), field=error.field, reason=error.reason)
        return SourceItem(record=record, path=found.real)

    @cached_property
    def _wanted(self) -> "list[_Found]":
        if self._changed is None:
            return self._found
        changed = self._changed
        return [
            each for each in self._found if not changed.isdisjoint((each.path, *each.path.parents))
        ]

    @cached_property
    def _found(self) -> "list[_Found]":
        own = {self._root / PEOPLE_FILE, self._root / SETTINGS_FILE}
        return [each for each in _walk(self._root) if each.path not in own]


def read_settings(path: Path) -> dict[str, object]:
    """What ``finder.toml`` sets on every document of its folder; nothing where it is absent.

    Raises:
        SettingsError: It is not TOML, a key is unknown, or a value is not what a record takes.
    """
    try:
        settings = tomllib.loads(read_beside(path).decode())
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    for key in settings:
        if key not in SETTINGS:
            near = difflib.get_close_matches(key, SETTINGS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(SETTINGS)}"
            raise SettingsError(f"{path}: unknown key {key}; {hint}")
    try:
        parse_record(json.dumps(settings | {"type": "document", "id": "any"}, default=str))
    except RecordError as error:
        raise SettingsError(f"{path}: {error}") from error
    return settings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Something under the root.

    Attributes:
        path: What it is called.
        real: Where it lies, which is elsewhere if it is a link.
        refusal: Why it is left out, if it is.
    """

    path: Path
    real: Path
    refusal: Refusal | None = None


def _walk(root: Path) -> Iterator[_Found]:
    # Not by recursion: folders may lie deeper in each other than calls.
    listings = [_listing(root, root)]
    while listings:
        found = next(listings[-1], None)
        if found is None:
            listings.pop()
        elif found.refusal is None and found.path.is_dir():
            listings.append(_listing(found.path, root))
        else:
            yield found


def _listing(folder: Path, root: Path) -> Iterator[_Found]:
    """What a folder holds, by name; the folder itself, with the reason, if it cannot be read."""
    try:
        names = names_in(folder)
    except (OSError, ParseError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        refusal = Refusal(source=shown(folder), reason=f"the folder cannot be read: {said}")
        yield _Found(path=folder, real=folder, refusal=refusal)
        return
    for name in names:
        yield _looked_at(folder / name, root)


def _looked_at(path: Path, root: Path) -> _Found:
    try:
        real, reason = _judged(path, root)
    except OSError as error:  # nobody can tell what it is
        refusal = Refusal(source=shown(path), reason=f"it cannot be read: {error.strerror}")
        return _Found(path=path, real=path, refusal=refusal)
    left_out = Refusal(source=shown(path), reason=reason, skipped=True) if reason else None
    return _Found(path=path, real=real, refusal=left_out)


def _judged(path: Path, root: Path) -> tuple[Path, str | None]:
    """Where something lies, and why it is left out, if it is."""
    for prefix, reason in (".", "hidden"), ("~$", "a lock that an office program left"):
        if path.name.startswith(prefix):
            return path, reason
    try:
        is_link = stat.S_ISLNK(path.lstat().st_mode)
        mode = path.stat().st_mode
        # What is no link lies where its folder does.
        real = path.resolve(strict=True) if is_link else path
    except FileNotFoundError:
        return path, "a link that leads nowhere"
    if not real.is_relative_to(root):
        return path, "a link that leads out of the folder"
    if stat.S_ISDIR(mode):
        return path, "a link to a folder, which is read where it lies" if is_link else None
    return real, None if stat.S_ISREG(mode) else "not a regular file"
