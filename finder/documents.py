"""From passages to the records that hold them: a record is as relevant as its best passages."""

from dataclasses import dataclass

import numpy as np

from finder.corpus import KINDS, Corpus, Ints
from finder.domain import Kind
from finder.fusion import Part, Relevance, on_grid

_PROFILE = KINDS.index(Kind.PERSON)

BEST_PASSAGES = 3
"""Of a record, so many passages tell whether it is about what is asked, rather than mentions it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """The constants of the ranking of records; measured in docs/en/explanation/ranking.md.

    Attributes:
        breadth: The share of the mean of a record's best passages in its score, the rest being
            that of the very best.
        neighbours: The share of what is near in meaning.
        reply: The share of what a reply lacks of the score of what it replies to that it gains.
        accepted: The same of an answer that whoever asked accepted.
        preference: What a document gains at most for being recent and vouched for.
    """

    breadth: float = 0.2
    neighbours: float = 0.25
    reply: float = 0.7
    accepted: float = 0.85
    preference: float = 0.03


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedRecords:
    """Records in falling order of relevance; arrays of one shape.

    Attributes:
        records: Rows of the corpus.
        best: The passage id that speaks for each record.
        relevance: The parts of each record's score.
    """

    records: Ints
    best: Ints
    relevance: Relevance

    def take(self, positions: Ints) -> "RankedRecords":
        """Some of them, in the order given."""
        return RankedRecords(
            records=self.records[positions],
            best=self.best[positions],
            relevance=self.relevance.take(positions),
        )


def rank_records(
    corpus: Corpus, passages: Ints, relevance: Relevance, *, breadth: float
) -> RankedRecords:
    """Rank the records of scored passages.

    A record's score is mostly that of its best passage, and a little the mean of its best ones: of
    two that answer equally well in one place, the one that goes on about it comes first. A profile
    lists what somebody knows, and goes on about nothing: its best passage alone counts.

    Equal scores are ordered by age of arrival, oldest first, so that an answer repeats exactly.

    Args:
        corpus: Holds every one of the passages.
        passages: Passage ids, in any order.
        relevance: Their scores, in the same order.
        breadth: As of :class:`Scoring`.
    """
    owners = corpus.owners.of(passages)
    order = np.lexsort((passages, -relevance.total, owners))  # each record's passages, best first
    records, starts, counts = np.unique(owners[order], return_index=True, return_counts=True)
    best = order[starts]
    places = np.arange(len(order)) - np.repeat(starts, counts)
    lists = corpus.record_kind[records] == _PROFILE
    counted = np.minimum(counts, np.where(lists, 1, BEST_PASSAGES))
    held = order[places < np.repeat(counted, counts)]
    begins = np.cumsum(counted) - counted
    scores = Relevance(
        parts={
            part: on_grid(
                (1.0 - breadth) * values[best]
                + breadth * np.add.reduceat(values[held], begins) / counted
            )
            for part, values in relevance.parts.items()
        }
        if len(records)
        else relevance.parts
    )
    ranking = np.lexsort((passages[best], -scores.total))
    return RankedRecords(
        records=records[ranking],
        best=passages[best[ranking]],
        relevance=scores.take(ranking),
    )


def led_by(corpus: Corpus, ranked: RankedRecords, rows: Ints) -> RankedRecords:
    """Some records first, each as if its words were all that was asked; then the others.

    Args:
        corpus: Where they are.
        ranked: A ranking that may hold them.
        rows: Those to come first, each with a passage, none of them twice.
    """
    leading = np.unique(rows)
    rest = ranked.take(np.flatnonzero(~np.isin(ranked.records, leading)))
    return RankedRecords(
        records=np.concatenate([leading, rest.records]),
        best=np.concatenate([corpus.first_passages[leading], rest.best]),
        relevance=Relevance(
            parts={
                part: np.concatenate([np.full(len(leading), part is Part.WORDS), scores])
                for part, scores in rest.relevance.parts.items()
            }
        ),
    )


def newest_first(corpus: Corpus, ranked: RankedRecords) -> RankedRecords:
    """Records of equal relevance by their day, those without one last."""
    age = -np.nan_to_num(corpus.record_day[ranked.records], nan=-np.inf)
    return ranked.take(np.argsort(age, kind="stable"))
