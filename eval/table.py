"""The outcome over several collections, for people and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from eval.comparison import SHOWN_BY, Change, Comparison
from eval.evaluate import Evaluation
from eval.measures import MEASURES, Measured, by_class

if TYPE_CHECKING:
    from rich.table import Table

TOPICS_SHOWN = 10
"""How many of the largest losses, and of the largest gains."""


def to_table(evaluations: Sequence[Evaluation], *, classes: bool = False) -> "Table":
    """One line a collection, in the order given.

    Args:
        evaluations: What is shown.
        classes: Whether each class of topics gets a line too, under its collection.
    """
    table = _table("collection", "mode", numbers=("topics", *MEASURES, "seconds"))
    for evaluation in evaluations:
        measured, seconds = evaluation.measured, f"{evaluation.seconds:.1f}"
        table.add_row(evaluation.collection, evaluation.mode, *_numbers(measured), seconds)
        if classes:
            for name, part in by_class(measured).items():
                table.add_row(f"  {name}", "", *_numbers(part), "")
    return table


def to_json(evaluations: Sequence[Evaluation], *, classes: bool = False) -> list[dict[str, object]]:
    """The same for ``json.dumps``, with the measures of every topic and nothing rounded."""
    plain = []
    for evaluation in evaluations:
        measured = evaluation.measured
        entry: dict[str, object] = {
            "collection": evaluation.collection,
            "mode": evaluation.mode.value,
            "measures": dict(measured.mean),
            "topics": {qid: dict(values) for qid, values in measured.topics.items()},
            "seconds": evaluation.seconds,
        }
        if classes:
            parts = by_class(measured)
            entry["classes"] = {name: dict(part.mean) for name, part in parts.items()}
        plain.append(entry)
    return plain


def comparison_tables(comparison: Comparison) -> "Iterator[Table]":
    """The means of two systems, then the topics on which they differ most."""
    means = _table(
        comparison.collection,
        numbers=(comparison.first, comparison.second, "change", "p", "gains", "losses", "ties"),
    )
    for each in comparison.differences:
        means.add_row(
            each.measure,
            f"{each.first:.3f}",
            f"{each.second:.3f}",
            f"{each.second - each.first:+.3f}",
            f"{each.p:.4f}",
            *map(str, (each.gains, each.losses, each.ties)),
        )
    yield means
    for name, changes in (("losses", comparison.losses), ("gains", comparison.gains)):
        if changes:
            yield _topics(f"largest {name}", changes[:TOPICS_SHOWN])


def comparisons_to_json(comparisons: Sequence[Comparison]) -> list[dict[str, object]]:
    """The same for ``json.dumps``, with every topic, from the largest loss to the largest gain."""
    return [asdict(comparison) for comparison in comparisons]


def _topics(heading: str, changes: Sequence[Change]) -> "Table":
    table = _table(heading, "text", numbers=(f"{SHOWN_BY} from", "to"))
    for change in changes:
        scores = (f"{change.first:.3f}", f"{change.second:.3f}")
        table.add_row(change.topic.id, change.topic.text, *scores)
    return table


def _table(*texts: str, numbers: Sequence[str]) -> "Table":
    from rich import box  # here, since only a terminal needs it
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=0, collapse_padding=True)
    # Where a terminal is narrow, texts are folded and figures stay whole.
    for heading in texts:
        table.add_column(heading, overflow="fold")
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _numbers(measured: Measured) -> Iterator[str]:
    yield str(len(measured.topics))
    yield from (f"{measured.mean[name]:.3f}" for name in MEASURES)
