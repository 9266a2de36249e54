"""Reads the files of a folder that tell about its others: ``people.csv`` and ``finder.toml``."""

import errno
import os
import stat
from pathlib import Path


def read_beside(path: Path) -> bytes:
    """What such a file holds.

    Raises:
        OSError: It cannot be read; or it is a pipe, say, which would be waited for without end.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        return file.read()
