"""The made-up organisation: repeatable, of the size asked for, and shaped like a real one."""

import json
from collections import Counter
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from eval.bench.corpus import Organisation, queries, write_records
from eval.bench.vocabulary import FUNCTION_WORDS, Vocabulary

SMALL = Organisation(passages=3_000)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    file = tmp_path_factory.mktemp("organisation") / "records.ndjson"
    write_records(SMALL, file)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def paragraphs(record: dict[str, object]) -> list[str]:
    return str(record["text"]).split("\n\n")


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_records(Organisation(passages=200, seed=seed), tmp_path / name)
    contents = [(tmp_path / name).read_bytes() for name in "abc"]
    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


def test_passages_are_as_many_as_asked_for(records: list[dict[str, object]]) -> None:
    made = Counter[object]()
    for record in records:
        texts = (
            1 if record["type"] == "person" else len(paragraphs(record)) if "text" in record else 0
        )
        made[record["type"]] += texts
    assert made == {"person": 60, "group": 0, "post": 1_470, "document": 1_470}


def test_a_paragraph_fills_a_passage_alone(records: list[dict[str, object]]) -> None:
    texts = [text for record in records if "text" in record for text in paragraphs(record)]
    assert np.mean([len(text.split()) for text in texts]) == pytest.approx(110, abs=3)
    # Two paragraphs would pass the 1,100 characters of a passage, and one does not.
    lengths = [len(text) for text in texts]
    assert min(lengths) > 550
    assert max(lengths) < 1_100


def test_references_lead_to_records(records: list[dict[str, object]]) -> None:
    ids = {(record["type"], record["id"]) for record in records}
    assert len(ids) == len(records)
    for record in records:
        people = [*record.get("authors", ()), *record.get("likes", ()), *record.get("members", ())]
        people += [part["person"] for part in record.get("contributors", ())]
        assert all(("person", person) in ids for person in people)
        assert record.get("group") is None or ("group", record["group"]) in ids


def test_some_groups_are_private(records: list[dict[str, object]]) -> None:
    groups = [record for record in records if record["type"] == "group"]
    assert [group["visibility"] for group in groups] == ["private", "public", "public"]


def test_queries_are_different_repeatable_and_of_a_usual_length() -> None:
    asked = queries(SMALL, 500)
    assert asked == queries(SMALL, 500)
    assert len(set(asked)) == 500
    lengths = [len(query.split()) for query in asked]
    assert (min(lengths), median(lengths), max(lengths)) == (2, 4, 6)


def test_queries_use_words_of_the_texts(records: list[dict[str, object]]) -> None:
    written = {word.strip(".").lower() for record in records for word in str(record).split()}
    asked = [word for query in queries(SMALL, 200) for word in query.split()]
    assert np.mean([word in written for word in asked]) > 0.6


def test_frequencies_follow_zipfs_law() -> None:
    random = np.random.default_rng(5)
    vocabulary = Vocabulary(random)
    drawn = Counter(vocabulary.draw(200_000, random))
    total = sum(rank**-1.1 for rank in range(1, len(vocabulary) + 1))
    for rank in (1, 2, 10):
        share = drawn[FUNCTION_WORDS[rank - 1]] / 200_000
        assert share == pytest.approx(rank**-1.1 / total, rel=0.1)
    assert not set(FUNCTION_WORDS) & set(vocabulary.draw_content(10_000, random))
