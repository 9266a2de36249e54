"""Works behind the server's back: what was received becomes findable, by words and by meaning."""

import ctypes
from contextlib import suppress
from threading import Event, Thread
from typing import Literal

import structlog

from api.assembly import Installation
from finder.errors import BusyError, FinderError, RetryError
from indexers.catalogue.progress import is_paused_now

PURPOSE = "finder serve"

_IDLE_SECONDS = 1.0
"""Between looks at the queue, which other processes fill too; what is sent here wakes at once."""

_log = structlog.stdlib.get_logger("finder.working")


class BackgroundWork:
    """A thread that loads the indexes and the encoder, then works on the queue.

    It holds the writer's lock from the moment at which nobody else does: who would fill leaves
    their records in the queue, and the model is in memory once. Where another process works, such
    as ``finder worker``, the server answers and receives.

    Args:
        installation: What it works on.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._stopping = Event()
        self._woken = Event()
        self._failure: str | None = None
        self._thread = Thread(target=self._run, name="finder-working", daemon=True)

    @property
    def encoder(self) -> Literal["ready", "loading", "failed"]:
        """Whether meaning can answer."""
        if self._failure is not None:
            return "failed"
        return "ready" if self._installation.encoder.built else "loading"

    @property
    def failure(self) -> str | None:
        """Why it gave up, if it did."""
        return self._failure

    @property
    def resting(self) -> bool:
        """Whether nobody will work on what is received, for now: it is paused, or this gave up."""
        return self._failure is not None or is_paused_now(self._installation.database)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def wake(self) -> None:
        """Tell it that there is something new."""
        self._woken.set()

    def stop(self) -> None:
        """End after what is in hand, which takes a second at most."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._forget_clicks()
            self._installation.mend(PURPOSE)  # what cannot be read before may be read after
            self._installation.finder.follow(self._installation.viewer())
            _ = self._installation.encoder.identity  # builds it
            _give_back_memory()
            while not self._stopping.is_set():
                self._hold()
                self._rest()
        except FinderError as error:
            # Words go on answering: the server tells that it is degraded, and why.
            self._failure = str(error)
            _log.exception("work stopped", code=error.code)

    def _hold(self) -> None:
        """Work for as long as the server runs, unless another process does."""
        try:
            with self._installation.working(PURPOSE) as worker:
                _give_back_memory()
                while not self._stopping.is_set():
                    worker.run(self._stopping)
                    self._rest()
        except BusyError:
            return

    def _rest(self) -> None:
        self._forget_clicks()
        self._woken.wait(_IDLE_SECONDS)
        self._woken.clear()

    def _forget_clicks(self) -> None:
        with suppress(RetryError):  # it is tried again in a moment
            self._installation.click_log.expire()


def _give_back_memory() -> None:
    """Let the system have what loading took and no longer holds, where glibc keeps it.

    The arrays of one thread leave holes among those of another: a tenth of what a server holds.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
