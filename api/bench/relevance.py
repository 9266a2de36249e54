"""How well judged collections are answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from api.evaluation import evaluate_collection
from api.progress import Progress
from api.settings import Settings
from eval.bench.report import Figure
from eval.collection import load_collection
from finder.query import Mode


@dataclass(frozen=True, slots=True)
class Target:
    """What a collection's answers must reach: the mean of a measure."""

    measure: str
    mean: float


TARGETS: Mapping[str, Target] = {
    "docs-fquad": Target("AP", 0.78),
    "docs-spf": Target("AP", 0.86),
    "docs-cranfield": Target("nDCG@10", 0.50),
    "people-cpython": Target("AP", 0.36),
    "people-betagouv-themes": Target("AP", 0.40),
}
"""By the name of a collection's folder."""


def missing_collections(folder: Path) -> list[str]:
    """The names of those that have a target and are not in a folder."""
    return [name for name in TARGETS if not (folder / name).is_dir()]


def measure_relevance(settings: Settings, folder: Path, *, progress: Progress) -> Iterator[Figure]:
    """Evaluate the collections of a folder that have a target, by words and meaning.

    Raises:
        MalformedError: A collection is not as its format asks.
    """
    for name, target in TARGETS.items():
        if not (folder / name).is_dir():
            continue
        collection = load_collection(folder / name)
        evaluation = evaluate_collection(collection, settings, mode=Mode.HYBRID, progress=progress)
        yield Figure(
            name=f"relevance, {name}",
            value=evaluation.measured.mean[target.measure],
            unit=target.measure,
            target=target.mean,
            at_most=False,
        )
