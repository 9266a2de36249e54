import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from api.http.guards import SECURITY_HEADERS
from api.http.problems import STATUSES, status_of
from finder import errors
from finder.errors import FinderError

Serve = Callable[..., TestClient]

API = "/api/v1"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    "path", ["/", "/?q=réseau", "/static/page.css", f"{API}/search?q=eau", f"{API}/search", "/nope"]
)
def test_every_response_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nope", 404, "no-such-route"),
        ("DELETE", f"{API}/search", 405, "method-not-allowed"),
        ("GET", f"{API}/search", 422, "invalid-parameter"),
        ("GET", f"{API}/search?q=", 400, "query"),
        ("GET", f"{API}/search?q={'a' * 1_001}", 400, "query"),
        ("GET", f"{API}/search?q=eau&limit=101", 422, "invalid-parameter"),
        ("GET", f"{API}/search?q=eau&mode=magic", 422, "invalid-parameter"),
        ("GET", f"{API}/search?q=eau&viewer=claire-riviere", 422, "invalid-parameter"),
        ("GET", f"{API}/people/nobody", 404, "not-found"),
        ("GET", f"{API}/people/", 404, "not-found"),
        ("GET", f"{API}/experts/nobody/evidence?q=eau", 404, "not-found"),
    ],
)
def test_errors_are_problem_details(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert told["detail"]
    assert told["request_id"] == answer.headers["x-request-id"]


def test_a_parameter_that_cannot_be_used_is_named(client: TestClient) -> None:
    told = client.get(f"{API}/search?q=eau&limit=0").json()
    assert told["errors"] == [
        {"field": "limit", "reason": "Input should be greater than or equal to 1"}
    ]


def classes_below(kind: type[FinderError]) -> list[type[FinderError]]:
    """The classes of the core; others, of any package, follow the class that they are below."""
    found = [kind, *(below for child in kind.__subclasses__() for below in classes_below(child))]
    return [kind for kind in found if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", classes_below(FinderError))
def test_every_error_has_a_status_of_its_class(kind: type[FinderError]) -> None:
    error = kind("why")
    expected = 5 if isinstance(error, errors.RetryError | errors.OperatorError) else 4
    if kind is not FinderError:
        assert status_of(error) // 100 == expected
    assert all(issubclass(known, FinderError) for known in STATUSES)


def test_what_nobody_foresaw_tells_nothing_of_its_inside(
    demo: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serve(demo)

    def fail(*_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("api.http.asking.find_records", fail)
    with capture_logs() as logged:
        answer = client.get(f"{API}/search?q=eau")
    assert answer.status_code == 500
    assert answer.json()["code"] == "unexpected"
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert [line["event"] for line in logged] == ["failed", "request"]


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "127.0.0.53:1", "[::1]:8000"])
def test_loopback_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get(f"{API}/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "192.168.1.9:8000", "", "[::1", "localhost@x"],
)
def test_a_name_made_to_point_here_is_refused(client: TestClient, host: str) -> None:
    answer = client.get(f"{API}/search?q=eau", headers={"Host": host})
    assert answer.status_code == 421
    assert answer.json()["code"] == "foreign-host"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_may_not_send(empty: TestClient, headers: dict[str, str]) -> None:
    headers = {"Content-Type": "application/x-ndjson", **headers}
    answer = empty.post(f"{API}/records", content=b"{}", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["code"] == "cross-origin"


def test_our_own_pages_may_send(empty: TestClient) -> None:
    headers = {
        "Content-Type": "application/x-ndjson",
        "Origin": "http://127.0.0.1:8000",
        "Sec-Fetch-Site": "same-origin",
    }
    assert empty.post(f"{API}/records", content=b"{}", headers=headers).status_code == 200


def test_a_sane_request_id_is_kept_and_another_replaced(client: TestClient) -> None:
    sane = client.get(f"{API}/health/live", headers={"X-Request-ID": "trace-42.a_b"})
    odd = client.get(f"{API}/health/live", headers={"X-Request-ID": 'a b"{}'})
    assert sane.headers["x-request-id"] == "trace-42.a_b"
    assert len(odd.headers["x-request-id"]) == 32


def test_a_request_is_one_log_line_without_what_was_asked(client: TestClient) -> None:
    with capture_logs() as logged:
        client.get(f"{API}/experts?q=licenciement", headers={"X-Request-ID": "r1"})
    (line,) = logged
    assert line["route"] == f"{API}/experts"
    assert (line["method"], line["status"], line["request_id"]) == ("GET", 200, "r1")
    assert "licenciement" not in json.dumps(logged)


HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture
def hostile(empty: TestClient) -> TestClient:
    """An installation whose records try to run scripts."""
    records = [
        {"type": "person", "id": "eve", "name": HOSTILE, "title": HOSTILE, "url": "javascript:x()"},
        {
            "type": "post",
            "id": "p1",
            "authors": ["eve"],
            "title": HOSTILE,
            "url": "javascript:alert(3)",
            "text": f"piège {HOSTILE}",
        },
    ]
    body = "\n".join(json.dumps(record) for record in records)
    headers = {"Content-Type": "application/x-ndjson"}
    assert empty.post(f"{API}/records", content=body, headers=headers).status_code == 200
    return empty


@pytest.mark.parametrize("tab", ["people", "documents"])
@pytest.mark.parametrize("q", ["piège", f"piège {HOSTILE}", '"><script>alert(4)</script>'])
def test_markup_in_records_and_questions_is_shown_as_text(
    hostile: TestClient, tab: str, q: str
) -> None:
    page = hostile.get("/", params={"q": q, "tab": tab}).text
    assert "<script>" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page
    if q == "piège":
        assert "&lt;script&gt;" in page


def test_the_api_gives_markup_back_as_it_came(hostile: TestClient) -> None:
    found = hostile.get(f"{API}/search", params={"q": "piège", "mode": "words"})
    assert found.headers["content-type"] == "application/json"
    assert found.json()["items"][0]["title"] == HOSTILE
