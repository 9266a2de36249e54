"""Parsers in processes of their own, so that a hostile file costs itself and nothing else."""

import json
import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from finder.errors import DependencyError
from indexers.parsing.frames import HEADER_SIZE, frame_length, write_frame
from indexers.parsing.parsed import FailureReason, ParsedFile, ParseFailure, from_json

Outcome = ParsedFile | ParseFailure

_PACKAGES = Path(__file__).resolve().parents[2]
# A new interpreter, never a fork. ``-P`` keeps it from importing modules out of the current
# folder, which may be the one being indexed.
_COMMAND = (sys.executable, "-P", "-m", "indexers.parsing.worker")
_READ = 2**20
"""Bytes taken from a pipe at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost."""

    seconds: float = 120.0
    """Wall time: the slowest honest files take some ten seconds."""
    memory_bytes: int = 2 * 2**30
    """Written memory of the parser's process."""
    file_bytes: int = 200 * 2**20
    output_bytes: int = 64 * 2**20
    """A book of a thousand pages gives 3 MB."""
    files_per_worker: int = 500
    """Libraries leak; starting again takes two seconds."""


class ParserPool:
    """Parses files in warm processes. Its methods may be called from any thread.

    Args:
        workers: How many files are parsed at once.
        limits: What each may cost.
    """

    def __init__(self, workers: int = 1, *, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._folder = tempfile.TemporaryDirectory(prefix="finder-parser-")
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._workers = [_Worker(self._limits, self._folder.name) for _ in range(workers)]
        for worker in self._workers:
            self._idle.put(worker)

    def parse(self, path: Path) -> Outcome:
        """A file's blocks, or why there are none.

        Raises:
            DependencyError: A package that the file's format needs is missing.
        """
        return self._ask({"path": str(path)})

    def parse_html(self, html: str) -> Outcome:
        """The same for markup that a record carries; scripts and styles are left out."""
        return self._ask({"html": html})

    def parse_many(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Outcome]]:
        """Each path with its outcome, in order, a few files ahead of the caller."""
        ahead = 2 * len(self._workers)
        with ThreadPoolExecutor(len(self._workers), "parser") as threads:
            pending: deque[tuple[Path, Future[Outcome]]] = deque()
            for path in paths:
                pending.append((path, threads.submit(self.parse, path)))
                if len(pending) >= ahead:
                    first, outcome = pending.popleft()
                    yield first, outcome.result()
            for path, outcome in pending:
                yield path, outcome.result()

    def close(self) -> None:
        """Ends the processes."""
        for worker in self._workers:
            worker.stop()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, request: dict[str, str]) -> Outcome:
        worker = self._idle.get()
        try:
            return worker.ask(json.dumps(request).encode())
        finally:
            self._idle.put(worker)


class _Worker:
    """One process at a time, started when needed and replaced when it is spent."""

    def __init__(self, limits: Limits, folder: str) -> None:
        self._limits = limits
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def ask(self, request: bytes) -> Outcome:
        process = self._started()
        self._files += 1
        try:
            outcome = self._outcome(process, request)
        except TimeoutError:
            self.stop()
            limit = f"{self._limits.seconds:g} seconds"
            outcome = _failure(FailureReason.TIMED_OUT, f"it takes longer than {limit}")
        except (EOFError, OSError, ValueError):
            self.stop()
            outcome = _failure(FailureReason.CRASHED, _death(process.returncode))
        if isinstance(outcome, ParseFailure) and outcome.reason is FailureReason.OUT_OF_MEMORY:
            self.stop()  # what is left of it cannot be trusted with the next file
        return outcome

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # its children too
        process.communicate()

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._files >= self._limits.files_per_worker:
            self.stop()
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = self._start()
            self._files = 0
        return self._process

    def _start(self) -> "subprocess.Popen[bytes]":
        path = os.pathsep.join(filter(None, (str(_PACKAGES), os.environ.get("PYTHONPATH"))))
        one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        return subprocess.Popen(  # noqa: S603 - our own module
            [*_COMMAND, json.dumps(asdict(self._limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **one_thread, "PYTHONPATH": path, "TMPDIR": self._folder},
            start_new_session=True,
        )

    def _outcome(self, process: "subprocess.Popen[bytes]", request: bytes) -> Outcome:
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        deadline = time.monotonic() + self._limits.seconds
        write_frame(process.stdin, request)
        descriptor = process.stdout.fileno()
        length = frame_length(_read(descriptor, HEADER_SIZE, deadline))
        if length > self._limits.output_bytes:
            raise ValueError("more output than the limit")
        answer = _read(descriptor, length, deadline)
        if answer.startswith(b'{"missing"'):
            raise DependencyError(
                f"parsing needs a package that is missing or broken: {json.loads(answer)}"
            )
        return from_json(answer)


def _read(descriptor: int, size: int, deadline: float) -> bytes:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    data = bytearray()
    while len(data) < size:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimeoutError
        part = os.read(descriptor, min(size - len(data), _READ))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


def _death(code: int) -> str:
    cause = f" ({signal.Signals(-code).name})" if code < 0 else ""
    return f"the parser stopped while reading it{cause}"


def _failure(reason: FailureReason, message: str) -> ParseFailure:
    return ParseFailure(reason=reason, message=message)
