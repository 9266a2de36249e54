"""Topics that are never a skill, from files that an organisation extends with its own."""

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from finder.errors import SettingsError
from indexers.lexical.labels import first_keys, label_keys, stretches
from indexers.taxonomy.skills import Skill

STANDARD_FILE = Path(__file__).with_name("excluded.toml")
"""Health, unions, religion, politics and private life, in French and in English."""


class ExcludedTopics:
    """Tells what must not be taken for a skill.

    Args:
        terms: Words or phrases; what holds one of them in any form is kept out.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self._keys: frozenset[str] = frozenset().union(*map(label_keys, terms))
        self._firsts = frozenset(" ".join(key.split()[:2]) for key in self._keys)

    def are_in(self, text: str) -> bool:
        """Whether a text holds a term of them."""
        if self._firsts.isdisjoint(first_keys(text)):  # as most, in a fifth of the time
            return False
        return any(stretch.key in self._keys for stretch in stretches(text))

    def kept_out(self, skills: Sequence[Skill]) -> set[str]:
        """The ids of the skills with a label that holds a term, and of all narrower ones."""
        found = {skill.id for skill in skills if any(map(self.are_in, skill.labels))}
        while more := {
            skill.id
            for skill in skills
            if skill.id not in found and not found.isdisjoint(skill.broader)
        }:
            found |= more
        return found


def read_excluded(paths: Iterable[Path]) -> ExcludedTopics:
    """The excluded topics of several files together.

    Args:
        paths: TOML files; each key is a topic, and its value a list of words and phrases.

    Raises:
        SettingsError: A file cannot be read or has another shape.
    """
    return ExcludedTopics(term for path in paths for term in _terms(path))


def _terms(path: Path) -> list[str]:
    try:
        topics = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"The excluded topics in {path} cannot be read: {error}") from error
    terms: list[str] = []
    for topic, listed in topics.items():
        if not (isinstance(listed, list) and all(isinstance(term, str) for term in listed)):
            raise SettingsError(f"{path}: '{topic}' is not a list of words and phrases.")
        for term in listed:
            if not label_keys(term):
                raise SettingsError(f"{path}: '{topic}' holds {term!r}, which has no word.")
        terms += listed
    return terms
