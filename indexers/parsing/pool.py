"""Parsers in processes of their own, so that a hostile file costs itself and nothing else."""

import json
import queue
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from indexers.parsing.limits import Limits
from indexers.parsing.process import Outcome, ParserProcess


class ParserPool:
    """Parses files in warm processes. Its methods may be called from any thread.

    Args:
        workers: How many files are parsed at once.
        limits: What each may cost.
        ocr: Whether to recognise the text of scanned pages, for which Tesseract must be there.
    """

    def __init__(
        self, workers: int = 1, *, limits: Limits | None = None, ocr: bool = False
    ) -> None:
        self._workers = workers
        self._limits = limits or Limits()
        self._ocr = ocr
        self._processes: set[ParserProcess] = set()
        # A place without a process gets one when a file comes.
        self._idle: queue.LifoQueue[ParserProcess | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)
        self._closed = False

    @property
    def limits(self) -> Limits:
        """What each file may cost."""
        return self._limits

    def parse(self, path: Path, *, name: str | None = None) -> Outcome:
        """A file's blocks, or why there are none.

        Args:
            path: Where it lies, its links resolved: a link that is met is not followed.
            name: What it is called, if not as its path says.

        Raises:
            DependencyError: A package that the file's format needs is missing.
        """
        return self._ask({"path": str(path), "name": name or path.name, "ocr": self._ocr})

    def parse_html(self, html: str) -> Outcome:
        """The same for markup that a record carries; scripts and styles are left out."""
        return self._ask({"html": html})

    def parse_many(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Outcome]]:
        """Each path with its outcome, in order, a few files ahead of the caller."""
        ahead = 2 * self._workers
        threads = ThreadPoolExecutor(self._workers, "parser")
        try:
            pending: deque[tuple[Path, Future[Outcome]]] = deque()
            for path in paths:
                pending.append((path, threads.submit(self.parse, path)))
                if len(pending) >= ahead:
                    first, outcome = pending.popleft()
                    yield first, outcome.result()
            for path, outcome in pending:
                yield path, outcome.result()
        finally:  # the caller may have had enough
            threads.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Ends the processes; a file that one of them is at fails."""
        self._closed = True
        for process in list(self._processes):
            process.kill()
        for _ in range(self._workers):
            self._end(self._idle.get())
        for _ in range(self._workers):
            self._idle.put(None)  # who waits for a place learns that there is none

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, request: dict[str, str | bool]) -> Outcome:
        process = self._idle.get()
        try:
            if process is None or process.spent:
                self._end(process)
                process = None
                process = self._start()
            return process.ask(json.dumps(request).encode())
        finally:
            self._idle.put(process)

    def _start(self) -> ParserProcess:
        process = ParserProcess(self._limits)
        self._processes.add(process)
        if self._closed:  # perhaps too late for `close` to have seen it
            self._end(process)
            raise RuntimeError("the parsers are closed")
        return process

    def _end(self, process: ParserProcess | None) -> None:
        if process is not None:
            process.stop()
            self._processes.discard(process)
