"""The words of the passages that a viewer may read, as they are written, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Connection

from finder.corpus import Ints, Mask, Readable
from indexers.catalogue.database import Database
from indexers.catalogue.remaking import times_remade
from indexers.lexical.counts import read_counts
from indexers.lexical.making import TERMS, check_analyser
from indexers.lexical.nearness import SHORTENED, ByLetters, NearWords, folded
from indexers.lexical.postings import Postings, Rows
from indexers.lexical.spellings import unpack_spellings

_NEW_PASSAGES = "SELECT passage, spellings FROM terms WHERE passage > ? ORDER BY passage"
_NEW_WORDS = "SELECT number, word FROM spellings WHERE number > ? ORDER BY number"

_RARER: Final = 10
"""How many times as often a word has accents, where some texts leave them out."""

_MOST_BEGUN: Final = 20
"""Words that a shortened one may stand for, those that the most passages hold."""

_NO_ROWS: Rows = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _State:
    """Words in the order of their numbers, passages in the order of their ids."""

    generation: int = -1
    remade: int = 0
    numbers: Sequence[int] = ()
    words: Sequence[str] = ()
    near: NearWords = field(default_factory=NearWords)
    by_letters: ByLetters = field(default_factory=ByLetters)
    passages: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    postings: Postings = field(default_factory=Postings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearWord:
    """A word that may have been meant.

    Attributes:
        word: In small letters.
        cost: What it takes to mistype it so, in mistakes.
        passages: The readable passages that hold it, by id, at least one.
    """

    word: str
    cost: float
    passages: Ints


class Vocabulary:
    """Reads the catalogue's words. Safe to use from several threads.

    Args:
        database: The catalogue.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._state = _State()
        self._allowed: WeakKeyDictionary[Readable, Mask] = WeakKeyDictionary()
        self._lock = Lock()

    def follow(self, readable: Readable) -> None:
        """Catch up with a corpus, so that the first mistake in a query need not."""
        self.of(readable)

    def of(self, readable: Readable) -> "ReadableWords":
        """The words of what a viewer may read.

        Raises:
            StorageError: Another analyser's version wrote the words.
        """
        with self._lock:
            if readable.corpus.generation != self._state.generation:
                self._state = self._followed(readable.corpus.generation)
            state, allowed = self._state, self._allowed.get(readable)
            if allowed is None or len(allowed) != len(state.passages):
                allowed = self._allowed[readable] = readable.contains(state.passages)
        return ReadableWords(state, allowed)

    def _followed(self, generation: int) -> _State:
        state = self._state
        with self._database.reading() as connection:
            check_analyser(connection)
            remade = times_remade(connection, TERMS)
            if remade != state.remade:  # nothing of what is held stands
                state = _State(remade=remade)
                self._allowed.clear()
            state = _with_words(state, connection)
            state = _with_passages(state, connection)
        return replace(state, generation=generation)


class ReadableWords:
    """Which words stand in what one viewer may read, and in how many passages."""

    def __init__(self, state: _State, allowed: Mask) -> None:
        self._state = state
        self._allowed = allowed

    def near(self, typed: str) -> list[NearWord]:
        """The words that somebody may have meant, in no order: mistyped, or shortened.

        What is in capitals is no shortened word, but an acronym.
        """
        state = self._state
        begun = [] if typed.isupper() else self._begun(typed)
        costs = {**dict.fromkeys(begun, SHORTENED), **dict(state.near.near(folded(typed)))}
        return [
            NearWord(word=state.words[place], cost=cost, passages=passages)
            for place, cost in costs.items()
            if len(passages := self._passages(state.numbers[place]))
        ]

    def _begun(self, typed: str) -> list[int]:
        """The places of the words that begin with a shortened one, or else with its singular."""
        state, plain = self._state, folded(typed)
        for beginning in (plain, plain.removesuffix("s")):
            counts = [(self._count(state.numbers[p]), p) for p in state.near.begun(beginning)]
            held = [(count, state.words[place], place) for count, place in counts if count]
            if held:
                return [place for _, _, place in nlargest(_MOST_BEGUN, held)]
        return []

    def accented(self, typed: str) -> str | None:
        """How texts write a word that was typed with other accents, or none; None as it stands.

        One with accents stands where any text has it so.
        """
        lower, alike = typed.lower(), self._alike(typed)
        own = alike.pop(lower, None)
        held = {word: self._count(alike[word]) for word in alike if not word.isascii()}
        as_typed = self._count(own) if held and own is not None else 0
        if not held or (as_typed and not lower.isascii()):
            return None
        best = max(held, key=lambda word: (held[word], word))
        return best if held[best] > _RARER * as_typed else None

    def holding(self, typed: str) -> Ints:
        """The readable passages that hold a word, whatever its accents, ascending."""
        held = [self._passages(number) for number in self._alike(typed).values()]
        return np.unique(np.concatenate([_NO_ROWS, *held]))

    def _alike(self, typed: str) -> dict[str, int]:
        """The words that are one but for accents and capitals, with their numbers."""
        state, plain = self._state, folded(typed)
        return {
            state.words[place]: state.numbers[place]
            for place in state.by_letters.find(plain)
            if state.near.folded[place] == plain
        }

    def _count(self, number: int) -> int:
        """How many readable passages hold a word."""
        found = self._state.postings.find(number)
        return sum(int(np.count_nonzero(self._allowed[rows])) for rows, _ in found)

    def _passages(self, number: int) -> Ints:
        """The readable passages that hold a word."""
        rows = [rows[self._allowed[rows]] for rows, _ in self._state.postings.find(number)]
        passages: Ints = self._state.passages[np.concatenate([_NO_ROWS, *rows])]
        return passages


def _with_words(state: _State, connection: Connection) -> _State:
    last = state.numbers[-1] if state.numbers else 0
    rows = connection.exec_driver_sql(_NEW_WORDS, (last,)).fetchall()
    if not rows:
        return state
    words = [word for _, word in rows]
    near = state.near.grown(words)
    return replace(
        state,
        numbers=[*state.numbers, *(number for number, _ in rows)],
        words=[*state.words, *words],
        near=near,
        by_letters=state.by_letters.grown(near.folded[len(state.words) :]),
    )


def _with_passages(state: _State, connection: Connection) -> _State:
    last = int(state.passages[-1]) if len(state.passages) else 0
    rows = connection.exec_driver_sql(_NEW_PASSAGES, (last,))
    new, held = read_counts(rows, unpack_spellings)
    if not len(new):
        return state
    return replace(
        state,
        passages=np.concatenate([state.passages, new]),
        postings=state.postings.grown(held, first_row=len(state.passages)),
    )
