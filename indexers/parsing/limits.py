"""What one file may cost."""

from dataclasses import dataclass

_MB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost; past that, it alone fails."""

    seconds: float = 120.0
    """Wall time: the slowest honest files take some ten seconds."""
    cpu_seconds: int = 60
    """Computing time, of the parser and of each program that it runs."""
    memory_bytes: int = 1_280 * _MB
    """Memory that the process may write to. Its libraries' code, which is mapped beside that,
    takes 70 MB, so that no process grows past 1.5 GB."""
    file_bytes: int = 200 * _MB
    output_bytes: int = 64 * _MB
    """A book of a thousand pages gives 3 MB."""
    scratch_bytes: int = 512 * _MB
    """The largest file that the process may write, in a temporary folder of its own."""
    files_per_worker: int = 500
    """Libraries leak; starting again takes two seconds."""
