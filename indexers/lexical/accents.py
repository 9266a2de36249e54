"""What a query leaves out of how its words are written, for an encoder, to whom it matters.

Words are matched without accents and capitals; a vector changes with both, and is worse without.
"""

from typing import Final

from indexers.lexical.speller import in_case_of, plain_words
from indexers.lexical.vocabulary import ReadableWords

_SHOUTED: Final = 3
"""Words in capitals from which on they are no acronyms."""


def as_written(text: str, readable: ReadableWords) -> str:
    """A query with the accents that the texts write, and in small letters.

    Args:
        text: The query.
        readable: The words whose accents are known.
    """
    if text.isupper() and len(text.split()) >= _SHOUTED:
        text = text.lower()
    pieces, done = [], 0
    for word in plain_words(text):
        if accented := readable.accented(word.text):
            pieces += [text[done : word.start], in_case_of(word.text, accented)]
            done = word.end
    return "".join([*pieces, text[done:]])
