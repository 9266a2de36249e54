"""Passages of several languages on one scale of likeness to a query.

An encoder of many languages finds a text in the language of the query likelier than one on its
subject in another (Roy et al., "LAReQA: Language-Agnostic Answer Retrieval from a Multilingual
Pool", EMNLP 2020). By how much is seen for each query in what the viewer may read: of each
language one passage in so many is past a likeness that should be the same for all.
"""

from collections.abc import Mapping, Sequence
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
        allowed: For each of :data:`LANGUAGES`, a flag for each position.
        samples: By language, positions of some passages, where two languages or more can be
            compared; otherwise none.
    """

    allowed: Sequence[Mask]
    samples: Mapping[int, Ints]


def scope(allowed: Sequence[Mask]) -> Scope:
    """What a viewer may read, with what tells how near each language is to a query."""
    seen = {language: np.flatnonzero(flags) for language, flags in enumerate(allowed)}
    samples = {
        language: positions[:: -(-len(positions) // _LOOKED_AT)]
        for language, positions in seen.items()
        if language != UNKNOWN and len(positions) >= FEWEST
    }
    return Scope(allowed=allowed, samples=samples if len(samples) > 1 else {})


def nearness(likeness: Floats) -> float:
    """How near a language is to a query, from the likeness of some of its passages to it."""
    place = len(likeness) - max(1, round(_NEAR * len(likeness)))
    return float(np.partition(likeness, place)[place])
