"""Tells whether anybody opens some files, whatever they do with them: inotify(7)."""

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_IN_OPEN = 0x20


@contextmanager
def watching(*files: Path) -> Iterator[Callable[[], bool]]:
    """Gives what tells whether one of some files was opened since it was asked last."""
    library = ctypes.CDLL(None, use_errno=True)
    watch = library.inotify_init1(os.O_NONBLOCK)
    assert watch >= 0, os.strerror(ctypes.get_errno())
    for file in files:
        assert library.inotify_add_watch(watch, os.fsencode(file), _IN_OPEN) >= 0

    def opened() -> bool:
        try:
            return bool(os.read(watch, 2**16))
        except BlockingIOError:
            return False

    try:
        yield opened
    finally:
        os.close(watch)
