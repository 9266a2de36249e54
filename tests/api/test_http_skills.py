"""What people know by what they wrote, from the command that imports skills to the page."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from command import Run
from fastapi.testclient import TestClient

from api.assembly import CATALOGUE
from indexers.catalogue.database import Database
from indexers.lock import writing
from indexers.taxonomy.excluded import ExcludedTopics
from indexers.taxonomy.index import MentionIndex
from indexers.taxonomy.mentions import MentionWriter

Serve = Callable[..., TestClient]

API = "/api/v1"
SKILLS = Path(__file__).parents[2] / "eval/collections/demo/skills.csv"


@pytest.fixture
def data(demo: Path, environment: dict[str, str]) -> Path:
    """The demonstration, in a folder of the test's own."""
    return Path(shutil.copytree(demo, environment["FINDER_DATA"]))


def test_skills_of_the_demonstration_are_shown_apart(
    data: Path, run_here: Run, serve: Serve
) -> None:
    told = run_here("taxonomy", "import", "csv", SKILLS).stdout
    assert told == "skills: 42 skills, 0 refused, 0 excluded.\n"

    client = serve(data)
    person = client.get(f"{API}/people/thi-lan-nguyen").json()
    assert person["skills"] == []  # she declares nothing
    first = person["shown_skills"][0]
    assert (first["name_en"], first["declared"], first["records"]) == ("QGIS", False, 4)
    assert first["last"] == first["examples"][0]["at"]
    assert len(first["examples"]) == 3

    database = client.get(f"{API}/people/nicolas-martin").json()
    assert [skill["declared"] for skill in database["shown_skills"]] == [True]
    director = client.get(f"{API}/people/vincent-delmas").json()
    assert director["shown_skills"] == []


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("fr", ("Compétences d’après ses écrits", "modèles de langage", "2 messages et documents")),
        ("en", ("Skills, by what they wrote", "language models", "2 posts and documents")),
    ],
)
def test_the_page_of_somebody_shows_them(
    data: Path, run_here: Run, serve: Serve, lang: str, told: tuple[str, ...]
) -> None:
    run_here("taxonomy", "import", "csv", SKILLS)
    address = {"q": "chatbot", "person": "priya-raman", "lang": lang}
    page = serve(data).get("/", params=address).text
    assert [text for text in told if text not in page] == []


def test_while_another_process_writes_they_are_left_to_it(data: Path, run_here: Run) -> None:
    with writing(data, "finder worker"):
        told = run_here("taxonomy", "import", "csv", SKILLS)
    assert "looks for them in texts" in told.stderr
    assert "307 passages await a look for skills" in run_here("doctor").stdout
    with closing(Database(data / CATALOGUE)) as database:
        assert MentionWriter(database).remaining() == 307
        run_here("worker", "--until-done")
        assert MentionWriter(database).remaining() == 0
        assert "skills" not in run_here("doctor").stdout
        assert MentionIndex(database, ExcludedTopics(())).passages_with(["qgis"])
        assert run_here("taxonomy", "clear").stderr == ""
        assert not MentionIndex(database, ExcludedTopics(())).passages_with(["qgis"])
