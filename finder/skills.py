"""What somebody's writing shows that they know, apart from what their profile declares.

A skill that they name in several records, and more often than everybody does, is theirs. Only what
the viewer may read has any part in it, in what is counted for others too.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from finder.access import Viewer
from finder.corpus import ROLES, WRITTEN, Corpus, Ints, Mask, Readable
from finder.domain import Person, PersonId, Record, Role, last_change
from finder.folding import folded
from finder.ports import Library, SkillIndex, SkillName

_FEWEST: Final = 2
"""Records that name a skill: once may be by chance."""

_LEAST_SHARE: Final = 0.02
"""Of somebody's records: of a thousand, a few name anything."""

_MORE_THAN_OTHERS: Final = 2.0
"""How many times as often as in everybody's records: what all write about is nobody's skill."""

_SHOWN: Final = 10
_CONSIDERED: Final = 50
"""Of the skills that they name, those that they name most."""

_EXAMPLES: Final = 3

_AUTHOR = ROLES.index(Role.AUTHOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSkill:
    """A skill that somebody's records show.

    Attributes:
        id: What its taxonomy knows it by.
        name: What it is called.
        declared: Whether their profile names it too.
        records: How many of their records name it.
        last: When the newest of them was changed, as far as that is known.
        examples: The newest of them.
    """

    id: str
    name: SkillName
    declared: bool
    records: int
    last: datetime | None
    examples: Sequence[Record]


class SkillFinder:
    """Tells what people know, for a viewer.

    Args:
        library: Reads the catalogue.
        skills: Tells which passages name which skills.
    """

    def __init__(self, library: Library, skills: SkillIndex) -> None:
        self._library = library
        self._skills = skills

    def shown_by(self, person: PersonId, viewer: Viewer) -> list[ShownSkill]:
        """The skills that somebody's records show, those that set them apart most first."""
        number = self._library.person_number(person)
        if number is None:
            return []
        readable = self._library.readable(self._library.corpus(), viewer)
        written = _written_by(readable, number)
        naming = self._naming(readable, written)
        names = self._skills.names(naming)
        if not names:
            return []
        apart = self._apart(readable, {skill: naming[skill] for skill in names}, len(written))
        profile = self._library.people([number])[number].profile
        known = profile is not None and readable.holds(profile.number)
        declared = _declared(profile.record) if profile and known else frozenset()
        return [
            self._shown(readable.corpus, skill, names[skill], naming[skill], declared)
            for skill in apart[:_SHOWN]
        ]

    def _naming(self, readable: Readable, written: Ints) -> dict[str, list[int]]:
        """The skills that some records name most, and the rows of those that name each."""
        corpus = readable.corpus
        passages = corpus.passages[np.isin(corpus.passage_record, written)]
        named = _rows(readable, self._skills.in_passages(passages))
        most = sorted(named, key=lambda skill: (-len(named[skill]), skill))[:_CONSIDERED]
        fewest = max(_FEWEST, _LEAST_SHARE * len(written))
        return {skill: named[skill] for skill in most if len(named[skill]) >= fewest}

    def _apart(
        self, readable: Readable, naming: Mapping[str, Sequence[int]], written: int
    ) -> list[str]:
        """The skills that somebody names more often than everybody does, best first.

        By how many records name each, times the logarithm of how much more often that is.
        """
        everywhere = _rows(readable, self._skills.passages_with(list(naming)))
        share = written / np.count_nonzero(readable.records & _is_written(readable.corpus))
        more = {
            skill: len(rows) / (share * len(everywhere[skill]))
            for skill, rows in naming.items()
            if everywhere.get(skill)  # it may have gone meanwhile
        }
        theirs = [skill for skill in more if more[skill] >= _MORE_THAN_OTHERS]
        return sorted(theirs, key=lambda each: (-len(naming[each]) * math.log(more[each]), each))

    def _shown(
        self,
        corpus: Corpus,
        skill: str,
        name: SkillName,
        rows: Sequence[int],
        declared: Collection[str],
    ) -> ShownSkill:
        newest = sorted(rows, key=lambda row: -np.nan_to_num(corpus.record_day[row], nan=-np.inf))
        numbers = corpus.records[newest[:_EXAMPLES]].tolist()
        stored = self._library.records(numbers)
        examples = [stored[number].record for number in numbers if number in stored]
        return ShownSkill(
            id=skill,
            name=name,
            declared=any(folded(each) in declared for each in (name.french, name.english)),
            records=len(rows),
            last=last_change(examples[0]) if examples else None,
            examples=examples,
        )


def _is_written(corpus: Corpus) -> Mask:
    """Which records somebody wrote, rather than is."""
    return WRITTEN[corpus.record_kind]


def _written_by(readable: Readable, person: int) -> Ints:
    """Rows of the readable records that somebody wrote, but for questions that were answered."""
    corpus = readable.corpus
    theirs = (corpus.association_person == person) & (corpus.association_role == _AUTHOR)
    rows = np.unique(corpus.association_record[theirs])
    rows = rows[readable.records[rows] & _is_written(corpus)[rows]]
    replies = readable.replies_to(rows)
    return np.delete(rows, np.unique(replies.to[replies.accepted]))


def _rows(readable: Readable, named: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """By skill, the rows of the readable written records whose passages name it, ascending."""
    corpus, pairs = readable.corpus, list(named)
    passages = np.array([passage for passage, _ in pairs], dtype=np.int64)
    found: dict[str, set[int]] = defaultdict(set)
    for place in np.flatnonzero(readable.contains(passages)).tolist():
        passage, skill = pairs[place]
        row = corpus.passage_record.item(bisect_left(corpus.passages, passage))
        if WRITTEN[corpus.record_kind[row]]:
            found[skill].add(row)
    return {skill: sorted(rows) for skill, rows in found.items()}


def _declared(profile: Record) -> frozenset[str]:
    skills = profile.skills if isinstance(profile, Person) else ()
    return frozenset(folded(skill.name) for skill in skills)
