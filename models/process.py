"""A model in a process of its own.

Python's lock is then not shared with it. In one process, torch asks for the lock after each of
the hundreds of steps of an encoding, and may have to wait every time: beside a thread that only
computes in Python, a query of 20 ms took 1.3 s. And a process that crashes, or that a system short
of memory ends, is started anew.

Calls go through a pair of sockets, pickled; ``python -m models.process DESCRIPTOR`` is the other
end.
"""

import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socketpair
from typing import Any, Final, Generic, TypeVar, TypeVarTuple

from finder.errors import EncodingError, FinderError

Model = TypeVar("Model")
Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

_PACKAGES: Final = Path(__file__).resolve().parents[1]
# A new interpreter, never a fork. ``-P`` keeps it from importing out of the current folder.
_COMMAND: Final = (sys.executable, "-P", "-m", "models.process")
_END_SECONDS: Final = 1.0
"""What a process that has closed its socket takes to end, and more."""


class _EndedError(Exception):
    """The process is no more; the message tells how it ended."""


class ModelProcess(Generic[Model]):
    """Builds a model in a new process, and calls it there. For one thread at a time.

    A call that finds the process ended, or closed, starts another; one that it ends at is tried
    once more.
    Whoever forgets to close it ends it with itself all the same.

    Args:
        build: Builds the model. What is built with, called and returned travels by pickle:
            functions by their names, and Finder's own errors.
        arguments: What it is built with.

    Raises:
        FinderError: What ``build`` raised.
        EncodingError: The process ended meanwhile.
    """

    def __init__(self, build: Callable[[*Arguments], Model], *arguments: *Arguments) -> None:
        self._building = (build, arguments)
        self._start()

    def call(
        self, function: Callable[[Model, *Arguments], Result], *arguments: *Arguments
    ) -> Result:
        """What a function of the model returns.

        Raises:
            FinderError: What the function raised.
            EncodingError: The process ended meanwhile, twice, or was closed.
        """
        if not self.close.alive:
            self._start()
        result: Result
        try:
            result = self._ask(function, arguments)
        except _EndedError:
            self._start()
            result = self._ask_at_last(function, arguments)
        return result

    def _start(self) -> None:
        ours, theirs = socketpair()
        path = os.pathsep.join(filter(None, (str(_PACKAGES), os.environ.get("PYTHONPATH"))))
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*_COMMAND, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # an interrupt from the keyboard is for whoever calls
            )
        self._connection = Connection(ours.detach())
        self.close = weakref.finalize(self, _end, self._process, self._connection)
        try:
            self._ask_at_last(*self._building)
        except BaseException:
            self.close()
            raise

    def _ask_at_last(self, function: Callable[..., object], arguments: tuple[object, ...]) -> Any:  # noqa: ANN401 - what it returns
        try:
            return self._ask(function, arguments)
        except _EndedError as error:
            raise EncodingError(f"the model's process {error}") from error

    def _ask(self, function: Callable[..., object], arguments: tuple[object, ...]) -> Any:  # noqa: ANN401 - what it returns
        try:
            self._connection.send((function, arguments))
            succeeded, outcome = self._connection.recv()
        except (EOFError, OSError) as error:
            if not self.close.alive:
                raise EncodingError("the model's process is closed") from error
            raise _EndedError(self._ending()) from error
        except BaseException:
            self.close()  # its answer is not to be taken for that to the next call
            raise
        if not succeeded:
            raise outcome
        return outcome

    def _ending(self) -> str:
        """How the process ended, or is made to."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        self.close()
        code = self._process.returncode
        if code >= 0:
            return f"ended with status {code}: the lines that it wrote before tell why"
        cause = signal.Signals(-code).name
        return f"was ended by {cause}: it may have wanted more memory than there was"


def _end(process: subprocess.Popen[bytes], connection: Connection) -> None:
    process.kill()  # whoever waits for its answer learns so
    process.wait()
    connection.close()


def _serve(connection: Connection) -> None:
    """Build a model as the first request says, and call it as those after it do."""
    model: tuple[object, ...] = ()
    with suppress(EOFError, ConnectionError):  # whoever calls is gone
        while True:
            function, arguments = connection.recv()
            try:
                outcome = function(*model, *arguments)
            except FinderError as error:
                connection.send((False, error))
                continue
            connection.send((True, outcome if model else None))
            model = model or (outcome,)


if __name__ == "__main__":
    _serve(Connection(int(sys.argv[1])))
