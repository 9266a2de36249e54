"""How a flood of small posts goes in, and how soon a fresh one is found beside it."""

import os
from collections.abc import Iterator
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
from finder.domain import PersonId, Post
from finder.query import Mode, understand
from indexers.catalogue.queue import Priority
from indexers.pipeline import Pipeline
from indexers.sources import SourceItem
from indexers.sources.ndjson import NdjsonSource
from indexers.working import Worker

FRESH = 10
"""Posts that are handed in while others are waiting."""

_POSTS = "posts.ndjson"
_PURPOSE = "finder bench"
_LOOK_SECONDS = 0.02


class _Fresh:
    """A source of one post."""

    feed = None
    total = 1

    def __init__(self, post: Post) -> None:
        self._post = post

    def items(self) -> Iterator[SourceItem]:
        yield SourceItem(record=self._post)


def fill_posts(settings: Settings, *, posts: int, progress: Progress) -> Iterator[Figure]:
    """Fill an empty data folder with small posts, by words, then hand in fresh ones beside more.

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
        yield _freshest(installation, posts // 2, progress)


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


def _freshest(installation: Installation, backlog: int, progress: Progress) -> Figure:
    file = installation.settings.data / _POSTS
    write_posts(backlog, file, seed=1)
    for _ in installation.deliver(Priority.BACKFILL).receive(NdjsonSource(file)):
        pass
    installation.finder.follow(installation.viewer())  # as a server has that runs
    waited = []
    with (
        progress("Fresh posts beside a back-fill", FRESH, unit="posts") as advance,
        installation.working(_PURPOSE) as worker,
        _at_work(worker),
    ):
        for number in range(FRESH):
            waited.append(seconds_of(partial(_hand_in, installation, number)))
            advance(1)
    return Figure(
        name=f"a fresh post found by words, beside a back-fill of {backlog:,}: at the latest",
        value=max(waited),
        unit="s",
        target=2.0,
        at_most=True,
    )


def _hand_in(installation: Installation, number: int) -> None:
    """Until a new post is found."""
    word = f"nouveauté{number}"
    post = Post(id=f"fresh{number}", text=f"Une {word} à lire", authors=(PersonId("p0"),))
    for _ in installation.deliver(Priority.FRESH).receive(_Fresh(post)):
        pass
    query = understand(word, mode=Mode.WORDS, as_typed=True)
    while not installation.finder.search(query, installation.viewer()).items:
        sleep(_LOOK_SECONDS)


@contextmanager
def _at_work(worker: Worker) -> Iterator[None]:
    stopping = Event()
    thread = Thread(target=worker.run, args=(stopping,), kwargs={"encode": False})
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
