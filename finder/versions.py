"""Versions of one text are one result: the newest is shown, and the others are named under it.

Two records are versions of one text where what speaks for them is nearly the same, in meaning and
in words, and so are their titles. Only what the viewer may read is compared, so that a version
that they may not read changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from finder.corpus import Corpus, Floats, Ints
from finder.documents import RankedRecords
from finder.domain import Document, Post, Record
from finder.folding import folded_words
from finder.neighbours import LOOKED_AT, Compared
from finder.ports import Library

_ALIKE = 0.97
"""The cosine from which two passages are read. Passages on one subject reach .93."""

_SAME_WORDS = 0.8
"""The share of the words of both passages that both must hold."""

_SAME_TITLE = 0.5
"""The same of titles, numbers left out: those are dates and versions."""

_Words = tuple[frozenset[str], frozenset[str]]
"""Those of a title and those of a passage."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Folded:
    """A ranking in which versions of one text are one record.

    Attributes:
        ranked: The records, best first.
        versions: By the row of a record, the rows of the others that it stands for.
    """

    ranked: RankedRecords
    versions: Mapping[int, Ints]


class Folding:
    """Folds rankings.

    Args:
        library: Where texts and titles are.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def folded(self, ranked: RankedRecords, corpus: Corpus, *, near: Compared) -> Folded:
        """A ranking with the versions among the first records folded.

        Args:
            ranked: Records that the viewer may read.
            corpus: Where they are.
            near: What is known to be near each other.
        """
        top = ranked.take(np.arange(min(LOOKED_AT, len(ranked.records))))
        leaders = self._leaders(top, near.among(top.best), corpus)
        stays = np.ones(len(ranked.records), dtype=np.bool_)
        versions = {}
        for leader in np.unique(leaders[leaders != np.arange(len(leaders))]).tolist():
            places = np.flatnonzero(leaders == leader)
            newest = places[_newest(corpus, top.records[places])]
            others = places[places != newest]
            stays[others] = False
            versions[int(top.records[newest])] = top.records[others]
        return Folded(ranked=ranked.take(np.flatnonzero(stays)), versions=versions)

    def _leaders(self, top: RankedRecords, likeness: Floats, corpus: Corpus) -> Ints:
        """For each record the place of the first one that it is a version of, or its own."""
        leaders = np.arange(len(top.records))
        pairs = np.argwhere(np.triu(likeness >= _ALIKE, k=1))
        if not len(pairs):
            return leaders
        places = np.unique(pairs)
        words = self._compared(top, places, corpus)
        for first, second in pairs.tolist():
            is_free = leaders[first] == first and leaders[second] == second
            is_there = first in words and second in words  # and not gone in the meantime
            if is_free and is_there and _are_versions(words[first], words[second]):
                leaders[second] = first
        return leaders

    def _compared(self, top: RankedRecords, places: Ints, corpus: Corpus) -> Mapping[int, _Words]:
        """The words of titles and passages, by place."""
        texts = self._library.passages(top.best[places].tolist())
        numbers = corpus.records[top.records[places]].tolist()
        records = self._library.records(numbers)
        return {
            place: (_title_words(records[number].record), _words(texts[best].text))
            for place, number, best in zip(
                places.tolist(), numbers, top.best[places].tolist(), strict=True
            )
            if number in records and best in texts
        }


def _title_words(record: Record) -> frozenset[str]:
    title = record.title if isinstance(record, Document | Post) else ""
    return frozenset(filter(str.isalpha, folded_words(title)))


def _words(text: str) -> frozenset[str]:
    return frozenset(folded_words(text))


def _are_versions(first: _Words, second: _Words) -> bool:
    (title, text), (other_title, other_text) = first, second
    return _shared(title, other_title) >= _SAME_TITLE and _shared(text, other_text) >= _SAME_WORDS


def _shared(first: frozenset[str], second: frozenset[str]) -> float:
    """The share of the words of both that both hold; all, where neither has any."""
    either = first | second
    return len(first & second) / len(either) if either else 1.0


def _newest(corpus: Corpus, records: Ints) -> int:
    """Which of some records changed last; the first, where none has a date."""
    return int(np.argmax(np.nan_to_num(corpus.record_day[records], nan=-np.inf)))
