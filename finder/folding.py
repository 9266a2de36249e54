"""Text as it is compared where only letters count: small, and without accents."""

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_WORD = re.compile(r"\w+")


def folded(text: str) -> str:
    """Small letters without accents, ligatures apart: ``Cœur d’Élise`` is ``coeur d’elise``."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text.casefold()).translate(_LIGATURES)
    return _MARKS.sub("", plain)


def folded_words(text: str) -> list[str]:
    """The words of a text, folded, in order: letters and digits that stand together."""
    return _WORD.findall(folded(text))
