"""The tantivy index on disk: its schema, its opening, the errors of the engine."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import tantivy

from finder.errors import StorageError
from indexers.lexical.analysis import ANALYSER_VERSION

MADE_BY = f"tantivy {version('tantivy')}, analyser {ANALYSER_VERSION}"
"""What an index must have been made by to be read by this version."""

PASSAGE = "passage"
RECORD = "record"
RULE = "rule"
TERMS = "terms"


_CURSOR = "cursor.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last passage and removal that the index holds, and what made it."""

    made_by: str = MADE_BY
    passage: int = 0
    removal: int = 0


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(PASSAGE, indexed=True, fast=True)
    builder.add_unsigned_field(RECORD, indexed=True)
    builder.add_unsigned_field(RULE, indexed=True)
    # The terms come analysed, with spaces between them; scores are computed elsewhere, from exact
    # counts, so positions would only take room.
    builder.add_text_field(TERMS, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


SCHEMA = _schema()


def open_tantivy(folder: Path) -> tantivy.Index:
    """Open the index in a folder, or make an empty one.

    Raises:
        StorageError: It cannot be read, or was made by another version.
    """
    made_by = load_cursor(folder).made_by
    if made_by != MADE_BY:
        raise StorageError(
            f"The index of words was made by {made_by}, and this is {MADE_BY}: "
            "run 'finder rebuild words'."
        )
    with mapped(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return tantivy.Index(SCHEMA, path=str(folder))


def load_cursor(folder: Path) -> Cursor:
    """How far the index in a folder has followed the catalogue.

    Raises:
        StorageError: The cursor's file is damaged.
    """
    path = folder / _CURSOR
    try:
        return Cursor(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Cursor()
    except (OSError, ValueError, TypeError) as error:
        raise StorageError(f"{path} is damaged: run 'finder rebuild words'.") from error


def save_cursor(cursor: Cursor, folder: Path) -> None:
    """Publish atomically: after a crash the file holds this cursor or the one before."""
    path = folder / _CURSOR
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(cursor), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def mapped(folder: Path) -> Iterator[None]:
    """Turn the engine's errors into ours."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise StorageError(
            f"The index of words in {folder} cannot be used: {error}. "
            "Run 'finder rebuild words' to make it again from the catalogue."
        ) from error
