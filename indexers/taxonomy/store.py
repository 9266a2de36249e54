"""Keeps taxonomies in the catalogue, where backups and every process have them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, distinct, func, select

from indexers.catalogue.database import Database, insert_rows
from indexers.catalogue.schema import skill_labels, skill_parents, skills
from indexers.lexical.labels import label_keys
from indexers.taxonomy.mentions import look_again
from indexers.taxonomy.skills import Skill


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTaxonomy:
    """A taxonomy that is in the catalogue.

    Attributes:
        name: What it is called.
        skills: How many it names.
        labels: By how many labels.
    """

    name: str
    skills: int
    labels: int


def keep_taxonomy(database: Database, name: str, taxonomy: Sequence[Skill]) -> None:
    """Put a taxonomy in the place of the one of that name, if there is one.

    Args:
        database: The catalogue.
        name: What it is called.
        taxonomy: Its skills, each id once.
    """
    keyed = [
        (skill.id, label, key)
        for skill in taxonomy
        for label in skill.labels
        for key in label_keys(label) or {""}
    ]
    with database.noting() as connection:
        connection.execute(delete(skills).where(skills.c.taxonomy == name))
        named = [
            {"taxonomy": name, "id": each.id, "french": each.french, "english": each.english}
            for each in taxonomy
        ]
        insert_rows(connection, skills, named)
        look_again(connection)
        numbered = select(skills.c.id, skills.c.number).where(skills.c.taxonomy == name)
        numbers = {row.id: row.number for row in connection.execute(numbered)}
        insert_rows(
            connection,
            skill_labels,
            [{"skill": numbers[id_], "label": label, "key": key} for id_, label, key in keyed],
        )
        insert_rows(
            connection,
            skill_parents,
            [
                {"skill": numbers[skill.id], "parent": parent}
                for skill in taxonomy
                for parent in skill.broader
            ],
        )


def forget_taxonomies(database: Database, names: Collection[str]) -> None:
    """Take taxonomies out of the catalogue."""
    with database.noting() as connection:
        connection.execute(delete(skills).where(skills.c.taxonomy.in_(names)))
        look_again(connection)


def kept_taxonomies(database: Database) -> list[KeptTaxonomy]:
    """The taxonomies that there are, by name."""
    with database.reading() as connection:
        rows = connection.execute(
            select(
                skills.c.taxonomy,
                func.count(distinct(skills.c.number)),
                func.count(distinct(skill_labels.c.skill.concat("|").concat(skill_labels.c.label))),
            )
            .join(skill_labels, skill_labels.c.skill == skills.c.number)
            .group_by(skills.c.taxonomy)
            .order_by(skills.c.taxonomy)
        )
        return [
            KeptTaxonomy(name=name, skills=count, labels=labels) for name, count, labels in rows
        ]
