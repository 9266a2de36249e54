"""What the parser's process takes from itself before it meets a file: for Linux.

A file that takes the process over can still do what its user may do with files. It can neither
outgrow its limits, nor outlive the process that started it, nor reach the network.
"""

import ctypes
import errno
import fcntl
import os
import platform
import resource
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from indexers.parsing.limits import Limits

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_PR_SET_NO_NEW_PRIVS = 38

# Of linux/audit.h and of each architecture's table of system calls.
_ARCHITECTURES: Mapping[str, tuple[int, int]] = {
    "x86_64": (0xC000003E, 41),
    "aarch64": (0xC00000B7, 198),
}
"""The number of an architecture and that of its call ``socket``."""
_IO_URING_SETUP = 425
"""The number, everywhere, of a call through which sockets are made as well."""
_X32 = 0x40000000
"""From here on, the calls of x86-64 have second numbers."""

# Of linux/bpf_common.h and linux/seccomp.h: what the filter is made of.
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_CALL, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EACCES


class _Filter(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine(limits: Limits, lifeline: int) -> None:
    """Confines this process, and all that it starts, for good.

    Args:
        limits: What a file may cost.
        lifeline: A pipe that closes when the process that started this one ends.

    Raises:
        OSError: The system refuses.
    """
    _end_with(lifeline)
    for kind, limit in (
        # Memory that is written to; reserved addresses, of which some programs take terabytes,
        # cost nothing.
        (resource.RLIMIT_DATA, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.scratch_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))
    sys.addaudithook(_refuse_network)
    _refuse_sockets()


def allow_computing(seconds: int) -> None:
    """Has the kernel end this process after so many more seconds of computing."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # The kernel counts whole seconds: one more, so that none is missing.
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds + 1, hard))


def peak_memory() -> int:
    """The most memory that this process has held so far, in bytes.

    ``getrusage`` would tell more: it counts the process that started this one.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _end_with(lifeline: int) -> None:
    """Has the kernel kill this process and its children, busy as they are, with its parent.

    That is the pipe's signal, sent when it closes. A parent's death signal (``prctl``) would come
    as soon as the thread that started this process ends.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:
        sys.exit(1)  # it closed before the signal was asked for


def _refuse_network(event: str, _: tuple[object, ...]) -> None:
    """Says plainly what the kernel would refuse; holds where its filter is not to be had."""
    if event.startswith("socket.") and event != "socket.__new__":
        raise PermissionError(errno.EACCES, "a parser has no network")


def _refuse_sockets() -> None:
    """Has the kernel refuse sockets, but those between this machine's processes, to native code.

    LibreOffice needs the latter. The filter is a program of classic BPF (seccomp(2)).
    """
    known = _ARCHITECTURES.get(platform.machine())
    if known is None:
        return
    architecture, socket_call = known
    steps = (
        # operation, operand, steps to skip if so, steps to skip if not
        (_LOAD, _ARCHITECTURE, 0, 0),
        (_JUMP_EQUAL, architecture, 0, 7),
        (_LOAD, _CALL, 0, 0),
        (_JUMP_AT_LEAST, _X32, 5, 0),
        (_JUMP_EQUAL, _IO_URING_SETUP, 4, 0),
        (_JUMP_EQUAL, socket_call, 0, 2),
        (_LOAD, _FIRST_ARGUMENT, 0, 0),
        (_JUMP_EQUAL, socket.AF_UNIX, 0, 1),
        (_RETURN, _ALLOW, 0, 0),
        (_RETURN, _REFUSE, 0, 0),
    )
    program = b"".join(struct.pack("=HBBI", op, yes, no, k) for op, k, yes, no in steps)
    loaded = _Filter(len(steps), program)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, 0)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(loaded))


def _prctl(option: int, first: int, second: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    arguments = (ctypes.c_ulong(value) for value in (first, second, 0, 0))
    if library.prctl(option, *arguments):
        raise OSError(ctypes.get_errno(), "prctl")
