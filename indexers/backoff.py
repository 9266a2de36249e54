"""When to try again what failed for a reason that may pass."""

from typing import Final

FIRST_SECONDS: Final = 30.0
"""A machine that is short of memory or time for a moment has recovered by then."""
GROWTH: Final = 4.0
MOST_ATTEMPTS: Final = 5
"""With the waits above, the last is most of an hour after the first; then somebody must look."""
JITTER: Final = 0.2
"""The share by which a wait is shorter or longer, so that what failed together comes apart."""


def next_try(attempts: int, *, now: float, chance: float) -> float | None:
    """When, as a Unix time, or None where it was tried often enough.

    The wait is ``FIRST_SECONDS * GROWTH ** (attempts - 1)``, give or take the jitter.

    Args:
        attempts: How often it has failed, the last time included; from 1.
        now: The present, as a Unix time.
        chance: A random number from 0 to 1.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = FIRST_SECONDS * GROWTH ** (attempts - 1)
    return now + wait * (1.0 + JITTER * (2.0 * chance - 1.0))
