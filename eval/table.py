"""The outcome over several collections, for people and for programs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eval.evaluate import Evaluation
from eval.measures import MEASURES

if TYPE_CHECKING:
    from rich.table import Table


def to_table(evaluations: Sequence[Evaluation]) -> "Table":
    """One line a collection, in the order given."""
    from rich import box  # here, since only a terminal needs it
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=0, collapse_padding=True)
    # Where a terminal is narrow, names are folded and figures stay whole.
    table.add_column("collection", overflow="fold")
    table.add_column("mode", no_wrap=True)
    for heading in ("topics", *MEASURES, "seconds"):
        table.add_column(heading, justify="right", no_wrap=True)
    for evaluation in evaluations:
        measured = evaluation.measured
        table.add_row(
            evaluation.collection,
            evaluation.mode,
            str(len(measured.topics)),
            *(f"{measured.mean[name]:.3f}" for name in MEASURES),
            f"{evaluation.seconds:.1f}",
        )
    return table


def to_json(evaluations: Sequence[Evaluation]) -> list[dict[str, object]]:
    """The same for ``json.dumps``, with the measures of every topic and nothing rounded."""
    return [
        {
            "collection": evaluation.collection,
            "mode": evaluation.mode.value,
            "measures": dict(evaluation.measured.mean),
            "topics": {qid: dict(values) for qid, values in evaluation.measured.topics.items()},
            "seconds": evaluation.seconds,
        }
        for evaluation in evaluations
    ]
