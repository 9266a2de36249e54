"""Passages of several languages on one scale of likeness to a query.

An encoder of many languages finds a text in the language of the query likelier than one on its
subject in another (Roy et al., "LAReQA: Language-Agnostic Answer Retrieval from a Multilingual
Pool", EMNLP 2020). By how much is seen for each query in what the viewer may read: of each
language one passage in so many is past a likeness that should be the same for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from finder.corpus import Floats, Ints, Mask
from finder.domain import Language

LANGUAGES: Final = tuple(Language)
UNKNOWN: Final = LANGUAGES.index(Language.OTHER)

FEWEST: Final = 50
"""Passages of a language below which their likeness says more of their subjects."""
_LOOKED_AT: Final = 500
"""Passages of a language, evenly among them all, that tell how near to a query it is."""
_NEAR: Final = 0.1
"""The share of a language's passages past the likeness that is made the same for all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scope:
    """What a viewer may read of the index.

    Attributes:
        allowed: A flag for each position.
        parts: By language, the flags of its passages alone; all in one where there are not two
            languages or more to be compared.
        samples: By language, positions of some of its passages; none where there is one part.
    """

    allowed: Mask
    parts: Mapping[int, Mask]
    samples: Mapping[int, Ints]


def scope(allowed: Mask, languages: Ints) -> Scope:
    """What a viewer may read, by its languages.

    Args:
        allowed: A flag for each position.
        languages: Of each position the index in :data:`LANGUAGES`.
    """
    members = {
        language: places
        for language in range(len(LANGUAGES))
        if language != UNKNOWN
        and len(places := np.flatnonzero(allowed & (languages == language))) >= FEWEST
    }
    if len(members) < 2:  # noqa: PLR2004 - one language has nothing to be compared with
        return Scope(allowed=allowed, parts={UNKNOWN: allowed}, samples={})
    parts = {language: allowed & (languages == language) for language in members}
    rest = allowed & ~np.isin(languages, list(members))
    return Scope(
        allowed=allowed,
        parts={**parts, UNKNOWN: rest},
        samples={
            language: places[:: -(-len(places) // _LOOKED_AT)]
            for language, places in members.items()
        },
    )


def nearness(likeness: Floats) -> float:
    """How near a language is to a query, from the likeness of some of its passages to it."""
    place = len(likeness) - max(1, round(_NEAR * len(likeness)))
    return float(np.partition(likeness, place)[place])
