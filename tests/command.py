"""The command line, run as users run it."""

import subprocess
import sys
from collections.abc import Callable

COMMAND = (sys.executable, "-c", "from api.cli import main; main()")

Run = Callable[..., subprocess.CompletedProcess[str]]
"""Runs ``finder`` with some arguments; takes the exit code that is expected, ``code``."""
