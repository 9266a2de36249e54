"""Scores one query against one viewer's passages, by their words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from finder.bm25 import Bm25, rarity
from finder.corpus import LANGUAGES, Directory, Floats, Ints, Mask
from finder.domain import Language
from finder.ports import Hits
from finder.snippets import Span
from indexers.lexical.analysis import Starts, word_forms, words
from indexers.lexical.counts import checksum
from indexers.lexical.expansion import Expansion, added, stands
from indexers.lexical.postings import Postings, Rows
from indexers.lexical.tokens import elided_letters, take_apart

_NO_PASSAGES: Ints = np.zeros(0, dtype=np.int64)
_NO_ROWS: Rows = np.zeros(0, dtype=np.int32)
_NO_COUNTS: Floats = np.zeros(0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """What the index holds: ids, their rows, weighted lengths by row, and the postings."""

    generation: int = -1
    remade: int = 0
    passages: Ints = field(default_factory=lambda: _NO_PASSAGES)
    rows: Directory = field(default_factory=lambda: Directory(_NO_PASSAGES))
    lengths: Floats = field(default_factory=lambda: np.zeros(0))
    postings: Postings = field(default_factory=Postings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scope:
    """What a viewer may read of the index: a flag for each row, and the statistics of those.

    Attributes:
        allowed: The flags.
        languages: Of each row, an index into :data:`LANGUAGES`; -1 for what is not readable.
        records: Of each row, a number for its record; -1 for the only passage of one, which is
            scored as its record would be, and for what is not readable.
        parts: The rows of records with several readable passages, ascending.
        spoken: The languages of what is readable.
        passages: How many rows are readable.
        mean_length: Of those.
        record_lengths: By that number.
    """

    allowed: Mask
    languages: NDArray[np.int8]
    records: Rows
    parts: Ints
    spoken: frozenset[Language]
    passages: int
    mean_length: float
    record_lengths: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a query looks for: its words, each the set of its forms, and other names in it."""

    words: Sequence[frozenset[str]]
    expansions: Sequence[Expansion]
    translations: Sequence[Expansion]


class LexicalScorer:
    """One query against one viewer's passages, all of them scored.

    A passage that holds a word may have a share of the score of its whole record, which may hold
    the others elsewhere. A record is scored as a very long passage: what it holds by chance, among
    so many words, tells little.
    """

    def __init__(
        self, state: State, scope: Scope, asked: Asked, *, bm25: Bm25, whole: float
    ) -> None:
        self._state = state
        self._scope = scope
        self._bm25 = bm25
        self._blank = np.zeros(len(state.passages))
        self._scores = np.zeros(len(state.passages))
        self._own = frozenset().union(*asked.words)
        self._named = [*asked.expansions, *asked.translations]
        self._others = [other for each in self._named for other in each.others]
        names = [other.words for other in self._others]
        self._asked = _AskedWords(self._own.union(*chain.from_iterable(names)))
        self._rarities: dict[frozenset[str], float] = {}
        self._missing: set[frozenset[str]] = set()
        of_records = np.zeros(len(scope.record_lengths))
        for forms in asked.words:
            rows, frequency = self._held(forms)
            rare = rarity(len(rows), scope.passages)
            self._scores[rows] += self._weighed(frequency, state.lengths[rows], rare)
            if whole:
                records, sums = _summed(scope.records[rows], frequency)
                of_records[records] += self._weighed(sums, scope.record_lengths[records], rare)
            self._rarities[forms] = rare
            if not len(rows):
                self._missing.add(forms)
        if whole:
            holding = scope.parts[self._scores[scope.parts] > 0.0]
            shared = of_records[scope.records[holding]] - self._scores[holding]
            self._scores[holding] += whole * shared
        if self._others:
            scored = cache(self._scored)
            expanded, translated = (
                added(expansions, scored, passages=scope.passages, blank=self._blank)
                for expansions in (asked.expansions, asked.translations)
            )
            self._scores += np.maximum(expanded, translated)  # both may name the same

    def _scored(
        self, forms: frozenset[str], language: Language | None = None, rarest: float = np.inf
    ) -> tuple[Rows, Floats]:
        """The readable passages that hold a word, and what it adds to the score of each."""
        rows, frequency = self._held(forms, language)
        rare = min(rarity(len(rows), self._scope.passages), rarest)
        return rows, self._weighed(frequency, self._state.lengths[rows], rare)

    def _held(self, forms: frozenset[str], language: Language | None = None) -> tuple[Rows, Floats]:
        """The readable passages that hold a word, and how often."""
        scope = self._scope
        rows, frequency = _occurrences(self._state.postings, forms, scope.allowed, self._blank)
        if language is None:
            return rows, frequency
        within = scope.languages[rows] == LANGUAGES.index(language)
        return rows[within], frequency[within]

    def _weighed(self, frequency: Floats, length: Floats, rare: float) -> Floats:
        mean = self._scope.mean_length
        return self._bm25.scores(frequency, length, mean_length=mean, rarity=rare)

    def top(self, depth: int) -> Hits:
        """The best passages, at most ``depth``, all readable; equal scores by ascending id."""
        rows = np.flatnonzero(self._scores > 0.0)
        return Hits.best_of(self._state.passages[rows], self._scores[rows], depth)

    def score(self, passages: Ints) -> Floats:
        """BM25 of any passages by id; 0 for one that is not indexed or holds no query word."""
        rows = self._state.rows.of(passages)
        known = rows >= 0
        scores = np.zeros(len(passages))
        scores[known] = self._scores[rows[known]]
        return scores

    def matches(self, text: str, passage: int) -> list[Span]:
        """Where in a passage's text the query's words stand, and other names that stand whole."""
        asked, starts = self._asked, self._asked.starts
        spoken = self._language(passage) if self._others else None
        found = [
            (Span(start, end), asked[word])
            for start, end, word in words(text)
            if (not word.isalpha() or starts[word[:2]]) and asked[word]
        ]
        there = frozenset().union(*(forms for _, forms in found))
        whole = [
            other.words
            for other in self._others
            if other.language in (None, spoken) and not any(map(there.isdisjoint, other.words))
        ]
        meant = self._own.union(*chain.from_iterable(whole))
        return [span for span, forms in found if not meant.isdisjoint(forms)]

    def rarities(self, text: str) -> list[tuple[Span, float]]:
        """The words of a text that the query looks for, and how rare each is, ascending.

        Rarities are inverse document frequencies over the readable passages, above 0.
        """
        told: list[tuple[Span, float]] = []
        for span, forms in _words(text):
            rare = [rare for asked, rare in self._rarities.items() if not asked.isdisjoint(forms)]
            if rare:
                told.append((span, max(rare)))
        return told

    def unmatched(self, text: str) -> list[str]:
        """The words of a text that the query looks for and no passage holds, by no other name."""
        if not self._missing:
            return []
        held = self._rarities.keys() - self._missing
        for name in self._named:
            if any(stands(other, self._scored, blank=self._blank) for other in name.others):
                held |= {*name.words}
        missing = self._missing - held
        return [
            text[span.start : span.end]
            for span, forms in _words(text)
            if not all(map(forms.isdisjoint, missing)) and all(map(forms.isdisjoint, held))
        ]

    def _language(self, passage: int) -> Language | None:
        (row,) = self._state.rows.of(np.array([passage]))
        return LANGUAGES[self._scope.languages[row]] if row >= 0 else None


