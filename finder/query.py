"""What is asked, made fit to be retrieved."""

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from finder.errors import QueryError
from finder.framing import Intent, frame_of, without_courtesy
from finder.syntax import Filter, Wording, parse

LONGEST_QUERY = 1_000
"""Characters. A query is a question; past this it is a document pasted by mistake."""

_SOFT_HYPHEN = "\u00ad"
"""Where a word may be divided at the end of a line. Who copies a word copies it, unseen."""

_EMPTY = "The query is empty: type a few words, or a question."

_STRAIGHT = str.maketrans("“”„«»", '"' * 5)
"""Quotes that editors put in the place of straight ones."""


class Mode(StrEnum):
    """Which evidence of relevance is used."""

    WORDS = "words"
    MEANING = "meaning"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question as it is retrieved.

    Attributes:
        typed: What was asked, whole.
        text: What to rank by; empty where there are conditions alone.
        wordings: Words and phrases that a record must have, or must not.
        filters: What else it must be, or must not.
        mode: Which evidence of relevance is used.
        as_typed: Whether mistyped words are left as they are.
    """

    typed: str
    text: str
    wordings: tuple[Wording, ...] = ()
    filters: tuple[Filter, ...] = ()
    mode: Mode = Mode.HYBRID
    as_typed: bool = False

    @property
    def subject(self) -> str:
        """What the question is about: its text without the words that only make it a question."""
        start, end, _ = frame_of(self.text)
        return self.text[start:end]

    def about(self, subject: str) -> "Query":
        """The same question about another subject."""
        start, end, _ = frame_of(self.text)
        return replace(self, text=self.text[:start] + subject + self.text[end:])

    @property
    def intent(self) -> Intent | None:
        """Whether it asks for people or for documents, where it says so."""
        return frame_of(self.text).intent


def understand(text: str, *, mode: Mode = Mode.HYBRID, as_typed: bool = False) -> Query:
    """Normalise what somebody typed, and tell what to rank by from what must hold.

    Raises:
        QueryError: Nothing is left, it is too long, or a field has a value that it cannot have.
    """
    normal = unicodedata.normalize("NFC", text.replace(_SOFT_HYPHEN, ""))
    printable = "".join(
        " " if unicodedata.category(character).startswith("C") else character
        for character in normal
    )
    words = " ".join(printable.split())
    if not words:
        raise QueryError(_EMPTY)
    if len(words) > LONGEST_QUERY:
        raise QueryError(
            f"The query has {len(words)} characters, and {LONGEST_QUERY} is the most: keep the "
            "words that matter."
        )
    parsed = parse(words.translate(_STRAIGHT))
    if not (parsed.text or parsed.wordings or parsed.filters):
        raise QueryError(_EMPTY)
    return Query(
        typed=words,
        text=without_courtesy(parsed.text),
        wordings=parsed.wordings,
        filters=parsed.filters,
        mode=mode,
        as_typed=as_typed,
    )
