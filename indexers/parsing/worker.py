"""The parser's process: ``python -m indexers.parsing.worker LIMITS LIFELINE``.

It says that it is ready with an empty message. Then requests come on standard input and outcomes
leave on what was standard output, as `indexers.parsing.frames`; nothing else is shared with the
process that started it.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from indexers.parsing.confinement import allow_computing, confine, peak_memory
from indexers.parsing.frames import read_frame, write_frame
from indexers.parsing.limits import Limits
from indexers.parsing.opening import opened
from indexers.parsing.parsed import (
    FailureReason,
    ParsedFile,
    ParseError,
    ParseFailure,
    to_json,
)
from indexers.parsing.reading import read_file, read_html

_MB = 2**20
_FULL = 0.9
"""Share of the memory at which a library may have been refused some. Few say so: to libxml2, the
file is then damaged, or ends there."""


def main() -> None:
    """Serves requests until standard input closes."""
    limits = Limits(**json.loads(sys.argv[1]))
    confine(limits, int(sys.argv[2]))
    # Libraries that print must not write into the outcomes.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    write_frame(answers, b"")
    while (request := read_frame(sys.stdin.buffer)) is not None:
        allow_computing(limits.cpu_seconds)
        write_frame(answers, _answer(json.loads(request), limits))


def _answer(request: dict[str, Any], limits: Limits) -> bytes:
    try:
        answer = to_json(_outcome(request, limits.file_bytes))
    except MemoryError:
        return _out_of_memory()
    except ImportError as error:
        return json.dumps({"missing": str(error)}).encode()
    except Exception as error:  # noqa: BLE001 - a mistake of a reader costs its file, not the run
        return _failed(FailureReason.CRASHED, f"the parser failed on it ({type(error).__name__})")
    if peak_memory() > _FULL * limits.memory_bytes:
        return _out_of_memory()
    if len(answer) > limits.output_bytes:
        size = limits.output_bytes // _MB
        return _failed(FailureReason.TOO_LARGE, f"its text is larger than {size} MB")
    return answer


def _outcome(request: dict[str, Any], file_bytes: int) -> ParsedFile | ParseFailure:
    try:
        if "html" in request:
            return read_html(request["html"])
        content = _content(Path(request["path"]), file_bytes)
        return read_file(request["name"], content, ocr=request["ocr"])
    except ParseError as error:
        return error.failure


def _content(path: Path, most: int) -> bytes:
    with opened(path, most=most) as file:
        # What it holds now: it may grow while it is read.
        return file.read(min(os.fstat(file.fileno()).st_size, most))


def _out_of_memory() -> bytes:
    return _failed(FailureReason.OUT_OF_MEMORY, "it takes more memory than a file may")


def _failed(reason: FailureReason, message: str) -> bytes:
    return to_json(ParseFailure(reason=reason, message=message))


if __name__ == "__main__":
    main()
