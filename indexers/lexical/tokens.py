"""From text to words, and from a word to the units that it is found by."""

import re
from typing import NamedTuple

_APOSTROPHE = "'’ʼ′"
_HYPHEN = r"\-‐‑"
_MIDDLE_DOT = "·•‧⋅∙"

_FEMININE = (
    "(?:e|ne|le|te|se|ve|sse|esse|euse|ice|rice|trice|ère|ière|ere|iere|elle|enne|ienne|ive)s?"
)
"""What inclusive writing adds to the masculine: chargé·e, développeur/se, professionnel(le)."""

_WORD = re.compile(
    rf"""
    [A-Z][ ]&[ ][A-Z]\b                                         # R & D
  | [A-Z]{{1,4}}/[A-Z]{{1,4}} (?![\w+\#])                         # CI/CD, TCP/IP
  | \.?                                                         # .NET
    \w+ (?: [{_HYPHEN}.{_APOSTROPHE}{_MIDDLE_DOT}&@] \w+ )*     # Node.js, e-mail, l'été, a@b.fr
    (?: \+\+ | \#                                               # C++, C#
      | (?: \( (?: s | {_FEMININE} ) \) s? )+                   # chargé(e)s, contrat(s)
      | / {_FEMININE} \b                                        # développeur/se
    )?
    """,
    re.VERBOSE,
)

_ADDED = re.compile(
    rf"""
    ^(?i: [cdjlmnst] | qu | jusqu | lorsqu | puisqu | quoiqu | quelqu | presqu )
        [{_APOSTROPHE}] (?=\w)                                  # l'été
  | [{_APOSTROPHE}][sS]$                                        # the customer's
  | [{_MIDDLE_DOT}].*$                                          # agent·e·s
  | [(/] (?: {_FEMININE} | s ) \b .*$                           # chargé(e)s
  | (?<=[^\W\d_]{{2}}) [.{_HYPHEN}] {_FEMININE} (?: [.{_HYPHEN}]s )?$   # employé.e.s
  | (?<!^rendez) (?: [{_HYPHEN}]t )? [{_HYPHEN}]
        (?i: je | tu | ils? | elles? | on | nous | vous | ce | moi | toi | ci | là )$   # dois-je
    """,
    re.VERBOSE,
)
"""What is no part of a word: elided articles, possessives, inclusive endings, pronouns."""

_PRONOUN = re.compile(rf"[cjmnst][{_APOSTROPHE}]", re.IGNORECASE)
_ELIDED_NAME = re.compile(rf"(?:[dD]|[A-Z])[{_APOSTROPHE}](?=[A-ZÀ-Þ]\w*[a-zß-ÿ])")
"""d'Arcy, L'Hermitte: people also write them as one word."""

_ARTICLE = re.compile(r"\b([LRDA])\*?(?:\.[ ]?)?(?=(\d+(?:-\d+)+)\b)")
"""An article of a French code: L1234-5, L. 1234-5, R*123-4."""

_SPACED_AMPERSAND = re.compile(r"\b([A-Z]) & (?=[A-Z]\b)")
_JOINT = re.compile(
    rf"[{_HYPHEN}][dl][{_APOSTROPHE}] | [{_HYPHEN}.{_APOSTROPHE}{_MIDDLE_DOT}&@_/\ ]+", re.VERBOSE
)
_DIGIT = re.compile(r"\d")
_VERSION = re.compile(r"[vV]?(\d+(?:\.\d+)+)")
_YEAR = re.compile(r"\b\d{4}\b")
_ORDINAL = re.compile(r"(\d+)(?:[eè]|ers?|[eè]res?|res?|i?[eè]mes?|nde?s?|st|rd|th)", re.IGNORECASE)
_QUANTITY_OR_STANDARD = re.compile(
    rf"""
    ([^\W\d_]{{2,4}}) [{_HYPHEN}_]? (\d{{1,5}})                    # ISO27001, RE2020
  | ([^\W\d_]{{2,}}) [{_HYPHEN}_]? (\d{{1,3}} | \d+(?:\.\d+)+)     # Office365, Python3.11
  | (\d+) ([^\W\d_]{{2,}})                                        # 16Go
    """,
    re.VERBOSE,
)
"""What people write in one word or in two; what has more letters and digits is an identifier."""

PUNCTUATION = ',;:!?…«»“”"'
"""What stands around words and is never part of one."""

_CLOSING = PUNCTUATION + ".)"
"""What stands right behind a word and, unless more follows, is no part of it."""

_LONGEST_TERM = 100
"""Characters; past it a token is an encoded blob, not a word."""

_SHORTEST_PAIR = 4
"""Letters and digits together; below it, as in CO2, neither says anything without the other."""


