"""What was opened, told over HTTP; what it suggests, on the command line."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command import Run
from fastapi.testclient import TestClient
from organisation import Given

from api.assembly import Installation
from api.http.app import create_app
from api.http.clicking import MAX_BODY
from api.settings import ClickLogSettings, Settings
from finder.domain import Kind, PersonId, Post, RecordKey
from finder.query import understand

Serve = Callable[..., TestClient]

API = "/api/v1"


@pytest.fixture
def keeping(tmp_path: Path, settings: Callable[..., Settings]) -> Settings:
    """Where a log is kept."""
    log = ClickLogSettings(enabled=True)
    return settings(tmp_path / "data").model_copy(update={"click_log": log})


@pytest.fixture
def organisation(keeping: Settings) -> Iterator[Installation]:
    """Of three posts, one may be read by its author alone."""
    ana = (PersonId("ana"),)
    with Installation(keeping) as installation:
        with installation.filling("tests") as pipeline:
            posts = (
                Post(id="clock", text="La badgeuse du hall", authors=ana),
                Post(id="menu", text="La cantine", authors=ana),
                Post(id="hidden", text="Le hall", authors=ana, acl=("user:ana",)),
            )
            list(pipeline.ingest(Given(posts)))
        yield installation


@pytest.fixture
def logging(organisation: Installation) -> Iterator[TestClient]:
    with TestClient(create_app(organisation), base_url="http://127.0.0.1:8000") as client:
        yield client


def test_what_is_opened_is_counted(logging: TestClient, organisation: Installation) -> None:
    clicked = {"q": "Qui connaît la badgeuse ?", "type": "post", "id": "clock"}
    for _ in range(2):
        answer = logging.post(f"{API}/clicks", json=clicked)
        assert (answer.status_code, answer.content) == (204, b"")
    assert logging.post(f"{API}/clicks", json=clicked | {"q": "arrêt maladie"}).status_code == 204
    (opened,) = organisation.click_log.opened()
    assert (opened.query, opened.record.id, opened.days) == ("badgeuse", "clock", 1)


def test_what_may_not_be_read_is_as_if_it_were_not_there(logging: TestClient) -> None:
    told = [
        logging.post(f"{API}/clicks", json={"q": "hall", "type": "post", "id": name})
        for name in ("hidden", "nobody")
    ]
    assert [answer.status_code for answer in told] == [404, 404]
    problems = [answer.text.replace("hidden", "nobody") for answer in told]
    ids = [answer.headers["x-request-id"] for answer in told]
    assert problems[0].replace(ids[0], "") == problems[1].replace(ids[1], "")
    assert told[0].json()["code"] == "not-found"


@pytest.mark.parametrize(
    ("clicked", "status", "code"),
    [
        ({"q": "", "type": "post", "id": "clock"}, 400, "query"),
        ({"q": "a" * 1_001, "type": "post", "id": "clock"}, 400, "query"),
        ({"q": "hall", "type": "page", "id": "clock"}, 422, "invalid-parameter"),
        ({"q": "hall", "type": "post", "id": ""}, 422, "invalid-parameter"),
        ({"q": "hall", "type": "post", "id": "a" * 257}, 422, "invalid-parameter"),
        ({"q": "hall", "type": "post"}, 422, "invalid-parameter"),
        ({"q": "hall", "type": "post", "id": "clock", "person": "ana"}, 422, "invalid-parameter"),
        ([], 422, "invalid-parameter"),
        ({"q": "é" * MAX_BODY, "type": "post", "id": "clock"}, 413, "too-large"),
    ],
)
def test_what_is_wrong_is_told(
    logging: TestClient, clicked: object, status: int, code: str
) -> None:
    answer = logging.post(f"{API}/clicks", json=clicked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_longest_fits(logging: TestClient) -> None:
    clicked = {"q": "\N{GRINNING FACE}" * 1_000, "type": "post", "id": "\N{GRINNING FACE}" * 256}
    body = json.dumps(clicked)
    assert len(body) == 15_107
    headers = {"Content-Type": "application/json"}
    assert logging.post(f"{API}/clicks", content=body, headers=headers).status_code == 404
    endless = logging.post(f"{API}/clicks", content=iter([b"{}"]), headers=headers)
    assert (endless.status_code, endless.json()["code"]) == (411, "http")


def test_without_a_log_it_is_refused_and_what_there_was_goes(
    tmp_path: Path, organisation: Installation, serve: Serve
) -> None:
    clock = RecordKey(Kind.POST, "clock")
    organisation.click_log.note(understand("badgeuse"), clock)
    client = serve(tmp_path / "data")
    answer = client.post(f"{API}/clicks", json={"q": "hall", "type": "post", "id": "clock"})
    assert (answer.status_code, answer.json()["code"]) == (403, "click-log-off")
    page = client.get("/?q=hall&tab=documents").text
    assert "data-searched" not in page
    assert "180" not in page
    client.app.state.served.work.stop()  # type: ignore[attr-defined]
    assert organisation.click_log.opened() == []


def test_the_page_tells_what_was_searched(logging: TestClient) -> None:
    page = logging.get('/?q="du hall"&tab=documents&lang=en').text
    assert 'data-searched="&#34;du hall&#34;"' in page
    assert "for 180 days and without your name" in page


def test_suggestions_are_a_list_to_be_edited(
    keeping: Settings,
    organisation: Installation,
    run_here: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "click_log.enabled" in run_here("taxonomy", "suggest", code=2).stderr
    monkeypatch.setenv("FINDER_CLICK_LOG__ENABLED", "true")
    assert run_here("taxonomy", "suggest").stderr == "Nothing to suggest yet.\n"

    today = datetime.now(UTC)
    for day in range(3):
        with Installation(keeping, clock=lambda at=today - timedelta(days=day): at) as then:
            for query, post in {
                "badgeuse": "clock",
                "Pointeuses": "clock",
                "repas": "menu",
            }.items():
                then.click_log.note(understand(query), RecordKey(Kind.POST, post))
    told = run_here("taxonomy", "suggest").stdout
    assert told == "# badgeuse, pointeuses   # records: 1, days: 3, likeness: 1.00\n"
    (suggestion,) = json.loads(run_here("taxonomy", "suggest", "--json").stdout)["suggestions"]
    assert suggestion == {
        "names": ["badgeuse", "pointeuses"], "days": 3, "records": 1, "likeness": pytest.approx(1)
    }  # fmt: skip

    def imported(text: str) -> str:
        (tmp_path / "list.txt").write_text(text, encoding="utf-8")
        return run_here("taxonomy", "import", "synonyms", "list.txt").stdout

    assert imported(told) == "synonyms: 0 skills, 0 refused, 0 excluded.\n"
    assert run_here("taxonomy", "suggest").stdout == told
    assert run_here("taxonomy", "suggest", "--decided", "list.txt").stdout == ""
    (tmp_path / "other.txt").write_text("# Names, of all kinds.\n# badgeuse, repas\npointeuse\n")
    assert run_here("taxonomy", "suggest", "--decided", "other.txt").stdout == told
    missing = run_here("taxonomy", "suggest", "--decided", "missing.txt", code=2)
    assert "missing.txt cannot be read" in missing.stderr
    assert imported(told.removeprefix("# ")) == "synonyms: 1 skills, 0 refused, 0 excluded.\n"
    assert run_here("taxonomy", "suggest").stdout == ""
    assert organisation.click_log.opened()
