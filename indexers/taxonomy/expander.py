"""Finds skills in a query, and what else finds them: their other labels, and narrower skills."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from indexers.catalogue.database import Database
from indexers.lexical.analysis import query_terms
from indexers.lexical.expansion import Expansion, OtherName, Words
from indexers.lexical.labels import longest, stretches
from indexers.taxonomy.excluded import ExcludedTopics
from indexers.taxonomy.synonyms import SYNONYMS

SAME: Final = 0.8
"""What another label of a skill is worth beside the one that a query has."""

NARROWER: Final = 0.5
"""What a label of a narrower skill is worth: who knows a part knows something of the whole."""

_DEPTH: Final = 3
"""Steps from a skill to narrower ones."""

_MOST: Final = 60
"""Narrower skills; one with more, such as ESCO's "manage staff", says too little of each."""

_KNOWN = """
    SELECT DISTINCT key, id, taxonomy FROM skill_labels JOIN skills ON number = skill
    WHERE key IN (SELECT value FROM json_each(?))
"""

_LABELS = f"""
    WITH RECURSIVE found(id, depth) AS (
        SELECT value, 0 FROM json_each(?)
        UNION
        SELECT skills.id, depth + 1
        FROM found JOIN skill_parents ON parent = found.id JOIN skills ON number = skill
        WHERE depth < {_DEPTH}
        LIMIT {2 * _MOST}
    )
    SELECT label, min(depth), found.id
    FROM found JOIN skills ON skills.id = found.id JOIN skill_labels ON skill = number
    GROUP BY label, found.id
"""  # noqa: S608 - constants

_REMEMBERED: Final = 10_000
"""Labels of skills that were asked for."""


class SkillExpander:
    """Expands a query by the taxonomies of the catalogue, which every viewer may know.

    A skill counts where it is all that is asked for, or where its label has several words: one
    word among others mostly means something else. The organisation's own synonyms count anywhere.

    Args:
        database: The catalogue.
        excluded: What is no skill: nothing is expanded in a query that holds such a topic, nor
            by a label that does.
    """

    def __init__(self, database: Database, excluded: ExcludedTopics) -> None:
        self._database = database
        self._excluded = excluded
        self._words = lru_cache(_REMEMBERED)(self._words_of)

    def __call__(self, text: str) -> list[Expansion]:
        """The skills that a query names, with what else finds them."""
        stretched = list(stretches(text))
        keys = json.dumps([stretch.key for stretch in stretched])
        known: dict[str, list[str]] = {}
        own: dict[str, list[str]] = {}
        for key, skill, taxonomy in self._database.look_up(_KNOWN, keys):
            known.setdefault(key, []).append(skill)
            if taxonomy == SYNONYMS:
                own.setdefault(key, []).append(skill)
        if not known or self._excluded.are_in(text):
            return []
        named = {
            each: known[each.key] if each.whole or each.words > 1 else own[each.key]
            for each in stretched
            if each.key in (known if each.whole or each.words > 1 else own)
        }
        found: dict[tuple[int, int], list[str]] = {}
        for stretch in longest(named):
            found.setdefault((stretch.start, stretch.end), []).extend(named[stretch])
        return [
            Expansion(start=start, end=end, words=words, others=self._others(skills, words))
            for (start, end), skills in found.items()
            if (words := self._words(text[start:end]))
        ]

    def _others(self, skills: Iterable[str], asked: Words) -> list[OtherName]:
        rows = self._database.look_up(_LABELS, json.dumps(sorted(set(skills))))
        too_many = len({skill for _, depth, skill in rows if depth}) > _MOST
        weights: dict[Words, float] = {}
        for label, depth, _ in rows:
            words = self._words(label)
            if words and words != asked and not (depth and too_many):
                weights[words] = max(weights.get(words, 0.0), NARROWER if depth else SAME)
        return [OtherName(words=words, weight=weight) for words, weight in weights.items()]

    def _words_of(self, label: str) -> Words:
        """The words that a label is found by; none for one that holds an excluded topic."""
        return () if self._excluded.are_in(label) else tuple(query_terms(label))
