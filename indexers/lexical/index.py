"""Finds passages by their words, and scores them by what the viewer may read.

The counts live in the catalogue; the index holds their inversion in memory and follows it. Every
passage that holds a query word is scored, and its score takes nothing from what is not readable.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import chain
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from finder.bm25 import Bm25, rarity
from finder.corpus import LANGUAGES, Directory, Floats, Ints, Mask, Readable
from finder.domain import Language
from finder.ports import Hits
from finder.snippets import Span
from indexers.catalogue.database import Database
from indexers.catalogue.remaking import times_remade
from indexers.lexical.accents import as_written
from indexers.lexical.analysis import Starts, query_terms, word_forms, words
from indexers.lexical.counts import checksum, read_counts, unpack
from indexers.lexical.expansion import Expander, Expansion, added, no_expansion
from indexers.lexical.making import TERMS, check_analyser
from indexers.lexical.postings import Postings, Rows
from indexers.lexical.speller import plain_words, with_nearest
from indexers.lexical.translation import Translator
from indexers.lexical.vocabulary import Vocabulary

_NEW = "SELECT passage, data FROM terms WHERE passage > ? ORDER BY passage"

_FEW = 100
"""Rows of a frequent word, of which one mostly is readable."""

_NO_PASSAGES: Ints = np.zeros(0, dtype=np.int64)
_NO_ROWS: Rows = np.zeros(0, dtype=np.int32)
_NO_COUNTS: Floats = np.zeros(0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _State:
    """What the index holds: ids, their rows, weighted lengths by row, and the postings."""

    generation: int = -1
    remade: int = 0
    passages: Ints = field(default_factory=lambda: _NO_PASSAGES)
    rows: Directory = field(default_factory=lambda: Directory(_NO_PASSAGES))
    lengths: Floats = field(default_factory=lambda: np.zeros(0))
    postings: Postings = field(default_factory=Postings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scope:
    """What a viewer may read of the index: a flag for each row, and the statistics of those.

    Attributes:
        allowed: The flags.
        languages: Of each row, an index into :data:`LANGUAGES`; -1 for what is not readable.
        spoken: The languages of what is readable.
        passages: How many rows are readable.
        mean_length: Of those.
    """

    allowed: Mask
    languages: NDArray[np.int8]
    spoken: frozenset[Language]
    passages: int
    mean_length: float


class LexicalIndex:
    """Reads the catalogue's term counts. Safe to use from several threads.

    Args:
        database: The catalogue.
        bm25: The constants of the score.
        expander: Knows other names of what a query names.
        translator: Knows what words of a query are in another language.
    """

    def __init__(
        self,
        database: Database,
        *,
        bm25: Bm25 | None = None,
        expander: Expander = no_expansion,
        translator: Translator | None = None,
    ) -> None:
        self._database = database
        self._expander = expander
        self._translator = translator or Translator([])
        self._bm25 = bm25 or Bm25()
        self._vocabulary = Vocabulary(database)
        self._state = _State()
        self._scopes: WeakKeyDictionary[Readable, _Scope] = WeakKeyDictionary()
        self._lock = Lock()

    def follow(self, readable: Readable) -> None:
        """Catch up with a corpus, so that the first query about it need not."""
        self._for(readable)
        self._vocabulary.follow(readable)

    def scorer(self, text: str, readable: Readable) -> "LexicalScorer":
        """Prepare a query. Scores are BM25 over what is readable, 0 where no word matches.

        Raises:
            StorageError: The counts come from another analyser.
        """
        state, scope = self._for(readable)
        asked = _Asked(
            words=query_terms(text),
            expansions=self._expander(text),
            translations=[
                each
                for each in self._translator(text)
                if any(other.language in scope.spoken for other in each.others)
            ],
        )
        return LexicalScorer(state, scope, asked, bm25=self._bm25)

    def holding(self, text: str, readable: Readable) -> Ints | None:
        """Readable passages that hold every word of a text in any of its forms, ascending.

        None where the text has only words that are not indexed.

        Raises:
            StorageError: The counts come from another analyser.
        """
        state, scope = self._for(readable)
        words = query_terms(text)
        if not words:
            return None
        held = scope.allowed.copy()
        for forms in words:
            here = np.zeros_like(held)
            for form in forms:
                for rows, _ in state.postings.find(checksum(form)):
                    here[rows] = True
            held &= here
        return state.passages[held]

    def corrected(self, text: str, readable: Readable) -> str:
        """A query whose mistyped words, which no readable passage holds, are those meant.

        They are words of readable passages, and nothing else decides between them. A name that
        the expander knows is not mistyped, nor is a word that the dictionary spells so.

        Raises:
            StorageError: The counts come from another analyser.
        """
        state, scope = self._for(readable)
        unknown = [
            word
            for word in plain_words(text)
            if not (self._translator.spells(word.text) or _is_held(word.text, state, scope))
        ]
        if unknown:
            known = [(name.start, name.end) for name in self._expander(text)]
            unknown = [w for w in unknown if not any(s <= w.start < e for s, e in known)]
        if not unknown:
            return text
        rest = cache(partial(self.scorer, text, readable))
        return with_nearest(text, unknown, self._vocabulary.of(readable), rest=rest)

    def as_written(self, text: str, readable: Readable) -> str:
        """A query as the readable passages write its words, where it leaves out their accents.

        What is in capitals throughout is in small letters.

        Raises:
            StorageError: Another analyser's version wrote the words.
        """
        return as_written(text, self._vocabulary.of(readable))

    def _for(self, readable: Readable) -> tuple[_State, _Scope]:
        with self._lock:
            if readable.corpus.generation != self._state.generation:
                self._state = self._followed(readable.corpus.generation)
            state, scope = self._state, self._scopes.get(readable)
            if scope is None or len(scope.allowed) != len(state.passages):
                scope = self._scopes[readable] = _scope(state, readable)
        return state, scope

    def _followed(self, generation: int) -> _State:
        state = self._state
        with self._database.reading() as connection:
            check_analyser(connection)
            remade = times_remade(connection, TERMS)
            if remade != state.remade:  # nothing of what is held stands
                state = _State()
                self._scopes.clear()
            last = int(state.passages[-1]) if len(state.passages) else 0
            new, counts = read_counts(connection.exec_driver_sql(_NEW, (last,)), unpack)
        if not len(new):
            return replace(state, generation=generation)
        sums = np.concatenate([[0.0], np.cumsum(counts.counts, dtype=np.float64)])
        ends = np.cumsum(counts.sizes)
        passages = np.concatenate([state.passages, new])
        return _State(
            generation=generation,
            remade=remade,
            passages=passages,
            rows=Directory(passages),
            lengths=np.concatenate([state.lengths, sums[ends] - sums[ends - counts.sizes]]),
            postings=state.postings.grown(counts, first_row=len(state.passages)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a query looks for: its words, each the set of its forms, and other names in it."""

    words: Sequence[frozenset[str]]
    expansions: Sequence[Expansion]
    translations: Sequence[Expansion]


