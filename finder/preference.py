"""A mild preference among documents that answer alike: for the recent and the vouched for.

It is small, it is a part of the score of its own, and it can be switched off. The ranking of people
has no part in it: there, age and roles count in another way.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from finder.corpus import Readable
from finder.documents import RankedRecords
from finder.fusion import Part, Relevance, on_grid

HALF_LIFE: Final = 365.0
"""Days after which the preference for a recent record is halved: rules and tools change by year."""


def with_preference(
    readable: Readable, ranked: RankedRecords, *, most: float, today: float
) -> RankedRecords:
    """A ranking in which the recent and the vouched for have a little more score.

    Args:
        readable: What the viewer may read, the records among it.
        ranked: The records.
        most: What a record of today that is vouched for gains; each of both is worth half.
        today: Days since 1970.
    """
    age = (today - readable.corpus.record_day[ranked.records]).clip(min=0.0)
    recent = np.where(np.isnan(age), 0.0, 0.5 ** (age / HALF_LIFE))
    vouched = readable.vouched[ranked.records]
    parts = {**ranked.relevance.parts, Part.PREFERENCE: on_grid(most * (recent + vouched) / 2.0)}
    preferred = replace(ranked, relevance=Relevance(parts=parts))
    return preferred.take(np.argsort(-preferred.relevance.total, kind="stable"))
