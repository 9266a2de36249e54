"""What a server answers before its model is there, or where it fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest
from fastapi.testclient import TestClient

from api import assembly
from api.assembly import Installation, build_encoder
from api.http.app import create_app
from api.settings import EncoderSettings, Settings
from finder.access import MEMBERS, PUBLIC, Viewer
from finder.encoded import Encoded
from finder.errors import EncodingError
from finder.ports import Encoder
from finder.query import Mode, understand
from models.hashing import HashingEncoder

ASKED = {"q": "facturation électronique"}


@pytest.fixture
def loading(
    demo: Path, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[TestClient, Event]]:
    """A server whose model takes until the event to load."""
    loaded = Event()

    def build(wanted: EncoderSettings) -> Encoder:
        loaded.wait(60)
        return build_encoder(wanted)

    monkeypatch.setattr(assembly, "build_encoder", build)
    with _served(Installation(settings(demo), patient=False)) as client:
        yield client, loaded
        loaded.set()


def test_words_answer_while_the_model_loads(loading: tuple[TestClient, Event]) -> None:
    client, loaded = loading
    early = client.get("/api/v1/search", params=ASKED).json()
    assert early["mode"] == "words"
    assert early == client.get("/api/v1/search", params=ASKED | {"mode": "words"}).json() | {
        "took_ms": early["took_ms"],
        "request_id": early["request_id"],
        "next": early["next"],
    }
    assert "mots seuls" in client.get("/", params=ASKED | {"lang": "fr"}).text
    loaded.set()
    _until(lambda: client.get("/health/ready").json()["status"] == "ready")
    assert client.get("/api/v1/search", params=ASKED).json()["mode"] == "hybrid"
    assert "mots seuls" not in client.get("/", params=ASKED | {"lang": "fr"}).text


def test_meaning_alone_says_that_it_must_wait(loading: tuple[TestClient, Event]) -> None:
    client, _ = loading
    refused = client.get("/api/v1/search", params=ASKED | {"mode": "meaning"})
    assert refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert refused.json()["code"] == "loading"
    assert "Retry-After" in refused.headers


def test_a_page_by_words_is_followed_by_the_next_one(loading: tuple[TestClient, Event]) -> None:
    client, _ = loading
    first = client.get("/api/v1/search", params=ASKED | {"limit": 2}).json()
    second = client.get("/api/v1/search", params=ASKED | {"limit": 2, "cursor": first["next"]})
    ids = [item["id"] for item in [*first["items"], *second.json()["items"]]]
    assert len(set(ids)) == 4


class Failing(HashingEncoder):
    """Fails for some questions."""

    def encode_query(self, text: str) -> Encoded:
        if "facturation" in text:
            raise EncodingError("the model's process was ended by SIGKILL")
        return super().encode_query(text)


def test_words_answer_where_the_model_fails_and_the_log_says_why(
    demo: Path, settings: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    installation = Installation(settings(demo), encoder=Failing(), patient=False)
    with _served(installation) as client:
        _until(lambda: client.get("/health/ready").json()["encoder"] == "ready")
        for what in ("search", "experts"):
            answer = client.get(f"/api/v1/{what}", params=ASKED).json()
            by_words = client.get(f"/api/v1/{what}", params=ASKED | {"mode": "words"}).json()
            assert answer["mode"] == "words"
            assert answer["items"] == by_words["items"] != []
            assert "ended by SIGKILL" in caplog.text
            caplog.clear()
        assert "mots seuls" in client.get("/", params=ASKED | {"lang": "fr"}).text
        refused = client.get("/api/v1/search", params=ASKED | {"mode": "meaning"})
        assert (refused.status_code, refused.json()["code"]) == (500, "encoding")
        assert client.get("/api/v1/search", params={"q": "cantine"}).json()["mode"] == "hybrid"


def test_an_evaluation_does_not_take_words_alone_for_both(
    demo: Path, settings: Callable[..., Settings]
) -> None:
    viewer = Viewer(person=None, principals=frozenset({PUBLIC, MEMBERS}))
    with Installation(settings(demo), encoder=Failing()) as installation:
        for ask in (installation.finder.ranked_people, installation.finder.ranked_records):
            with pytest.raises(EncodingError, match="asked by hybrid and answered by words alone"):
                ask(understand("facturation"), viewer)
            assert ask(understand("facturation", mode=Mode.WORDS), viewer)
            assert ask(understand("cantine"), viewer)


@contextmanager
def _served(installation: Installation) -> Iterator[TestClient]:
    with (
        installation,
        TestClient(create_app(installation), base_url="http://127.0.0.1:8000") as client,
    ):
        yield client


def _until(condition: Callable[[], bool]) -> None:
    end = monotonic() + 30
    while not condition():
        assert monotonic() < end, "it never came"
        sleep(0.05)
