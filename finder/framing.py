"""Where a question in a whole sentence starts to say what it is about.

``Qui peut m'aider sur la paie ?`` is about ``la paie``. The words before it stand in any text, and
say nothing of what is looked for; an encoder of sentences makes use of them all the same.
"""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

_BETWEEN = "[ ,:;!?]*"
_END = r"(?:(?<=')|(?![\w-]))"
"""A frame ends with a word, or with an apostrophe: ``qui s'occupe d'urbanisme``."""

_WORD = re.compile(r"\w+")


def frame_length(text: str) -> int:
    """How many characters at the start of a question only frame it; 0 if nothing would be left.

    Args:
        text: In Unicode's composed form, with single spaces.
    """
    frames, little = _frames()
    plain = folded(text)
    found = frames.match(plain)
    if found is None or little.issuperset(_WORD.findall(plain, found.end())):
        return 0
    return found.end()


def folded(text: str) -> str:
    """A text in small letters without accents, apostrophes straight; of the same length."""
    return "".join(_folded(character) for character in text)


@cache
def _folded(character: str) -> str:
    if character == "\N{RIGHT SINGLE QUOTATION MARK}":
        return "'"
    return unicodedata.normalize("NFD", character)[0].lower()[0]


@cache
def _frames() -> tuple[re.Pattern[str], frozenset[str]]:
    shipped = tomllib.loads(files("finder").joinpath("frames.toml").read_text(encoding="utf-8"))
    frames = "|".join(map(_pattern, [*shipped["fr"], *shipped["en"]]))
    little = frozenset(map(folded, shipped["little"]))
    return re.compile(f"(?:(?:{frames}){_END}{_BETWEEN})+"), little


def _pattern(frame: str) -> str:
    # Only accents are folded: \W is not \w.
    return "".join(c if c.isascii() else _folded(c) for c in frame)
