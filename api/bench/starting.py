"""How long commands take to start."""

import subprocess
import sys
from collections.abc import Sequence

from api.progress import Progress
from eval.bench.report import Figure
from eval.bench.timing import latency_of, seconds_of

FINDER = (sys.executable, "-c", "from api.cli import main; main()")
"""The ``finder`` command of this very environment."""

_TIMES = 5


def start(progress: Progress) -> list[Figure]:
    """Measure fresh processes, one after the other in turns; bare Python is taken off an import."""
    commands = {
        "bare": (sys.executable, "-c", "pass"),
        "import": (sys.executable, "-c", "import finder"),
        "help": (*FINDER, "--help"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    with progress("Starting", _TIMES, unit="times") as advance:
        for command in commands.values():
            _run(command)  # whatever is not compiled, or not in the disk's cache, is now
        for _ in range(_TIMES):
            for name, command in commands.items():
                seconds[name].append(_run(command))
            advance(1)
    medians = {name: latency_of(taken).median for name, taken in seconds.items()}
    return [
        Figure(
            name="import finder",
            value=medians["import"] - medians["bare"],
            unit="s",
            target=0.2,
            at_most=True,
        ),
        Figure(name="finder --help", value=medians["help"], unit="s", target=0.7, at_most=True),
    ]


def _run(command: Sequence[str]) -> float:
    return seconds_of(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))  # noqa: S603 - our own interpreter
