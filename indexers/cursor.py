"""How far an index on disk has followed the catalogue."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from finder.errors import StorageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last passage and removal that an index holds, and the version of what made it."""

    made_by: str
    passage: int = 0
    removal: int = 0

    def save(self, path: Path) -> None:
        """Publish atomically: after a crash the file holds this cursor or the one before."""
        draft = path.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def load_cursor(path: Path) -> Cursor | None:
    """The saved cursor, or None where there is none.

    Raises:
        StorageError: The file is not a cursor.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return Cursor(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise StorageError(
            f"{path} is damaged; run 'finder rebuild' to make the index again."
        ) from error
