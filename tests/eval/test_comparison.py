"""Two systems, topic by topic."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from eval.collection import Collection, Topic
from eval.comparison import Comparison, System, compare
from eval.measures import measure
from eval.run import Run, ranking
from eval.table import comparison_tables, comparisons_to_json

TEXTS = {"1": "vannes", "2": "budget", "3": "pompes", "4": "not judged"}
COLLECTION = Collection(
    name="tiny",
    target="document",
    language="fr",
    records=Path("records.ndjson"),
    topics=tuple(Topic(id=qid, text=text) for qid, text in TEXTS.items()),
    qrels={qid: {"a": 1} for qid in "123"},
)


def system(name: str, **found: str) -> System:
    """One that finds these letters, in order."""
    rankings = {qid[1:]: ranking((i, 1.0) for i in ids) for qid, ids in found.items()}
    return System(name=name, measured=measure(Run(tag=name, rankings=rankings), COLLECTION.qrels))


@pytest.fixture
def comparison() -> Comparison:
    first = system("old", t1="ab", t2="ba", t3="cba", t4="a")
    return compare(COLLECTION, first, system("new", t1="ba", t2="ab", t3="abc"))


def test_means_and_topics_are_counted(comparison: Comparison) -> None:
    told = {each.measure: each for each in comparison.differences}
    ap = told["AP"]
    assert ap.first == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert ap.second == pytest.approx((1 / 2 + 1 + 1) / 3)
    assert (ap.gains, ap.losses, ap.ties) == (2, 1, 0)
    assert (told["R@100"].ties, told["R@100"].p) == (3, 1.0)
    assert 0.4 < ap.p < 0.8  # -1/2, +1/2, +2/3: as far in 4 of the 8 ways, or 6 by rounding


def test_topics_stand_from_the_largest_loss_to_the_largest_gain(comparison: Comparison) -> None:
    assert [change.topic.id for change in comparison.changes] == ["1", "2", "3"]
    assert [change.topic.text for change in comparison.losses] == ["vannes"]
    assert [change.topic.text for change in comparison.gains] == ["pompes", "budget"]
    assert comparison.gains[0].difference == pytest.approx(1 - 1 / 3)


def test_the_tables_tell_means_losses_and_gains(comparison: Comparison) -> None:
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        for table in comparison_tables(comparison):
            console.print(table)
    lines = [line.split() for line in captured.get().splitlines()]
    assert ["tiny", "old", "new", "change", "p", "gains", "losses", "ties"] in lines
    assert ["AP", "0.611", "0.833", "+0.222"] in [line[:4] for line in lines]
    assert ["3", "pompes", "0.333", "1.000"] in lines
    assert lines.index(["1", "vannes", "1.000", "0.500"]) < lines.index(
        ["3", "pompes", "0.333", "1.000"]
    )


def test_json_holds_every_topic(comparison: Comparison) -> None:
    (plain,) = json.loads(json.dumps(comparisons_to_json([comparison])))
    assert (plain["collection"], plain["first"], plain["second"]) == ("tiny", "old", "new")
    assert [change["topic"]["id"] for change in plain["changes"]] == ["1", "2", "3"]
    assert [each["measure"] for each in plain["differences"]][:2] == ["AP", "nDCG@10"]
