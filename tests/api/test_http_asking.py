from collections.abc import Callable
from math import prod
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

Serve = Callable[..., TestClient]

API = "/api/v1"


def test_experts_come_with_evidence_whose_parts_sum_exactly_to_the_score(
    client: TestClient,
) -> None:
    answer = client.get(f"{API}/experts", params={"q": "facturation électronique"}).json()

    assert answer["total"]["value"] > len(answer["items"]) == 10
    assert "maelle-le-goff" in [person["id"] for person in answer["items"][:5]]
    for place, person in enumerate(answer["items"], start=1):
        assert person["rank"] == place
        parts = sum(item["contribution"] for item in person["evidence"])
        assert parts + person["rest"]["contribution"] == person["score"]
        for item in person["evidence"]:
            assert sum(item["score_parts"].values()) > 0
            counted = prod(item[name] for name in ("role_weight", "share", "recency"))
            strong = item["strength"] * item["order"] + item["presence"]
            assert item["contribution"] == pytest.approx(strong * counted)


@pytest.mark.parametrize(
    ("question", "speaks", "said"),
    [
        ("quelqu’un parle-t-il allemand ?", "samuel-weiss", "allemand, anglais"),
        ("qui parle breton ?", "maelle-le-goff", "breton, anglais"),
        ("who speaks Polish?", "tomasz-kowalczyk", "polonais, anglais"),
    ],
)
def test_who_declares_a_language_is_found_by_its_name(
    client: TestClient, question: str, speaks: str, said: str
) -> None:
    answer = client.get(f"{API}/experts", params={"q": question, "mode": "words"}).json()

    assert [person["id"] for person in answer["items"]] == [speaks]
    shown = {item["role"]: item["snippet"]["text"] for item in answer["items"][0]["evidence"]}
    assert shown["profile"] == said


def test_highlights_are_offsets_into_plain_text(client: TestClient) -> None:
    answer = client.get(f"{API}/search", params={"q": "QGIS", "mode": "words"}).json()

    found = answer["items"][0]
    snippet = found["snippet"]
    marked = {snippet["text"][mark["start"] : mark["end"]] for mark in snippet["highlights"]}
    assert marked == {"QGIS"}
    assert found["authors"][0]["name"] != found["authors"][0]["id"]


@pytest.mark.parametrize("route", ["search", "experts"])
def test_cursors_walk_the_whole_list_without_repeating(client: TestClient, route: str) -> None:
    whole = client.get(f"{API}/{route}", params={"q": "réseau", "mode": "words", "limit": 100})
    params = {"q": "réseau", "mode": "words", "limit": 4}
    walked = []
    while True:
        part = client.get(f"{API}/{route}", params=params).json()
        walked += [item["id"] for item in part["items"]]
        if part["next"] is None:
            break
        params["cursor"] = part["next"]
    assert walked == [item["id"] for item in whole.json()["items"]]
    assert len(walked) == whole.json()["total"]["value"] > 8


@pytest.mark.parametrize(
    "other",
    [
        {"route": "search", "q": "fuite"},
        {"route": "search", "mode": "hybrid"},
        {"route": "experts"},
        {"route": "search", "cursor": "nonsense"},
        {"route": "search", "cursor": "é"},
    ],
)
def test_a_cursor_of_another_query_is_refused(client: TestClient, other: dict[str, str]) -> None:
    asked = {"q": "réseau", "mode": "words", "limit": 2}
    cursor = client.get(f"{API}/search", params=asked).json()["next"]
    changed = {**asked, "cursor": cursor, **other}

    answer = client.get(f"{API}/{changed.pop('route')}", params=changed)

    assert answer.status_code == 400
    assert answer.json()["code"] == "query"


def test_a_condition_is_part_of_the_query_and_of_its_cursor(client: TestClient) -> None:
    asked = {"q": "réseau type:message", "mode": "words", "limit": "1"}
    answer = client.get(f"{API}/search", params=asked).json()
    assert answer["original"] == asked["q"]
    assert {item["type"] for item in answer["items"]} == {"post"}
    other = {**asked, "q": "réseau type:document", "cursor": answer["next"]}
    assert client.get(f"{API}/search", params=other).json()["code"] == "query"


@pytest.mark.parametrize("q", ["avant:hier", "type:video"])
def test_a_condition_that_cannot_be_understood_is_a_problem(client: TestClient, q: str) -> None:
    answer = client.get(f"{API}/search", params={"q": q})
    assert (answer.status_code, answer.json()["code"]) == (400, "query")


def test_the_explanation_of_one_person_leaves_nothing_out(client: TestClient) -> None:
    asked = {"q": "facturation électronique"}
    listed = client.get(f"{API}/experts", params=asked).json()["items"][0]

    person = client.get(f"{API}/experts/{listed['id']}/evidence", params=asked).json()

    assert person["rest"] == {"contribution": 0.0, "count": 0}
    assert len(person["evidence"]) == len(listed["evidence"]) + listed["rest"]["count"]
    assert sum(item["contribution"] for item in person["evidence"]) == listed["score"]
    assert sum(month["contribution"] for month in person["timeline"]) == listed["score"]
    assert sum(month["count"] for month in person["timeline"]) == len(person["evidence"])
    months = [month["month"] for month in person["timeline"]]
    assert months == sorted({item["at"][:7] for item in person["evidence"]})
    assert person["standing"] is None


