"""One thread that runs calls by urgency."""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from queue import PriorityQueue
from typing import TypeVar

Result = TypeVar("Result")


class Urgency(IntEnum):
    """Who goes first; calls of one urgency run in the order in which they came."""

    QUERY = 0
    LENGTHS = 1
    PASSAGES = 2
    STOP = 3


class Worker:
    """Runs calls one at a time, in a thread of its own, the most urgent first.

    A call that runs is never interrupted: an urgent one waits for its end at most.
    """

    def __init__(self, name: str) -> None:
        self._calls: PriorityQueue[tuple[Urgency, int, Callable[[], None]]] = PriorityQueue()
        self._ticket = itertools.count()
        self._guard = threading.Lock()
        self._closed = False
        # A daemon, so that a program which forgets close() still ends.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, urgency: Urgency, call: Callable[[], Result]) -> Future[Result]:
        """Queues a call.

        Raises:
            RuntimeError: The worker is closed.
        """
        future: Future[Result] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits
                future.set_exception(error)

        with self._guard:
            if self._closed:
                raise RuntimeError("the worker is closed")
            self._calls.put((urgency, next(self._ticket), run))
        return future

    def close(self) -> None:
        """Ends the thread once what is queued has run; a second call does nothing."""
        with self._guard:
            if not self._closed:
                self._closed = True
                self._calls.put((Urgency.STOP, next(self._ticket), lambda: None))
        self._thread.join()

    def _run(self) -> None:
        while True:
            urgency, _, call = self._calls.get()
            call()
            if urgency is Urgency.STOP:
                return
            del call  # keeps no texts and no vectors alive while the queue is empty
