import os
from threading import Barrier

import pytest

from indexers.dense.processors import threads_on_processors


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="processors cannot be told here")
def test_each_thread_stays_on_a_processor_of_its_own() -> None:
    processors = os.sched_getaffinity(0)
    together = Barrier(len(processors), timeout=30)

    def where() -> set[int]:
        together.wait()
        return os.sched_getaffinity(0)

    with threads_on_processors("test") as threads:
        found = [each.result() for each in [threads.submit(where) for _ in processors]]
    assert sorted(map(sorted, found)) == [[processor] for processor in sorted(processors)]
    assert os.sched_getaffinity(0) == processors
