"""What each component of a ranking is worth: what is lost without it, and the time it takes.

Every variation answers every topic. Times are compared topic by topic, the order of the
variations changing from one to the next, so that whatever slows the machine weighs on all alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from time import perf_counter

import numpy as np

from eval.bench.timing import latency
from eval.collection import Collection, Target, Topic
from eval.comparison import System, compare
from eval.evaluate import Ranker, answer
from eval.files import MalformedError, read_text
from eval.measures import measure
from eval.run import Ranking, Run
from finder.access import Viewer
from finder.corpus import Floats
from finder.query import Mode

WHOLE = "everything"
"""The name of the variation that lacks nothing."""
ENCODING = "encoding a new query"
TIMED = 100
"""Topics of a collection that are timed, after they were answered once and so are in caches."""
SIGNIFICANT = 0.05
"""Below this p a change is marked as more than chance."""
BEGIN, END = "<!-- ablation -->", "<!-- end of ablation -->"
"""What surrounds the table in a page."""

_MEASURES: Mapping[Target, str] = {"person": "AP", "document": "nDCG@10"}
_MILLISECONDS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """A way to answer.

    Attributes:
        ranker: Answers.
        mode: Which evidence of relevance is used.
        as_typed: Whether mistyped words are left as they are.
    """

    ranker: Ranker
    mode: Mode = Mode.HYBRID
    as_typed: bool = False

    def answer(self, topic: Topic, target: Target, viewer: Viewer) -> Ranking:
        """What is found for one topic."""
        return answer(self.ranker, topic, target, viewer, mode=self.mode, as_typed=self.as_typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one component is worth on one collection.

    Attributes:
        gain: The mean with it, less the mean without it.
        p: How likely such a difference is if it changes nothing.
        changed: Whether it changes the measure of any topic.
        milliseconds: What it adds to an answer, at the median.
    """

    gain: float
    p: float
    changed: bool
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablation:
    """What every component is worth on one collection.

    Attributes:
        collection: Its name.
        measure: Which measure is told.
        mean: The mean with everything.
        milliseconds: An answer with everything, at the median, its query's vector being known.
        encoding: How long it takes to make that vector, in milliseconds at the median.
        worth: By component.
    """

    collection: str
    measure: str
    mean: float
    milliseconds: float
    encoding: float
    worth: Mapping[str, Worth]


def ablate(
    variations: Mapping[str, Variation],
    collection: Collection,
    viewer: Viewer,
    *,
    encode: Callable[[str], object],
    progress: Callable[[int], None],
) -> Ablation:
    """Measure a collection with every variation.

    Args:
        variations: By name: `WHOLE`, and each component's name for the ranking without it.
        collection: The topics and judgements.
        viewer: Who asks.
        encode: Encodes a topic's text, remembering none; only timed.
        progress: Is told, after each topic, how many topics that adds: one.
    """
    target = collection.target
    runs: dict[str, dict[str, Ranking]] = {name: {} for name in variations}
    for topic in collection.topics:
        for name, each in variations.items():
            runs[name][topic.id] = each.answer(topic, target, viewer)
        progress(1)
    timed = collection.topics[:TIMED]
    seconds = _time(variations, timed, target, viewer)
    systems = {
        name: System(name=name, measured=measure(Run(tag=name, rankings=found), collection.qrels))
        for name, found in runs.items()
    }
    wanted = _MEASURES[target]
    return Ablation(
        collection=collection.name,
        measure=wanted,
        mean=systems[WHOLE].measured.mean[wanted],
        milliseconds=_MILLISECONDS * float(np.median(seconds[WHOLE])),
        encoding=_MILLISECONDS * latency(encode, [topic.text for topic in timed]).median,
        worth={
            name: _worth(collection, wanted, system, systems[WHOLE], seconds)
            for name, system in systems.items()
            if name != WHOLE
        },
    )


def to_markdown(ablations: Sequence[Ablation]) -> str:
    """A table with a line for each component and a column for each collection.

    A star marks what is more than chance, a dot what changes no topic.
    """
    heads = [f"{each.collection} {each.measure}" for each in ablations]
    lines = [["", *heads, "ms"], ["---", *("---:" for _ in [*heads, ""])]]
    times = fmean(each.milliseconds for each in ablations)
    lines.append([WHOLE, *(f"{each.mean:.3f}" for each in ablations), f"{times:.1f}"])
    for name in ablations[0].worth:
        parts = [each.worth[name] for each in ablations]
        added = fmean(part.milliseconds for part in parts)
        lines.append([name, *map(_cell, parts), f"{added:+.1f}"])
    encoding = fmean(each.encoding for each in ablations)
    lines.append([ENCODING, *("" for _ in ablations), f"{encoding:.1f}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page_with(table: str, page: Path) -> str:
    """A page's text with another table between the marks `BEGIN` and `END`.

    Raises:
        MalformedError: The page cannot be read, or lacks the marks.
    """
    before, begin, rest = read_text(page).partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise MalformedError(page, f"must hold {BEGIN} and {END}, between which the table goes")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def _time(
    variations: Mapping[str, Variation], topics: Sequence[Topic], target: Target, viewer: Viewer
) -> dict[str, Floats]:
    """The seconds of each variation for each topic."""
    seconds = {name: np.zeros(len(topics)) for name in variations}
    for turn, topic in enumerate(topics):
        for name in _in_turn(list(variations), turn):
            start = perf_counter()
            variations[name].answer(topic, target, viewer)
            seconds[name][turn] = perf_counter() - start
    return seconds


def _in_turn(names: Sequence[str], turn: int) -> Iterator[str]:
    first = turn % len(names)
    yield from names[first:]
    yield from names[:first]


def _worth(
    collection: Collection,
    wanted: str,
    without: System,
    whole: System,
    seconds: Mapping[str, Floats],
) -> Worth:
    [told] = (
        each for each in compare(collection, without, whole).differences if each.measure == wanted
    )
    return Worth(
        gain=told.second - told.first,
        p=told.p,
        changed=told.gains + told.losses > 0,
        milliseconds=_MILLISECONDS * float(np.median(seconds[WHOLE] - seconds[without.name])),
    )


def _cell(worth: Worth) -> str:
    if not worth.changed:
        return "·"
    return f"{worth.gain:+.3f}{'*' if worth.p < SIGNIFICANT else ''}"
