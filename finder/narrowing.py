"""What a viewer may read, narrowed to what a query's conditions let through.

It happens before retrieval, so that counts, ranks and evidence come from what passes and from
nothing else, however deep it lies. Names are told by those profiles and groups that the viewer may
read; an id finds only records that they may read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from finder.corpus import KINDS, ROLES, Corpus, Ints, Mask, Readable, rows_of
from finder.domain import Kind, Language, PersonId, Role
from finder.errors import QueryError
from finder.ports import Library, Named, WordIndex
from finder.query import Query
from finder.syntax import Field, Filter, Value, Wording

_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"\w+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


class Narrowing:
    """Applies conditions.

    Args:
        library: Where records, names and texts are.
        words: Tells which passages hold a word.
    """

    def __init__(self, library: Library, words: WordIndex) -> None:
        self._library = library
        self._words = words
        self._choices: Mapping[Field, Callable[[Readable, Value], Mask]] = {
            Field.AUTHOR: self._by_author,
            Field.GROUP: self._in_group,
            Field.TYPE: _of_kind,
            Field.UNIT: partial(self._from, lambda person: person.unit),
            Field.SITE: partial(self._from, lambda person: person.site),
            Field.LANGUAGE: self._in_language,
            Field.BEFORE: _before,
            Field.AFTER: _after,
        }

    def narrowed(self, readable: Readable, query: Query) -> Readable:
        """What of it passes every condition of a query; itself, if there is none.

        Raises:
            QueryError: A condition holds only words that are not indexed.
        """
        if not (query.filters or query.wordings):
            return readable
        passing = readable.records
        for each in query.filters:
            passing = passing & self._chosen(readable, each)
        for wording in query.wordings:
            within = replace(readable, records=passing, whole=False)
            held = self._holding(within, wording)
            passing = passing & (~held if wording.excluded else held)
        return replace(readable, records=passing, whole=False)

    def _chosen(self, readable: Readable, condition: Filter) -> Mask:
        chosen = self._choices[condition.field](readable, condition.value)
        return ~chosen if condition.excluded else chosen

    def _by_author(self, readable: Readable, value: Value) -> Mask:
        people = [each.person for each in self._named(Kind.PERSON, readable, str(value))]
        number = self._library.person_number(PersonId(str(value)))
        return _with_role(readable.corpus, [*people, number], Role.AUTHOR)

    def _in_group(self, readable: Readable, value: Value) -> Mask:
        groups = [each.id for each in self._named(Kind.GROUP, readable, str(value))]
        return _rows(readable.corpus, self._library.numbers_in_groups([*groups, str(value)]))

    def _in_language(self, readable: Readable, value: Value) -> Mask:
        return _rows(readable.corpus, self._library.numbers_in_language(Language(str(value))))

    def _from(self, place: Callable[[Named], str], readable: Readable, value: Value) -> Mask:
        """What people wrote, and their profiles, whose unit or site holds every word given."""
        asked = _words(str(value))
        people = [
            each.person
            for each in self._library.named(Kind.PERSON)
            if asked <= _words(place(each)) and readable.holds(each.number)
        ]
        written = _with_role(readable.corpus, people, Role.AUTHOR)
        return written | _with_role(readable.corpus, people, Role.PROFILE)

    def _named(self, kind: Kind, readable: Readable, name: str) -> list[Named]:
        """Readable people or groups whose name holds every word given."""
        asked = _words(name)
        return [
            each
            for each in self._library.named(kind)
            if asked <= _words(each.name) and readable.holds(each.number)
        ]

    def _holding(self, readable: Readable, wording: Wording) -> Mask:
        """Which records have a passage that holds a word or a phrase."""
        passages = self._words.holding(wording.text, readable)
        if passages is None:
            raise QueryError(
                f"{wording.text!r} holds only words that stand in nearly every text: add another "
                "word to it, or leave it out."
            )
        if wording.phrase:
            phrase = _in_a_row(wording.text)
            texts = self._library.texts(passages.tolist())
            held = [passage for passage, text in texts.items() if phrase in _in_a_row(text)]
            passages = np.array(held, dtype=np.int64)
        corpus = readable.corpus
        rows = rows_of(corpus.passages, passages)
        mask = np.zeros(len(corpus.records), dtype=np.bool_)
        mask[corpus.passage_record[rows[rows >= 0]]] = True
        return mask


def _of_kind(readable: Readable, value: Value) -> Mask:
    mask: Mask = readable.corpus.record_kind == KINDS.index(Kind(str(value)))
    return mask


def _before(readable: Readable, value: Value) -> Mask:
    mask: Mask = readable.corpus.record_day < float(value)  # never so of an unknown day
    return mask


def _after(readable: Readable, value: Value) -> Mask:
    mask: Mask = readable.corpus.record_day >= float(value)
    return mask


def _with_role(corpus: Corpus, people: Iterable[int | None], role: Role) -> Mask:
    numbers = [number for number in people if number is not None]
    held = np.isin(corpus.association_person, numbers)
    held &= corpus.association_role == ROLES.index(role)
    mask = np.zeros(len(corpus.records), dtype=np.bool_)
    mask[corpus.association_record[held]] = True
    return mask


def _rows(corpus: Corpus, numbers: Iterable[int]) -> Mask:
    wanted: Ints = np.array(list(numbers), dtype=np.int64)
    return np.isin(corpus.records, wanted)


def _plain(text: str) -> str:
    """Small letters without accents."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.casefold())).translate(_LIGATURES)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(_plain(text)))


def _in_a_row(text: str) -> str:
    """The words of a text with one space around each: a phrase is in it, or is not."""
    return f" {' '.join(_WORD.findall(_plain(text)))} "
