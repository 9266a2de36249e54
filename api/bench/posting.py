"""How a flood of small posts goes in, and how soon a fresh one is found or gone beside it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import sleep

from api.assembly import Installation
from api.progress import Progress
from api.settings import EncoderSettings, Settings
from eval.bench.corpus import write_posts
from eval.bench.report import Figure
from eval.bench.timing import resident_bytes, seconds_of
from finder.domain import Deletion, PersonId, Post, key_of
from finder.query import Mode, understand
from indexers.catalogue.queue import Priority
from indexers.pipeline import Pipeline
from indexers.sources import SourceItem
from indexers.sources.ndjson import NdjsonSource
from indexers.working import Worker

FRESH = 10
"""Posts that are handed in, and deleted again, while others are waiting."""

_POSTS = "posts.ndjson"
_PURPOSE = "finder bench"
_LOOK_SECONDS = 0.02


class _One:
    """A source of one record, or of the deletion of one."""

    feed = None
    total = 1

    def __init__(self, record: Post | Deletion) -> None:
        self._record = record

    def items(self) -> Iterator[SourceItem]:
        yield SourceItem(record=self._record)


def fill_posts(settings: Settings, *, posts: int, progress: Progress) -> Iterator[Figure]:
    """Fill an empty data folder with small posts, by words; beside more, hand in and delete some.

    Args:
        settings: They name the data folder.
        posts: How many; half as many again wait while fresh ones are handed in.
        progress: Shows how far each step is.
    """
    by_words = settings.model_copy(update={"encoder": EncoderSettings(name="hashing")})
    by_words.data.mkdir()
    file = by_words.data / _POSTS
    write_posts(posts, file)
    with Installation(by_words) as installation:
        with installation.filling(_PURPOSE) as pipeline:
            yield from _filled(pipeline, file, posts, progress)
        file.unlink()
        yield from _beside_more(installation, posts // 2, progress)


def _filled(pipeline: Pipeline, file: Path, posts: int, progress: Progress) -> Iterator[Figure]:
    """Memory is that of this process alone, at every tenth of the way after the first four."""
    resident: list[int] = []

    def fill() -> None:
        with progress("Filling small posts", posts, unit="posts") as advance:
            for done, _ in enumerate(pipeline.ingest(NdjsonSource(file)), start=1):
                advance(1)
                if done % max(1, posts // 10) == 0:
                    resident.append(resident_bytes(os.getpid()))

    taken = seconds_of(fill)
    yield Figure(
        name=f"filling {posts:,} small posts, findable by words",
        value=posts / taken,
        unit="posts/s",
        target=2_000.0,
        at_most=False,
    )
    yield Figure(
        name=f"memory after {posts:,} small posts, to that after four tenths of them",
        value=resident[-1] / resident[3],
        unit="x",
        target=1.1,
        at_most=True,
    )


def _beside_more(installation: Installation, backlog: int, progress: Progress) -> Iterator[Figure]:
    file = installation.settings.data / _POSTS
    write_posts(backlog, file, seed=1)
    for _ in installation.deliver(Priority.BACKFILL).receive(NdjsonSource(file)):
        pass
    installation.finder.follow(installation.viewer())  # as a server has that runs
    found, gone = [], []
    with (
        progress("Fresh posts beside a back-fill", FRESH, unit="posts") as advance,
        installation.working(_PURPOSE) as worker,
        _at_work(worker),
    ):
        for number in range(FRESH):
            word = f"nouveauté{number}"
            post = Post(id=f"fresh{number}", text=f"Une {word} à lire", authors=(PersonId("p0"),))
            found.append(seconds_of(partial(_hand_in, installation, post, word)))
            places = _places(installation, post)
            deletion = Deletion(target=key_of(post))
            gone.append(seconds_of(partial(_take_out, installation, deletion, word, places)))
            advance(1)
    yield Figure(
        name=f"a fresh post found by words, beside a back-fill of {backlog:,}: at the latest",
        value=max(found),
        unit="s",
        target=2.0,
        at_most=True,
    )
    yield Figure(
        name=f"a deleted post gone from both indexes, beside a back-fill of {backlog:,}:"
        " at the latest",
        value=max(gone),
        unit="s",
        target=60.0,
        at_most=True,
    )


def _hand_in(installation: Installation, post: Post, word: str) -> None:
    """Until a new post is found by its word."""
    for _ in installation.deliver(Priority.FRESH).receive(_One(post)):
        pass
    while not _is_found(installation, word):
        sleep(_LOOK_SECONDS)


def _take_out(
    installation: Installation, deletion: Deletion, word: str, places: Sequence[int]
) -> None:
    """Until a post is found no more, and neither index holds a passage of it."""
    for _ in installation.deliver(Priority.FRESH).receive(_One(deletion)):
        pass
    while _is_found(installation, word) or any(_is_held(installation, each) for each in places):
        sleep(_LOOK_SECONDS)


def _is_found(installation: Installation, word: str) -> bool:
    query = understand(word, mode=Mode.WORDS, as_typed=True)
    return bool(installation.finder.search(query, installation.viewer()).items)


def _places(installation: Installation, post: Post) -> Sequence[int]:
    """The passages of a post."""
    of_record = "SELECT p.id FROM passages p JOIN records r ON p.record = r.number WHERE r.id = ?"
    return [place for (place,) in installation.database.look_up(of_record, post.id)]


def _is_held(installation: Installation, passage: int) -> bool:
    """Whether an index holds a passage."""
    held = "SELECT 1 FROM terms WHERE passage = ? UNION ALL SELECT 1 FROM vectors WHERE passage = ?"
    return bool(installation.database.look_up(held, passage, passage))


@contextmanager
def _at_work(worker: Worker) -> Iterator[None]:
    stopping = Event()

    def work() -> None:
        while not stopping.wait(_LOOK_SECONDS):  # it ends whenever there is nothing left to do
            worker.run(stopping, encode=False)

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
