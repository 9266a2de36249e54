"""What may be written in a query beside words: phrases, ``+``, ``-`` and fields.

A piece is a word, a phrase in quotes, or a field with its value (``auteur:"Anne Marie"``). A minus
before it turns it round; a plus requires a word, as quotes do a phrase. Colons after anything but
the name of a field are text: ``std::vector``, ``10:30``, ``https://…``. So are quotes in a question
that ends as one, ``Qui a écrit "La Disparition" ?``, and a sign before a number.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from finder.corpus import SECONDS_A_DAY
from finder.domain import Kind, Language
from finder.errors import QueryError
from finder.folding import folded


class Field(StrEnum):
    """What a record can be chosen by."""

    AUTHOR = "author"
    GROUP = "group"
    TYPE = "type"
    UNIT = "unit"
    SITE = "site"
    LANGUAGE = "lang"
    BEFORE = "before"
    AFTER = "after"


FIELDS: Mapping[str, Field] = {
    "auteur": Field.AUTHOR,
    "author": Field.AUTHOR,
    "groupe": Field.GROUP,
    "group": Field.GROUP,
    "type": Field.TYPE,
    "unite": Field.UNIT,
    "unit": Field.UNIT,
    "site": Field.SITE,
    "langue": Field.LANGUAGE,
    "lang": Field.LANGUAGE,
    "avant": Field.BEFORE,
    "before": Field.BEFORE,
    "apres": Field.AFTER,
    "after": Field.AFTER,
}
"""By their names in French and English, without accents."""

KINDS: Mapping[str, Kind] = {
    "document": Kind.DOCUMENT,
    "post": Kind.POST,
    "message": Kind.POST,
    "person": Kind.PERSON,
    "personne": Kind.PERSON,
    "group": Kind.GROUP,
    "groupe": Kind.GROUP,
}

LANGUAGES: Mapping[str, Language] = {
    "fr": Language.FRENCH,
    "francais": Language.FRENCH,
    "french": Language.FRENCH,
    "en": Language.ENGLISH,
    "anglais": Language.ENGLISH,
    "english": Language.ENGLISH,
}

Value = str | Kind | Language | float
"""A name, a kind, a language, or days since 1970."""

Known = TypeVar("Known", Kind, Language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A condition on records: a field's value, or that it has another."""

    field: Field
    value: Value
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A condition on texts: a word in any of its forms, or a phrase as it is written."""

    text: str
    phrase: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A query taken apart; ``text`` is what is left to rank by, syntax removed."""

    text: str
    wordings: tuple[Wording, ...] = ()
    filters: tuple[Filter, ...] = ()


_PIECE = re.compile(
    r"""(?<!\S)(?P<sign>[+-]?)
    (?: (?P<name>[^\W\d_]{2,}):(?: "(?P<quoted>[^"]*)" | (?P<value>[^\s":/]\S*) )
      | "(?P<phrase>[^"]*)"
      | (?P<word>[^\W\d_]\S*)
    )""",
    re.VERBOSE,
)
_HAS_WORD = re.compile(r"\w")
_DATE = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")


def parse(text: str) -> Parsed:
    """Take a query apart.

    Args:
        text: In one Unicode form, with single spaces, quotes straight.

    Raises:
        QueryError: A field's value is none that it can have.
    """
    left, wordings, filters = [], [], []
    sentence = text.endswith("?")
    end = 0
    for found in _PIECE.finditer(text):
        piece = _understood(found, sentence=sentence)
        if piece is None:
            continue
        left.append(text[end : found.start()])
        end = found.end()
        if isinstance(piece, Filter):
            filters.append(piece)
            continue
        wordings.append(piece)
        if not piece.excluded:
            left.append(piece.text)
    left.append(text[end:])
    ranked = " ".join("".join(left).split())
    return Parsed(text=ranked, wordings=tuple(wordings), filters=tuple(filters))


def _understood(found: re.Match[str], *, sentence: bool) -> Filter | Wording | None:
    """What a piece asks for beside being ranked by, if anything."""
    excluded = found["sign"] == "-"
    if found["name"]:
        known = folded(found["name"]) in FIELDS
        return _filter(found, excluded=excluded) if known else None
    phrase, word = found["phrase"], found["word"]
    if phrase is not None and _HAS_WORD.search(phrase) and not (sentence and not found["sign"]):
        return Wording(text=phrase.strip(), phrase=True, excluded=excluded)
    if word is not None and found["sign"]:
        return Wording(text=word, excluded=excluded)
    return None


def _filter(found: re.Match[str], *, excluded: bool) -> Filter:
    field = FIELDS[folded(found["name"])]
    value = (found["quoted"] or found["value"] or "").strip()
    if not _HAS_WORD.search(value):
        raise QueryError(
            f"{found['name']}: needs a value, as in {found['name']}:value.", part=found[0]
        )
    return Filter(field=field, value=_VALUES[field](value), excluded=excluded)


def _kind(value: str) -> Kind:
    return _one_of(KINDS, value, what="type")


def _language(value: str) -> Language:
    return _one_of(LANGUAGES, value, what="language")


def _one_of(known: Mapping[str, Known], value: str, *, what: str) -> Known:
    found = known.get(folded(value)) or known.get(folded(value).removesuffix("s"))
    if found is None:
        raise QueryError(
            f"There is no {what} {value!r}: it is one of {', '.join(known)}.", part=value
        )
    return found


def _day(value: str) -> float:
    """The start of a year, month or day, in days since 1970."""
    found = _DATE.fullmatch(value)
    try:
        year, month, day = (int(part or 1) for part in found.groups()) if found else (0, 0, 0)
        start = date(year, month, day)
    except ValueError as error:
        raise QueryError(
            f"{value!r} is no date: write 2026, 2026-03 or 2026-03-15.", part=value
        ) from error
    return datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp() / SECONDS_A_DAY


_VALUES: Mapping[Field, Callable[[str], Value]] = {
    Field.AUTHOR: str,
    Field.GROUP: str,
    Field.TYPE: _kind,
    Field.UNIT: str,
    Field.SITE: str,
    Field.LANGUAGE: _language,
    Field.BEFORE: _day,
    Field.AFTER: _day,
}
