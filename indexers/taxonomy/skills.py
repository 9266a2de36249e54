"""A skill as a taxonomy names it, and what is refused of a taxonomy's files."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """One skill.

    Attributes:
        id: Unique in its taxonomy; where another taxonomy has it too, both mean the same skill.
        french: What it is called in French, or nothing.
        english: What it is called in English, or nothing.
        alternatives: What else it is called, in either language.
        broader: The ids of the skills that it is a part of.
    """

    id: str
    french: str = ""
    english: str = ""
    alternatives: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """All that it is called, each once."""
        return tuple(filter(None, dict.fromkeys((self.french, self.english, *self.alternatives))))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """A line of a file that was left out.

    Attributes:
        file: Where it is.
        line: Its number; that of its first line where a value takes several.
        field: The column at fault, if one is.
        reason: What is wrong and what would be right.
    """

    file: Path
    line: int
    field: str | None = None
    reason: str
