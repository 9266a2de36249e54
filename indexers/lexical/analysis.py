"""From text to terms, in French and in English.

Each word is analysed once by tantivy's own filters and remembered, so a text costs a regular
expression and as many look-ups as it has words.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import tantivy

from finder.domain import Language

ANALYSER_VERSION = "1"
"""Stored beside the index: terms of another version do not meet those of this one."""

_WORD = re.compile(
    r"""
    \.?                                # .NET
    \w+ (?: [-‑.'’&·@_] \w+ )*          # Node.js, rendez-vous, l'été, R&D, développeur·euse, a@b.fr
    (?: \+\+ | \# )?                   # C++, C#
    """,
    re.VERBOSE,
)

_ELISION = re.compile(
    r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu|entr)['’](?=\w)", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_INCLUSIVE_END = re.compile(r"·.*$")
_JOINT = re.compile(r"[-‑.'’&@_]")

_LONGEST_TERM = 100
"""Characters; past it a token is an encoded blob, not a word."""

_REMEMBERED_WORDS = 200_000
"""Distinct word forms kept with their terms: the vocabulary of a large organisation."""

_FILTERS: dict[Language, str] = {Language.FRENCH: "french", Language.ENGLISH: "english"}


def words(text: str) -> list[tuple[int, int, str]]:
    """The words of a text, in order, with where it starts and where it has ended."""
    return [(*match.span(), match.group()) for match in _WORD.finditer(text)]


def terms(text: str, language: Language) -> list[str]:
    """The terms that a text in one language is indexed under, in order."""
    return [term for surface in _WORD.findall(text) for term in _terms_of_word(surface, language)]


def query_terms(text: str) -> list[frozenset[str]]:
    """The terms of a query, in any language: each set holds the forms that one word may have.

    A word that is a stop word of either language says too little to be looked for.
    """
    found: dict[frozenset[str], None] = {}
    for surface in _WORD.findall(text):
        for unit in _units(surface):
            forms = [_forms(unit, language) for language in Language]
            if all(forms):
                found[frozenset().union(*forms)] = None
    return list(found)


def may_have_form(word: str, starts: tuple[str, ...]) -> bool:
    """Whether a word may have a form that starts so, told in a tenth of an analysis' time.

    Args:
        word: As it stands in a text.
        starts: The first two letters of forms: analysis changes the ends of words only.
    """
    start = _start(word)
    return start is None or start.startswith(starts)


@lru_cache(maxsize=_REMEMBERED_WORDS)
def _start(word: str) -> str | None:
    """The first letters of every form of a word; None where that may be any."""
    plain = word.lower()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFD", plain)
        plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    # What has parts, or letters that become others, may start anywhere.
    return plain[:2] if plain.isascii() and plain.isalnum() else None


@lru_cache(maxsize=_REMEMBERED_WORDS)
def word_forms(surface: str) -> frozenset[str]:
    """Every term that a word may be indexed under, whatever the language of its text."""
    return frozenset(
        form for unit in _units(surface) for language in Language for form in _forms(unit, language)
    )


@lru_cache(maxsize=_REMEMBERED_WORDS)
def _terms_of_word(surface: str, language: Language) -> tuple[str, ...]:
    return tuple(form for unit in _units(surface) for form in _forms(unit, language))


def _units(surface: str) -> list[str]:
    """A word's parts, and the whole without its joints: ``e-mail`` is also ``email``."""
    bare = _INCLUSIVE_END.sub("", _POSSESSIVE.sub("", _ELISION.sub("", surface)))
    if len(bare) > _LONGEST_TERM:
        return []
    parts = [part for part in _JOINT.split(bare) if part]
    if bare.startswith("."):
        return [bare, *parts]
    return parts if len(parts) == 1 else [*parts, "".join(parts)]


@lru_cache(maxsize=_REMEMBERED_WORDS)
def _forms(unit: str, language: Language) -> tuple[str, ...]:
    """One unit's terms in one language: its stem, and the stem that it has without accents.

    The second is what somebody finds who types ``securite``. A stop word has none.
    """
    # The stop lists hold elided letters: a letter that stands alone is C, R, or vitamin D.
    if len(unit) > 1 and not _analysers(language).words.analyze(unit):
        return ()
    analysers = _analysers(language)
    [stem] = analysers.stem.analyze(unit)
    [plain] = analysers.plain.analyze(unit)
    return (stem,) if stem == plain else (stem, plain)


class _Analysers(NamedTuple):
    """One language's three ways: what is no stop word, its stem, its stem without accents."""

    words: tantivy.TextAnalyzer
    stem: tantivy.TextAnalyzer
    plain: tantivy.TextAnalyzer


@lru_cache
def _analysers(language: Language) -> _Analysers:
    fold = tantivy.Filter.ascii_fold()
    if language not in _FILTERS:
        return _Analysers(words=_chain(), stem=_chain(fold), plain=_chain(fold))
    stop = tantivy.Filter.stopword(_FILTERS[language])
    stemmer = tantivy.Filter.stemmer(_FILTERS[language])
    return _Analysers(words=_chain(stop), stem=_chain(stemmer, fold), plain=_chain(fold, stemmer))


def _chain(*filters: tantivy.Filter) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    builder = builder.filter(tantivy.Filter.lowercase())
    for each in filters:
        builder = builder.filter(each)
    return builder.build()
