"""Measured figures beside their targets."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Something measured, and what it must reach.

    Attributes:
        name: What was measured.
        value: How much it is.
        unit: Of the value and of the target; ``x`` for a ratio.
        target: The bound, which itself is good enough.
        at_most: Whether the target is an upper bound, or else a lower one.
    """

    name: str
    value: float
    unit: str
    target: float
    at_most: bool

    @property
    def reached(self) -> bool:
        """Whether the target is met. NaN meets none: what could not be measured is missed."""
        return self.value <= self.target if self.at_most else self.value >= self.target


def exit_status(figures: Sequence[Figure]) -> int:
    """0 where every target is reached, else 1."""
    return 0 if all(figure.reached for figure in figures) else 1


def to_table(figures: Sequence[Figure]) -> "Table":
    """One line a figure, in the order given."""
    from rich import box  # here, since only a terminal needs it
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    # Where a terminal is narrow, names are folded and figures stay whole.
    table.add_column("figure", overflow="fold")
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("target", justify="right", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.value:,.3f} {figure.unit}",
            f"{'≤' if figure.at_most else '≥'} {figure.target:,.3f} {figure.unit}",
            "reached" if figure.reached else "MISSED",
        )
    return table


def to_json(figures: Sequence[Figure]) -> list[dict[str, object]]:
    """The same for ``json.dumps``, with nothing rounded."""
    return [asdict(figure) | {"reached": figure.reached} for figure in figures]
