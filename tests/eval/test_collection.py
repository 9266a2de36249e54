"""Collections: what a good folder gives, and what a bad one is refused for."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from eval.collection import Topic, load_collection
from eval.files import MalformedError

SHARED = Path(os.environ.get("FINDER_SHARED", Path(__file__).parents[3] / "shared"))
SHARED_COLLECTIONS = (
    "docs-cranfield",
    "docs-fquad",
    "docs-spf",
    "people-betagouv-themes",
    "people-cpython",
)
DESCRIPTION = {"name": "tiny", "target": "document", "language": "fr"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "collection.json").write_text(json.dumps(DESCRIPTION))
    (tmp_path / "records.ndjson").write_text("")
    (tmp_path / "topics.tsv").write_text("1\tqui sait\n2\toù est-ce\n", encoding="utf-8")
    (tmp_path / "qrels.txt").write_text("1 0 a 2\n1 0 b 0\n2 0 a 1\n")
    return tmp_path


def describe(folder: Path, **fields: object) -> None:
    (folder / "collection.json").write_text(json.dumps(DESCRIPTION | fields))


def test_a_collection_holds_what_its_files_say(folder: Path) -> None:
    collection = load_collection(folder)
    assert collection.name == "tiny"
    assert collection.target == "document"
    assert collection.language == "fr"
    assert collection.records == folder / "records.ndjson"
    assert collection.topics == (Topic(id="1", text="qui sait"), Topic(id="2", text="où est-ce"))
    assert collection.qrels == {"1": {"a": 2, "b": 0}, "2": {"a": 1}}
    assert collection.viewer is None


def test_compressed_records_come_before_plain_ones_and_a_named_file_before_both(
    folder: Path,
) -> None:
    (folder / "records.ndjson.gz").write_bytes(b"")
    assert load_collection(folder).records.name == "records.ndjson.gz"
    (folder / "other").mkdir()
    (folder / "other" / "all.ndjson").write_text("")
    describe(folder, records_file="other/all.ndjson", viewer="user:anne", today="2025-07-01")
    collection = load_collection(folder)
    assert collection.today == date(2025, 7, 1)
    assert collection.records == folder / "other/all.ndjson"
    assert collection.viewer == "user:anne"


def test_windows_line_ends_a_byte_order_mark_and_blank_lines_are_no_content(folder: Path) -> None:
    (folder / "topics.tsv").write_bytes(b"\xef\xbb\xbf1\tun\r\n\r\n2\tdeux\r\n")
    (folder / "qrels.txt").write_bytes(b"1 0 a 1\r\n\r\n")
    collection = load_collection(folder)
    assert collection.topics == (Topic(id="1", text="un"), Topic(id="2", text="deux"))
    assert collection.qrels == {"1": {"a": 1}}


def test_a_separator_inside_a_text_does_not_end_the_line(folder: Path) -> None:
    (folder / "topics.tsv").write_text("1\tavant\u2028après\n", encoding="utf-8")
    assert load_collection(folder).topics == (Topic(id="1", text="avant\u2028après"),)


def test_an_id_may_hold_spaces(folder: Path) -> None:
    (folder / "qrels.txt").write_text("1 0 a.m. kuchling 1\n")
    assert load_collection(folder).qrels == {"1": {"a.m. kuchling": 1}}


def test_judgements_of_topics_that_are_not_asked_are_left_out_with_a_warning(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "qrels.txt").write_text("1 0 a 1\n3 0 a 1\n3 0 b 1\n")
    assert load_collection(folder).qrels == {"1": {"a": 1}}
    assert "1 unknown topics" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "line", "field"),
    [
        ("collection.json", "{", None, None),
        ("collection.json", '{"target": "person", "language": "fr"}', None, "name"),
        ("collection.json", '{"name": "x", "target": "group", "language": "fr"}', None, "target"),
        ("collection.json", json.dumps(DESCRIPTION | {"viewer": "anne"}), None, "viewer"),
        ("collection.json", json.dumps(DESCRIPTION | {"today": "July"}), None, "today"),
        ("topics.tsv", "", None, None),
        ("topics.tsv", "1\tun\n2 deux\n", 2, None),
        ("topics.tsv", "\tun\n", 1, "qid"),
        ("topics.tsv", "1 a\tun\n", 1, "qid"),
        ("topics.tsv", "1\tun\n\n1\tdeux\n", 3, "qid"),
        ("topics.tsv", "1\t \n", 1, "text"),
        ("qrels.txt", "1 0 a\n", 1, None),
        ("qrels.txt", "1\n", 1, None),
        ("qrels.txt", "1 0 a 1\n1 0 b high\n", 2, "gain"),
        ("qrels.txt", "1 0 a 1\n1 0 a 2\n", 2, "gain"),
        ("qrels.txt", "3 0 a 1\n", None, "qid"),
    ],
)
def test_a_fault_is_named_by_file_line_and_field(
    folder: Path, name: str, content: str, line: int | None, field: str | None
) -> None:
    (folder / name).write_text(content)
    with pytest.raises(MalformedError) as caught:
        load_collection(folder)
    error = caught.value
    assert (error.file, error.line, error.field) == (folder / name, line, field)
    assert str(error).startswith(str(folder / name))
    assert error.reason in str(error)


@pytest.mark.parametrize("name", ["collection.json", "records.ndjson", "topics.tsv", "qrels.txt"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(MalformedError, match="there is no such file") as caught:
        load_collection(folder)
    assert caught.value.file.name.startswith(name)


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / "topics.tsv").write_bytes("1\tété\n".encode("latin-1"))
    with pytest.raises(MalformedError, match="is not UTF-8 at byte 2"):
        load_collection(folder)


def test_a_folder_in_the_place_of_a_file_is_refused(folder: Path) -> None:
    (folder / "qrels.txt").unlink()
    (folder / "qrels.txt").mkdir()
    with pytest.raises(MalformedError, match="cannot be read: Is a directory"):
        load_collection(folder)


@pytest.mark.shared
@pytest.mark.parametrize("name", SHARED_COLLECTIONS)
def test_a_shared_collection_has_the_topics_and_judgements_that_it_says(name: str) -> None:
    folder = SHARED / "collections" / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent; FINDER_SHARED may name another place")
    said = json.loads((folder / "collection.json").read_text(encoding="utf-8"))
    collection = load_collection(folder)
    assert collection.name == name
    assert len(collection.topics) == said["topics"]
    assert sum(map(len, collection.qrels.values())) == said["judgements"]
