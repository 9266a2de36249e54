"""Reads taxonomies: the official ESCO CSV, and an organisation's own plain CSV.

ESCO, the European classification of skills, is published by the European Commission as a folder of
CSV files, one for each language and kind: https://esco.ec.europa.eu/en/use-esco/download.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from finder.errors import InputError, RecordError
from indexers.taxonomy.rows import Row, Table
from indexers.taxonomy.skills import RefusedLine, Skill

_LONGEST: Final = 300
"""Characters of an id or a label; what is longer is a description."""

_SEVERAL = re.compile(r"\s*[;|\n]\s*")
"""What separates values of one column: ESCO breaks the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTaxonomy:
    """What the files of a taxonomy hold.

    Attributes:
        skills: In the order of the files.
        refused: The lines that were left out.
    """

    skills: list[Skill] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)


def read_esco(folder: Path) -> ReadTaxonomy:
    """The skills of ESCO as its CSV has them, in French and in English.

    Args:
        folder: Holds ``broaderRelationsSkillPillar.csv``, and ``skills_fr.csv`` or
            ``skills_en.csv``, better both; ``skills_en-us.csv`` takes the place of the latter.

    Raises:
        InputError: A file is missing or is not what ESCO publishes.
    """
    read = ReadTaxonomy()
    broader: dict[str, list[str]] = defaultdict(list)
    relations = Table(
        file=folder / "broaderRelationsSkillPillar.csv", needed=("conceptUri", "broaderUri")
    )
    for narrow, broad in relations.parsed(_esco_relation, read.refused):
        broader[narrow].append(broad)
    french, english = (_esco_labels(folder, language, read.refused) for language in ("fr", "en"))
    if not (french or english):
        raise InputError(
            f"{folder} holds neither skills_fr.csv nor skills_en.csv: name the folder of ESCO's "
            "CSV files."
        )
    for uri in french | english:
        in_french, in_english = french.get(uri, ("",)), english.get(uri, ("",))
        read.skills.append(
            Skill(
                id=uri,
                french=in_french[0],
                english=in_english[0],
                alternatives=in_french[1:] + in_english[1:],
                broader=tuple(broader[uri]),
            )
        )
    return read


def read_csv(file: Path) -> ReadTaxonomy:
    """The skills of a CSV file with a header line.

    Its columns are ``id``, ``label_fr``, ``label_en``, ``alternatives`` and ``broader``; a skill
    needs an id and a label in one of the languages. The last two hold several values separated
    by ``;`` or ``|``; what is broader is named by its id.

    Raises:
        InputError: The file cannot be read, or has no column ``id``.
    """
    read = ReadTaxonomy()
    known: set[str] = set()

    def parse(row: Row) -> Skill:
        skill = _own_skill(row)
        if skill.id in known:
            raise RecordError(f"{skill.id!r} stands on an earlier line too", field="id")
        known.add(skill.id)
        return skill

    read.skills.extend(Table(file=file, needed=("id",)).parsed(parse, read.refused))
    return read


def _esco_labels(
    folder: Path, language: str, refused: list[RefusedLine]
) -> dict[str, tuple[str, ...]]:
    """Each skill's labels in one language, the preferred one first."""
    # ESCO also publishes variants of a language, such as American English.
    files = [folder / f"skills_{language}.csv", *sorted(folder.glob(f"skills_{language}-*.csv"))]
    file = next((file for file in files if file.exists()), None)
    if file is None:
        return {}
    table = Table(file=file, needed=("conceptUri", "preferredLabel", "altLabels"))
    return dict(table.parsed(_esco_skill, refused))


def _esco_skill(row: Row) -> tuple[str, tuple[str, ...]]:
    return _given(row, "conceptUri"), (_given(row, "preferredLabel"), *_several(row, "altLabels"))


def _esco_relation(row: Row) -> tuple[str, str]:
    return _given(row, "conceptUri"), _given(row, "broaderUri")


def _own_skill(row: Row) -> Skill:
    if not (row.get("label_fr") or row.get("label_en")):
        raise RecordError("a skill needs a label_fr or a label_en", field="label_fr")
    return Skill(
        id=_given(row, "id"),
        french=_short("label_fr", row.get("label_fr", "")),
        english=_short("label_en", row.get("label_en", "")),
        alternatives=_several(row, "alternatives"),
        broader=_several(row, "broader"),
    )


def _given(row: Row, column: str) -> str:
    if not (value := row.get(column)):
        raise RecordError("there is nothing", field=column)
    return _short(column, value)


def _several(row: Row, column: str) -> tuple[str, ...]:
    values = _SEVERAL.split(row.get(column, ""))
    return tuple(_short(column, value) for value in values if value)


def _short(column: str, value: str) -> str:
    if len(value) > _LONGEST:
        raise RecordError(
            f"it has {len(value)} characters, and {_LONGEST} at most are right", field=column
        )
    return value
