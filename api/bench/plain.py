"""``unstructured`` as one would call it, in one process: ``python -m api.bench.plain``.

Paths come on standard input, one a line in JSON; for each, the seconds that it took leave on
standard output, or ``null`` where it could not be read.
"""

import contextlib
import json
import os
import signal
import sys
import warnings
from pathlib import Path
from types import FrameType
from typing import NoReturn

from eval.bench.timing import seconds_of

PATIENCE = 60.0
"""Seconds after which a file counts as read, in so many: better than it is."""


class _OutOfPatience(BaseException):
    """Not to be caught by a library that goes on after any exception."""


def main() -> None:
    """Answers until standard input closes."""
    _make_it_run_offline()
    signal.signal(signal.SIGALRM, _give_up)
    answers = sys.stdout
    for line in sys.stdin:
        with contextlib.redirect_stdout(sys.stderr):
            seconds = _seconds(Path(json.loads(line)))
        print(json.dumps(seconds), file=answers, flush=True)


def _seconds(path: Path) -> float | None:
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        return seconds_of(lambda: _read(path))
    except _OutOfPatience:
        return PATIENCE
    except Exception:  # noqa: BLE001 - anything that a damaged file makes a library raise
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _read(path: Path) -> None:
    if path.suffix.lower() == ".pdf":
        _read_pdf(path)
        return
    from unstructured.partition.auto import partition

    partition(filename=str(path))


def _read_pdf(path: Path) -> None:
    """What the strategy ``fast`` does, but for its sorting of the boxes on a page and its links.

    ``unstructured`` itself only takes PDFs together with its models of layout, and these bring a
    torchvision that does not go with torch for CPUs.
    """
    from unstructured.partition.pdf_image.pdfminer_utils import (
        get_text_with_deduplication,
        open_pdfminer_pages_generator,
    )
    from unstructured.partition.text import element_from_text
    from unstructured.partition.utils.config import env_config

    threshold = env_config.PDF_CHAR_DUPLICATE_THRESHOLD
    with path.open("rb") as file:
        for _, layout in open_pdfminer_pages_generator(file):
            for box in layout:
                if hasattr(box, "get_text"):
                    text = get_text_with_deduplication(box, threshold)
                    if text.strip():
                        element_from_text(text)


def _make_it_run_offline() -> None:
    """Gives it a pipeline that is installed and quick; it would download a slower one."""
    os.environ |= {"DO_NOT_TRACK": "1", "UNSTRUCTURED_DISABLE_NOTICE": "1"}
    sys.modules["torch"] = None  # type: ignore[assignment]  # spaCy would load it, for nothing
    warnings.simplefilter("ignore")
    import spacy
    from unstructured.nlp import tokenize

    pipeline = spacy.blank("fr")
    pipeline.add_pipe("sentencizer")
    tokenize._get_nlp = lambda: pipeline  # noqa: SLF001 - the one hook that there is


def _give_up(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _OutOfPatience


if __name__ == "__main__":
    main()
