"""From passages to the records that hold them: a record is as relevant as its best passage."""

from dataclasses import dataclass

import numpy as np

from finder.corpus import Corpus, Ints, rows_of
from finder.fusion import Relevance


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


def rank_records(corpus: Corpus, passages: Ints, relevance: Relevance) -> RankedRecords:
    """Rank the records of scored passages.

    Equal scores are ordered by age of arrival, oldest first, so that an answer repeats exactly.

    Args:
        corpus: Holds every one of the passages.
        passages: Passage ids, in any order.
        relevance: Their scores, in the same order.
    """
    records = corpus.passage_record[rows_of(corpus.passages, passages)]
    order = np.lexsort((passages, -relevance.total))
    _, first = np.unique(records[order], return_index=True)
    best = order[np.sort(first)]
    return RankedRecords(
        records=records[best],
        best=passages[best],
        relevance=relevance.take(best),
    )


def led_by(corpus: Corpus, ranked: RankedRecords, rows: Ints) -> RankedRecords:
    """Some records first, each as if its words were all that was asked; then the others.

    Args:
        corpus: Where they are.
        ranked: A ranking that may hold them.
        rows: Those to come first, each with a passage, none of them twice.
    """
    passages = np.flatnonzero(np.isin(corpus.passage_record, rows))
    leading, first = np.unique(corpus.passage_record[passages], return_index=True)
    rest = ranked.take(np.flatnonzero(~np.isin(ranked.records, leading)))
    whole = np.ones(len(leading))
    return RankedRecords(
        records=np.concatenate([leading, rest.records]),
        best=np.concatenate([corpus.passages[passages[first]], rest.best]),
        relevance=Relevance(
            words=np.concatenate([whole, rest.relevance.words]),
            meaning=np.concatenate([np.zeros_like(whole), rest.relevance.meaning]),
            moved=np.concatenate([np.zeros_like(whole), rest.relevance.moved]),
        ),
    )


def newest_first(corpus: Corpus, ranked: RankedRecords) -> RankedRecords:
    """Records of equal relevance by their day, those without one last."""
    age = -np.nan_to_num(corpus.record_day[ranked.records], nan=-np.inf)
    return ranked.take(np.argsort(age, kind="stable"))
