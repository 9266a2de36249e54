"""Blocks to passages: pieces of text of one size, each under its headings.

A passage keeps to its section where the section is long enough to stand alone; sections of a few
words are put together, their headings then stand in the text. No word is lost: a heading is in
the ``heading`` of its section's passages, or in a text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from finder.domain import Passage
from indexers.parsing.parsed import Block, BlockKind

TARGET_CHARS = 1_100
"""About 200 words, or 300 tokens: long enough to hold an idea, short enough that one vector means
it, and well inside the 512 tokens of common encoders."""
SMALL_CHARS = 300
"""A section under this many characters says too little alone, and joins its neighbour."""
MAX_HEADING_CHARS = 200
"""Of the path of headings before a passage; a longer heading is a paragraph in disguise."""
MAX_TITLE_CHARS = 200
"""Of the title before a passage, so that it leaves room for the text."""

_RESERVED = 16
"""Tokens that an encoder may add on its own: a prompt and marks at both ends."""
_HEADING_SEPARATOR = " › "
_SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+|\n+")
_SPACE = re.compile(r"\s+")

Count = Callable[[Sequence[str]], Sequence[int]]


@dataclass(slots=True)
class _Section:
    """The text directly under a heading, and the headings that lead to it."""

    path: tuple[str, ...]
    page: int | None
    texts: list[tuple[str, int | None]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(len(text) for text, _ in self.texts)


def chunk(blocks: Iterable[Block], *, title: str, limit: int, count: Count) -> list[Passage]:
    """Passages in reading order.

    Args:
        blocks: A document's blocks.
        title: The document's title, which `passage_text` puts before each passage.
        limit: Tokens that a passage may have with its title and headings; at least 128.
        count: Gives the length in tokens of texts, all at once.
    """
    groups = _groups(_sections(blocks))
    passages = [passage for group in groups for passage in _packed(group)]
    return _fitted(passages, title=title, limit=limit, count=count)


def passage_text(title: str, passage: Passage) -> str:
    """What is indexed and encoded for a passage: title, headings and text on lines of their own."""
    title = title[:MAX_TITLE_CHARS]
    heading = passage.heading
    if title and heading.startswith(title):
        title = ""
    return "\n".join(filter(None, (title, heading, passage.text)))


def _sections(blocks: Iterable[Block]) -> Iterator[_Section]:
    levels: list[tuple[int, str]] = []
    section = _Section((), None)
    for block in blocks:
        text = block.text.strip()
        is_heading = block.kind is BlockKind.HEADING and len(text) <= MAX_HEADING_CHARS
        if not text:
            continue
        if not is_heading:
            section.texts.append((text, block.page))
            continue
        levels = [level for level in levels if level[0] < block.level]
        opened = _Section(_path([*levels, (block.level, text)]), block.page)
        yield from _closed(section, opened)
        levels.append((block.level, text))
        section = opened
    yield from _closed(section, None)


def _path(levels: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Headings from the outermost, which go first where there is no room for all."""
    path = [" ".join(text.split()) for _, text in levels]
    while len(path) > 1 and len(_HEADING_SEPARATOR.join(path)) > MAX_HEADING_CHARS:
        del path[0]
    return tuple(path)


def _closed(section: _Section, following: _Section | None) -> Iterator[_Section]:
    if section.texts:
        yield section
        return
    # Where nothing stands under headings, and no other heading repeats them, they are the text.
    repeated = following.path[:-1] if following else ()
    alone = section.path
    while alone and alone[-1] in repeated:
        alone = alone[:-1]
    if alone:
        yield _Section(alone[:-1], section.page, [(alone[-1], section.page)])


def _groups(sections: Iterable[_Section]) -> Iterator[list[_Section]]:
    """Sections that share passages: those too small to stand alone, with their neighbour."""
    group: list[_Section] = []
    size = 0
    for section in sections:
        small = min(size, section.size) < SMALL_CHARS and size + section.size <= TARGET_CHARS
        related = group and group[-1].path[:1] == section.path[:1]
        if group and not (small and (related or max(size, section.size) < SMALL_CHARS)):
            yield group
            group, size = [], 0
        group.append(section)
        size += section.size
    if group:
        yield group


def _packed(group: Sequence[_Section]) -> Iterator[Passage]:
    common = _common([section.path for section in group])
    heading = _HEADING_SEPARATOR.join(common)
    texts: list[str] = []
    size, page = 0, None
    for text, at in _pieces(group, len(common)):
        if texts and size + len(text) > TARGET_CHARS:
            yield Passage(text="\n".join(texts), heading=heading, page=page)
            texts, size = [], 0
        page = page if texts else at
        texts.append(text)
        size += len(text) + 1
    if texts:
        yield Passage(text="\n".join(texts), heading=heading, page=page)


def _common(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    shared = 0
    for names in zip(*paths, strict=False):
        if len(set(names)) > 1:
            break
        shared += 1
    return paths[0][:shared]


def _pieces(group: Sequence[_Section], depth: int) -> Iterator[tuple[str, int | None]]:
    for section in group:
        if own := section.path[depth:]:
            yield _HEADING_SEPARATOR.join(own), section.page
        for text, page in section.texts:
            if len(text) <= TARGET_CHARS:
                yield text, page
            else:
                yield from ((part, page) for part in split_text(text, TARGET_CHARS))


def split_text(text: str, size: int) -> Iterator[str]:
    """Parts of at most ``size`` characters, cut at ends of sentences, else between words."""
    start = 0
    while len(text) - start > size:
        window = text[start : start + size + 1]
        cut = _last_break(_SENTENCE_END, window) or _last_break(_SPACE, window) or size
        if part := window[:cut].strip():
            yield part
        start += cut
    if rest := text[start:].strip():
        yield rest


def _last_break(pattern: re.Pattern[str], window: str) -> int:
    """Where the last break in the second half of a window ends; 0 where there is none."""
    last = 0
    for match in pattern.finditer(window, len(window) // 2):
        last = match.end()
    return last


def _fitted(passages: list[Passage], *, title: str, limit: int, count: Count) -> list[Passage]:
    """Halves the passages that are longer than ``limit`` until all fit."""
    while True:
        lengths = _lengths(passages, title=title, limit=limit, count=count)
        if all(length <= limit for length in lengths):
            return passages
        halved = [
            [passage] if length <= limit else _halves(passage)
            for passage, length in zip(passages, lengths, strict=True)
        ]
        parts = [passage for group in halved for passage in group]
        if len(parts) == len(passages):  # single characters under too long a prefix
            return passages
        passages = parts


def _lengths(passages: list[Passage], *, title: str, limit: int, count: Count) -> list[int]:
    """Lengths in tokens, counted only where they may pass ``limit``."""
    texts = [passage_text(title, passage) for passage in passages]
    # A token stands for at least one byte.
    lengths = [len(text.encode()) + _RESERVED for text in texts]
    doubtful = [index for index, length in enumerate(lengths) if length > limit]
    if doubtful:
        counted = count([texts[index] for index in doubtful])
        for index, length in zip(doubtful, counted, strict=True):
            lengths[index] = length
    return lengths


def _halves(passage: Passage) -> list[Passage]:
    size = max(1, (len(passage.text) + 1) // 2)
    return [replace(passage, text=part) for part in split_text(passage.text, size)]
