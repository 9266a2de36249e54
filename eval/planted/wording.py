"""The words of the planted organisation: what there is to know, what people write, their names."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from finder.domain import Language

LANGUAGES = (Language.FRENCH, Language.ENGLISH)

_ARTICLE = re.compile(r"^(?:les? |la |l’)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A subject, or a side from which subjects can be known.

    Attributes:
        name: What texts call it, in each language; in French with its article.
        alias: What else it can be called, which texts never do; a side has but its name.
        terms: What those who know it speak of.
    """

    name: Mapping[Language, str]
    alias: Mapping[Language, str]
    terms: Mapping[Language, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What one can be an expert on: one side of one subject."""

    subject: Matter
    aspect: Matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Everything that is written with.

    Attributes:
        subjects: What the organisation works on.
        aspects: The sides of each.
        sentences: By language, then by what they are for.
        names: Names and profiles, by kind.
        heard: How a name may be written by who has only heard it.
    """

    subjects: tuple[Matter, ...]
    aspects: tuple[Matter, ...]
    sentences: Mapping[Language, Mapping[str, Any]]
    names: Mapping[str, tuple[str, ...]]
    heard: Mapping[str, str]

    def themes(self) -> list[Theme]:
        """Every side of every subject."""
        pairs = product(self.subjects, self.aspects)
        return [Theme(subject=subject, aspect=aspect) for subject, aspect in pairs]


@cache
def load_wording() -> Wording:
    """Read the files beside this module."""
    people = _read("people")
    return Wording(
        subjects=tuple(map(_matter, _read("subjects")["subject"])),
        aspects=tuple(map(_matter, _read("aspects")["aspect"])),
        sentences={Language(code): sentences for code, sentences in _read("sentences").items()},
        names={kind: tuple(names) for kind, names in people.items() if kind != "heard"},
        heard=people["heard"],
    )


def bare(name: str) -> str:
    """A name as a title or question begins with it: without article, and with a capital."""
    short = _ARTICLE.sub("", name)
    return short[:1].upper() + short[1:]


def _matter(entry: Mapping[str, Any]) -> Matter:
    return Matter(
        name={language: entry[language][0] for language in LANGUAGES},
        alias={language: entry[language][-1] for language in LANGUAGES},
        terms={language: tuple(entry[f"{language}_terms"]) for language in LANGUAGES},
    )


def _read(name: str) -> dict[str, Any]:
    file = Path(__file__).with_name(f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