class Word(NamedTuple):
    """One word as it stands in a text, taken apart.

    Attributes:
        whole: Without what was elided, added or joined: ``email`` for ``e-mail``.
        parts: Of a compound: each is found, and is looked for. Single letters are not, but then
            the whole is.
        implied: What the word is also found by, but does not look for: ``3`` for ``3.11``.
    """

    whole: str
    parts: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()

    @property
    def looked_for(self) -> tuple[str, ...]:
        """All that it looks for."""
        return self.parts or (self.whole,)

    @property
    def units(self) -> tuple[str, ...]:
        """All that it is found by."""
        return tuple(dict.fromkeys((*self.parts, *self.implied, self.whole)))


def words(text: str) -> list[tuple[int, int, str]]:
    """The words of a text, in order, with where each starts and where it has ended.

    Of what stands between two spaces, most is a plain word, told in a third of the time.
    """
    if " & " in text:  # a word may then have spaces inside
        return _words_within(text, 0, len(text))
    found: list[tuple[int, int, str]] = []
    start = 0
    for chunk in text.split(" "):
        end = start + len(chunk)
        word = chunk if chunk.isalpha() else chunk.rstrip(_CLOSING)
        if word.isalpha():
            found.append((start, start + len(word), word))
        else:
            found += _words_within(text, start, end)
        start = end + 1
    return found


def _words_within(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    return [(*match.span(), match[0]) for match in _WORD.finditer(text, start, end)]


def surfaces(text: str) -> list[str]:
    """The words of a text, in order."""
    return _WORD.findall(text)


def spaces_closed(text: str) -> str:
    """A text whose words have no spaces inside: ``R&D`` for ``R & D``."""
    return _SPACED_AMPERSAND.sub(r"\1&", text) if " & " in text else text


def articles_closed(text: str) -> str:
    """A text in which articles of law are words: ``L1234-5`` for ``L. 1234-5``."""
    return _ARTICLE.sub(r"\1", text)


def number_of_article(surface: str) -> str | None:
    """What an article of law is found by where its letter stands apart: ``12345``."""
    article = _ARTICLE.match(surface)
    return article[2].replace("-", "") if article else None


def has_pronoun(surface: str) -> bool:
    """Whether an elided word stands before that only verbs follow, as in ``j'ai``."""
    return _PRONOUN.match(surface) is not None


def take_apart(surface: str) -> Word | None:
    """What a word is found by; nothing for what is no word."""
    bare = surface if surface.isalnum() or "@" in surface else _ADDED.sub("", surface)
    if len(bare) > _LONGEST_TERM or not bare.strip("_"):
        return None
    if bare.isalpha() or bare.isdigit():
        return _plain(surface, bare)
    if bare[0] == ".":
        return Word(bare, implied=(bare[1:],))
    if bare[-1] in "+#":
        name = bare.rstrip("+#")
        # Notepad++ is also found by Notepad, but C++ is not by C.
        return Word(bare, implied=(name,) if len(name) > 1 else ())
    return _numbered(bare) or _compound(bare)


def elided_letters(surface: str, whole: str) -> int:
    """The letters before what a word is found by: two in ``l'eau``, and in ``d'Arcy``."""
    place = surface.find(whole[:2])
    return place if place >= 0 else max(surface.find(mark) for mark in _APOSTROPHE) + 1


def _numbered(bare: str) -> Word | None:
    """A word whose digits mean something: a version, ordinal, standard or quantity."""
    if _DIGIT.search(bare) is None:
        return None
    if version := _VERSION.fullmatch(bare):
        # A date with dots has the parts of a compound.
        return None if _YEAR.search(bare) else Word(version[1], implied=_belonged_to(version[1]))
    if ordinal := _ORDINAL.fullmatch(bare):
        return Word(f"{ordinal[1]}e")
    if pair := _QUANTITY_OR_STANDARD.fullmatch(bare):
        first, second = filter(None, pair.groups())
        if len(first) + len(second) < _SHORTEST_PAIR:
            return Word(first + second)
        return Word(first + second, parts=(first, second), implied=_belonged_to(second))
    return None


def _belonged_to(version: str) -> tuple[str, ...]:
    """The versions that one is part of: 3 and 3.11 for 3.11.4."""
    numbers = version.split(".")
    return tuple(".".join(numbers[:end]) for end in range(1, len(numbers)))


def _plain(surface: str, bare: str) -> Word:
    if surface is not bare and (name := _ELIDED_NAME.match(surface)):
        return Word(name[0][0] + bare, parts=(bare,))
    return Word(bare)


def _compound(bare: str) -> Word:
    pieces = tuple(piece for piece in _JOINT.split(bare) if piece)
    whole = "".join(pieces)
    if len(pieces) == 1:
        return Word(whole)
    if min(map(len, pieces)) > 1:
        return Word(whole, parts=pieces)
    # A letter says nothing without the rest: neither R nor D is in R&D.
    return Word(whole, parts=(*(piece for piece in pieces if len(piece) > 1), whole))
