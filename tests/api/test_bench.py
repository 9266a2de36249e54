"""``finder bench`` and ``finder eval``: every figure is there, however fast the machine."""

import json
import os
import subprocess
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from api.assembly import Installation
from api.bench.encoders import HashedPassages
from api.bench.files import measure_files
from api.bench.filling import fill_by_hashing
from api.bench.relevance import (
    TARGETS,
    missing_collections,
    read_baseline,
    relevance_figures,
    write_baseline,
)
from api.bench.starting import FINDER
from api.cli.console import ExitCode
from api.evaluation import evaluate_collections
from api.settings import Settings
from eval.bench.corpus import Organisation
from eval.bench.timing import take_turns
from eval.collection import load_collection
from finder.query import Mode
from models.hashing import HashingEncoder

SPEED = {
    "import finder": "s",
    "finder --help": "s",
    "filling 50 passages, encoding by hashing": "passages/s",
    "filling 100 small posts, findable by words": "posts/s",
    "memory after 100 small posts, to that after four tenths of them": "x",
    "a fresh post found by words, beside a back-fill of 50: at the latest": "s",
    "a deleted post gone from both indexes, beside a back-fill of 50: at the latest": "s",
    "filling 50 passages, to the encoder's own time": "x",
    "search, to encoding its query: median": "x",
    "search, to encoding its query: 95th percentile": "x",
    "search, a query repeated: median": "ms",
    "people ranking, to search": "x",
    "finder serve, to the first answer": "s",
    "finder serve, to the model being loaded": "s",
    "resident memory after 48 searches": "GB",
    "errors, 8 clients": "errors",
    "throughput of 8 clients, to that of one": "x",
}


_PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    b" /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
    b"\nendobj\n4 0 obj\n<< /Length 41 >>\nstream\n"
    b"BT /F 12 Tf 72 700 Td (Un texte.) Tj ET  \nendstream\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\n%%EOF"
)
"""One page, without a table of objects, which readers then make."""

HASHING = {"FINDER_ENCODER__NAME": "hashing"}


def collection(folder: Path, name: str) -> Path:
    """Two people, and a question that one of them answers."""
    made = folder / name
    made.mkdir()
    people = [
        {"type": "person", "id": "anne", "name": "Anne", "skills": ["pompes à chaleur"]},
        {"type": "person", "id": "karim", "name": "Karim", "skills": ["marchés publics"]},
    ]
    files = {
        "collection.json": json.dumps({"name": name, "target": "person", "language": "fr"}),
        "records.ndjson": "\n".join(map(json.dumps, people)),
        "topics.tsv": "t1\tpompes à chaleur\n",
        "qrels.txt": "t1 0 anne 1\n",
    }
    for file, text in files.items():
        (made / file).write_text(text, encoding="utf-8")
    return made


def silent(label: str, total: int | None, *, unit: str) -> nullcontext[Callable[[int], None]]:
    assert label
    assert unit or total is None
    return nullcontext(lambda _: None)


