"""What the core asks of the outside, each port named by what it can do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from finder.access import Viewer
from finder.corpus import Corpus, Floats, Ints, Mask, Readable
from finder.domain import GroupId, Language, PersonId, Record, RecordKey
from finder.encoded import Encoded
from finder.snippets import Span

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderIdentity:
    """What must be equal for two vectors to be comparable."""

    name: str
    revision: str
    dimension: int
    query_prompt: str
    passage_prompt: str


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their likeness in meaning."""

    @property
    def identity(self) -> EncoderIdentity:
        """Stored beside every index made with this encoder."""
        ...

    @property
    def max_tokens(self) -> int:
        """The longest text, in tokens and prompt included, that is encoded whole."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Each text's length in tokens, as a passage with its prompt, nothing cut."""
        ...

    def encode_query(self, text: str) -> Encoded:
        """One query, with its first tokens."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages as float32 rows of unit norm, shape ``(len(texts), dimension)``, in order."""
        ...

    def encode_in_detail(self, texts: Sequence[str]) -> Sequence[Encoded]:
        """Passages with their tokens, in order."""
        ...


class Reranker(Protocol):
    """Reads a query and a text together, which tells more than two vectors and takes longer."""

    def scores(self, query: str, texts: Sequence[str]) -> Floats:
        """How well texts answer, higher is better, shape ``(m,)``.

        Of the first ``m`` texts, for which there was time; asked again, the same.
        """
        ...


class LanguageDetector(Protocol):
    """Tells the language of a text."""

    def detect(self, text: str) -> Language:
        """French, English or other; other where the text is too short to tell."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hits:
    """Passages found, best first; two arrays of one shape, higher scores are better."""

    passages: Ints
    scores: Floats

    @classmethod
    def best_of(cls, passages: Ints, scores: Floats, depth: int) -> "Hits":
        """The best of some scored passages, at most ``depth``; equal scores by ascending id."""
        if len(scores) > depth:  # of which a sort would put most in order for nothing
            kept = scores >= np.partition(scores, len(scores) - depth)[len(scores) - depth]
            passages, scores = passages[kept], scores[kept]
        order = np.lexsort((passages, -scores))[:depth]
        return cls(passages=passages[order], scores=scores[order])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spoken:
    """Which of some passages are in a query's own language, and which in another: flags.

    Neither is set where a language is not known, or nothing is in any other.
    """

    own: Mask
    foreign: Mask


class PassageScorer(Protocol):
    """One query against one viewer's passages. What the viewer may not read changes no score."""

    def top(self, depth: int) -> Hits:
        """The best passages, at most ``depth``, all readable; equal scores by ascending id."""
        ...

    def score(self, passages: Ints) -> Floats:
        """The score of readable passages by id, float64; the lowest there is for others."""
        ...


class WordScorer(PassageScorer, Protocol):
    """A scorer that also shows where a query's words are."""

    def matches(self, text: str, passage: int) -> list[Span]:
        """Where in the text of a passage, by id, the query's words stand, ascending."""
        ...

    def unmatched(self, text: str) -> Sequence[str]:
        """The words that the query looks for and no passage holds, by no other name either."""
        ...

    def rarities(self, text: str) -> Sequence[tuple[Span, float]]:
        """The words of a text that the query looks for, and how rare each is, ascending.

        Rarities are inverse document frequencies over the readable passages, above 0.
        """
        ...


class MeaningScorer(PassageScorer, Protocol):
    """A scorer that also looks into passages, and tells what languages they are in."""

    def nearest_windows(self, passages: Ints) -> Floats:
        """The score of the window of each passage, by id, that is nearest to the query.

        A window is a few sentences of a passage, or all of a short one. -1 without a vector.
        """
        ...

    def interaction(self, passages: Ints, weights: Floats) -> Floats:
        """How near the tokens of each passage, by id, are to those of the query.

        Each token of the query is compared with the nearest of a passage (MaxSim).

        Args:
            passages: Which.
            weights: Of the query's tokens, above 0 for one at least.

        Returns:
            Weighted means, float64; NaN without tokens.
        """
        ...

    def spoken(self, passages: Ints) -> Spoken:
        """Which passages, by id, are in the query's language, and which in another."""
        ...


