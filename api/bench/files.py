"""How fast files are parsed, beside ``unstructured`` called plainly in one process."""

import json
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from api.progress import Progress
from eval.bench.report import Figure
from eval.bench.timing import latency_of, seconds_of
from finder.errors import DependencyError
from indexers.parsing import ParsedFile, ParserPool

_EACH = 20
"""Files of a format: a few minutes of parsing in all."""
_FORMATS = (
    *("csv", "docx", "eml", "epub", "html", "md", "msg", "odt", "org", "pdf", "pptx", "rst"),
    *("rtf", "tsv", "txt", "xlsx", "xml"),
)
_BOOK = "DA-619p.pdf"
_PLAIN = (sys.executable, "-m", "api.bench.plain")
_OF_ALL, _OF_PDF = 1.8, 20.0
"""How many times as fast as ``unstructured`` files must be parsed."""
_WORKERS = 2
_TIMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    """Seconds that files take in both ways."""

    files: int
    ours: float
    plain: float

    @property
    def ratio(self) -> float:
        return self.plain / self.ours


def measure_files(folder: Path, *, progress: Progress) -> Iterator[Figure]:
    """Parse a sample of a folder's files of each format in both ways, one format after the other.

    Only files that both can read count, and libraries are loaded before the clock runs.

    Args:
        folder: Files, at any depth.
        progress: Shows how far it is.

    Raises:
        DependencyError: What ``unstructured`` reads PDFs with is missing.
    """
    if not all(map(find_spec, ("pdfminer", "pikepdf"))):
        raise DependencyError(
            "comparing with unstructured needs pdfminer.six and pikepdf: extra dev"
        )
    samples = {name: _sample(folder, name) for name in _FORMATS}
    times: dict[str, _Times] = {}
    total = sum(map(len, samples.values()))
    with ParserPool(_WORKERS) as pool:
        with _Plain() as plain, progress("Parsing", total, unit="files") as advance:
            for name, paths in samples.items():
                measured = _compare(pool, plain, paths)
                if measured.files:
                    times[name] = measured
                advance(len(paths))
        yield from _figures(times)
        for book in folder.resolve().rglob(_BOOK):
            taken = [seconds_of(partial(pool.parse, book)) for _ in range(_TIMES)]
            yield Figure(
                name="parsing a PDF of 619 pages",
                value=latency_of(taken).median,
                unit="s",
                target=3.0,
                at_most=True,
            )


class _Plain:
    """`api.bench.plain` in a process of its own, started again if a file ends it."""

    def __init__(self) -> None:
        self._process = self._start()

    def seconds(self, path: Path) -> float | None:
        """What a file takes; None if it cannot be read."""
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        assert self._process.stdout is not None  # noqa: S101
        print(json.dumps(str(path)), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            self._process.communicate()
            self._process = self._start()
            return None
        seconds: float | None = json.loads(answer)
        return seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()  # which closes its standard input

    @staticmethod
    def _start() -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own module
            _PLAIN,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )


def _sample(folder: Path, name: str) -> Sequence[Path]:
    """Files of a format, evenly drawn from all of them."""
    found = sorted(path for path in folder.resolve().rglob(f"*.{name}") if path.is_file())
    drawn = min(_EACH, len(found))
    return [found[place * len(found) // drawn] for place in range(drawn)]


def _compare(pool: ParserPool, plain: _Plain, paths: Sequence[Path]) -> _Times:
    read = [path for path, outcome in pool.parse_many(paths) if isinstance(outcome, ParsedFile)]
    for path in read[:1]:
        plain.seconds(path)
    taken = {path: seconds for path in read if (seconds := plain.seconds(path)) is not None}
    ours = seconds_of(lambda: list(pool.parse_many(taken)))
    return _Times(files=len(taken), ours=ours, plain=sum(taken.values()))


def _figures(times: Mapping[str, _Times]) -> Iterator[Figure]:
    for name, measured in times.items():
        yield Figure(
            name=f"parsing {measured.files} .{name} files, to unstructured in one process",
            value=measured.ours,
            unit="s",
            target=measured.plain,
            at_most=True,
        )
    whole = _sum(times.values())
    if whole.files:
        yield Figure(
            name=f"parsing {whole.files} files of {len(times)} formats",
            value=60 * whole.files / whole.ours,
            unit="files/min",
            target=_OF_ALL * 60 * whole.files / whole.plain,
            at_most=False,
        )
    for name, part, target in (("all formats", whole, _OF_ALL), ("PDF", times.get("pdf"), _OF_PDF)):
        if part is not None and part.files:
            yield Figure(
                name=f"parsing, to unstructured in one process: {name}",
                value=part.ratio,
                unit="x",
                target=target,
                at_most=False,
            )


def _sum(times: Collection[_Times]) -> _Times:
    return _Times(
        files=sum(one.files for one in times),
        ours=sum(one.ours for one in times),
        plain=sum(one.plain for one in times),
    )
