"""The tantivy index on disk: its schema, its opening, the errors of the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
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
        StorageError: It cannot be read.
    """
    with mapped(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return tantivy.Index(SCHEMA, path=str(folder))


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
