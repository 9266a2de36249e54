"""The catalogue as columns: what ranking must know of every passage and record, in memory.

Rows are in the order of ids, which only grow. A record that goes keeps its row and loses its rule:
nobody may read it. Columns are views of buffers that grow behind them, never changed in place
except for that.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from finder.domain import Kind, Language, Role

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

KINDS: tuple[Kind, ...] = tuple(Kind)
ROLES: tuple[Role, ...] = tuple(Role)
LANGUAGES: tuple[Language, ...] = tuple(Language)

WRITTEN_KINDS = frozenset({Kind.DOCUMENT, Kind.POST})
"""What somebody wrote, and so answers "where is it written"."""

WRITTEN: Mask = np.array([kind in WRITTEN_KINDS for kind in KINDS])
"""The same, as flags of the kinds."""

_FORMER = ROLES.index(Role.FORMER)
_VOUCHING = [ROLES.index(role) for role in (Role.REVIEWER, Role.APPROVER)]

SECONDS_A_DAY = 86_400.0
"""Ages are counted in days since 1970."""

NO_RULE = -1
"""The rule of a record that is gone."""


class Directory:
    """A number under each of some ids, looked up at once.

    A binary search among 100,000 ids reads 17 places in memory, and after an encoding none of them
    is in the processor's caches.

    Args:
        ids: The ids, none of them negative or twice.
        numbers: What stands under each, from 0, in the same order; by default its place.
    """

    def __init__(self, ids: Ints, numbers: Ints | None = None) -> None:
        # The last place is for all larger ids.
        self._numbers = np.full(int(ids.max(initial=-1)) + 2, -1, dtype=np.int32)
        self._numbers[ids] = np.arange(len(ids)) if numbers is None else numbers

    def of(self, ids: Ints) -> Ints:
        """What stands under some ids, in their order; -1 for one that is not there."""
        return self._numbers.take(ids, mode="clip").astype(np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Corpus:
    """One state of the catalogue.

    Attributes:
        generation: Grows with every change; what is derived from a corpus is kept under it.
        passages: Passage ids, ascending, shape ``(P,)``.
        passage_record: Each passage's record, as a row of ``records``, shape ``(P,)``.
        records: Record numbers of the catalogue, ascending, shape ``(R,)``.
        record_kind: Index into :data:`KINDS`, shape ``(R,)``.
        record_rule: The access rule's number, :data:`NO_RULE` once gone, shape ``(R,)``.
        record_day: Last change in days since 1970, NaN where unknown, shape ``(R,)``.
        record_language: Index into :data:`LANGUAGES`, shape ``(R,)``.
        association_record: Row of ``records``, ascending, shape ``(A,)``.
        association_person: The person's number in the catalogue, shape ``(A,)``.
        association_role: Index into :data:`ROLES`, shape ``(A,)``.
        association_sharers: How many people hold that role in that record, shape ``(A,)``.
        reply: Posts that reply to another, as rows of ``records``, shape ``(L,)``.
        reply_parent: The post that each replies to, as a row of ``records``, shape ``(L,)``.
        reply_accepted: Whether whoever asked was content with it, shape ``(L,)``.
        reply_thanks: Whether it thanks whoever wrote the parent, shape ``(L,)``.
        person_order: By person number, what orders people of equal score. It comes from the id
            alone: numbers follow the order of arrival, of records that a viewer may not read too.
    """

    generation: int
    passages: Ints
    passage_record: Ints
    records: Ints
    record_kind: Ints
    record_rule: Ints
    record_day: Floats
    record_language: Ints
    association_record: Ints
    association_person: Ints
    association_role: Ints
    association_sharers: Ints
    reply: Ints
    reply_parent: Ints
    reply_accepted: Mask
    reply_thanks: Mask
    person_order: Ints

    @cached_property
    def rows(self) -> Directory:
        """The row of each record, by its number in the catalogue."""
        return Directory(self.records)

    @cached_property
    def owners(self) -> Directory:
        """The row of the record of each passage, by the passage's id."""
        return Directory(self.passages, self.passage_record)

    @cached_property
    def first_passages(self) -> Ints:
        """The id of the first passage of each record, in the order of its rows; -1 without one."""
        first = np.full(len(self.records), -1, dtype=np.int64)
        first[self.passage_record[::-1]] = self.passages[::-1]
        return first

    def associations_of(self, records: Ints) -> tuple[Ints, Ints]:
        """The associations of some records.

        Args:
            records: Rows of ``records``.

        Returns:
            Rows of the association columns, and for each the position in ``records`` it is for.
        """
        start = np.searchsorted(self.association_record, records, side="left")
        count = np.searchsorted(self.association_record, records, side="right") - start
        position = np.repeat(np.arange(len(records)), count)
        ends = np.cumsum(count)
        offset = np.arange(len(position)) - np.repeat(ends - count, count)
        return start[position] + offset, position


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replies:
    """Replies to some records, arrays of one shape.

    Attributes:
        rows: Which they are, as rows of the corpus's records.
        to: The position, among those records, of what each replies to.
        accepted: Whether whoever asked was content with it.
        thanks: Whether it thanks, and so is no answer.
    """

    rows: Ints
    to: Ints
    accepted: Mask
    thanks: Mask


