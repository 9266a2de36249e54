"""How well judged collections are answered, beside what they must reach and once did."""

import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.evaluation import evaluate_collections
from api.progress import Progress
from api.settings import Settings
from eval.bench.report import Figure
from eval.collection import DESCRIPTION, Collection, load_collection
from eval.evaluate import Evaluation
from eval.planted.planting import plant
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
"""By the name of a collection."""

BASELINE = Path(__file__).with_name("baseline.toml")
"""What each collection reached when it was last recorded."""
DROP = 0.01
"""How far below the baseline a mean may fall."""
RECORDED = ("AP", "nDCG@10")
Baseline = Mapping[str, Mapping[str, float]]
"""Means, by collection and measure."""

DEMO = Path(__file__).parents[2] / "eval" / "collections"
PEOPLE, SEED = 300, 1
"""The planted organisation."""


def missing_collections(folders: Sequence[Path]) -> list[str]:
    """The names of those that have a target and are in none of some folders."""
    return [name for name in TARGETS if not any((each / name).is_dir() for each in folders)]


def evaluate_all(
    settings: Settings, folders: Sequence[Path], *, progress: Progress
) -> Iterator[Evaluation]:
    """Evaluate every collection of some folders, the demo and a planted organisation.

    Raises:
        MalformedError: A collection is not as its format asks.
    """
    with tempfile.TemporaryDirectory(prefix="finder-planted-") as planted:
        made = plant(Path(planted), people=PEOPLE, seed=SEED)
        collections = [
            *(each for folder in (*folders, DEMO) for each in _collections(folder)),
            *map(load_collection, made),
        ]
        yield from evaluate_collections(
            collections, settings, modes=[Mode.HYBRID], progress=progress
        )


def relevance_figures(evaluations: Sequence[Evaluation], baseline: Baseline) -> Iterator[Figure]:
    """Each mean beside its target, and beside the baseline less `DROP`."""
    for evaluation in evaluations:
        name, mean = evaluation.collection, evaluation.measured.mean
        if target := TARGETS.get(name):
            yield _figure(f"relevance, {name}", target.measure, mean, target.mean)
        for measure, recorded in baseline.get(name, {}).items():
            yield _figure(f"relevance kept, {name}", measure, mean, recorded - DROP)


def read_baseline(file: Path) -> Baseline:
    """What was recorded; nothing, if there is no such file yet."""
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def write_baseline(evaluations: Sequence[Evaluation], file: Path) -> None:
    """Record means anew; collections that were not evaluated keep theirs."""
    means: Baseline = {
        each.collection: {name: round(each.measured.mean[name], 4) for name in RECORDED}
        for each in evaluations
    }
    lines = [
        "# What 'make bench' holds answers to. Renewed by: finder bench --only relevance --record"
    ]
    for name, recorded in sorted({**read_baseline(file), **means}.items()):
        lines += ["", f"[{name}]", *(f'"{measure}" = {mean}' for measure, mean in recorded.items())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _collections(folder: Path) -> list[Collection]:
    return [load_collection(file.parent) for file in sorted(folder.glob(f"*/{DESCRIPTION}"))]


def _figure(name: str, measure: str, mean: Mapping[str, float], bound: float) -> Figure:
    return Figure(name=name, value=mean[measure], unit=measure, target=bound, at_most=False)
