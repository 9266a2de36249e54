"""Threads that share a scan, each on a processor of its own."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue


def threads_on_processors(name: str) -> ThreadPoolExecutor:
    """A thread for each processor that this process may use; it stays there, where that is known.

    Left to the scheduler, threads that wake together often share a processor while another sleeps:
    one that a virtual machine has given back does not count as idle. A scan takes twice as long.

    Args:
        name: What the threads' names start with.
    """
    processors: SimpleQueue[int] = SimpleQueue()

    def stay() -> None:
        with suppress(OSError):  # this process may have lost the processor meanwhile
            os.sched_setaffinity(0, {processors.get()})

    if not hasattr(os, "sched_setaffinity"):
        return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix=name)
    for processor in os.sched_getaffinity(0):
        processors.put(processor)
    return ThreadPoolExecutor(processors.qsize(), thread_name_prefix=name, initializer=stay)
