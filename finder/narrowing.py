"""What a viewer may read, narrowed to what a query's conditions let through.

It happens before retrieval, so that counts, ranks and evidence come from what passes and from
nothing else, however deep it lies. Names are told by those profiles and groups that the viewer may
read; an id finds only records that they may read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from finder.corpus import KINDS, LANGUAGES, ROLES, Corpus, Ints, Mask, Readable
from finder.domain import Kind, Language, Person, PersonId, Role
from finder.errors import QueryError
from finder.folding import folded_words
from finder.ports import Library, WordIndex
from finder.query import Query
from finder.syntax import Field, Filter, Value, Wording

_AUTHOR = ROLES.index(Role.AUTHOR)


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
            Field.LANGUAGE: _in_language,
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
            held = self._holding(_within(readable, passing), wording)
            passing = passing & (~held if wording.excluded else held)
        return _within(readable, passing)

    def _chosen(self, readable: Readable, condition: Filter) -> Mask:
        chosen = self._choices[condition.field](readable, condition.value)
        return ~chosen if condition.excluded else chosen

    def _by_author(self, readable: Readable, value: Value) -> Mask:
        corpus = readable.corpus
        named = _owners(corpus, self._profiles(readable, str(value), lambda person: person.name))
        number = self._library.person_number(PersonId(str(value)))
        return _written_by(corpus, named if number is None else np.append(named, number))

    def _in_group(self, readable: Readable, value: Value) -> Mask:
        asked = set(folded_words(str(value)))
        groups = [
            group
            for group, named in self._library.groups().items()
            if asked <= set(folded_words(named.title)) and readable.holds(named.number)
        ]
        return _rows(readable.corpus, self._library.numbers_in_groups([*groups, str(value)]))

    def _from(self, place: Callable[[Person], str], readable: Readable, value: Value) -> Mask:
        """What people wrote, and their profiles, whose unit or site holds every word given."""
        profiles = self._profiles(readable, str(value), place)
        passing = _written_by(readable.corpus, _owners(readable.corpus, profiles))
        passing[profiles] = True
        return passing

    def _profiles(self, readable: Readable, value: str, told: Callable[[Person], str]) -> Ints:
        """Rows of the readable profiles that tell every word given."""
        corpus = readable.corpus
        people = _within(readable, readable.records & _of_kind(readable, Kind.PERSON))
        passages = self._words.holding(value, people)
        rows = np.flatnonzero(people.records) if passages is None else _records_of(corpus, passages)
        asked = set(folded_words(value))
        stored = self._library.records(corpus.records[rows].tolist())
        fitting = [
            number
            for number, held in stored.items()
            if isinstance(held.record, Person) and asked <= set(folded_words(told(held.record)))
        ]
        return np.flatnonzero(_rows(corpus, fitting))

    def _holding(self, readable: Readable, wording: Wording) -> Mask:
        """Which records have a passage that holds a word or a phrase."""
        passages = self._words.holding(wording.text, readable)
        if passages is None:
            raise QueryError(
                f"{wording.text!r} holds only words that stand in nearly every text: add another "
                "word to it, or leave it out.",
                part=wording.text,
            )
        if wording.phrase:
            phrase = _in_a_row(wording.text)
            texts = self._library.texts(passages.tolist())
            held = [passage for passage, text in texts.items() if phrase in _in_a_row(text)]
            passages = np.array(held, dtype=np.int64)
        mask = np.zeros(len(readable.corpus.records), dtype=np.bool_)
        mask[_records_of(readable.corpus, passages)] = True
        return mask


def _within(readable: Readable, records: Mask) -> Readable:
    return replace(readable, records=records, whole=False)


def _of_kind(readable: Readable, value: Value) -> Mask:
    mask: Mask = readable.corpus.record_kind == KINDS.index(Kind(str(value)))
    return mask


def _in_language(readable: Readable, value: Value) -> Mask:
    mask: Mask = readable.corpus.record_language == LANGUAGES.index(Language(str(value)))
    return mask


def _before(readable: Readable, value: Value) -> Mask:
    mask: Mask = readable.corpus.record_day < float(value)  # never so of an unknown day
    return mask


def _after(readable: Readable, value: Value) -> Mask:
    mask: Mask = readable.corpus.record_day >= float(value)
    return mask


def _owners(corpus: Corpus, profiles: Ints) -> Ints:
    """The numbers of the people of some profiles, given as rows."""
    associations, _ = corpus.associations_of(profiles)
    return corpus.association_person[associations]


def _written_by(corpus: Corpus, people: Ints) -> Mask:
    held = np.isin(corpus.association_person, people) & (corpus.association_role == _AUTHOR)
    mask = np.zeros(len(corpus.records), dtype=np.bool_)
    mask[corpus.association_record[held]] = True
    return mask


def _records_of(corpus: Corpus, passages: Ints) -> Ints:
    """Rows of the records of those passages, given by id, that the corpus knows."""
    rows = corpus.owners.of(passages)
    return np.unique(rows[rows >= 0])


def _rows(corpus: Corpus, numbers: Iterable[int]) -> Mask:
    wanted: Ints = np.array(list(numbers), dtype=np.int64)
    return np.isin(corpus.records, wanted)


def _in_a_row(text: str) -> str:
    """The words of a text with one space around each: a phrase is in it, or is not."""
    return f" {' '.join(folded_words(text))} "
