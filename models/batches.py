"""Splits texts into batches of like length, so that little of the work is padding."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

BATCH_COST: Final = 128
"""What a batch takes beside its tokens, in tokens: small ones make less of the processor."""


def batches_by_length(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Groups positions into batches that take the least time together.

    A batch takes `BATCH_COST` and its padded size, which stays within a budget: its texts are
    padded to the longest. Of all ways to cut the texts in order of length, this is the best.

    Args:
        lengths: Length of each text, in tokens.
        budget: Tokens in a batch, padding included; a longer text makes a batch alone.

    Returns:
        Batches of positions in ``lengths``, from the shortest texts to the longest; every
        position is in one of them.
    """
    places = sorted(range(len(lengths)), key=lengths.__getitem__)
    least = [0.0]  # what the first so many texts take
    starts = [0]  # where their last batch begins
    for end, place in enumerate(places, start=1):
        longest = lengths[place]
        first = min(max(0, end - budget // max(1, longest)), end - 1)
        taken, start = min(
            (least[start] + (end - start) * longest, start) for start in range(first, end)
        )
        least.append(taken + BATCH_COST)
        starts.append(start)
    cuts = [len(places)]
    while cuts[-1]:
        cuts.append(starts[cuts[-1]])
    return [places[start:end] for start, end in pairwise(reversed(cuts))]
