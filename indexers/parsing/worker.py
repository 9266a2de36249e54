"""The parser's process: ``python -m indexers.parsing.worker LIMITS``.

Requests come on standard input and outcomes leave on what was standard output, as
`indexers.parsing.frames`; nothing else is shared with the process that started it.
"""

import json
import os
import resource
import stat
import sys
from pathlib import Path

from indexers.parsing.frames import read_frame, write_frame
from indexers.parsing.parsed import FailureReason, ParseError, ParseFailure, to_json
from indexers.parsing.reading import read_file, read_html

_MB = 2**20


def main() -> None:
    """Serves requests until standard input closes."""
    limits = json.loads(sys.argv[1])
    _limit_resources(limits["memory_bytes"])
    # Libraries that print must not write into the outcomes.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (request := read_frame(sys.stdin.buffer)) is not None:
        answer = _answer(json.loads(request), limits["file_bytes"])
        if len(answer) > limits["output_bytes"]:
            size = limits["output_bytes"] // _MB
            answer = _failed(FailureReason.TOO_LARGE, f"its text is larger than {size} MB")
        write_frame(answers, answer)


def _limit_resources(memory_bytes: int) -> None:
    # RLIMIT_DATA counts memory that is written to; address space alone costs nothing.
    for kind, limit in ((resource.RLIMIT_DATA, memory_bytes), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (limit, limit))


def _answer(request: dict[str, str], file_bytes: int) -> bytes:
    try:
        if "html" in request:
            return to_json(read_html(request["html"]))
        path = Path(request["path"])
        return to_json(read_file(path.name, _content(path, file_bytes)))
    except ParseError as error:
        return to_json(error.failure)
    except MemoryError:
        return _failed(FailureReason.OUT_OF_MEMORY, "it takes more memory than a file may")
    except ImportError as error:
        return json.dumps({"missing": str(error)}).encode()


def _content(path: Path, file_bytes: int) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ParseError(FailureReason.UNREADABLE, "it is not a regular file")
        if status.st_size > file_bytes:
            size = file_bytes // _MB
            raise ParseError(FailureReason.TOO_LARGE, f"it is larger than {size} MB")
        return path.read_bytes()
    except OSError as error:
        raise ParseError(FailureReason.UNREADABLE, f"{error.strerror}") from error


def _failed(reason: FailureReason, message: str) -> bytes:
    return to_json(ParseFailure(reason=reason, message=message))


if __name__ == "__main__":
    main()
