"""The piece of a passage that shows why it was found. Highlights are offsets; nothing is markup."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

SNIPPET_LENGTH = 280
"""Characters: three lines of a result."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``start`` to before ``end``, in characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of text and what to mark in it; an ellipsis marks where the text was cut."""

    text: str
    highlights: tuple[Span, ...] = ()


def snippet(text: str, matches: Sequence[Span], *, length: int = SNIPPET_LENGTH) -> Snippet:
    """Cut the window that holds the most matches.

    Args:
        text: The whole passage.
        matches: Where the query's words are in it, ascending.
        length: How long the window may be, in characters.
    """
    if len(text) <= length:
        return Snippet(text=text, highlights=tuple(matches))
    start = _start(text, matches, length)
    end = _last_break(text, start, min(start + length, len(text)))
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    return Snippet(
        text=f"{before}{text[start:end]}{after}",
        highlights=tuple(
            Span(match.start + shift, match.end + shift)
            for match in matches
            if match.start >= start and match.end <= end
        ),
    )


def _start(text: str, matches: Sequence[Span], length: int) -> int:
    if not matches:
        return 0
    starts = [match.start for match in matches]
    held = [bisect_left(starts, start + length) - i for i, start in enumerate(starts)]
    first = starts[held.index(max(held))]
    # A little of what stands before, from the start of a word.
    lead = max(0, min(first - length // 5, len(text) - length))
    space = text.find(" ", lead, first) if lead else -1
    return space + 1 if space >= 0 else lead


def _last_break(text: str, start: int, end: int) -> int:
    if end == len(text):
        return end
    space = text.rfind(" ", start, end)
    return space if space > start else end
