"""One parser's process, as the process that started it sees it."""

import json
import os
import select
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from finder.errors import DependencyError
from indexers.parsing.frames import receive_frame, send_frame
from indexers.parsing.limits import Limits
from indexers.parsing.parsed import FailureReason, ParsedFile, ParseFailure, from_json

Outcome = ParsedFile | ParseFailure

_PACKAGES = Path(__file__).resolve().parents[2]
# A new interpreter, never a fork. ``-P`` keeps it from importing modules out of the current
# folder, which may be the one being indexed.
_COMMAND = (sys.executable, "-P", "-m", "indexers.parsing.worker")
_TRIAL = (sys.executable, "-c", "import indexers.parsing.worker")
_START_SECONDS = 120.0
"""After which a process that is not ready never will be; it takes one or two."""
_END_SECONDS = 1.0
"""What a process that has closed its pipes takes to end, and more."""


class ParserProcess:
    """A process that parses one file after the other, for one thread at a time.

    Args:
        limits: What each file may cost.

    Raises:
        DependencyError: It does not start.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._files = 0
        # For what libraries and programs write, and leave behind when they are killed.
        self._folder = TemporaryDirectory(prefix="finder-parser-", ignore_cleanup_errors=True)
        path = os.pathsep.join(filter(None, (str(_PACKAGES), os.environ.get("PYTHONPATH"))))
        one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        lifeline, end = os.pipe()
        self._lifeline: int | None = end
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*_COMMAND, json.dumps(asdict(limits)), str(lifeline)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **one_thread, "PYTHONPATH": path, "TMPDIR": self._folder.name},
                pass_fds=(lifeline,),
                start_new_session=True,
            )
        finally:
            os.close(lifeline)
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._requests = self._process.stdin.fileno()
        self._answers = self._process.stdout.fileno()
        os.set_blocking(self._requests, False)
        os.set_blocking(self._answers, False)
        self._await_start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def spent(self) -> bool:
        """Whether the next file deserves a new process: this one ended, is old or has bloated."""
        if self._files >= self._limits.files_per_worker or self._process.poll() is not None:
            return True
        resident: int = psutil.Process(self.pid).memory_info().rss
        return resident > self._limits.memory_bytes / 2

    def ask(self, request: bytes) -> Outcome:
        """What the process makes of a request; a failure where it comes to grief, and then ends.

        Raises:
            DependencyError: A package that the file's format needs is missing.
        """
        self._files += 1
        deadline = time.monotonic() + self._limits.seconds
        try:
            send_frame(self._requests, request, deadline)
            answer = receive_frame(self._answers, deadline, most=self._limits.output_bytes)
            missing = answer.startswith(b'{"missing"')
            outcome = None if missing else from_json(answer)
        except TimeoutError:
            self.stop()
            return self._too_slow()
        except (EOFError, OSError, ValueError, RecursionError):
            self._await_end()
            self.stop()
            return self._death()
        except BaseException:
            self.stop()  # its answer is not to be taken for that to the next request
            raise
        if outcome is None:
            raise DependencyError(
                f"parsing needs a package that is missing or broken: {json.loads(answer)}"
            )
        if isinstance(outcome, ParseFailure) and outcome.reason is FailureReason.OUT_OF_MEMORY:
            self.stop()  # what is left of it cannot be trusted with the next file
        return outcome

    def kill(self) -> None:
        """Ends it at once, from any thread; whoever waits for an answer gets a failure."""
        if self._process.returncode is None:  # else its number may be another's by now
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)  # its children too

    def stop(self) -> None:
        """Ends it and lets go of it; once is enough."""
        with self._process:  # closes the pipes, and waits
            self.kill()
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None
        self._folder.cleanup()

    def _await_start(self) -> None:
        try:
            receive_frame(self._answers, time.monotonic() + _START_SECONDS, most=0)
        except (EOFError, OSError, ValueError) as error:
            self.stop()
            raise DependencyError(
                f"the parser's process does not start; to see why, run: {shlex.join(_TRIAL)}"
            ) from error

    def _await_end(self) -> None:
        """Waits a moment for an end of its own, which tells why, and leaves it to be reaped."""
        with os.fdopen(os.pidfd_open(self.pid)) as ending:
            select.select([ending], [], [], _END_SECONDS)

    def _too_slow(self) -> ParseFailure:
        return _failure(
            FailureReason.TIMED_OUT, f"it takes longer than {self._limits.seconds:g} seconds"
        )

    def _death(self) -> ParseFailure:
        code = self._process.returncode
        if code == -signal.SIGXCPU:
            limit = self._limits.cpu_seconds
            message = f"it takes more than {limit} seconds of computing"
            return _failure(FailureReason.TIMED_OUT, message)
        cause = f" ({signal.Signals(-code).name})" if code < 0 else ""
        return _failure(FailureReason.CRASHED, f"the parser stopped while reading it{cause}")


def _failure(reason: FailureReason, message: str) -> ParseFailure:
    return ParseFailure(reason=reason, message=message)