def finder(
    *arguments: str | Path, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command in an empty folder, so that no settings file is found."""
    command = [*FINDER, *map(str, arguments)]
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """That of this process, with a data folder of which nothing may be touched."""
    return os.environ | {"FINDER_DATA": str(tmp_path / "untouched")}


@pytest.mark.encoder
def test_every_figure_of_speed_is_measured(tmp_path: Path, environment: dict[str, str]) -> None:
    command = ("bench", "--passages", "50", "--only", "speed", "--json")
    done = finder(*command, folder=tmp_path, environment=environment)
    assert done.returncode in {ExitCode.DONE, ExitCode.INCOMPLETE}, done.stderr
    figures = json.loads(done.stdout)
    assert {figure["name"]: figure["unit"] for figure in figures} == SPEED
    missed = not all(figure["reached"] for figure in figures)
    assert done.returncode == (ExitCode.INCOMPLETE if missed else ExitCode.DONE)
    value = {figure["name"]: figure["value"] for figure in figures}
    assert value.pop("errors, 8 clients") == 0
    del value["import finder"]  # a difference, which noise can make negative
    assert all(measured > 0.0 for measured in value.values())
    assert not (tmp_path / "untouched").exists()


def test_files_are_parsed_beside_unstructured(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    for number in range(3):
        (inner / f"{number}.md").write_text("# Titre\n\n- point\n" * 20, encoding="utf-8")
    (tmp_path / "empty.txt").write_text("")  # nobody reads it, so it is not timed
    (tmp_path / "a.txt").write_text("Un texte.")
    (tmp_path / "b.pdf").write_bytes(_PDF)
    figures = list(measure_files(tmp_path, progress=silent))
    assert [(figure.name, figure.unit) for figure in figures] == [
        ("parsing 3 .md files, to unstructured in one process", "s"),
        ("parsing 1 .pdf files, to unstructured in one process", "s"),
        ("parsing 1 .txt files, to unstructured in one process", "s"),
        ("parsing 5 files of 3 formats", "files/min"),
        ("parsing, to unstructured in one process: all formats", "x"),
        ("parsing, to unstructured in one process: PDF", "x"),
    ]
    assert all(figure.value > 0 and figure.target > 0 for figure in figures)
    plain = sum(figure.target for figure in figures[:3])
    ours = sum(figure.value for figure in figures[:3])
    assert figures[3].value == pytest.approx(60 * 5 / ours)
    assert figures[3].target == pytest.approx(1.8 * 60 * 5 / plain)
    assert (figures[4].value, figures[4].target) == (pytest.approx(plain / ours), 1.8)


def test_collections_are_held_to_their_targets_and_to_the_baseline(
    tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    loaded = load_collection(collection(tmp_path, "people-cpython"))
    configured = settings(tmp_path / "untouched")
    assert missing_collections([tmp_path]) == [n for n in TARGETS if n != "people-cpython"]
    evaluations = list(
        evaluate_collections([loaded], configured, modes=[Mode.HYBRID], progress=silent)
    )
    baseline = {"people-cpython": {"AP": 1.009, "nDCG@10": 1.011}, "another": {"AP": 1.0}}
    target, kept, dropped = relevance_figures(evaluations, baseline)
    assert (target.name, target.unit, target.value) == ("relevance, people-cpython", "AP", 1.0)
    assert (target.target, target.at_most, target.reached) == (0.36, False, True)
    assert (kept.name, kept.unit) == ("relevance kept, people-cpython", "AP")
    assert (kept.target, kept.reached) == (pytest.approx(0.999), True)
    assert (dropped.unit, dropped.reached) == ("nDCG@10", False)
    assert not configured.data.exists()


def test_a_baseline_keeps_what_was_not_measured_again(
    tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    file = tmp_path / "baseline.toml"
    assert read_baseline(file) == {}
    file.write_text('[another]\n"AP" = 0.5\n[one]\n"AP" = 0.25\n', encoding="utf-8")
    loaded = load_collection(collection(tmp_path, "one"))
    evaluations = list(
        evaluate_collections(
            [loaded], settings(tmp_path / "data"), modes=[Mode.WORDS], progress=silent
        )
    )
    write_baseline(evaluations, file)
    assert read_baseline(file) == {"another": {"AP": 0.5}, "one": {"AP": 1.0, "nDCG@10": 1.0}}


def test_runs_of_several_collections_go_into_a_folder(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    collections = [collection(tmp_path, name) for name in ("one", "two")]
    runs = tmp_path / "made" / "runs"
    command = ("eval", *collections, "--run", runs, "--json")
    done = finder(*command, folder=tmp_path, environment=environment | HASHING)
    assert done.returncode == ExitCode.DONE, done.stderr
    assert [entry["collection"] for entry in json.loads(done.stdout)] == ["one", "two"]
    assert sorted(path.name for path in runs.iterdir()) == ["one.run", "two.run"]
    assert (runs / "one.run").read_text(encoding="utf-8").startswith("t1 Q0 anne 1 ")


def test_a_run_that_cannot_be_written_is_the_callers_fault(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "file").touch()
    command = ("eval", collection(tmp_path, "one"), "--run", tmp_path / "file" / "one.run")
    done = finder(*command, folder=tmp_path, environment=environment | HASHING)
    assert done.returncode == ExitCode.INPUT
    assert "one.run cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_hashed_passages_bear_the_models_identity() -> None:
    model = HashingEncoder(48)
    hashed = HashedPassages(model)
    assert hashed.identity == model.identity
    assert hashed.encode_passages(["la vanne", "le budget"]).shape == (2, 48)
    assert (hashed.encode_query("vanne").vector == model.encode_query("vanne").vector).all()


def test_what_is_filled_by_hashing_has_tokens_to_compare(
    tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    filled = settings(tmp_path / "data")
    model = HashingEncoder(72)
    organisation = Organisation(passages=20)
    figure = fill_by_hashing(filled, organisation, encoder=model, progress=silent)
    assert figure.value > 0
    with Installation(filled, encoder=model) as installation:
        (told,) = installation.database.look_up(
            "SELECT min(length(tokens)), sum(length(tokens) % 3) FROM vectors"
        )
    assert told[0] > 3 * 10
    assert told[1] == 0


def test_every_way_of_asking_has_its_turn_at_being_first() -> None:
    asked: list[tuple[str, str]] = []
    ways = [lambda query, way=way: asked.append((way, query)) for way in "abc"]
    seconds = list(take_turns(ways, ["q1", "q2", "q3", "q4"]))
    assert ["".join(way for way, query in asked if query == f"q{n}") for n in (1, 2, 3, 4)] == [
        "abc",
        "bca",
        "cab",
        "abc",
    ]
    assert [len(taken) for taken in seconds] == [3, 3, 3, 3]
    assert min(map(min, seconds)) > 0.0