@dataclass(frozen=True, kw_only=True, eq=False)
class Readable:
    """What one viewer may read of a corpus; what follows from it is found out once.

    Attributes:
        corpus: The corpus it was computed from.
        rules: Numbers of the rules that let the viewer in.
        records: One flag for each row of ``corpus.records``.
        whole: Whether the viewer may read everything that is not gone.
    """

    corpus: Corpus
    rules: frozenset[int]
    records: Mask
    whole: bool

    @cached_property
    def passages(self) -> int:
        """How many passages the viewer may read."""
        return int(np.count_nonzero(self.records[self.corpus.passage_record]))

    @cached_property
    def former(self) -> Ints:
        """The numbers of the people who have left, as far as the viewer may know."""
        corpus = self.corpus
        rows = np.flatnonzero(corpus.association_role == _FORMER)
        return corpus.association_person[rows[self.records[corpus.association_record[rows]]]]

    @cached_property
    def vouched(self) -> Mask:
        """What somebody approved, reviewed or accepted as an answer: a flag for each record.

        An answer to a question that the viewer may not read is not accepted, as far as they know.
        """
        corpus = self.corpus
        vouched = np.zeros(len(corpus.records), dtype=np.bool_)
        vouched[corpus.association_record[np.isin(corpus.association_role, _VOUCHING)]] = True
        vouched[corpus.reply[corpus.reply_accepted & self.records[corpus.reply_parent]]] = True
        return vouched

    def holds(self, record: int) -> bool:
        """Whether the viewer may read a record, by its number in the catalogue."""
        row = bisect_left(self.corpus.records, record)
        return (
            row < len(self.records)
            and self.corpus.records.item(row) == record
            and self.records.item(row)
        )

    def replies_to(self, records: Ints) -> Replies:
        """The readable replies to some records.

        Args:
            records: Rows of ``corpus.records``, none of them twice.
        """
        corpus, position = self.corpus, self.positions(records)
        held = np.flatnonzero((position[corpus.reply_parent] >= 0) & self.records[corpus.reply])
        accepted = corpus.reply_accepted[held]
        return Replies(
            rows=corpus.reply[held],
            to=position[corpus.reply_parent[held]],
            accepted=accepted,
            thanks=corpus.reply_thanks[held] & ~accepted,
        )

    def thanking(self, records: Ints) -> Mask:
        """Which of some records only thank for something that the viewer may read.

        Args:
            records: Rows of ``corpus.records``, none of them twice.
        """
        corpus, position = self.corpus, self.positions(records)
        held = corpus.reply_thanks & ~corpus.reply_accepted & self.records[corpus.reply_parent]
        held &= position[corpus.reply] >= 0
        told = np.zeros(len(records), dtype=np.bool_)
        told[position[corpus.reply[held]]] = True
        return told

    def answered_by(self, records: Ints) -> Ints:
        """What some records answer: rows of ``corpus.records``, -1 for one that answers nothing.

        Nor does one that only thanks, or whose question the viewer may not read.

        Args:
            records: Rows of ``corpus.records``, none of them twice.
        """
        corpus, position = self.corpus, self.positions(records)
        held = (position[corpus.reply] >= 0) & self.records[corpus.reply_parent]
        held &= corpus.reply_accepted | ~corpus.reply_thanks
        answered = np.full(len(records), -1, dtype=np.int64)
        answered[position[corpus.reply[held]]] = corpus.reply_parent[held]
        return answered

    def contains(self, passages: Ints) -> Mask:
        """Which passages, by id, the viewer may read; an unknown id is not readable."""
        rows = self.corpus.owners.of(passages)
        held = rows >= 0
        held[held] = self.records[rows[held]]
        return held

    def positions(self, records: Ints) -> Ints:
        """For each row of the corpus's records, where it stands among some; -1 for the others."""
        position = np.full(len(self.corpus.records), -1, dtype=np.int64)
        position[records] = np.arange(len(records))
        return position


def readable(corpus: Corpus, permitted: Sequence[bool]) -> Readable:
    """Apply the outcome of each access rule to a corpus.

    Args:
        corpus: The corpus.
        permitted: For each rule number, whether the viewer may read what carries it.
    """
    # The last place is for NO_RULE, which is -1: what is gone stays unreadable.
    flags = np.array([*permitted, False], dtype=np.bool_)
    return Readable(
        corpus=corpus,
        rules=frozenset(int(rule) for rule in np.flatnonzero(flags)),
        records=flags[corpus.record_rule],
        whole=bool(flags[:-1].all()),
    )
