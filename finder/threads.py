"""An answer is found with its question, whose words it seldom says again.

Source: Seo, Croft & Smith, "Online Community Search Using Thread Structure", CIKM 2009: a post is
retrieved better with its thread than alone. Only what the viewer may read has any part in it.
"""

from dataclasses import replace

import numpy as np

from finder.corpus import Corpus, Ints, Readable
from finder.documents import RankedRecords
from finder.fusion import Part, Relevance, on_grid
from finder.neighbours import LOOKED_AT


def with_answers(
    within: Readable, ranked: RankedRecords, *, reply: float, accepted: float
) -> RankedRecords:
    """A ranking in which replies to the first records are raised towards what they reply to.

    Those that it lacks are added. One that only thanks is not raised.

    Args:
        within: What may be in the ranking.
        ranked: The records.
        reply: The share of what a reply lacks of the score of what it replies to that it gains.
        accepted: The same of an answer that whoever asked accepted.
    """
    replies = within.replies_to(ranked.records[:LOOKED_AT])
    if not len(replies.rows):
        return ranked
    places = within.positions(ranked.records)
    total, place = ranked.relevance.total, places[replies.rows]
    own = np.where(place >= 0, total[place], 0.0)
    shares = np.where(replies.accepted, accepted, np.where(replies.thanks, 0.0, reply))
    gains = on_grid(shares * (total[replies.to] - own).clip(min=0.0))
    raised = (gains > 0.0) & (within.corpus.first_passages[replies.rows] >= 0)
    if not raised.any():
        return ranked
    new = replies.rows[raised & (place < 0)]
    extended = _with_records(within.corpus, ranked, new)
    places[new] = np.arange(len(ranked.records), len(extended.records))
    lent = np.zeros(len(extended.records))
    lent[places[replies.rows[raised]]] = gains[raised]
    parts = {**extended.relevance.parts, Part.QUESTION: lent}
    lifted = replace(extended, relevance=Relevance(parts=parts))
    return lifted.take(np.argsort(-lifted.relevance.total, kind="stable"))


def _with_records(corpus: Corpus, ranked: RankedRecords, rows: Ints) -> RankedRecords:
    """A ranking with some records more at its end, which score nothing yet."""
    nothing = np.zeros(len(rows))
    return RankedRecords(
        records=np.concatenate([ranked.records, rows]),
        best=np.concatenate([ranked.best, corpus.first_passages[rows]]),
        relevance=Relevance(
            parts={
                part: np.concatenate([scores, nothing])
                for part, scores in ranked.relevance.parts.items()
            }
        ),
    )
