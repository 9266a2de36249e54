"""Acronyms and what they stand for, from files that an organisation extends with its own."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from finder.errors import SettingsError

STANDARD_FILE = Path(__file__).with_name("acronyms.toml")
"""French administration, companies and computing."""

_SHAPE = (
    "It takes 'synonyms', a list of lists of two names or more, and 'capitals', a list of acronyms."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acronyms:
    """Names that are found by each other.

    Attributes:
        synonyms: Groups of names: acronyms, other words, phrases. An acronym with several
            meanings stands in several groups.
        capitals: Acronyms that are ordinary words unless they are in capitals: SI, IT.
    """

    synonyms: tuple[tuple[str, ...], ...] = ()
    capitals: frozenset[str] = frozenset()


@lru_cache
def standard_acronyms() -> Acronyms:
    """Those that are shipped."""
    return read_acronyms([STANDARD_FILE])


def read_acronyms(paths: Iterable[Path]) -> Acronyms:
    """The acronyms of several files together.

    Args:
        paths: TOML files with two keys, of which either may be absent: ``synonyms``, a list of
            lists of names, and ``capitals``, a list of acronyms.

    Raises:
        SettingsError: A file cannot be read or has another shape.
    """
    files = [_read(path) for path in paths]
    return Acronyms(
        synonyms=tuple(names for file in files for names in file.synonyms),
        capitals=frozenset().union(*(file.capitals for file in files)),
    )


def _read(path: Path) -> Acronyms:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"The acronyms in {path} cannot be read: {error}") from error
    if unknown := content.keys() - {"synonyms", "capitals"}:
        raise SettingsError(f"{path}: '{min(unknown)}' is not known. {_SHAPE}")
    synonyms, capitals = content.get("synonyms", []), content.get("capitals", [])
    if not (
        _are_names(capitals)
        and isinstance(synonyms, list)
        and all(_are_names(names) and len(names) > 1 for names in synonyms)
    ):
        raise SettingsError(f"{path} does not have the shape of a list of acronyms. {_SHAPE}")
    return Acronyms(
        synonyms=tuple(tuple(names) for names in synonyms), capitals=frozenset(capitals)
    )


def _are_names(names: Any) -> bool:  # noqa: ANN401 - what TOML holds
    return isinstance(names, list) and all(isinstance(name, str) and name for name in names)
