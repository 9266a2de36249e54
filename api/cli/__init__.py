"""The ``finder`` command. Importing it is quick: each command brings what it needs when it runs."""

from api.cli.main import main

__all__ = ["main"]
