"""Asking a whole collection, and showing what came out."""

import dataclasses
import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from eval.collection import Collection, Target, Topic
from eval.evaluate import evaluate
from eval.measures import MEASURES, Measured
from eval.table import to_json, to_table
from finder.access import MEMBERS, PUBLIC, Viewer
from finder.query import Mode, Query

MEMBER = Viewer(person=None, principals=frozenset({PUBLIC, MEMBERS}))
GUEST = Viewer(person=None, principals=frozenset({PUBLIC}))


class SharedWords:
    """Ranks texts by how many of the query's words they hold, for members alone.

    Args:
        people: Text of each person.
        records: Ids and texts of records; an id may stand twice.
    """

    def __init__(self, people: Mapping[str, str], records: list[tuple[str, str]]) -> None:
        self._people = people
        self._records = records
        self.modes: list[Mode] = []

    def ranked_people(self, query: Query, viewer: Viewer) -> list[tuple[str, float]]:
        return self._ranked(list(self._people.items()), query, viewer)

    def ranked_records(self, query: Query, viewer: Viewer) -> list[tuple[str, float]]:
        return self._ranked(self._records, query, viewer)

    def _ranked(
        self, texts: list[tuple[str, str]], query: Query, viewer: Viewer
    ) -> list[tuple[str, float]]:
        self.modes.append(query.mode)
        if MEMBERS not in viewer.principals:
            return []
        words = set(query.text.split())
        scored = [(name, float(len(words & set(text.split())))) for name, text in texts]
        return sorted((pair for pair in scored if pair[1]), key=lambda pair: -pair[1])


RANKER = SharedWords(
    people={"anne": "réseau eau", "paul": "eau potable traitement"},
    records=[("1", "eau potable"), ("2", "réseau"), ("1", "eau")],
)


def collection_of(target: Target, *texts: str) -> Collection:
    """Topics 0, 1…; for each, ``1`` and ``paul`` are relevant."""
    topics = tuple(Topic(id=str(number), text=text) for number, text in enumerate(texts))
    return Collection(
        name=f"{target}-collection",
        target=target,
        language="fr",
        records=Path("records.ndjson"),
        topics=topics,
        qrels={topic.id: {"1": 1} if target == "document" else {"paul": 1} for topic in topics},
    )


def test_people_are_asked_for_where_people_are_judged() -> None:
    outcome = evaluate(
        RANKER, collection_of("person", "eau potable", "réseau"), MEMBER, mode=Mode.WORDS
    )
    assert outcome.run.rankings == {
        "0": (("paul", 2.0), ("anne", 1.0)),
        "1": (("anne", 1.0),),
    }
    assert outcome.measured.mean["RR"] == pytest.approx((1 + 0) / 2)
    assert (outcome.collection, outcome.mode) == ("person-collection", Mode.WORDS)
    assert outcome.run.tag == "finder-words"


def test_an_id_of_a_document_and_of_a_post_counts_once() -> None:
    outcome = evaluate(
        RANKER, collection_of("document", "eau potable réseau"), MEMBER, mode=Mode.WORDS
    )
    assert [found for found, _ in outcome.run.rankings["0"]] == ["1", "2"]


def test_the_viewer_and_the_mode_reach_the_ranker() -> None:
    ranker = SharedWords({}, [("1", "eau")])
    outcome = evaluate(ranker, collection_of("document", "eau"), GUEST, mode=Mode.MEANING)
    assert outcome.run.rankings == {"0": ()}
    assert outcome.measured.mean == dict.fromkeys(MEASURES, 0.0)
    assert ranker.modes == [Mode.MEANING]


def test_a_topic_that_cannot_be_asked_counts_as_zero(caplog: pytest.LogCaptureFixture) -> None:
    collection = collection_of("document", "eau", "eau " * 1_000)
    outcome = evaluate(RANKER, collection, MEMBER, mode=Mode.HYBRID)
    assert outcome.measured.mean["AP"] == pytest.approx((1 + 0) / 2)
    assert "counts as unanswered" in caplog.text


def test_progress_is_told_of_each_topic() -> None:
    told: list[int] = []
    collection = collection_of("document", "eau", "réseau")
    evaluate(RANKER, collection, MEMBER, mode=Mode.WORDS, progress=told.append)
    assert told == [1, 1]


def test_the_table_has_a_whole_line_for_each_collection() -> None:
    outcomes = [
        evaluate(RANKER, collection_of("person", "réseau eau"), MEMBER, mode=Mode.WORDS),
        evaluate(RANKER, collection_of("document", "eau"), MEMBER, mode=Mode.HYBRID),
    ]
    console = Console(file=io.StringIO(), width=90)
    with console.capture() as captured:
        console.print(to_table(outcomes))
    cells = [line.split() for line in captured.get().splitlines()]
    measures = ["0.500", "0.631", "0.500", "0.000", "0.200", "1.000"]
    people = ["person-collection", "words", "1", *measures]
    assert ["collection", "mode", "topics", *MEASURES, "seconds"] in cells
    assert people in [line[:-1] for line in cells if line]
    assert any(line[:2] == ["document-collection", "hybrid"] for line in cells)


def test_classes_have_lines_of_their_own_where_they_are_asked_for() -> None:
    outcome = evaluate(
        RANKER, collection_of("person", "eau potable", "réseau"), MEMBER, mode=Mode.WORDS
    )
    classed = dataclasses.replace(
        outcome,
        measured=Measured(
            mean=outcome.measured.mean,
            topics={f"water-{qid}": values for qid, values in outcome.measured.topics.items()},
        ),
    )
    console = Console(file=io.StringIO(), width=90)
    with console.capture() as captured:
        console.print(to_table([classed], classes=True))
    assert ["water", "2", "0.500"] in [line.split()[:3] for line in captured.get().splitlines()]
    (plain,) = to_json([classed], classes=True)
    assert plain["classes"] == {"water": dict(outcome.measured.mean)}


def test_json_holds_the_measures_of_every_topic() -> None:
    outcome = evaluate(
        RANKER, collection_of("person", "eau potable", "réseau"), MEMBER, mode=Mode.WORDS
    )
    (plain,) = json.loads(json.dumps(to_json([outcome])))
    assert (plain["collection"], plain["mode"]) == ("person-collection", "words")
    assert plain["measures"]["AP"] == 0.5
    assert [plain["topics"][qid]["AP"] for qid in ("0", "1")] == [1.0, 0.0]
    assert plain["seconds"] >= 0.0
