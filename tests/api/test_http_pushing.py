import gzip
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from api.assembly import Installation
from api.http import pushing
from api.settings import Settings
from indexers.catalogue.progress import set_paused
from indexers.catalogue.queue import Priority
from indexers.lock import writing
from indexers.outcomes import Status
from indexers.sources.ndjson import NdjsonSource

Serve = Callable[..., TestClient]

API = "/api/v1"
NDJSON = {"Content-Type": "application/x-ndjson"}


MOST_LAG = 5.0
"""Seconds; a minute is allowed, and one transaction and one look at what is new are needed."""


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def lines(*records: object) -> bytes:
    return b"\n".join(r if isinstance(r, bytes) else json.dumps(r).encode() for r in records)


def push(client: TestClient, *records: object) -> list[dict[str, object]]:
    answer = client.post(f"{API}/records", content=lines(*records), headers=NDJSON)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


@contextmanager
def pausing(client: TestClient) -> Iterator[None]:
    database = client.app.state.served.installation.database
    for paused in (True, False):
        with database.noting() as connection:
            set_paused(connection, paused=paused)
        if paused:
            yield


POST = {"type": "post", "id": "p1", "authors": ["ana"], "text": "Les tuyaux en fonte ductile."}


def test_every_line_gets_its_status_in_order(empty: TestClient) -> None:
    assert push(
        empty,
        POST,
        b"{nonsense",
        {"type": "post"},
        POST,
        {"type": "document", "id": "d1", "file": "plan.pdf"},
        {"type": "delete", "target": "post", "id": "p9"},
    ) == [
        {"line": 1, "status": "superseded", "type": "post", "id": "p1"},
        {
            "line": 2,
            "status": "refused",
            "reason": "is not valid JSON: key must be a string at character 2",
        },
        {"line": 3, "status": "refused", "field": "id", "reason": "is required"},
        {"line": 4, "status": "indexed", "type": "post", "id": "p1"},
        {
            "line": 5,
            "status": "refused",
            "field": "file",
            "reason": "files cannot be sent this way; send text or html",
        },
        {"line": 6, "status": "deleted", "type": "post", "id": "p9"},
    ]


def test_what_is_sent_is_found_by_words_at_once_and_gone_once_deleted(empty: TestClient) -> None:
    asked = {"q": "fonte ductile", "mode": "words"}
    push(empty, POST)
    assert [i["id"] for i in empty.get(f"{API}/search", params=asked).json()["items"]] == ["p1"]
    assert empty.get(f"{API}/experts", params=asked).json()["items"][0]["name"] == "ana"

    push(empty, {"type": "delete", "target": "post", "id": "p1"})

    assert empty.get(f"{API}/search", params=asked).json()["total"]["value"] == 0
    assert empty.get(f"{API}/posts/p1").status_code == 404


def test_what_is_sent_is_soon_found_by_meaning(empty: TestClient) -> None:
    push(empty, POST)
    until(lambda: empty.get(f"{API}/health/ready").json()["status"] == "ready")
    found = empty.get(f"{API}/search", params={"q": "tuyaux en fonte", "mode": "meaning"}).json()
    assert [item["id"] for item in found["items"]] == ["p1"]


def test_gzip_is_taken_too(empty: TestClient) -> None:
    headers = {"Content-Type": "application/gzip"}
    answer = empty.post(f"{API}/records", content=gzip.compress(lines(POST)), headers=headers)
    assert answer.json()["status"] == "indexed"


def test_an_id_may_hold_a_slash(empty: TestClient) -> None:
    push(empty, {**POST, "id": "wiki/réseau/1"})
    assert empty.get(f"{API}/posts/wiki/réseau/1").json()["id"] == "wiki/réseau/1"


def test_what_another_process_keeps_waiting_is_received_and_soon_found(
    tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "_PATIENCE_SECONDS", 0.1)
    with writing(tmp_path, "the nightly import"):
        client = serve(tmp_path)
        assert [line["status"] for line in push(client, POST)] == ["received"]
        told = client.get(f"{API}/status").json()
        assert told["received"] == 1
        assert "the nightly import" in told["worker"]
    until(lambda: client.get(f"{API}/posts/p1").status_code != 404)


def test_while_it_is_paused_records_are_received_and_deleted_ones_are_gone(
    empty: TestClient,
) -> None:
    push(empty, POST)
    with pausing(empty):
        assert push(empty, {**POST, "id": "p2"})[0]["status"] == "received"
        assert push(empty, {"type": "delete", "target": "post", "id": "p1"})[0] == {
            "line": 1,
            "status": "deleted",
            "type": "post",
            "id": "p1",
        }
        assert empty.get(f"{API}/posts/p1").status_code == 404
        assert empty.get(f"{API}/posts/p2").status_code == 404
    assert push(empty, {**POST, "id": "p3"})[0]["status"] == "indexed"
    assert empty.get(f"{API}/posts/p2").status_code == 200


