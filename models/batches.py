"""Splits texts into batches of like length, so that little of the work is padding."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import partial


def batches_by_length(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Groups positions so that a batch's padded size stays within a budget.

    There are as few batches as the budget allows, and the largest is as small as it can then be:
    a model makes less of the processor in a batch of what was left over.

    Args:
        lengths: Length of each text, in tokens.
        budget: Tokens in a batch, padding included; a longer text makes a batch alone.

    Returns:
        Batches of positions in ``lengths``, from the shortest texts to the longest; every
        position is in one of them.
    """
    within = partial(_filled, sorted(range(len(lengths)), key=lengths.__getitem__), lengths)
    fewest = len(within(budget))
    return within(bisect_left(range(budget), -fewest, key=lambda size: -len(within(size))))


def _filled(places: Sequence[int], lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Batches of some positions, each as full as it can be; lengths rise along them."""
    batches: list[list[int]] = []
    for place in places:
        # A batch is padded to the text that joins last.
        if not batches or (len(batches[-1]) + 1) * lengths[place] > budget:
            batches.append([])
        batches[-1].append(place)
    return batches
