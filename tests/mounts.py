"""Disks of a test's own, where it may mount them."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def mounted(*arguments: str | Path) -> None:
    """Mount something, or skip the test."""
    command = ["mount", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")


@contextmanager
def unmounting(folder: Path) -> Iterator[None]:
    try:
        yield
    finally:
        command = ["umount", "--lazy", str(folder)]
        subprocess.run(command, check=False)  # noqa: S603 - our own folder
