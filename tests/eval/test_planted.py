"""The planted organisation: repeatable, whole, and as true as it says."""

import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.collection import Collection, load_collection
from eval.measures import by_class, measure
from eval.planted.mistakes import mistyped
from eval.planted.planting import plant
from eval.planted.scenarios import SCENARIOS
from eval.planted.wording import LANGUAGES, load_wording
from eval.run import Run
from finder.domain import Language
from finder.errors import InputError

Records = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return plant(tmp_path_factory.mktemp("planted"), people=200, seed=3)


@pytest.fixture(scope="module")
def collections(folders: list[Path]) -> dict[str, Collection]:
    return {folder.name: load_collection(folder) for folder in folders}


@pytest.fixture(scope="module")
def records(collections: dict[str, Collection]) -> Records:
    """People and texts by id, which no two share."""
    with gzip.open(collections["people"].records, "rt", encoding="utf-8") as lines:
        listed = [json.loads(line) for line in lines]
    by_id = {record["id"]: record for record in listed}
    assert len(by_id) == len(listed)
    return by_id


def texts_of(person: str, records: Records) -> list[Mapping[str, Any]]:
    return [record for record in records.values() if person in record.get("authors", ())]


def topics(collection: Collection, name: str) -> dict[str, str]:
    """Whom each topic of a class should find."""
    return {
        qid: next(iter(gains))
        for qid, gains in collection.qrels.items()
        if qid.rpartition("-")[0] == name
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    made = {}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        plant(tmp_path / name, people=100, seed=seed)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        made[name] = [path.read_bytes() for path in files]
    assert made["a"] == made["b"]
    assert made["a"] != made["c"]


def test_every_judged_id_is_there_and_every_topic_is_judged(
    collections: dict[str, Collection], records: Records
) -> None:
    for name, collection in collections.items():
        assert {topic.id for topic in collection.topics} == set(collection.qrels)
        kinds = {"person"} if name.startswith("people") else {"post", "document"}
        found = {records[i]["type"] for gains in collection.qrels.values() for i in gains}
        assert found == kinds


def test_every_class_is_asked(collections: dict[str, Collection]) -> None:
    def classes(name: str) -> set[str]:
        return set(by_class(measure(Run(tag="", rankings={}), collections[name].qrels)))

    scenarios = {*SCENARIOS, "paraphrase"}
    names = {f"name-{form}" for form in ("hurried", "turned", "begun", "heard")}
    languages = {"same-fr", "same-en", "cross-fr-en", "cross-en-fr"}
    assert classes("people") == scenarios | names
    assert classes("people-mistyped") == scenarios
    assert classes("people-inside") == {"access"}
    assert classes("people-languages") == languages
    assert classes("documents") == scenarios | languages


def test_the_organisation_has_the_size_that_is_asked(records: Records, tmp_path: Path) -> None:
    people = [record for record in records.values() if record["type"] == "person"]
    assert len({person["name"] for person in people}) == len(people) == 200
    larger = load_collection(plant(tmp_path / "larger", people=5_000, seed=3)[0])
    with gzip.open(larger.records, "rt", encoding="utf-8") as lines:
        names = [found["name"] for line in lines if (found := json.loads(line))["type"] == "person"]
    assert len(set(names)) == 5_000


def test_experts_of_today_wrote_within_the_year(
    collections: dict[str, Collection], records: Records
) -> None:
    today = collections["people"].today
    assert today is not None
    for expert in topics(collections["people"], "decay").values():
        documents = [text for text in texts_of(expert, records) if text["type"] == "document"]
        ages = [today - datetime.fromisoformat(text["created_at"]).date() for text in documents]
        assert ages
        assert all(age.days <= 330 for age in ages)


def test_nobody_who_left_is_an_expert(collections: dict[str, Collection], records: Records) -> None:
    gone = {i for i, record in records.items() if record.get("active") is False}
    assert len(gone) == 8
    for name in ("people", "people-inside", "people-languages"):
        collection = collections[name]
        asked = [qid for qid in collection.qrels if not qid.startswith("name")]
        assert not gone & {person for qid in asked for person in collection.qrels[qid]}


def test_insiders_are_experts_only_in_private_groups(
    collections: dict[str, Collection], records: Records
) -> None:
    inside = topics(collections["people-inside"], "access")
    outside = topics(collections["people"], "access")
    assert len(inside) == 8
    assert collections["people-inside"].viewer
    viewer = collections["people-inside"].viewer.removeprefix("user:")
    for qid, expert in inside.items():
        assert expert != outside[qid]
        groups = {
            text["group"]
            for text in texts_of(expert, records)
            if text["type"] == "document" and text.get("group")
        }
        assert groups
        assert all(records[group]["visibility"] == "private" for group in groups)
        assert all({expert, viewer} <= set(records[group]["members"]) for group in groups)


def test_other_words_of_a_question_are_in_no_text(records: Records) -> None:
    written = " ".join(str(record.get("text", "")) for record in records.values()).lower()
    for subject in load_wording().subjects:
        assert all(subject.alias[language].lower() not in written for language in LANGUAGES)


def test_wording_is_whole() -> None:
    wording = load_wording()
    for matter in (*wording.subjects, *wording.aspects):
        assert all(len(matter.terms[language]) == 4 for language in LANGUAGES)
    kinds = [set(wording.sentences[language]) for language in LANGUAGES]
    assert kinds[0] == kinds[1]
    for language in LANGUAGES:
        names = [matter.name[language] for matter in (*wording.subjects, *wording.aspects)]
        assert len(set(names)) == len(names)
    known = {*wording.names["first"], *wording.names["last"]}
    assert set(wording.heard) <= known
    assert known.isdisjoint(wording.heard.values())


def distance(first: str, second: str) -> int:
    """How many letters are put in, left out, changed, or swapped with the next."""
    rows = np.zeros((len(first) + 1, len(second) + 1), dtype=int)
    rows[0], rows[:, 0] = range(len(second) + 1), range(len(first) + 1)
    for i in range(1, len(first) + 1):
        for j in range(1, len(second) + 1):
            changed = rows[i - 1, j - 1] + (first[i - 1] != second[j - 1])
            rows[i, j] = min(rows[i - 1, j] + 1, rows[i, j - 1] + 1, changed)
            if i > 1 < j and first[i - 2 : i] == second[j - 2 : j][::-1]:
                rows[i, j] = min(rows[i, j], rows[i - 2, j - 2] + 1)
    return int(rows[-1, -1])


@given(st.sampled_from(LANGUAGES), st.integers(0, 1_000))
def test_one_word_at_a_time_is_mistyped_once(language: Language, seed: int) -> None:
    text = "Qui s’y connaît : élagage, pompes à chaleur, R&D ?"
    wrong = list(mistyped(text, language, np.random.default_rng(seed)))
    assert len(wrong) == 4  # connaît, élagage, pompes, chaleur
    for number, (typed, word) in enumerate(
        zip(wrong, ("connaît", "élagage", "pompes", "chaleur"), strict=True)
    ):
        assert distance(typed, text) == 1
        assert word not in typed
        assert sum(other in typed for other in ("connaît", "élagage", "pompes", "chaleur")) == 3
        assert typed != wrong[number - 1]


def test_it_refuses_too_few_people_and_a_folder_that_holds_something(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="100 people or more, not 99"):
        plant(tmp_path / "few", people=99, seed=1)
    (tmp_path / "mine.txt").touch()
    with pytest.raises(InputError, match="holds something already"):
        plant(tmp_path, people=100, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