class WordIndex(Protocol):
    """Finds passages by the words they hold."""

    def follow(self, readable: Readable) -> None:
        """Catch up with a corpus, so that the first query about it need not."""
        ...

    def scorer(self, text: str, readable: Readable, *, whole: float = 0.0) -> WordScorer:
        """Prepare a query: BM25 over what is readable, ``whole`` of it that of whole records."""
        ...

    def holding(self, text: str, readable: Readable) -> Ints | None:
        """Readable passages that hold every word of a text in any of its forms, ascending.

        None where the text has only words that are not indexed.
        """
        ...

    def corrected(self, text: str, readable: Readable, *, certain: Iterable[str] = ()) -> str:
        """A query whose mistyped words, which no readable passage holds, are those meant.

        They are words of readable passages, and nothing else decides between them. Words of what
        is ``certain`` stand as they are typed.
        """
        ...

    def as_written(self, text: str, readable: Readable) -> str:
        """A query with the accents that the readable passages write.

        What is in capitals throughout is in small letters.
        """
        ...


class MeaningIndex(Protocol):
    """Finds passages by their vectors."""

    def follow(self, readable: Readable) -> None:
        """Catch up with a corpus, so that the first query about it need not."""
        ...

    def scorer(self, query: Encoded, readable: Readable) -> MeaningScorer:
        """Prepare a query.

        Scores are inner products with the query less a share of what readable texts have in
        common; in languages further from it, less all of that, raised to the same height. -1
        where a vector is awaited.
        """
        ...

    def likeness(self, passages: Ints, readable: Readable) -> Floats:
        """Inner products of readable passages with each other, shape ``(n, n)``.

        -1 where a vector is awaited.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A record of the catalogue: its number there, and itself without its long text."""

    number: int
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """A record's number and its title, or the name of a person or group."""

    number: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage of the catalogue."""

    id: int
    text: str
    heading: str
    page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody whom a record names, or who has a record of their own, or both."""

    number: int
    id: PersonId
    profile: StoredRecord | None


class Likeness(StrEnum):
    """How a word that is asked is like one of a name."""

    SAME = "same"
    BEGUN = "begun"
    """The name's word goes on where this one ends."""
    HEARD = "heard"
    """Both sound the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillName:
    """What a skill is called; in a language that its taxonomy lacks, as in the other."""

    french: str
    english: str


class SkillIndex(Protocol):
    """Tells which passages name which skills, whoever asks: the caller checks."""

    def in_passages(self, passages: Ints) -> Sequence[tuple[int, str]]:
        """Passages, of some by id, and the ids of the skills that they name."""
        ...

    def passages_with(self, skills: Collection[str]) -> Sequence[tuple[int, str]]:
        """All passages that name one of some skills, with its id."""
        ...

    def names(self, skills: Collection[str]) -> Mapping[str, SkillName]:
        """What skills are called; without those that must never be inferred."""
        ...


class Library(Protocol):
    """Reads the catalogue."""

    def corpus(self) -> Corpus:
        """The latest state of the catalogue."""
        ...

    def readable(self, corpus: Corpus, viewer: Viewer) -> Readable:
        """What a viewer may read of a corpus."""
        ...

    def records(self, numbers: Sequence[int]) -> Mapping[int, StoredRecord]:
        """Records by number; those gone in the meantime are left out."""
        ...

    def passages(self, ids: Sequence[int]) -> Mapping[int, StoredPassage]:
        """Passages by id; those gone in the meantime are left out."""
        ...

    def people(self, numbers: Sequence[int]) -> Mapping[int, KnownPerson]:
        """People by number."""
        ...

    def titles(self, keys: Collection[RecordKey]) -> Mapping[RecordKey, Titled]:
        """The titles of those records that there are, whoever asks: the caller checks."""
        ...

    def find(self, key: RecordKey) -> StoredRecord | None:
        """A record by its key, whoever asks: the caller checks that it may be read."""
        ...

    def person_number(self, person: PersonId) -> int | None:
        """The number of a person whom anything names."""
        ...

    def bearers(self, word: str, likeness: Likeness) -> Sequence[int]:
        """Numbers of the profiles with such a word in their name, whoever asks.

        Args:
            word: Folded.
            likeness: How the name's word must be like it.
        """
        ...

    def groups(self) -> Mapping[GroupId, Titled]:
        """Every group that has a record, whoever asks: the caller checks."""
        ...

    def numbers_in_groups(self, groups: Collection[str]) -> Sequence[int]:
        """Numbers of the posts and documents of some groups, by id, whoever asks."""
        ...

    def texts(self, passages: Sequence[int]) -> Mapping[int, str]:
        """What was indexed of passages by id: title, headings and text, in this order."""
        ...
