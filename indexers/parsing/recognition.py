"""The text of scanned pages, recognised by Tesseract (OCR).

Tesseract runs as a child of the parser's process and in its process group: it shares its
confinement and its limits, and ends with it.
"""

import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING

from indexers.parsing.parsed import FailureReason, ParseError

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_LANGUAGES = ("fra", "eng")
_DOTS_PER_INCH = 300
"""What Tesseract's models were trained on."""
_POINTS_PER_INCH = 72
_MOST_PIXELS = 40_000_000
"""An A3 page has 17 million; a plan of several metres is rendered more coarsely."""


def recognised_text(page: "PdfPage") -> str:
    """The words that a page shows; empty if nothing is drawn on it.

    Raises:
        ParseError: Tesseract is not installed, or fails.
    """
    if next(iter(page.get_objects(max_depth=1)), None) is None:
        return ""
    width, height = page.get_size()
    scale = _DOTS_PER_INCH / _POINTS_PER_INCH
    scale = min(scale, (_MOST_PIXELS / (width * height)) ** 0.5)
    pixels = page.render(scale=scale, grayscale=True).to_numpy()
    rows, columns = pixels.shape[:2]
    run = subprocess.run(  # noqa: S603 - its time is that of the parser's process
        [*_tesseract(), "--dpi", str(round(scale * _POINTS_PER_INCH)), "stdin", "stdout"],
        input=b"P5 %d %d 255\n" % (columns, rows) + pixels.tobytes(),  # as netpbm's PGM
        capture_output=True,
        check=False,
    )
    if run.returncode:
        raise ParseError(
            FailureReason.CRASHED, f"Tesseract stopped while reading it ({run.returncode})"
        )
    return str(run.stdout, "utf-8", "replace").replace("\f", "")


@cache
def _tesseract() -> tuple[str, ...]:
    """The program, told to read what it knows of French and English."""
    program = shutil.which("tesseract")
    if program is None:
        raise _missing("Tesseract, which recognises scanned pages, is not installed; install it")
    listed = subprocess.run(  # noqa: S603 - the same
        [program, "--list-langs"], capture_output=True, check=False, text=True
    )
    known = [language for language in _LANGUAGES if language in listed.stdout.split()]
    if not known:
        raise _missing("Tesseract knows neither French nor English; install its data for them")
    return program, "-l", "+".join(known)


def _missing(what: str) -> ParseError:
    return ParseError(FailureReason.MISSING_PROGRAM, f"{what}, or turn the setting ocr off")
