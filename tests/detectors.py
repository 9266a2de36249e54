"""Detectors that another process can import."""

import os
from dataclasses import dataclass

from finder.domain import Language


@dataclass(frozen=True)
class PlaceDetector:
    """Calls French what is detected in the process that made it, and English what is not.

    A text about nothing is a mistake.
    """

    home: int

    def detect(self, text: str) -> Language:
        if "nothing" in text:
            raise ZeroDivisionError(text)
        return Language.FRENCH if os.getpid() == self.home else Language.ENGLISH
