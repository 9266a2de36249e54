"""Runs: order, depth, and TREC's form."""

from pathlib import Path
from tempfile import TemporaryDirectory

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.files import MalformedError
from eval.run import DEPTH, Run, ranking, read_run, write_run

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1, max_size=8)
FOUND = st.lists(st.tuples(WORDS, st.floats(-1e6, 1e6)), min_size=1, max_size=30)


@given(FOUND)
def test_a_ranking_keeps_the_first_of_each_id_in_order(found: list[tuple[str, float]]) -> None:
    assert [found_id for found_id, _ in ranking(found)] == list(dict(found))


@given(FOUND)
def test_scores_fall_even_in_single_precision(found: list[tuple[str, float]]) -> None:
    scores = np.array([score for _, score in ranking(found)], dtype=np.float32)
    assert (np.diff(scores) < 0).all()


def test_scores_that_fall_are_kept_and_only_ties_are_lowered() -> None:
    lowered = float(np.nextafter(np.float32(0.5), np.float32(0.0)))
    found = [("a", 2.0), ("b", 0.5), ("c", 0.5), ("d", 0.25)]
    assert ranking(found) == (("a", 2.0), ("b", 0.5), ("c", lowered), ("d", 0.25))


def test_a_ranking_is_a_thousand_deep_without_counting_repeats() -> None:
    repeated = [(str(number // 2), -float(number)) for number in range(3 * DEPTH)]
    kept = ranking(repeated)
    assert len(kept) == DEPTH == 1_000
    assert kept[-1] == ("999", -1998.0)


@given(st.dictionaries(WORDS, FOUND, max_size=5), WORDS)
def test_a_run_comes_back_as_it_was_written(
    found: dict[str, list[tuple[str, float]]], tag: str
) -> None:
    run = Run(tag=tag, rankings={qid: ranking(results) for qid, results in found.items()})
    with TemporaryDirectory() as folder:
        file = Path(folder, "run.txt")
        write_run(run, file)
        read = read_run(file)
    assert read.rankings == run.rankings
    assert read.tag == (tag if found else "")


def test_the_lines_are_those_of_trec(tmp_path: Path) -> None:
    rankings = {"q1": ranking([("a", 1.5), ("b", 1.0)]), "q2": ()}
    write_run(Run(tag="finder-words", rankings=rankings), tmp_path / "run")
    assert (tmp_path / "run").read_text().splitlines() == [
        "q1 Q0 a 1 1.5 finder-words",
        "q1 Q0 b 2 1 finder-words",
    ]


def test_other_tools_read_ids_with_spaces_and_ties_in_our_order(tmp_path: Path) -> None:
    found = [("a.m. kuchling", 1.0), ("z", 1.0), ("b", 1.0)]
    write_run(Run(tag="t", rankings={"1": ranking(found)}), tmp_path / "run")
    read = list(ir_measures.read_trec_run(str(tmp_path / "run")))
    by_score = sorted(read, key=lambda line: (np.float32(line.score), line.doc_id), reverse=True)
    assert [line.doc_id for line in by_score] == ["a.m.%20kuchling", "z", "b"]


def test_a_foreign_run_is_ordered_by_its_scores(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("1\tQ0\ta\t1\t0.5\tx\n1\tQ0\tb\t2\t0.75\tx\n")
    read = read_run(tmp_path / "run")
    assert read == Run(tag="x", rankings={"1": (("b", 0.75), ("a", 0.5))})


@pytest.mark.parametrize("line", ["1 Q0 a 1 0.5", "1 Q0 a 1 half tag", "1 Q0 a b 1 0.5 tag"])
def test_a_line_that_is_not_trecs_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "run").write_text(f"1 Q0 z 1 2.0 tag\n{line}\n")
    with pytest.raises(MalformedError, match="line 2: must be: qid Q0 id rank score tag"):
        read_run(tmp_path / "run")
