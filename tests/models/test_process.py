"""A process that holds a model: here numbers, called by functions that take one."""

import gc
import operator
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import psutil
import pytest

from finder.errors import DependencyError, EncodingError
from models.process import ModelProcess

FORGETFUL = """
import os, signal
from models.process import ModelProcess
process = ModelProcess(int, 0)
print(process.call(os.getsid), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_what_is_built_there_is_called_there() -> None:
    process = ModelProcess(int, 0)
    assert process.call(operator.add, 5) == 5
    # It leads a session of its own: an interrupt from the keyboard does not reach it.
    session = process.call(os.getsid)
    assert session != os.getsid(0)
    assert is_running(session)
    process.close()
    assert not is_running(session)


def test_a_model_keeps_its_state() -> None:
    process = ModelProcess(list, "ab")
    process.call(list.append, "c")
    assert process.call(list.index, "c") == 2
    process.close()


def test_an_error_of_finders_is_raised_here_and_the_process_goes_on() -> None:
    process: ModelProcess[Future[None]] = ModelProcess(Future)
    process.call(Future.set_exception, DependencyError("pip install it"))
    with pytest.raises(DependencyError, match="pip install it"):
        process.call(Future.result)
    assert process.call(Future.done)
    process.close()


def test_a_process_that_is_ended_from_outside_costs_no_call() -> None:
    before = set(psutil.Process().children())  # other tests' may be among them
    process = ModelProcess(int, 7)
    (child,) = set(psutil.Process().children()) - before
    child.kill()
    assert process.call(operator.neg) == -7
    assert not child.is_running()
    process.close()


def test_a_call_that_ends_the_process_fails_and_the_next_one_does_not() -> None:
    process = ModelProcess(int, int(signal.SIGKILL))
    with pytest.raises(EncodingError, match="was ended by SIGKILL: it may have wanted more memory"):
        process.call(signal.raise_signal)
    assert process.call(operator.neg) == -signal.SIGKILL
    process.close()


def test_whoever_waits_for_one_that_is_closed_learns_so() -> None:
    before = set(psutil.Process().children())
    process = ModelProcess(float, 60.0)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(process.call, time.sleep)
        time.sleep(0.3)  # it sleeps by now
        process.close()
        with pytest.raises(EncodingError, match="is closed"):
            waiting.result()
    assert set(psutil.Process().children()) <= before


def test_a_mistake_ends_the_process_and_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    process = ModelProcess(int, 3)
    with pytest.raises(EncodingError, match="ended with status 1"):
        process.call(operator.floordiv, 0)
    assert "ZeroDivisionError" in capfd.readouterr().err
    process.close()


def test_one_that_is_forgotten_ends() -> None:
    process = ModelProcess(int, 0)
    session = process.call(os.getsid)
    del process
    gc.collect()
    assert not is_running(session)


def test_it_ends_with_whoever_started_it() -> None:
    starting = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", FORGETFUL], capture_output=True, check=False, text=True
    )
    assert starting.returncode == -signal.SIGKILL
    with suppress(psutil.NoSuchProcess):
        psutil.Process(int(starting.stdout)).wait(30.0)  # raises where it is still there
