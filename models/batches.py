"""Splits texts into batches of like length, so that little of the work is padding."""

from collections.abc import Sequence


def batches_by_length(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Groups positions so that a batch's padded size stays within a budget.

    Args:
        lengths: Length of each text, in tokens.
        budget: Tokens in a batch, padding included; a longer text makes a batch alone.

    Returns:
        Batches of positions in ``lengths``, from the shortest texts to the longest; every
        position is in one of them.
    """
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        # Lengths rise, so a batch is padded to the text that joins last.
        if not batches or (len(batches[-1]) + 1) * lengths[place] > budget:
            batches.append([])
        batches[-1].append(place)
    return batches
