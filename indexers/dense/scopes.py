"""What the texts that a viewer may read have in common, and which of them are in what language.

Some texts are near to whatever is asked: short ones, and names (Radovanovic et al., "Hubs in
Space", JMLR 2010). They are nearer to the mean of all texts than others are, so a share of that
mean is taken from a query.

An encoder of many languages finds a text in the language of the query likelier than one on its
subject in another (Roy et al., "LAReQA: Language-Agnostic Answer Retrieval from a Multilingual
Pool", EMNLP 2020). By how much is seen for each query in what the viewer may read: of each
language one passage in so many is past a likeness that should be the same for all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from finder.corpus import LANGUAGES, Floats, Ints, Mask
from finder.domain import Language
from finder.ports import Vectors
from indexers.dense.codes import scale
from indexers.dense.shards import Shards

UNKNOWN: Final = LANGUAGES.index(Language.OTHER)

COMMON: Final = 0.2
"""The share of what texts have in common that is taken from a query; measured in
docs/en/explanation/ranking.md."""
FEWEST: Final = 50
"""Passages of a language below which their likeness says more of their subjects."""
_LOOKED_AT: Final = 500
"""So many passages, evenly among all that are meant, tell what holds of them."""
_NEAR: Final = 0.1
"""The share of a language's passages past the likeness that is made the same for all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scope:
    """What a viewer may read of the index.

    Attributes:
        allowed: For each of :data:`LANGUAGES`, a flag for each position.
        samples: By language, positions of some passages, where two languages or more can be
            compared; otherwise none.
        common: By language, the mean of some vectors of what is in it or in none, shape
            ``(dimension,)``; where languages are not compared, that of all, by no language.
    """

    allowed: Sequence[Mask]
    samples: Mapping[int, Ints]
    common: Mapping[int, Vectors]


def scope(allowed: Sequence[Mask], order: Sequence[Ints], held: Sequence[Shards]) -> Scope:
    """What a viewer may read, and what that has in common.

    Args:
        allowed: As of :class:`Scope`.
        order: The positions, in an order that does not depend on when they were filled.
        held: The codes at those positions.
    """
    seen = [places[flags[places]] for flags, places in zip(allowed, order, strict=True)]
    samples = {
        language: positions[:: _step(len(positions))]
        for language, positions in enumerate(seen)
        if language != UNKNOWN and len(positions) >= FEWEST
    }
    if len(samples) > 1:
        common = {
            language: _mean([(held[part], seen[part]) for part in (language, UNKNOWN)])
            for language in samples
        }
        return Scope(allowed=allowed, samples=samples, common=common)
    common = {UNKNOWN: _mean([*zip(held, seen, strict=True)])}
    return Scope(allowed=allowed, samples={}, common=common)


def _step(passages: int) -> int:
    return max(1, -(-passages // _LOOKED_AT))


def _mean(parts: Sequence[tuple[Shards, Ints]]) -> Vectors:
    """The mean vector at some positions, or at some of them, where they are many."""
    step = _step(sum(len(positions) for _, positions in parts))
    some = [shards.codes(positions[::step]) for shards, positions in parts if len(positions)]
    if not some:
        return np.zeros(1, dtype=np.float32)
    mean = np.concatenate(some).mean(axis=0, dtype=np.float64)
    return np.asarray(mean / scale(len(mean)), dtype=np.float32)


def nearness(likeness: Floats) -> float:
    """How near a language is to a query, from the likeness of some of its passages to it."""
    place = len(likeness) - max(1, round(_NEAR * len(likeness)))
    return float(np.partition(likeness, place)[place])
