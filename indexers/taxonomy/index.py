"""Reads which passages name which skills."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from finder.corpus import Ints
from finder.ports import SkillName
from indexers.catalogue.database import Database
from indexers.taxonomy.excluded import ExcludedTopics

_IN_PASSAGES: Final = """
    SELECT DISTINCT passage, id FROM skill_mentions JOIN skills ON number = skill
    WHERE passage IN (SELECT value FROM json_each(?))
"""
_PASSAGES: Final = """
    SELECT DISTINCT passage, id FROM skills JOIN skill_mentions ON skill = number
    WHERE id IN (SELECT value FROM json_each(?))
"""
_NAMES: Final = """
    SELECT id, max(french), max(english) FROM skills
    WHERE id IN (SELECT value FROM json_each(?)) AND french || english != '' GROUP BY id
"""


class MentionIndex:
    """Reads what the writer of mentions has found.

    Args:
        database: The catalogue.
        excluded: What is never inferred of anybody, whatever was imported.
    """

    def __init__(self, database: Database, excluded: ExcludedTopics) -> None:
        self._database = database
        self._excluded = excluded

    def in_passages(self, passages: Ints) -> Sequence[tuple[int, str]]:
        """Passages, of some by id, and the ids of the skills that they name."""
        asked = json.dumps(passages.tolist())
        return [(passage, skill) for passage, skill in self._database.look_up(_IN_PASSAGES, asked)]

    def passages_with(self, skills: Collection[str]) -> Sequence[tuple[int, str]]:
        """All passages that name one of some skills, with its id."""
        asked = json.dumps(list(skills))
        return [(passage, skill) for passage, skill in self._database.look_up(_PASSAGES, asked)]

    def names(self, skills: Collection[str]) -> Mapping[str, SkillName]:
        """What skills are called; without those that must never be inferred."""
        return {
            skill: SkillName(french=french or english, english=english or french)
            for skill, french, english in self._database.look_up(_NAMES, json.dumps(list(skills)))
            if not self._excluded.are_in(f"{french}\n{english}")
        }