class LexicalScorer:
    """One query against one viewer's passages, all of them scored."""

    def __init__(self, state: _State, scope: _Scope, asked: _Asked, *, bm25: Bm25) -> None:
        self._state = state
        self._scope = scope
        self._bm25 = bm25
        self._blank = np.zeros(len(state.passages))
        self._scores = np.zeros(len(state.passages))
        self._own = frozenset().union(*asked.words)
        named = chain(asked.expansions, asked.translations)
        self._others = [other for each in named for other in each.others]
        names = [other.words for other in self._others]
        self._asked = _AskedWords(self._own.union(*chain.from_iterable(names)))
        for forms in asked.words:
            rows, scores = self._scored(forms)
            self._scores[rows] += scores
        if self._others:
            scored = cache(self._scored)
            expanded = added(asked.expansions, scored, self._blank)
            translated = added(asked.translations, scored, self._blank)
            self._scores += np.maximum(expanded, translated)  # both may name the same

    def _scored(
        self, forms: frozenset[str], language: Language | None = None
    ) -> tuple[Rows, Floats]:
        """The readable passages that hold a word, and what it adds to the score of each."""
        scope, state = self._scope, self._state
        rows, frequency = _occurrences(state.postings, forms, scope.allowed, self._blank)
        if language is not None:
            within = scope.languages[rows] == LANGUAGES.index(language)
            rows, frequency = rows[within], frequency[within]
        return rows, self._bm25.scores(
            frequency,
            state.lengths[rows],
            mean_length=scope.mean_length,
            rarity=rarity(len(rows), scope.passages),
        )

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
        spoken = self._language(passage)
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


def _scope(state: _State, readable: Readable) -> _Scope:
    allowed = readable.contains(state.passages)
    lengths = state.lengths[allowed]
    corpus = readable.corpus
    languages = np.full(len(allowed), -1, dtype=np.int8)
    records = corpus.owners.of(state.passages[allowed])
    languages[allowed] = corpus.record_language[records]
    held = np.flatnonzero(np.bincount(corpus.record_language[records])).tolist()
    return _Scope(
        allowed=allowed,
        languages=languages,
        spoken=frozenset(LANGUAGES[language] for language in held) - {Language.OTHER},
        passages=len(lengths),
        mean_length=float(lengths.mean()) if len(lengths) else 0.0,
    )


def _is_held(word: str, state: _State, scope: _Scope) -> bool:
    """Whether a readable passage holds a word in any of its forms, or it is a stop word."""
    return all(
        any(
            scope.allowed[rows[:_FEW]].any() or scope.allowed[rows[_FEW:]].any()
            for form in forms
            for rows, _ in state.postings.find(checksum(form))
        )
        for forms in query_terms(word)
    )


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
