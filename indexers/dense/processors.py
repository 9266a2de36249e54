"""What is computed on which processors."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue

from threadpoolctl import threadpool_limits


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


def products_on_one_thread() -> None:
    """Have this process multiply matrices on the thread that asks, from now on.

    Those of a query are too small to share: a library's threads wait for each other, and go on
    waiting on processors that an encoder wants. A search takes 32 ms instead of 37 without them.
    """
    threadpool_limits(1, user_api="blas")
