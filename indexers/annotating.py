"""Annotates many texts in a process of its own, so that a large fill takes a second core.

A few texts are annotated where they are: the process takes seconds to start.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import IO, Final

from indexers.annotation import Annotation, Annotator, Text
from indexers.parsing.frames import read_frame, write_frame

_MANY: Final = 300
"""Passages at once that are worth a process."""

_IDLE_SECONDS: Final = 30.0
"""After which a process that nobody asks gives its memory back."""

Annotations = list[Annotation]


class BatchAnnotator:
    """Annotates batches, beside its caller where there is a core for it and enough to do.

    Args:
        annotator: Annotates one text.
    """

    def __init__(self, annotator: Annotator) -> None:
        self._annotator = annotator
        self._thread = ThreadPoolExecutor(1, "finder-annotator")
        self._process: Future[_AnnotatorProcess] | None = None
        self._last = monotonic()

    def begin(self, texts: Sequence[Text]) -> Callable[[], Annotations]:
        """Begin with some texts; what is returned waits for their annotations, in order.

        It raises whatever the annotation of any of them raises, and an OSError or EOFError where
        the process beside this one ends.
        """
        self._last = monotonic()
        if process := self._beside(sum(len(text.passages) for text in texts)):
            return self._thread.submit(process.annotate, texts).result
        return partial(_annotated, self._annotator, texts)

    def rest(self) -> None:
        """End the process if there has been nothing to do for a while."""
        if self._process and monotonic() - self._last > _IDLE_SECONDS:
            self._end()

    def close(self) -> None:
        """End the process."""
        self._thread.shutdown(cancel_futures=True)
        self._end()

    def _beside(self, passages: int) -> "_AnnotatorProcess | None":
        """The process, if it is ready."""
        if self._process is None:
            if passages >= _MANY and (os.cpu_count() or 1) > 1:
                self._process = self._thread.submit(_AnnotatorProcess, self._annotator)
            return None
        process = self._started()
        if process and not process.alive:
            self._end()
            return None
        return process

    def _started(self) -> "_AnnotatorProcess | None":
        """The process, unless it is not there yet or cannot be started."""
        started = self._process
        if started is None or not started.done() or started.cancelled() or started.exception():
            return None
        return started.result()

    def _end(self) -> None:
        if process := self._started():
            process.end()
            self._process = None


class _AnnotatorProcess:
    """One process, for one thread at a time.

    Raises:
        EOFError: It does not start.
    """

    def __init__(self, annotator: Annotator) -> None:
        # A new interpreter that imports nothing of the program that runs here, never a fork.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "indexers.annotating"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # an interrupt is for whoever asks
        )
        try:
            self._ask(annotator)
        except BaseException:
            self.end()
            raise

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def annotate(self, texts: Sequence[Text]) -> Annotations:
        """The annotations of some texts.

        Raises:
            Exception: Whatever the annotation of any of them raises.
        """
        try:
            told = self._ask(texts)
        except (EOFError, OSError):
            self._process.kill()  # what is left of it, so that it is not asked again
            self._process.wait()
            raise
        if isinstance(told, Exception):
            raise told
        assert isinstance(told, list)  # noqa: S101 - as it is answered below
        return told

    def end(self) -> None:
        """Close the pipes, at whose end it ends, and wait for that."""
        with suppress(BrokenPipeError), self._process:
            pass

    def _ask(self, request: object) -> object:
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        assert self._process.stdout is not None  # noqa: S101
        write_frame(self._process.stdin, pickle.dumps(request))
        answer = read_frame(self._process.stdout)
        if answer is None:
            raise EOFError
        told: object = pickle.loads(answer)  # noqa: S301 - from our own process
        return told


def _annotated(annotator: Annotator, texts: Sequence[Text]) -> Annotations:
    return [annotator.annotate(text) for text in texts]


def _serve(requests: IO[bytes]) -> None:
    """Take an annotator, then annotate until nobody asks any more."""
    # What libraries print must not stand between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    annotator: Annotator | None = None
    while (request := read_frame(requests)) is not None:
        asked = pickle.loads(request)  # noqa: S301 - from the process that started this one
        answer: object = None
        if annotator is None:
            annotator = asked
        else:
            try:
                answer = _annotated(annotator, asked)
            except Exception as error:  # noqa: BLE001 - theirs to deal with, text by text
                answer = error
        write_frame(answers, pickle.dumps(answer))


if __name__ == "__main__":
    _serve(sys.stdin.buffer)
