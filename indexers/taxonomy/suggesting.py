"""Suggests synonyms: what is asked in other words, and leads to the same records.

Subjects are compared by the cosine of what was opened from them. A record counts by the days on
which it was opened, times ``log(subjects / subjects that it was opened from)``: what is opened from
everything, such as a home page, says nothing (Salton and Buckley, 1988, for words and documents).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log, sqrt
from typing import TYPE_CHECKING, Final

from indexers.clicks import Opened
from indexers.lexical.analysis import query_terms
from indexers.lexical.expansion import Expander, Words

if TYPE_CHECKING:
    from finder.domain import RecordKey

LEAST_DAYS: Final = 3
"""Days, summed over the records that both lead to, on which each did: fewer may be chance, or one
person's habit."""

LEAST_LIKENESS: Final = 0.5
"""Cosine: below it, most of what the two lead to is different."""

_MOST_SUBJECTS: Final = 20
"""Subjects that a record may be opened from: one that answers more is about none of them. It also
holds the pairs that are compared to some 200 for each record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two names that may mean the same.

    Attributes:
        names: As they are asked for.
        days: On how many days each of the two led to the same records, summed over these.
        records: How many records these are.
        likeness: The cosine of what they led to, up to 1.
    """

    names: tuple[str, str]
    days: int
    records: int
    likeness: float


def suggested(
    opened: Collection[Opened], expand: Expander, *, decided: Iterable[Sequence[str]] = ()
) -> list[Suggestion]:
    """The names that may be synonyms, the best supported first.

    Args:
        opened: What was opened, from which queries.
        expand: Tells what finds what already: that is not suggested again.
        decided: Names that somebody has looked at together: neither is what was left out.
    """
    looked_at = {
        frozenset(map(_words, pair)) for names in decided for pair in combinations(names, 2)
    }
    names = _names(opened)
    by_record: dict[RecordKey, Counter[str]] = defaultdict(Counter)
    for each in opened:
        by_record[each.record][names[each.query]] += each.days
    found = [
        pair
        for pair in _pairs(by_record.values(), len(set(names.values())))
        if pair.days >= LEAST_DAYS
        and pair.likeness >= LEAST_LIKENESS
        and frozenset(map(_words, pair.names)) not in looked_at
        and _is_new(*pair.names, expand)
    ]
    return sorted(found, key=lambda pair: (-pair.days, -pair.likeness, pair.names))


def _names(opened: Iterable[Opened]) -> dict[str, str]:
    """For each query the name of its subject: what most ask who use any form of its words."""
    asked: dict[Words, Counter[str]] = defaultdict(Counter)
    for each in opened:
        asked[_words(each.query)][each.query] += each.days
    return {
        query: min(queries, key=lambda each: (-queries[each], each))
        for queries in asked.values()
        for query in queries
    }


def _words(name: str) -> Words:
    return tuple(query_terms(name))


def _pairs(by_record: Iterable[Counter[str]], subjects: int) -> Iterator[Suggestion]:
    """Every two subjects that led to a record which tells something.

    Only those that share a record are ever put together: the cost is that of the log.

    Args:
        by_record: For each record, on how many days each subject led to it.
        subjects: How many there are in all.
    """
    squares: dict[str, float] = defaultdict(float)
    shared: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for days in by_record:
        if len(days) > _MOST_SUBJECTS or len(days) == subjects:
            continue
        rarity = log(subjects / len(days))
        for subject, count in days.items():
            squares[subject] += (count * rarity) ** 2
        for one, other in combinations(sorted(days), 2):
            product = days[one] * days[other] * rarity**2
            shared[one, other].append((product, min(days[one], days[other])))
    for (one, other), parts in shared.items():
        yield Suggestion(
            names=(one, other),
            days=sum(days for _, days in parts),
            records=len(parts),
            likeness=sum(product for product, _ in parts) / sqrt(squares[one] * squares[other]),
        )


def _is_new(one: str, other: str, expand: Expander) -> bool:
    """Whether two names share no word, and neither finds the other as another name already."""
    words, others = query_terms(one), query_terms(other)
    if not frozenset().union(*words).isdisjoint(frozenset().union(*others)):
        return False
    return not (_finds(one, others, expand) or _finds(other, words, expand))


def _finds(asked: str, words: Sequence[frozenset[str]], expand: Expander) -> bool:
    return any(
        len(name.words) == len(words) and not any(map(frozenset.isdisjoint, name.words, words))
        for expansion in expand(asked)
        for name in expansion.others
    )