def test_somebody_may_ask_why_they_are_not_found(demo: Path, serve: Serve) -> None:
    asked = {"q": "QGIS", "mode": "words"}
    client = serve(demo, "claire-riviere")
    found = client.get(f"{API}/experts", params=asked).json()
    assert "claire-riviere" not in {item["id"] for item in found["items"]}
    herself = client.get(f"{API}/experts/claire-riviere/evidence", params=asked).json()
    assert (herself["rank"], herself["score"], herself["evidence"]) == (None, 0.0, [])
    assert herself["standing"]["people"] == found["total"]["value"]
    assert herself["standing"]["first"] == found["items"][0]["score"]
    assert herself["standing"]["records"] > 0
    other = serve(demo, "leo-marchetti").get(f"{API}/experts/claire-riviere/evidence", params=asked)
    assert other.status_code == 404


@pytest.mark.parametrize("mode", ["words", "meaning", "hybrid"])
@pytest.mark.parametrize("route", ["search", "experts"])
def test_the_same_question_gets_the_same_answer(client: TestClient, route: str, mode: str) -> None:
    asked = {"q": "marchés publics", "mode": mode}
    first, second = (client.get(f"{API}/{route}", params=asked).json() for _ in range(2))
    for answer in (first, second):
        del answer["took_ms"], answer["request_id"]
    assert first == second
    assert first["items"]


def ids_of(client: TestClient, route: str) -> set[str]:
    params = {"q": "due diligence", "limit": 100, "mode": "words"}
    answer = client.get(f"{API}/{route}", params=params).json()
    assert answer["total"]["value"] == len(answer["items"])
    return {item["id"] for item in answer["items"]}


@pytest.mark.parametrize("route", ["search", "experts"])
def test_each_viewer_sees_and_counts_only_what_they_may_read(
    demo: Path, serve: Serve, route: str
) -> None:
    outsider, insider = serve(demo, "leo-marchetti"), serve(demo, "claire-riviere")
    private = ids_of(insider, route) - ids_of(outsider, route)
    assert ids_of(outsider, route) <= ids_of(insider, route)
    assert {"search": "d19", "experts": "helene-d-arcy"}[route] in private


def test_a_private_record_is_as_if_it_were_not_there(demo: Path, serve: Serve) -> None:
    outsider, insider = serve(demo, "leo-marchetti"), serve(demo, "claire-riviere")
    assert insider.get(f"{API}/documents/d19").json()["group"]["id"] == "ambre"

    hidden, absent = (outsider.get(f"{API}/documents/{name}") for name in ("d19", "d-none"))

    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"] == absent.json()["detail"].replace("d-none", "d19")


def test_a_profile_shows_names_for_ids(client: TestClient) -> None:
    person = client.get(f"{API}/people/helene-d-arcy").json()
    assert person["name"] == "Hélène d’Arcy"
    assert person["manager"] == {"id": "vincent-delmas", "name": "Vincent Delmas"}
    assert {"name": "Droit des sociétés", "level": "expert"} in person["skills"]
    assert person["shown_skills"] == []  # there is no taxonomy


def test_a_post_shows_what_it_is(client: TestClient) -> None:
    post = client.get(f"{API}/posts/p003").json()
    assert (post["type"], post["reply_to"], post["accepted"]) == ("post", "p001", True)
    assert post["authors"] == [{"id": "patrick-vasseur", "name": "Patrick Vasseur"}]
    assert client.get(f"{API}/documents/p003").status_code == 404


@pytest.mark.parametrize("route", ["search", "experts"])
def test_words_that_nothing_holds_are_told(client: TestClient, route: str) -> None:
    asked = {"q": "facturation GraphQL", "mode": "words"}
    assert client.get(f"{API}/{route}", params=asked).json()["unmatched"] == ["GraphQL"]


@pytest.mark.parametrize("route", ["search", "experts"])
def test_what_is_mistyped_is_corrected_unless_it_is_asked_for_as_typed(
    client: TestClient, route: str
) -> None:
    meant = client.get(f"{API}/{route}", params={"q": "facturation", "mode": "words"}).json()
    assert (meant["original"], meant["corrected"]) == ("facturation", None)
    asked = {"q": "facturaton", "mode": "words", "limit": 3}
    answer = client.get(f"{API}/{route}", params=asked).json()
    assert (answer["original"], answer["corrected"]) == ("facturaton", "facturation")
    assert answer["items"] == meant["items"][:3]
    as_typed = {**asked, "as_typed": True}
    left = client.get(f"{API}/{route}", params=as_typed).json()
    assert (left["items"], left["corrected"]) == ([], None)
    other = client.get(f"{API}/{route}", params={**as_typed, "cursor": answer["next"]})
    assert other.json()["code"] == "query"
