"""Questions held out of a dump: who answers them is not known from what is read."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from eval.collection import Collection, load_collection
from eval.files import MalformedError
from eval.holdout import hold_out
from finder.errors import InputError

ANN, BOB, CARL, NEW = "1", "2", "3", "4"

Row = Mapping[str, str]


def question(number: int, author: str, accepted: str = "") -> Row:
    row = {
        "Id": f"q{number}",
        "PostTypeId": "1",
        "CreationDate": f"2018-03-{number:02}T08:00:00.000",
        "Title": f"What  is\n{number}?",
        "Body": f"<p>Who knows {number}?</p>",
        "OwnerUserId": author,
    }
    return row | ({"AcceptedAnswerId": accepted} if accepted else {})


def answer(id_: str, to: int, author: str, day: int | None = None) -> Row:
    return {
        "Id": id_,
        "PostTypeId": "2",
        "CreationDate": f"2018-03-{day or to:02}T09:00:00.000",
        "ParentId": f"q{to}",
        "Body": "<p>So & so.</p>",
        "OwnerUserId": author,
    }


QUESTIONS = [question(n, ANN, {1: "b1", 8: "b8", 9: "n9"}.get(n, "")) for n in range(1, 11)]
"""The first seven are read."""
ANSWERS = [
    answer("b1", 1, BOB),
    answer("b2", 2, BOB),
    answer("c1", 1, CARL),
    answer("c3", 3, CARL, day=9),  # after the others were asked
    answer("a4", 4, ANN),
    answer("a5", 5, ANN),
    answer("b8", 8, BOB),
    answer("c8", 8, CARL),  # only one answer of his is read
    answer("a8", 8, ANN),  # her own question
    answer("n9", 9, NEW),
    answer("b10", 10, BOB),
    answer("b10-again", 10, BOB),
]
WIKI: Row = {"Id": "w", "PostTypeId": "5", "CreationDate": "2018-03-02T08:00:00.000"}


def dump(folder: Path, posts: Sequence[Row], people: Sequence[str] = (ANN, BOB, CARL)) -> Path:
    users = [{"Id": id_, "DisplayName": f"Person {id_}"} for id_ in people]
    for name, rows in {"Posts": posts, "Users": [*users, {"Id": NEW}]}.items():
        lines = [
            f"<row {' '.join(f'{key}={quoteattr(value)}' for key, value in row.items())}/>\n"
            for row in rows
        ]
        (folder / f"{name}.xml").write_text(f"<{name}>\n{''.join(lines)}</{name}>\n", "utf-8")
    return folder


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    hold_out(dump(tmp_path, [*ANSWERS, WIKI, *QUESTIONS]), tmp_path / "qa", name="qa")
    return load_collection(tmp_path / "qa")


def records(collection: Collection) -> dict[str, Mapping[str, Any]]:
    with gzip.open(collection.records, "rt", encoding="utf-8") as lines:
        return {record["id"]: record for record in map(json.loads, lines)}


def test_who_is_known_and_answered_later_should_be_found(collection: Collection) -> None:
    assert collection.target == "person"
    assert collection.qrels == {"q8": {BOB: 2}, "q10": {BOB: 1}}
    assert [(topic.id, topic.text) for topic in collection.topics] == [
        ("q8", "What is 8?"),
        ("q10", "What is 10?"),
    ]


def test_nothing_that_came_after_the_first_question_asked_is_read(collection: Collection) -> None:
    assert collection.today is not None
    assert collection.today.isoformat() == "2018-03-08"
    posts = {id_: each for id_, each in records(collection).items() if each["type"] == "post"}
    assert sorted(posts) == ["a4", "a5", "b1", "b2", "c1", *(f"q{n}" for n in range(1, 8))]
    assert posts["b1"]["reply_to"] == "q1"
    assert [id_ for id_, each in posts.items() if each["accepted"]] == ["b1"]
    assert posts["q1"]["title"] == "What is 1?"
    assert posts["q1"]["created_at"] == "2018-03-01T08:00:00.000Z"


def test_people_have_the_names_that_the_dump_gives(collection: Collection) -> None:
    people = {
        id_: each["name"] for id_, each in records(collection).items() if each["type"] == "person"
    }
    assert people == {ANN: "Person 1", BOB: "Person 2", CARL: "Person 3"}


@pytest.mark.parametrize("posts", [[], QUESTIONS, [*QUESTIONS, answer("n9", 9, NEW)]])
def test_a_dump_in_which_nobody_answers_again_is_refused(
    tmp_path: Path, posts: Sequence[Row]
) -> None:
    with pytest.raises(InputError, match="nobody who answered"):
        hold_out(dump(tmp_path, posts), tmp_path / "qa", name="qa")
    assert not (tmp_path / "qa").exists()


def test_a_faulty_dump_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(MalformedError, match=r"Users\.xml: cannot be read"):
        hold_out(tmp_path, tmp_path / "qa", name="qa")
    dump(tmp_path, [question(1, ANN), {"Id": "q2", "PostTypeId": "1"}])
    with pytest.raises(MalformedError, match=r"Posts\.xml, line 3: CreationDate: is missing"):
        hold_out(tmp_path, tmp_path / "qa", name="qa")
    (tmp_path / "Posts.xml").write_text("<posts>\n<row Id='1'", "utf-8")
    with pytest.raises(MalformedError, match=r"Posts\.xml, line 2: is not XML"):
        hold_out(tmp_path, tmp_path / "qa", name="qa")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    dump(tmp_path, [*QUESTIONS, *ANSWERS])
    with pytest.raises(InputError, match="holds something already"):
        hold_out(tmp_path, tmp_path, name="qa")
