"""Files inside files, within bounds: how deep, how many and how large they may be."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from indexers.parsing.parsed import (
    FailureReason,
    Member,
    ParsedFile,
    ParseError,
    ParseFailure,
)

MAX_DEPTH = 5
"""Of archives in archives: a mail with an archive of documents takes two, while files that hold
themselves would go on without end."""
MAX_MEMBERS = 10_000
"""Of a file and all that is inside it: the mailbox of some years."""
MAX_UNPACKED_BYTES = 512 * 2**20
"""Of all members together: what a process of 1.5 GB reads in its time."""
MAX_RATIO = 200
"""Unpacked bytes for a packed one, once there are `RATIO_FLOOR` of them: text packs to a tenth,
logs and tables to a hundredth, and only bombs to a thousandth."""
RATIO_FLOOR = 16 * 2**20
"""Unpacked bytes under which no ratio is suspect: a small file of blanks packs to nothing."""

_PIECE = 2**20
"""Bytes unpacked at once, so that a bomb is stopped soon after its bound."""


class Unpacking(Protocol):
    """Unpacks as it is read."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


Entry = tuple[str, Callable[[], bytes]]
"""A member's name, and what unpacks it or raises a `ParseError`."""


class Nesting:
    """Reads what is inside a file, and counts what it takes.

    Args:
        read: Parses one member from its name, its content and the nesting one level deeper.
        ocr: Whether the text of scanned pages is recognised, in members too.
    """

    def __init__(
        self, read: "Callable[[str, bytes, Nesting], Member]", *, ocr: bool = False
    ) -> None:
        self.ocr = ocr
        self._read = read
        self._depth = 0
        self._spent = _Spent()

    def members(self, entries: Iterable[Entry]) -> tuple[Member, ...]:
        """Each entry parsed; one that cannot be read is a member that failed.

        Raises:
            ParseError: There are more than `MAX_MEMBERS`.
        """
        inner = Nesting(self._read, ocr=self.ocr)
        inner._depth, inner._spent = self._depth + 1, self._spent
        return tuple(inner._members(entries))

    def unpacked(self, stream: Unpacking, packed_bytes: int) -> bytes:
        """All that a stream unpacks to.

        Args:
            stream: Gives the content of something packed.
            packed_bytes: What it takes packed.

        Raises:
            ParseError: It goes past a bound.
        """
        pieces, size = [], 0
        while piece := stream.read(_PIECE):
            size += len(piece)
            check_ratio(size, packed_bytes)
            self._spent.take_bytes(len(piece))
            pieces.append(piece)
        return b"".join(pieces)

    def _members(self, entries: Iterable[Entry]) -> Iterator[Member]:
        names: Counter[str] = Counter()
        for name, unpack in entries:
            self._spent.take_member()
            unique = _unique(_tidy(name), names)
            try:
                if self._depth > MAX_DEPTH:
                    raise too_large(f"lies more than {MAX_DEPTH} archives deep")
                member = self._read(unique, unpack(), self)
            except ParseError as error:
                member = Member(name=unique, outcome=error.failure)
            yield replace(member, name=unique)


class _Spent:
    """What a file and everything inside it has taken."""

    def __init__(self) -> None:
        self._members = 0
        self._bytes = 0

    def take_member(self) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise too_large(f"holds more than {MAX_MEMBERS:,} files")

    def take_bytes(self, count: int) -> None:
        self._bytes += count
        if self._bytes > MAX_UNPACKED_BYTES:
            raise too_large(f"unpacks, with its neighbours, to over {MAX_UNPACKED_BYTES >> 20} MB")


def check_ratio(unpacked_bytes: int, packed_bytes: int) -> None:
    """Refuse what unpacks to far more than any honest file.

    Raises:
        ParseError: The ratio is past `MAX_RATIO`.
    """
    if unpacked_bytes > RATIO_FLOOR and unpacked_bytes > MAX_RATIO * packed_bytes:
        raise too_large(f"unpacks to more than {MAX_RATIO} times its size, as only bombs do")


def check_unpacked(unpacked_bytes: int, packed_bytes: int) -> None:
    """Refuse an archive by what it says that it unpacks to, before it is.

    Raises:
        ParseError: It is past a bound.
    """
    check_ratio(unpacked_bytes, packed_bytes)
    _Spent().take_bytes(unpacked_bytes)


def too_large(what: str) -> ParseError:
    """The error for a file past a bound, which ``what`` names."""
    return ParseError(FailureReason.TOO_LARGE, f"the file {what}")


def readable(members: tuple[Member, ...]) -> ParsedFile:
    """A file that has members and nothing else.

    Raises:
        ParseError: It has none, or none could be read; it has the first one's reason.
    """
    if not members:
        raise ParseError(FailureReason.NO_TEXT, "the archive is empty")
    first = members[0].outcome
    if isinstance(first, ParseFailure) and not any(
        isinstance(member.outcome, ParsedFile) for member in members
    ):
        raise ParseError(
            first.reason, f"no file in it can be read; of {members[0].name}: {first.message}"
        )
    return ParsedFile(blocks=(), members=members)


def _tidy(name: str) -> str:
    """With one kind of slash and no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split()).replace("\\", "/")


def _unique(name: str, counts: Counter[str]) -> str:
    name = name or "unnamed"
    counts[name] += 1
    if counts[name] == 1:
        return name
    return _unique(f"{name} ({counts[name]})", counts)
