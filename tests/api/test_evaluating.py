"""``finder eval``, ``plant``, ``holdout`` and ``ablate``, on real collections and indexes."""

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.ablation import WITHOUT
from api.assembly import Installation
from api.cli.main import app
from api.settings import Settings
from eval.ablation import BEGIN, END
from eval.collection import Topic, load_collection
from eval.planted.planting import plant
from finder.errors import InputError
from finder.query import Mode

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "eval/collections/demo"
ENVIRONMENT = {"FINDER_ENCODER__NAME": "hashing", "COLUMNS": "120"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    plant(folder, people=100, seed=1)
    return folder


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the demo."""
    run = tmp_path_factory.mktemp("runs") / "words.run"
    finder("eval", DEMO, "--mode", "words", "--run", run)
    return run


def finder(*arguments: str | Path) -> Result:
    result = CliRunner(env=ENVIRONMENT).invoke(app, list(map(str, arguments)))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_real_dump_becomes_a_collection(tmp_path: Path, shared: Path) -> None:
    folder = tmp_path / "qa"
    result = finder("holdout", shared / "connectors/stackexchange-quantum", folder, "--json")
    assert json.loads(result.stdout) == {"collections": [str(folder)]}
    collection = load_collection(folder)
    assert collection.name == "qa"
    assert len(collection.topics) == len(collection.qrels) == 137
    with gzip.open(collection.records, "rt", encoding="utf-8") as records:
        held = {json.loads(record)["id"] for record in records}
    assert all(gains.keys() <= held for gains in collection.qrels.values())


def lines(result: Result) -> list[list[str]]:
    return [line.split() for line in result.stdout.splitlines()]


def test_two_modes_are_compared() -> None:
    result = finder("eval", DEMO, "--compare", "meaning", "words", "--json")
    (comparison,) = json.loads(result.stdout)
    assert (comparison["first"], comparison["second"]) == ("meaning", "words")
    differences = {each["measure"]: each for each in comparison["differences"]}
    assert differences["AP"]["second"] > differences["AP"]["first"]  # hashing tells no meaning
    assert differences["AP"]["p"] < 0.05
    assert len(comparison["changes"]) == 30


def test_a_run_is_compared_with_the_mode_that_made_it(words: Path) -> None:
    (comparison,) = json.loads(finder("eval", DEMO, "--compare", words, "words", "--json").stdout)
    assert (comparison["first"], comparison["second"]) == ("words.run", "words")
    assert all(each["ties"] == 30 and each["p"] == 1.0 for each in comparison["differences"])


def test_runs_are_compared(words: Path, tmp_path: Path) -> None:
    half = [
        line for line in words.read_text(encoding="utf-8").splitlines() if int(line.split()[0]) > 15
    ]
    (tmp_path / "half.run").write_text("\n".join(half), encoding="utf-8")
    worse = finder("eval", DEMO, "--compare", words, tmp_path / "half.run")
    assert ["R@100", "1.000", "0.500", "-0.500"] in [line[:4] for line in lines(worse)]
    assert "largest losses" in worse.stdout
    assert "largest gains" not in worse.stdout


def test_runs_of_several_collections_are_compared_by_their_folders(
    words: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    shutil.copytree(DEMO, second)
    described = json.loads((second / "collection.json").read_text(encoding="utf-8"))
    (second / "collection.json").write_text(json.dumps(described | {"name": "second"}))
    runs = tmp_path / "runs"
    runs.mkdir()
    for name in ("demo", "second"):
        shutil.copy(words, runs / f"{name}.run")
    result = finder("eval", DEMO, second, "--compare", runs, runs, "--json")
    assert [each["collection"] for each in json.loads(result.stdout)] == ["demo", "second"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("wrods", None, "wrods: name a run, a folder of runs, or one of words"),
        ("other.run", "q99 Q0 a 1 1.0 tag\n", "answers no topic of the collection demo"),
        ("bad.run", "q99 a 1\n", "line 1: must be: qid Q0 id rank score tag"),
    ],
)
def test_what_cannot_be_compared_is_told(
    name: str, content: str | None, message: str, tmp_path: Path
) -> None:
    if content:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        finder("eval", DEMO, "--compare", "words", tmp_path / name)


def test_an_organisation_is_planted_and_evaluated_by_class(tmp_path: Path) -> None:
    made = finder("plant", tmp_path / "made", "--people", "100", "--seed", "1")
    folders = made.stdout.split()
    assert [Path(folder).name for folder in folders][:2] == ["people", "people-mistyped"]
    result = finder("eval", folders[0], "--mode", "words", "--by-class")
    classes = {line[0]: line[1:] for line in lines(result) if line}
    assert classes["planted-people"][:2] == ["words", "104"]
    assert classes["plain"][0] == "8"
    assert float(classes["plain"][1]) > 0.7
    assert classes["name-hurried"] == ["4", "1.000", "1.000", "1.000", "1.000", "0.200", "1.000"]


@pytest.fixture
def without_private_texts(planted: Path, tmp_path: Path) -> Path:
    """The same organisation, as if nothing had been written in its private groups."""
    copy = tmp_path / "public"
    shutil.copytree(planted, copy)
    file = copy / "records.ndjson.gz"
    with gzip.open(file, "rt", encoding="utf-8") as old:
        records = [json.loads(line) for line in old]
    private = {record["id"] for record in records if record.get("visibility") == "private"}
    kept = [record for record in records if record.get("group") not in private]
    assert len(kept) < len(records)
    with gzip.open(file, "wt", encoding="utf-8") as new:
        new.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in kept)
    return copy


def test_what_is_private_changes_no_answer_to_others(
    planted: Path, without_private_texts: Path, tmp_path: Path
) -> None:
    runs = [tmp_path / "all.run", tmp_path / "public.run"]
    for run, folder in zip(runs, (planted, without_private_texts), strict=True):
        finder("eval", folder / "people", "--mode", "words", "--run", run)
    assert runs[0].read_bytes() == runs[1].read_bytes()


def test_insiders_find_whom_others_cannot(planted: Path, tmp_path: Path) -> None:
    found: dict[str, dict[str, set[str]]] = {}
    for name in ("people", "people-inside"):
        finder("eval", planted / name, "--mode", "words", "--run", tmp_path / name)
        found[name] = {qid: set() for qid, _ in judged(planted / "people-inside")}
        for line in (tmp_path / name).read_text(encoding="utf-8").splitlines():
            qid, _, person, rank, *_ = line.split()
            if qid in found[name] and int(rank) <= 3:
                found[name][qid].add(person)
    experts = dict(judged(planted / "people-inside"))
    assert all(experts[qid] in found["people-inside"][qid] for qid in experts)
    assert not any(experts[qid] in found["people"][qid] for qid in experts)


def judged(folder: Path) -> Iterator[tuple[str, str]]:
    for line in (folder / "qrels.txt").read_text(encoding="utf-8").splitlines():
        qid, _, person, _ = line.split()
        yield qid, person


def test_components_are_taken_out_and_the_pages_are_written(tmp_path: Path) -> None:
    pages = [tmp_path / name for name in ("en.md", "fr.md")]
    for page in pages:
        page.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    result = finder("ablate", DEMO, "--into", pages[0], "--into", pages[1])
    cells = [line.strip("| ").split(" | ") for line in result.stdout.splitlines()]
    assert [line[0] for line in cells[3:]] == [*WITHOUT, "encoding a new query"]
    gains = {line[0]: line[1] for line in cells}
    assert gains["words"].startswith("+")
    assert gains["words"].endswith("*")
    assert all(result.stdout.strip() in page.read_text(encoding="utf-8") for page in pages)


def test_without_profiles_nobody_is_found_by_one(
    demo: Path, settings: Callable[..., Settings]
) -> None:
    topic = Topic(id="declared", text="GPEC")
    with Installation(settings(demo)) as installation:
        viewer = installation.library.viewer(None, member=True)
        without = replace(WITHOUT["profiles"](installation), mode=Mode.WORDS)
        assert replace(without, ranker=installation.finder).answer(topic, "person", viewer)
        assert not without.answer(topic, "person", viewer)


def test_a_page_without_a_place_for_the_table_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("# No place\n", encoding="utf-8")
    with pytest.raises(InputError, match="must hold <!-- ablation -->"):
        finder("ablate", DEMO, "--into", tmp_path / "page.md")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_component_is_explained(language: str) -> None:
    page = ROOT / "docs" / language / "explanation" / "ablation.md"
    text = page.read_text(encoding="utf-8")
    assert [name for name in WITHOUT if f"| `{name}` |" not in text] == []
    assert BEGIN in text
