"""Passages compared with a query token by token, beside vector by vector.

One vector tells what a text is about, and blurs which words meet which. So the first candidates are
compared in detail as well: each token of the query with the nearest of a passage, a rare word's
counting for more. Source: Khattab & Zaharia, "ColBERT: Efficient and Effective Passage Search via
Contextualized Late Interaction over BERT", SIGIR 2020, whose tokens are of a model made for it;
here they are of an inner layer of the encoder that is there anyway.
"""

from collections.abc import Sequence

import numpy as np

from finder.corpus import Floats, Ints, Mask
from finder.snippets import Span

_EQUAL = 1e-9
"""Interactions that differ by no more are the same: that much comes of rounding."""


def token_weights(bounds: Ints, rarities: Sequence[tuple[Span, float]]) -> Floats:
    """What each token of a query counts: as much as the word is rare that it is part of.

    Args:
        bounds: Where each starts and has ended, shape ``(n, 2)``.
        rarities: The words that are looked for, and how rare each is; no other counts.
    """
    weights = np.zeros(len(bounds))
    for span, rare in rarities:
        inside = (bounds[:, 0] < span.end) & (bounds[:, 1] > span.start)
        weights[inside] = np.maximum(weights[inside], rare)
    return weights


def with_interaction(scores: Floats, interaction: Floats, share: float, *, foreign: Mask) -> Floats:
    """Scores by meaning in which the interaction of tokens has a share.

    Interactions are of another height than inner products of vectors, and of another spread with
    each query: they are brought to the mean and the deviation of the scores that they join. Tokens
    in another language than the query are further from its own, and brought there by themselves.

    Args:
        scores: Of the first candidates.
        interaction: Of the same; NaN for one without tokens, which keeps its score.
        share: From 0 to 1.
        foreign: Which of them are in another language.
    """
    told = np.isfinite(interaction)
    mixed = scores.copy()
    for known in (np.flatnonzero(told & ~foreign), np.flatnonzero(told & foreign)):
        own, beside = scores[known], interaction[known]
        if not len(known) or np.ptp(beside) <= _EQUAL:  # they tell nothing apart
            continue
        own, beside = own - own.mean(), beside - beside.mean()
        mixed[known] += share * (beside * np.sqrt(own @ own / (beside @ beside)) - own)
    return mixed
