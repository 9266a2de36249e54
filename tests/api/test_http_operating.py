import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from api.assembly import Installation
from api.http import schemas
from api.http.app import create_app
from api.http.metrics import Metrics
from api.settings import EncoderSettings, Settings

Serve = Callable[..., TestClient]

API = "/api/v1"


def test_a_live_process_says_so(client: TestClient) -> None:
    assert client.get(f"{API}/health/live").json() == {"status": "live"}


def test_an_encoder_that_cannot_be_built_degrades_and_words_still_answer(
    demo: Path, tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    broken = settings(demo).model_copy(
        update={"encoder": EncoderSettings(name=str(tmp_path / "no-such-model"))}
    )
    with (
        Installation(broken) as installation,
        TestClient(create_app(installation), base_url="http://127.0.0.1") as client,
    ):
        app = client.app
        app.state.served.work._thread.join()  # type: ignore[attr-defined]
        readiness = client.get(f"{API}/health/ready")
        by_words = client.get(f"{API}/search?q=QGIS&mode=words").json()
    assert readiness.status_code == 200
    assert (readiness.json()["status"], readiness.json()["encoder"]) == ("degraded", "failed")
    assert "no-such-model" in readiness.json()["reason"]
    assert by_words["items"]


def test_a_catalogue_that_cannot_be_read_is_down(tmp_path: Path, serve: Serve) -> None:
    client = serve(tmp_path)
    for part in ("catalogue.sqlite", "catalogue.sqlite-wal"):  # the third is mapped into memory
        (tmp_path / part).write_bytes(b"not a database" * 1_000)
    answer = client.get(f"{API}/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert "finder restore" in answer.json()["reason"]
    assert client.get(f"{API}/health/live").status_code == 200


def value(exposition: str, sample: str) -> float:
    found = re.search(rf"^{re.escape(sample)} (\S+)$", exposition, flags=re.MULTILINE)
    assert found, sample
    return float(found[1])


def test_metrics_tell_requests_stages_and_passages(
    demo: Path, settings: Callable[..., Settings]
) -> None:
    metrics = Metrics()
    with (
        Installation(settings(demo), observe=metrics.observe_stage) as installation,
        TestClient(
            create_app(installation, metrics=metrics), base_url="http://127.0.0.1"
        ) as client,
    ):
        client.get(f"{API}/experts?q=eau")
        client.get("/nope/1")
        client.get("/nope/2")
        told = client.get(f"{API}/metrics").text
    requests = "finder_http_requests_total"
    assert value(told, f'{requests}{{method="GET",route="{API}/experts",status="200"}}') == 1
    assert value(told, f'{requests}{{method="GET",route="other",status="404"}}') == 2
    for stage in ("encode", "words", "meaning", "fuse", "rank", "people", "show"):
        assert value(told, f'finder_stage_seconds_count{{stage="{stage}"}}') == 1
    assert value(told, "finder_passages") > 200
    assert value(told, "finder_passages_awaiting_vectors") == 0


@pytest.fixture
def description(client: TestClient) -> dict[str, Any]:
    return client.get(f"{API}/openapi.json").json()


def test_the_description_is_openapi_3_1_and_names_every_route(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1.")
    assert {path.removeprefix(API) for path in description["paths"]} == {
        "/search",
        "/experts",
        "/experts/{person_id}/evidence",
        "/people/{person_id}",
        "/documents/{document_id}",
        "/posts/{post_id}",
        "/clicks",
        "/records",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/status",
    }


def test_every_reference_in_the_description_leads_somewhere(description: dict[str, Any]) -> None:
    references = set(re.findall(r"'\$ref': '#/components/schemas/(\w+)'", str(description)))
    assert {"Problem", "LineStatus", "PeopleList"} <= references
    assert references <= set(description["components"]["schemas"])


def test_every_operation_may_answer_a_problem_and_never_another_shape_of_error(
    description: dict[str, Any],
) -> None:
    for operations in description["paths"].values():
        for operation in operations.values():
            assert "422" not in operation["responses"]
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_answers_are_what_the_description_promises(client: TestClient) -> None:
    asked = {"q": "facturation électronique"}
    people = client.get(f"{API}/experts", params=asked).json()
    schemas.PeopleList.model_validate(people, strict=False)
    assert set(people) == set(schemas.PeopleList.model_fields)
    assert set(people["items"][0]) == set(schemas.PersonItem.model_fields)
    assert set(people["items"][0]["evidence"][0]) == set(schemas.EvidenceItem.model_fields)


def test_examples_are_of_the_type_that_they_illustrate() -> None:
    for name, model in vars(schemas).items():
        if isinstance(model, type) and issubclass(model, schemas.BaseModel) and name[0] != "_":
            for field in model.model_fields.values():
                for example in field.examples or ():
                    model.__pydantic_validator__.validate_assignment(
                        model.model_construct(), _name(model, field), example
                    )


def _name(model: type[BaseModel], field: FieldInfo) -> str:
    return next(name for name, known in model.model_fields.items() if known is field)
