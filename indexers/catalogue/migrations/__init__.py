"""Brings a catalogue that an older version wrote to the format of this one.

Each module of ``versions`` makes one step, named by the format that it leads to. The format is a
fact of the catalogue, so there is no other table of versions.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from finder.errors import StorageError
from indexers.catalogue.database import FORMAT, Database, fact, set_fact
from indexers.catalogue.schema import FORMAT_VERSION
from indexers.catalogue.snapshot import copy, pinned
from indexers.lock import writing

if TYPE_CHECKING:
    from alembic.script import Script

_log = logging.getLogger(__name__)


def migrate(database: Database, written_by: str) -> None:
    """Bring a catalogue to the format of today in one transaction, and keep a copy of it beside.

    Killed, it leaves the catalogue as it was, and the next one to open it begins again.

    Args:
        database: The catalogue.
        written_by: Its format.

    Raises:
        BusyError: Somebody writes.
        StorageError: A newer version wrote it.
    """
    if not (written_by.isdecimal() and int(written_by) < int(FORMAT_VERSION)):
        raise StorageError(
            f"{database.path} is in format {written_by}, and this Finder reads formats up to "
            f"{FORMAT_VERSION}: install the newer Finder that wrote it, or name another folder "
            "with --data."
        )
    kept = database.path.with_name(f"{database.path.name}.format-{written_by}")
    with writing(database.path.parent, "a migration to a newer format"):
        with pinned(database.path) as connection:
            copy(connection, kept)
        _take_steps(database)
    _log.warning(
        "%s was brought from format %s to %s. A copy as it was before is %s: delete it when all "
        "is well.",
        *(database.path, written_by, FORMAT_VERSION, kept),
    )


def _take_steps(database: Database) -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    with database.noting() as connection:
        written_by = fact(connection, FORMAT)
        with Operations.context(MigrationContext.configure(connection)):
            for step in steps():
                if int(step.revision) > int(written_by or "0"):
                    step.module.upgrade()
        set_fact(connection, FORMAT, FORMAT_VERSION)


def steps() -> list["Script"]:
    """Every step, oldest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(__file__).parent))
    return list(scripts.walk_revisions())[::-1]
