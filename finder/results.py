"""What an answer holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

from finder.domain import PersonId, Record, RecordKey, Role, key_of
from finder.fusion import Part
from finder.query import Mode
from finder.snippets import Snippet

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """A part of a list.

    Attributes:
        items: This part.
        total: How many there are in all, as far as they were counted.
        relation: Whether ``total`` is exact or a lower bound.
        mode: Which evidence was used.
        corrected: What was asked instead, where words of the query were mistyped.
        unmatched: Words of the query that nothing it was looked for in holds, by no other name
            either; none where somebody is asked for by name.
        next_offset: Where the next part starts, or None at the end.
    """

    items: Sequence[Item]
    total: int
    relation: Literal["eq", "gte"]
    mode: Mode
    corrected: str | None
    unmatched: Sequence[str]
    next_offset: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassage:
    """The passage that speaks for a record."""

    snippet: Snippet
    heading: str
    page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord:
    """A record found; its ``parts`` sum to ``score`` exactly.

    In a list it stands for its other ``versions``.
    """

    record: Record
    score: float
    parts: Mapping[Part, float]
    passage: FoundPassage
    versions: Sequence[Record] = ()

    @property
    def key(self) -> RecordKey:
        """What names the record."""
        return key_of(self.record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a record speaks for a person.

    ``contribution`` is ``(strength x order + presence) x role_weight x share x recency``, rounded
    to the grid on which sums are exact.
    """

    found: FoundRecord
    role: Role
    role_name: str
    at: datetime | None
    contribution: float
    strength: float
    role_weight: float
    share: float
    recency: float
    order: float
    presence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """A person found.

    ``score`` is exactly the sum of the contributions of ``evidence`` and of ``rest``, which stands
    for the ``rest_count`` records that are not shown. Who is ``named`` is asked for by
    name, and comes before whoever is not. Without a ``rank``, nothing speaks for them.
    """

    id: PersonId
    profile: Record | None
    named: bool
    rank: int | None
    score: float
    evidence: Sequence[Evidence]
    rest: float
    rest_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the owner of a profile is told of their place beside others'.

    Attributes:
        people: How many people were found.
        first: The score of the first of them; None where there is nobody.
        ahead: The score of whoever is one place ahead; None for the first.
        records: In how many records that they may read they have a part, their profile aside.
    """

    people: int
    first: float | None
    ahead: float | None
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why somebody is where they are; ``standing`` is for themselves alone."""

    person: FoundPerson
    standing: Standing | None
