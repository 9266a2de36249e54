"""What may be wrong with an installation, looked for one thing after the other."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from api.assembly import CATALOGUE, build_encoder, build_reranker
from api.settings import Settings
from finder.errors import FinderError
from indexers.catalogue.database import Database
from indexers.catalogue.remaking import is_unfinished
from indexers.dense.making import VECTORS, is_outdated
from indexers.dense.writer import awaiting_vectors, check_encoder
from indexers.lexical.making import TERMS, passages_without_words
from indexers.lock import REBUILDER, current_holder
from indexers.mending import differences
from indexers.taxonomy.mentions import MentionWriter
from models.e5 import verify_e5

LITTLE_DISK = 1 << 30
"""Free bytes under which filling may soon stop."""


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at, and what to do where something is wrong with it."""

    check: str
    level: Level
    message: str


def diagnose(settings: Settings) -> Iterator[Finding]:
    """Look at the disk, the lock, the catalogue, both indexes and the models."""
    yield _disk(settings.data)
    yield _lock(settings.data)
    if not (settings.data / CATALOGUE).exists():
        yield Finding(
            check="catalogue",
            level=Level.WARNING,
            message=f"there is none in {settings.data}: 'finder ingest PATH' makes it",
        )
        yield _model(settings, None)
        return
    try:
        database = Database(settings.data / CATALOGUE)
    except FinderError as error:
        yield Finding(check="catalogue", level=Level.ERROR, message=str(error))
        return
    try:
        sound = _catalogue(database)
        yield sound
        if sound.level is Level.ERROR:
            return
        yield _words(database)
        yield _model(settings, database)
        yield from _reranker(settings)
        yield _meaning(database)
        yield from _skills(database)
        yield from _differences(database)
        yield from _rebuilds(database, settings.data)
    finally:
        database.close()


def _disk(folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(existing, os.W_OK):
        message = f"{existing} cannot be written: give this user the right to write to it"
        return Finding(check="disk", level=Level.ERROR, message=message)
    free = shutil.disk_usage(existing).free
    level = Level.OK if free >= LITTLE_DISK else Level.WARNING
    return Finding(check="disk", level=level, message=f"{free / 1e9:,.1f} GB free for {folder}")


def _lock(folder: Path) -> Finding:
    holder = current_holder(folder)
    message = f"held by {holder}" if holder else "nobody writes"
    return Finding(check="lock", level=Level.OK, message=message)


def _catalogue(database: Database) -> Finding:
    try:
        damage = database.damage()
    except FinderError as error:
        return Finding(check="catalogue", level=Level.ERROR, message=str(error))
    if damage:
        message = f"damaged ({damage}): restore a backup with 'finder restore', or ingest anew"
        return Finding(check="catalogue", level=Level.ERROR, message=message)
    return Finding(check="catalogue", level=Level.OK, message="sound")


def _words(database: Database) -> Finding:
    try:
        missing = passages_without_words(database)
    except FinderError as error:
        return Finding(check="words", level=Level.ERROR, message=str(error))
    if missing:
        message = f"{missing:,} passages have no word counts: run 'finder rebuild words'"
        return Finding(check="words", level=Level.ERROR, message=message)
    return Finding(check="words", level=Level.OK, message="every passage has its words")


def _differences(database: Database) -> Iterator[Finding]:
    for difference in differences(database):
        yield Finding(
            check="agreement",
            level=Level.ERROR,
            message=f"{difference}: the next 'finder ingest' mends it, as does a server that "
            "starts",
        )


def _rebuilds(database: Database, folder: Path) -> Iterator[Finding]:
    if current_holder(folder, REBUILDER):
        return
    for name, table in (("words", TERMS), ("meaning", VECTORS)):
        with database.reading() as connection:
            unfinished = is_unfinished(connection, table)
        if unfinished:
            yield Finding(
                check="rebuild",
                level=Level.WARNING,
                message=f"one of {name} was interrupted, and the former index still answers: run "
                f"'finder rebuild {name}' to finish it",
            )


def _model(settings: Settings, database: Database | None) -> Finding:
    try:
        if settings.encoder.name == "e5" and (damaged := verify_e5()):
            names = ", ".join(damaged)
            message = f"the unpacked model is damaged ({names}): delete it, the next use unpacks it"
            return Finding(check="model", level=Level.ERROR, message=message)
        identity = build_encoder(settings.encoder).identity
        if database is not None:
            check_encoder(database, identity)
    except FinderError as error:
        return Finding(check="model", level=Level.ERROR, message=str(error))
    message = f"{identity.name}, {identity.dimension} dimensions"
    return Finding(check="model", level=Level.OK, message=message)


def _reranker(settings: Settings) -> Iterator[Finding]:
    reranker = build_reranker(settings.reranker, patient=True)
    if reranker is None:
        return
    with closing(reranker):
        try:
            reranker.scores("", [""])
        except FinderError as error:
            yield Finding(check="reranker", level=Level.ERROR, message=str(error))
        else:
            yield Finding(check="reranker", level=Level.OK, message=settings.reranker.name or "")


def _meaning(database: Database) -> Finding:
    waiting = awaiting_vectors(database)
    if waiting:
        message = f"{waiting:,} passages await their vector: a server that runs encodes them"
        return Finding(check="meaning", level=Level.WARNING, message=message)
    if is_outdated(database):
        message = (
            "every passage has its vector, perhaps of an older Finder: 'finder rebuild meaning' "
            "makes those that answer better"
        )
        return Finding(check="meaning", level=Level.WARNING, message=message)
    return Finding(check="meaning", level=Level.OK, message="every passage has its vector")


def _skills(database: Database) -> Iterator[Finding]:
    if waiting := MentionWriter(database).remaining():
        message = f"{waiting:,} passages await a look for skills: a server that runs does that"
        yield Finding(check="skills", level=Level.WARNING, message=message)
