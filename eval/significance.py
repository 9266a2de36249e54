"""Whether a difference between two systems may be chance."""

import numpy as np

from finder.corpus import Floats

PERMUTATIONS = 10_000
SEED = 20_070_611
"""Any; the same figures give the same p."""

_AT_ONCE = 500
"""Permutations held in memory together."""
_ROUNDING = 1e-9
"""Differences of means that are equal but for the order of their sum."""


def randomisation_test(differences: Floats, *, permutations: int = PERMUTATIONS) -> Floats:
    """The two-sided p of a paired randomisation test.

    If the two systems did not differ, either could have had either's score on any topic. So the
    signs of the differences are flipped at random, and p tells how often the mean then is as far
    from 0 as it was observed, the observation itself being one of the ways to flip them.

    Source: Smucker, Allan & Carterette, "A Comparison of Statistical Significance Tests for
    Information Retrieval Evaluation", CIKM 2007.

    Args:
        differences: Shape ``(topics, measures)``, float64.
        permutations: How many times to flip.

    Returns:
        For each measure its p, shape ``(measures,)``; the signs of a topic flip together.
    """
    random = np.random.default_rng(SEED)
    observed = np.abs(differences.sum(axis=0)) - _ROUNDING
    as_far = np.zeros(differences.shape[1], dtype=np.int64)
    for start in range(0, permutations, _AT_ONCE):
        count = min(_AT_ONCE, permutations - start)
        signs = random.integers(0, 2, (count, len(differences)), dtype=np.int8) * 2.0 - 1.0
        as_far += (np.abs(signs @ differences) >= observed).sum(axis=0)
    p: Floats = (as_far + 1) / (permutations + 1)
    return p
