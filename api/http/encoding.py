"""Encodes behind the server's back: what was sent becomes findable by meaning."""

from threading import Event, Thread
from typing import Literal

import structlog

from api.assembly import Installation
from finder.errors import BusyError, FinderError
from indexers.dense.writer import awaiting_vectors

PURPOSE = "background encoding"

_IDLE_SECONDS = 10.0
"""Between looks at what another process may have added; what is sent here wakes it at once."""

_COURTESY_SECONDS = 0.25
"""Between batches, without the lock: a writer who waits tries twenty times a second."""

_log = structlog.stdlib.get_logger("finder.encoding")


class BackgroundEncoding:
    """A thread that loads the encoder, then encodes whatever awaits a vector.

    Args:
        installation: What it works on.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._stopping = Event()
        self._woken = Event()
        self._failure: str | None = None
        self._thread = Thread(target=self._run, name="finder-encoding", daemon=True)

    @property
    def state(self) -> Literal["ready", "loading", "failed"]:
        """Whether meaning can answer."""
        if self._failure is not None:
            return "failed"
        return "ready" if self._installation.encoder.built else "loading"

    @property
    def failure(self) -> str | None:
        """Why it gave up, if it did."""
        return self._failure

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def wake(self) -> None:
        """Tell it that there is something new."""
        self._woken.set()

    def stop(self) -> None:
        """End after the batch in hand."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._installation.finder.follow(self._installation.viewer())
            _ = self._installation.encoder.identity  # builds it
            while not self._stopping.is_set():
                if self._encode_batch():
                    self._stopping.wait(_COURTESY_SECONDS)
                else:
                    self._woken.wait(_IDLE_SECONDS)
                    self._woken.clear()
        except FinderError as error:
            # Words go on answering: the server tells that it is degraded, and why.
            self._failure = str(error)
            _log.exception("encoding stopped", code=error.code)

    def _encode_batch(self) -> bool:
        """Encode one batch under the writer's lock, and tell whether there may be more to do."""
        if not awaiting_vectors(self._installation.database):
            return False
        try:
            with self._installation.filling(PURPOSE) as pipeline:
                return pipeline.encode_batch() > 0
        except BusyError:
            return True
