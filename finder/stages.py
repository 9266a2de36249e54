"""Stages of an answer, timed for whoever observes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

Observer = Callable[[str, float], None]
"""Is told each stage's name and its duration in seconds."""


def unobserved(_stage: str, _seconds: float) -> None:
    """Nobody measures."""


@contextmanager
def stage(name: str, observe: Observer) -> Iterator[None]:
    """Time what is done inside, whether it succeeds or not."""
    start = perf_counter()
    try:
        yield
    finally:
        observe(name, perf_counter() - start)
