"""How long work tells whoever waits how far it is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol


class Progress(Protocol):
    """Starts a step; what the step yields is told how many units are done."""

    def __call__(
        self, label: str, total: int | None, *, unit: str
    ) -> AbstractContextManager[Callable[[int], None]]:
        """Begin.

        Args:
            label: What goes on.
            total: How many units there will be, if that is known.
            unit: What is counted.
        """
        ...
