"""Two systems on one collection: how far apart, on which topics, and whether it may be chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.collection import Collection, Topic
from eval.measures import MEASURES, Measured
from eval.significance import randomisation_test
from finder.corpus import Floats

SHOWN_BY = "AP"
"""The measure by which topics count as lost or gained: it sees every rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One of the two.

    Attributes:
        name: What tables call it.
        measured: How well it answers the collection.
    """

    name: str
    measured: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How the second system differs from the first by one measure.

    Attributes:
        measure: Its name.
        first: The first system's mean.
        second: The second system's mean.
        p: How likely at least this difference is if the systems do not differ.
        gains: On how many topics the second is better.
        losses: On how many it is worse.
        ties: On how many they are equal.
    """

    measure: str
    first: float
    second: float
    p: float
    gains: int
    losses: int
    ties: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A topic, and what each system makes of it by `SHOWN_BY`."""

    topic: Topic
    first: float
    second: float

    @property
    def difference(self) -> float:
        """What the second gains; negative where it loses."""
        return self.second - self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two systems on one collection.

    Attributes:
        collection: Its name.
        first: The name of the one to compare with.
        second: The name of the other.
        differences: One for each measure.
        changes: One for each judged topic, from the largest loss to the largest gain.
    """

    collection: str
    first: str
    second: str
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]

    @property
    def losses(self) -> tuple[Change, ...]:
        """The topics on which the second is worse, the largest loss first."""
        return tuple(change for change in self.changes if change.difference < 0.0)

    @property
    def gains(self) -> tuple[Change, ...]:
        """The topics on which the second is better, the largest gain first."""
        return tuple(change for change in reversed(self.changes) if change.difference > 0.0)


def compare(collection: Collection, first: System, second: System) -> Comparison:
    """Compare two systems that have been measured on a collection."""
    judged = [topic for topic in collection.topics if topic.id in collection.qrels]
    before, after = (_scores(system.measured, judged) for system in (first, second))
    changed = after - before
    differences = (
        Difference(
            measure=name,
            first=first.measured.mean[name],
            second=second.measured.mean[name],
            p=float(p),
            gains=int((column > 0.0).sum()),
            losses=int((column < 0.0).sum()),
            ties=int((column == 0.0).sum()),
        )
        for name, p, column in zip(MEASURES, randomisation_test(changed), changed.T, strict=True)
    )
    shown = MEASURES.index(SHOWN_BY)
    changes = (
        Change(topic=topic, first=was, second=became)
        for topic, was, became in zip(
            judged, before[:, shown].tolist(), after[:, shown].tolist(), strict=True
        )
    )
    return Comparison(
        collection=collection.name,
        first=first.name,
        second=second.name,
        differences=tuple(differences),
        changes=tuple(sorted(changes, key=lambda change: change.difference)),
    )


def _scores(measured: Measured, topics: Sequence[Topic]) -> Floats:
    """Shape ``(topics, measures)``."""
    return np.array([[measured.topics[topic.id][name] for name in MEASURES] for topic in topics])
