"""Messages on a pipe: four bytes of length, then as many of content.

The parser's process reads and writes blocking streams. The process that waits for it gives each
transfer a deadline, of `time.monotonic`, and needs its ends of the pipes non-blocking.
"""

import os
import select
import struct
import time
from typing import IO

_LENGTH = struct.Struct(">I")
_CHUNK = 2**20
"""Bytes moved through a pipe at once."""


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    """Sends one message."""
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next message; None at the end of the stream."""
    header = stream.read(_LENGTH.size)
    return stream.read(_length(header)) if len(header) == _LENGTH.size else None


def send_frame(descriptor: int, payload: bytes, deadline: float) -> None:
    """Sends one message in time.

    Raises:
        TimeoutError: The reader does not take it by the deadline.
        OSError: The reader is gone.
    """
    rest = memoryview(_LENGTH.pack(len(payload)) + payload)
    while rest:
        _wait(descriptor, select.POLLOUT, deadline)
        rest = rest[os.write(descriptor, rest[:_CHUNK]) :]


def receive_frame(descriptor: int, deadline: float, *, most: int) -> bytes:
    """The next message, of at most so many bytes, in time.

    Raises:
        TimeoutError: It is not there by the deadline.
        EOFError: The writer is gone.
        ValueError: It announces more bytes than it may have.
    """
    length = _length(_receive(descriptor, _LENGTH.size, deadline))
    if length > most:
        raise ValueError(f"a message of {length} bytes, of {most} at most")
    return _receive(descriptor, length, deadline)


def _receive(descriptor: int, size: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        _wait(descriptor, select.POLLIN, deadline)
        part = os.read(descriptor, min(size - len(data), _CHUNK))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError


def _length(header: bytes) -> int:
    length: int = _LENGTH.unpack(header)[0]
    return length
