"""What is told of a text before it is kept: its language, its terms and its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from finder.domain import Language, Passage
from finder.ports import LanguageDetector
from indexers.lexical.counts import count_terms
from indexers.lexical.spellings import spellings_of

_DETECTED_ON = 1_000
"""Characters that tell a language; more would tell no more."""

_TOO_SHORT = 40
"""Characters under which a text tells no language, so that the organisation's own is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The text of a record.

    Attributes:
        title: What heads each of its passages.
        passages: Its pieces.
        language: The language that it is said to be in, if that is known.
    """

    title: str
    passages: Sequence[Passage]
    language: Language | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What is told of a text.

    Attributes:
        language: The language it is analysed in.
        terms: The term statistics of each passage, packed.
        spellings: The distinct words of each passage.
    """

    language: Language
    terms: Sequence[bytes]
    spellings: Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotator:
    """Annotates texts; it can be sent to another process.

    Attributes:
        detector: Tells a text's language.
        default_language: Of texts too short to tell.
    """

    detector: LanguageDetector
    default_language: Language

    def annotate(self, text: Text) -> Annotation:
        """Tell the language of a text, then count its terms and list its words."""
        language = text.language or self._detected(text)
        return Annotation(
            language=language,
            terms=[count_terms(text.title, passage, language) for passage in text.passages],
            spellings=[spellings_of(text.title, passage) for passage in text.passages],
        )

    def _detected(self, text: Text) -> Language:
        # A title without a text stands for both.
        texts = dict.fromkeys((text.title, *(each.text for each in text.passages[:20])))
        start = " ".join(texts)[:_DETECTED_ON]
        return self.default_language if len(start) < _TOO_SHORT else self.detector.detect(start)
