"""What is asked, made fit to be retrieved."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from finder.errors import QueryError
from finder.framing import frame_length

LONGEST_QUERY = 1_000
"""Characters. A query is a question; past this it is a document pasted by mistake."""


class Mode(StrEnum):
    """Which evidence of relevance is used."""

    WORDS = "words"
    MEANING = "meaning"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question as it is retrieved.

    Attributes:
        text: What is asked.
        mode: Which evidence of relevance is used.
        as_typed: Whether mistyped words are left as they are.
    """

    text: str
    mode: Mode = Mode.HYBRID
    as_typed: bool = False

    @property
    def subject(self) -> str:
        """What the question is about: its text without the words that only make it a question."""
        return self.text[frame_length(self.text) :]


def understand(text: str, *, mode: Mode = Mode.HYBRID, as_typed: bool = False) -> Query:
    """Normalise what somebody typed: one Unicode form, no control characters, single spaces.

    Raises:
        QueryError: Nothing is left, or it is too long.
    """
    normal = unicodedata.normalize("NFC", text)
    printable = "".join(
        " " if unicodedata.category(character).startswith("C") else character
        for character in normal
    )
    words = " ".join(printable.split())
    if not words:
        raise QueryError("The query is empty: type a few words, or a question.")
    if len(words) > LONGEST_QUERY:
        raise QueryError(
            f"The query has {len(words)} characters, and {LONGEST_QUERY} is the most: keep the "
            "words that matter."
        )
    return Query(text=words, mode=mode, as_typed=as_typed)