class _AskedWords(dict[str, frozenset[str]]):
    """The forms of a word of a text that a query asks for; told once for each word.

    Attributes:
        starts: What tells most words that have none.
    """

    def __init__(self, asked: frozenset[str]) -> None:
        super().__init__()
        self._forms = asked
        self.starts = Starts(asked)

    def __missing__(self, word: str) -> frozenset[str]:
        self[word] = found = self._forms & word_forms(word)
        return found


def _words(text: str) -> Iterator[tuple[Span, frozenset[str]]]:
    """Where the words of a text stand, without what is elided before them, and their forms."""
    for start, end, surface in words(text):
        if word := take_apart(surface):
            yield Span(start + elided_letters(surface, word.whole), end), word_forms(surface)


def _summed(records: Rows, frequency: Floats) -> tuple[Ints, Floats]:
    """Each record once, and the sum of what stands beside it; nothing for those below 0."""
    several = records >= 0
    sums: Floats = np.bincount(records[several], weights=frequency[several]).astype(np.float64)
    held = np.flatnonzero(sums)
    return held, sums[held]


def _occurrences(
    postings: Postings, forms: frozenset[str], allowed: Mask, blank: Floats
) -> tuple[Rows, Floats]:
    """Readable rows that hold any form of a word, and how often they do.

    Args:
        postings: Where to look.
        forms: What the word may be.
        allowed: A flag for each row.
        blank: A zero for each row, to count in; zeros again afterwards.
    """
    terms = {checksum(form) for form in forms}
    found = [posting for term in terms for posting in postings.find(term)]
    if len(found) == 1:  # as mostly
        rows, counts = found[0]
        readable = allowed[rows]
        return rows[readable], counts[readable].astype(np.float64)
    for rows, counts in found:
        blank[rows] += counts
    places, sums = [_NO_ROWS], [_NO_COUNTS]
    for rows, _ in found:
        # What is counted is taken once: the next posting that holds the row finds 0 there.
        kept = rows[(blank[rows] > 0.0) & allowed[rows]]
        places.append(kept)
        sums.append(blank[kept])
        blank[rows] = 0.0
    return np.concatenate(places), np.concatenate(sums)
