"""Bytes of text files to text."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_WESTERN = frozenset("àâäæáãçéèêëíîïñóôöœúùûüßÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜ«»‘’“”…–—•€£§°²³·º½\xa0")
"""What French and its neighbours write beyond ASCII. Guessers take a short French text for
something rarer; one that reads as Windows-1252 with these alone is that."""
_SAMPLE = 65_536
"""Bytes from which an undeclared encoding is guessed; more takes longer and tells no better."""


def decoded(data: bytes, *, markup: bool = False) -> str:
    """The text, by its byte order mark, as UTF-8, as it declares, or by a guess; never fails.

    Args:
        data: The file's content.
        markup: Whether to believe a ``charset=`` or ``encoding=`` near the beginning.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text[:_SAMPLE]:
        return text
    return data.decode(_declared(data) if markup else _guessed(data), errors="replace")


def _declared(data: bytes) -> str:
    declared = _DECLARED.search(data[:2048])
    try:
        return codecs.lookup(declared[1].decode()).name if declared else _guessed(data)
    except LookupError:
        return _guessed(data)


def _guessed(data: bytes) -> str:
    western = data[:_SAMPLE].decode("cp1252", errors="replace")
    if all((c.isascii() and c != "\0") or c in _WESTERN for c in set(western)):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best else "cp1252"