def samples(client: TestClient) -> dict[str, float]:
    """What Prometheus is told, without comments."""
    told = client.get(f"{API}/metrics").text.splitlines()
    pairs = (line.rpartition(" ") for line in told if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_metrics_tell_how_many_records_are_how_far_and_for_how_long_they_wait(
    empty: TestClient,
) -> None:
    push(empty, POST)
    with pausing(empty):
        push(empty, {**POST, "id": "p2"}, {**POST, "id": "p3"})
        time.sleep(0.05)
        told = samples(empty)
        assert told['finder_queue_depth{state="received"}'] == 2
        assert told['finder_queue_depth{state="words"}'] == 1
        assert 0.05 < told["finder_lag_seconds"] < 20.0
    until(lambda: samples(empty)['finder_queue_depth{state="meaning"}'] == 3)
    told = samples(empty)
    assert told['finder_queue_depth{state="received"}'] == told["finder_lag_seconds"] == 0
    assert told['finder_queue_depth{state="failed"}'] == 0
    assert told['finder_queue_depth{state="retrying"}'] == 0


@pytest.mark.parametrize("mode", ["words", "meaning"])
def test_what_another_process_deletes_is_gone_from_a_server_that_holds_it_in_memory(
    tmp_path: Path, serve: Serve, settings: Callable[..., Settings], mode: str
) -> None:
    client = serve(tmp_path)
    asked = {"q": "fonte ductile", "mode": mode}

    def found() -> list[str]:
        return [item["id"] for item in client.get(f"{API}/search", params=asked).json()["items"]]

    push(client, POST)
    until(lambda: client.get(f"{API}/health/ready").json()["status"] == "ready")
    until(lambda: found() == ["p1"])
    source = tmp_path / "records.ndjson"
    source.write_bytes(lines({"type": "delete", "target": "post", "id": "p1"}))
    with Installation(settings(tmp_path)) as other:
        since = time.monotonic()
        [[told]] = other.deliver(Priority.FRESH).receive(NdjsonSource(source))
        assert told.status is Status.DELETED
        for index in ("terms", "vectors"):
            assert other.database.look_up(f"SELECT passage FROM {index}") == []  # noqa: S608 - our own tables
    assert found() == []
    assert time.monotonic() - since < MOST_LAG


def test_the_same_body_under_the_same_key_goes_in_once(empty: TestClient) -> None:
    keyed = NDJSON | {"Idempotency-Key": "nightly-1"}
    first = empty.post(f"{API}/records", content=lines(POST), headers=keyed)
    push(empty, {"type": "delete", "target": "post", "id": "p1"})
    again = empty.post(f"{API}/records", content=lines(POST), headers=keyed)
    assert again.text == first.text
    assert empty.get(f"{API}/posts/p1").status_code == 404  # it did not go in again


def test_another_body_under_the_same_key_is_refused(empty: TestClient) -> None:
    keyed = NDJSON | {"Idempotency-Key": "nightly-1"}
    empty.post(f"{API}/records", content=lines(POST), headers=keyed)
    other = empty.post(f"{API}/records", content=lines({**POST, "id": "p2"}), headers=keyed)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency-key"
    assert empty.get(f"{API}/posts/p2").status_code == 404


@pytest.mark.parametrize("length", ["declared", "unknown"])
def test_a_body_that_is_too_large_leaves_nothing_behind(
    empty: TestClient, monkeypatch: pytest.MonkeyPatch, length: str
) -> None:
    monkeypatch.setattr(pushing, "MAX_BODY", 200)
    body = lines(POST, *(b"" for _ in range(200)))
    chunks = body if length == "declared" else iter([body[:150], body[150:]])
    answer = empty.post(f"{API}/records", content=chunks, headers=NDJSON)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too-large"
    assert empty.get(f"{API}/posts/p1").status_code == 404


def test_a_sender_who_leaves_is_no_failure_and_leaves_nothing_behind(empty: TestClient) -> None:
    messages = [
        {"type": "http.request", "body": lines(POST), "more_body": True},
        {"type": "http.disconnect"},
    ]
    headers = [(b"host", b"localhost"), (b"content-type", b"application/x-ndjson")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"{API}/records",
        "query_string": b"",
        "headers": headers,
    }

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    async def send(message: dict[str, object]) -> None:
        pytest.fail(f"nobody is there to receive {message}")

    with capture_logs() as logged:
        anyio.run(empty.app, scope, receive, send)
    assert [(line["event"], line["status"]) for line in logged] == [("request", 499)]
    assert empty.get(f"{API}/posts/p1").status_code == 404


def test_another_media_type_is_refused(empty: TestClient) -> None:
    answer = empty.post(f"{API}/records", json=POST)
    assert answer.status_code == 415
    assert answer.json()["code"] == "media-type"


def test_passages_of_an_earlier_life_are_encoded_at_start_up(
    tmp_path: Path, serve: Serve, settings: Callable[..., Settings]
) -> None:
    with Installation(settings(tmp_path)) as first, first.filling("tests") as pipeline:
        source = tmp_path / "records.ndjson"
        source.write_bytes(lines(POST))
        list(pipeline.ingest(NdjsonSource(source)))
    client = serve(tmp_path)
    until(lambda: client.get(f"{API}/health/ready").json()["awaiting_vectors"] == 0)
