"""Messages on a pipe: four bytes of length, then as many of JSON."""

import struct
from typing import IO

_LENGTH = struct.Struct(">I")
HEADER_SIZE = _LENGTH.size


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    """Sends one message."""
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next message; None at the end of the stream."""
    header = stream.read(HEADER_SIZE)
    return stream.read(frame_length(header)) if len(header) == HEADER_SIZE else None


def frame_length(header: bytes) -> int:
    """The length that a header announces, in bytes."""
    length: int = _LENGTH.unpack(header)[0]
    return length
