"""Each measure's arithmetic, written out."""

from math import log2

import pytest

from eval.measures import MEASURES, Measured, by_class, measure
from eval.run import Run, ranking


def run_of(**found: list[str]) -> Run:
    """A run of ids in order; all scores tie."""
    return Run(
        tag="test", rankings={qid: ranking((i, 1.0) for i in ids) for qid, ids in found.items()}
    )


QRELS = {"q": {"a": 1, "b": 3, "c": 0, "d": 1}}
"""Three relevant: ``a``, ``b`` and ``d``."""


@pytest.fixture
def measured() -> Measured:
    """Relevant at ranks 2 and 4; ``d`` is not found."""
    return measure(run_of(q=["z", "a", "c", "b", "y", "x"]), QRELS)


def test_average_precision(measured: Measured) -> None:
    assert measured.topics["q"]["AP"] == pytest.approx((1 / 2 + 2 / 4 + 0) / 3)


def test_ndcg(measured: Measured) -> None:
    found = 1 / log2(2 + 1) + 3 / log2(4 + 1)
    best = 3 / log2(1 + 1) + 1 / log2(2 + 1) + 1 / log2(3 + 1)
    assert measured.topics["q"]["nDCG@10"] == pytest.approx(found / best)


def test_reciprocal_rank(measured: Measured) -> None:
    assert measured.topics["q"]["RR"] == pytest.approx(1 / 2)


def test_precision(measured: Measured) -> None:
    assert measured.topics["q"]["P@5"] == pytest.approx(2 / 5)


def test_precision_at_one(measured: Measured) -> None:
    assert measured.topics["q"]["P@1"] == 0.0
    assert measure(run_of(q=["d", "z"]), QRELS).mean["P@1"] == 1.0


def test_recall(measured: Measured) -> None:
    assert measured.topics["q"]["R@100"] == pytest.approx(2 / 3)


def test_cutoffs_are_where_the_names_say() -> None:
    others = [f"x{number}" for number in range(200)]
    qrels = {"q": {"a": 1}}
    sixth = measure(run_of(q=[*others[:5], "a"]), qrels).mean
    assert (sixth["P@5"], sixth["nDCG@10"]) == (0.0, pytest.approx(1 / log2(6 + 1)))
    eleventh = measure(run_of(q=[*others[:10], "a"]), qrels).mean
    assert (eleventh["nDCG@10"], eleventh["R@100"]) == (0.0, 1.0)
    late = measure(run_of(q=[*others[:100], "a"]), qrels).mean
    assert (late["R@100"], late["AP"]) == (0.0, pytest.approx(1 / 101))


@pytest.mark.parametrize("ids", [["a", "z"], ["z", "a"]])
def test_ties_keep_our_order(ids: list[str]) -> None:
    for relevant in ids:
        reciprocal = measure(run_of(q=ids), {"q": {relevant: 1}}).mean["RR"]
        assert reciprocal == 1 / (1 + ids.index(relevant))


def test_topics_without_answers_count_as_zero() -> None:
    qrels = {"found": {"a": 1}, "empty": {"a": 1}, "absent": {"a": 1}, "missed": {"a": 1}}
    measured = measure(run_of(found=["a"], empty=[], missed=["b"]), qrels)
    assert list(measured.topics) == list(qrels)
    assert measured.topics["absent"] == measured.topics["empty"] == dict.fromkeys(MEASURES, 0.0)
    for name in ("AP", "nDCG@10", "RR", "R@100"):
        assert measured.mean[name] == pytest.approx((1 + 0 + 0 + 0) / 4)
    assert measured.mean["P@5"] == pytest.approx((1 / 5 + 0 + 0 + 0) / 4)


def test_a_run_without_any_answer_is_zero() -> None:
    assert measure(run_of(), {"q": {"a": 1}}).mean == dict.fromkeys(MEASURES, 0.0)


def test_topics_without_judgements_are_not_measured() -> None:
    measured = measure(run_of(q=["a"], unjudged=["a"]), {"q": {"a": 1}})
    assert measured.topics.keys() == {"q"}
    assert measured.mean["AP"] == 1.0


def test_an_id_with_spaces_is_judged_alike_in_memory_and_as_a_run_holds_it() -> None:
    qrels = {"q": {"a.m. kuchling": 1}}
    for found_id in ("a.m. kuchling", "a.m.%20kuchling"):
        assert measure(run_of(q=[found_id]), qrels).mean["AP"] == 1.0


def test_topics_fall_into_classes_by_their_ids() -> None:
    qrels = {qid: {"a": 1} for qid in ("decay-01", "7", "decay-02-3", "cross-fr-en-00")}
    measured = measure(run_of(**{"decay-01": ["a"], "7": ["a"]}), qrels)
    classes = by_class(measured)
    assert {name: list(part.topics) for name, part in classes.items()} == {
        "decay": ["decay-01", "decay-02-3"],
        "": ["7"],
        "cross-fr-en": ["cross-fr-en-00"],
    }
    assert [part.mean["AP"] for part in classes.values()] == [1 / 2, 1.0, 0.0]
