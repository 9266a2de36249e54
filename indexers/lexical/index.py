"""Finds passages by their words, and scores them by what the viewer may read.

The counts live in the catalogue; the index holds their inversion in memory and follows it. Every
passage that holds a query word is scored, and its score takes nothing from what is not readable.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from finder.bm25 import Bm25
from finder.corpus import LANGUAGES, Directory, Ints, Readable
from finder.domain import Language
from indexers.catalogue.database import Database
from indexers.catalogue.remaking import times_remade
from indexers.lexical.accents import as_written
from indexers.lexical.analysis import query_terms
from indexers.lexical.counts import checksum, read_counts, unpack
from indexers.lexical.expansion import Expander, no_expansion
from indexers.lexical.known import KnownWords, no_words
from indexers.lexical.making import TERMS, check_analyser
from indexers.lexical.scorer import Asked, LexicalScorer, Scope, State
from indexers.lexical.speller import plain_words, with_nearest
from indexers.lexical.translation import Translator
from indexers.lexical.vocabulary import Vocabulary

_NEW = "SELECT passage, data FROM terms WHERE passage > ? ORDER BY passage"

_FEW = 100
"""Rows of a frequent word, of which one mostly is readable."""


class LexicalIndex:
    """Reads the catalogue's term counts. Safe to use from several threads.

    Args:
        database: The catalogue.
        bm25: The constants of the score.
        expander: Knows other names of what a query names.
        translator: Knows what words of a query are in another language.
        known: Reads the words that are no typing mistakes, though nobody wrote them.
    """

    def __init__(
        self,
        database: Database,
        *,
        bm25: Bm25 | None = None,
        expander: Expander = no_expansion,
        translator: Translator | None = None,
        known: Callable[[], KnownWords] = no_words,
    ) -> None:
        self._database = database
        self._expander = expander
        self._translator = translator or Translator([])
        self._known = known
        self._bm25 = bm25 or Bm25()
        self._vocabulary = Vocabulary(database)
        self._state = State()
        self._scopes: WeakKeyDictionary[Readable, Scope] = WeakKeyDictionary()
        self._lock = Lock()

    def follow(self, readable: Readable) -> None:
        """Catch up with a corpus, so that the first query about it need not."""
        self._for(readable)
        self._vocabulary.follow(readable)
        self._known()

    def scorer(self, text: str, readable: Readable, *, whole: float = 0.0) -> LexicalScorer:
        """Prepare a query. Scores are BM25 over what is readable, 0 where no word matches.

        Args:
            text: The query.
            readable: What is looked at.
            whole: The share of its whole record in the score of a passage that holds a word.

        Raises:
            StorageError: The counts come from another analyser.
        """
        state, scope = self._for(readable)
        asked = Asked(
            words=query_terms(text),
            expansions=self._expander(text),
            translations=self._translator(text, into=scope.spoken),
        )
        return LexicalScorer(state, scope, asked, bm25=self._bm25, whole=whole)

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

    def corrected(self, text: str, readable: Readable, *, certain: Iterable[str] = ()) -> str:
        """A query whose mistyped words, which no readable passage holds, are those meant.

        They are words of readable passages, and nothing else decides between them. A name that
        the expander knows is not mistyped, nor is a known word.

        Args:
            text: The query.
            readable: What is looked at.
            certain: Parts of it whose words stand as they are typed.

        Raises:
            StorageError: The counts come from another analyser.
        """
        state, scope = self._for(readable)
        unknown = [word for word in plain_words(text) if not _is_held(word.text, state, scope)]
        if unknown:
            known, typed = self._known(), {word.text for word in plain_words(" ".join(certain))}
            unknown = [w for w in unknown if w.text not in known and w.text not in typed]
        if unknown:
            named = [(name.start, name.end) for name in self._expander(text)]
            unknown = [w for w in unknown if not any(s <= w.start < e for s, e in named)]
        if not unknown:
            return text
        rest = cache(partial(self.scorer, text, readable))
        return with_nearest(text, unknown, self._vocabulary.of(readable), rest=rest)

    def as_written(self, text: str, readable: Readable) -> str:
        """A query with the accents that the readable passages write.

        What is in capitals throughout is in small letters.

        Raises:
            StorageError: Another analyser's version wrote the words.
        """
        return as_written(text, self._vocabulary.of(readable))

    def _for(self, readable: Readable) -> tuple[State, Scope]:
        with self._lock:
            if readable.corpus.generation != self._state.generation:
                self._state = self._followed(readable.corpus.generation)
            state, scope = self._state, self._scopes.get(readable)
            if scope is None or len(scope.allowed) != len(state.passages):
                scope = self._scopes[readable] = _scope(state, readable)
        return state, scope

    def _followed(self, generation: int) -> State:
        state = self._state
        with self._database.reading() as connection:
            check_analyser(connection)
            remade = times_remade(connection, TERMS)
            if remade != state.remade:  # nothing of what is held stands
                state = State()
                self._scopes.clear()
            last = int(state.passages[-1]) if len(state.passages) else 0
            new, counts = read_counts(connection.exec_driver_sql(_NEW, (last,)), unpack)
        if not len(new):
            return replace(state, generation=generation)
        sums = np.concatenate([[0.0], np.cumsum(counts.counts, dtype=np.float64)])
        ends = np.cumsum(counts.sizes)
        passages = np.concatenate([state.passages, new])
        return State(
            generation=generation,
            remade=remade,
            passages=passages,
            rows=Directory(passages),
            lengths=np.concatenate([state.lengths, sums[ends] - sums[ends - counts.sizes]]),
            postings=state.postings.grown(counts, first_row=len(state.passages)),
        )


def _scope(state: State, readable: Readable) -> Scope:
    allowed = readable.contains(state.passages)
    lengths = state.lengths[allowed]
    corpus = readable.corpus
    languages = np.full(len(allowed), -1, dtype=np.int8)
    owners = corpus.owners.of(state.passages[allowed])
    several = np.bincount(owners, minlength=len(corpus.records)) > 1
    records = np.full(len(allowed), -1, dtype=np.int32)
    records[allowed] = np.where(several, np.cumsum(several) - 1, -1)[owners]
    languages[allowed] = corpus.record_language[owners]
    held = np.flatnonzero(np.bincount(corpus.record_language[owners])).tolist()
    sums = np.bincount(owners, weights=lengths, minlength=len(corpus.records))
    return Scope(
        allowed=allowed,
        languages=languages,
        records=records,
        parts=np.flatnonzero(records >= 0),
        spoken=frozenset(LANGUAGES[language] for language in held) - {Language.OTHER},
        passages=len(lengths),
        mean_length=float(lengths.mean()) if len(lengths) else 0.0,
        record_lengths=sums[several].astype(np.float64),
    )


def _is_held(word: str, state: State, scope: Scope) -> bool:
    """Whether a readable passage holds a word in any of its forms, or it is a stop word."""
    return all(
        any(
            scope.allowed[rows[:_FEW]].any() or scope.allowed[rows[_FEW:]].any()
            for form in forms
            for rows, _ in state.postings.find(checksum(form))
        )
        for forms in query_terms(word)
    )
