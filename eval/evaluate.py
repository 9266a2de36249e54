"""Asking a collection's topics and judging the answers."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from eval.collection import Collection, Target, Topic
from eval.measures import Measured, measure
from eval.run import Ranking, Run, ranking
from finder.access import Viewer
from finder.errors import QueryError
from finder.query import Mode, Query, understand

_log = logging.getLogger(__name__)


class Ranker(Protocol):
    """What is evaluated; :class:`finder.service.Finder` is one."""

    def ranked_people(self, query: Query, viewer: Viewer) -> Sequence[tuple[str, float]]:
        """Ids and scores of people, best first."""
        ...

    def ranked_records(self, query: Query, viewer: Viewer) -> Sequence[tuple[str, float]]:
        """Ids and scores of documents and posts, best first; an id may stand twice."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How a collection was answered.

    Attributes:
        collection: Its name.
        mode: The evidence that was used.
        measured: The measures, mean and topic by topic.
        run: The answers.
        seconds: How long all topics took, one after the other.
    """

    collection: str
    mode: Mode
    measured: Measured
    run: Run
    seconds: float


def evaluate(
    finder: Ranker,
    collection: Collection,
    viewer: Viewer,
    *,
    mode: Mode,
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Ask every topic and measure the answers.

    Args:
        finder: Filled with the collection's records, and nothing else.
        collection: The topics and judgements.
        viewer: Who asks.
        mode: Which evidence of relevance is used.
        progress: Is told, after each topic, how many topics that adds: one.
    """
    rankings: dict[str, Ranking] = {}
    start = perf_counter()
    for topic in collection.topics:
        rankings[topic.id] = answer(finder, topic, collection.target, viewer, mode=mode)
        if progress:
            progress(1)
    seconds = perf_counter() - start
    run = Run(tag=f"finder-{mode}", rankings=rankings)
    return Evaluation(
        collection=collection.name,
        mode=mode,
        measured=measure(run, collection.qrels),
        run=run,
        seconds=seconds,
    )


def answer(  # noqa: PLR0913 - one has a default
    finder: Ranker,
    topic: Topic,
    target: Target,
    viewer: Viewer,
    *,
    mode: Mode,
    as_typed: bool = False,
) -> Ranking:
    """What is found for one topic; nothing, if the topic cannot be asked.

    Args:
        finder: Answers.
        topic: What is asked.
        target: What is to be found.
        viewer: Who asks.
        mode: Which evidence of relevance is used.
        as_typed: Whether mistyped words are left as they are.
    """
    try:
        query = understand(topic.text, mode=mode, as_typed=as_typed)
    except QueryError as error:  # whoever asks this gets no answer, and so does the collection
        _log.warning("A topic counts as unanswered: %s", error)
        return ()
    ask = finder.ranked_people if target == "person" else finder.ranked_records
    return ranking(ask(query, viewer))
