import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.http.schemas import Highlight, RecordRef, SnippetText, Total
from api.pages.messages import LANGUAGES, MESSAGES, preferred_language
from api.pages.routes import initials, segments, web_link
from api.pages.wording import Wording
from finder.domain import Kind

Serve = Callable[..., TestClient]

BLANKS = re.compile(r"{(\w+)}")


def test_every_language_has_the_same_messages_with_the_same_blanks() -> None:
    shapes = [
        {key: set(BLANKS.findall(text)) for key, text in MESSAGES[lang].items()}
        for lang in LANGUAGES
    ]
    assert all(shape == shapes[0] for shape in shapes)
    assert all(len(MESSAGES[lang]["months"].split()) == 12 for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-CA, en;q=0.8", "fr"),
        ("en;q=0.3, fr;q=0.9", "fr"),
        ("de, en;q=0.5", "en"),
        ("de", "fr"),
        ("en;q=nonsense, fr;q=0.1", "fr"),
    ],
)
def test_the_page_speaks_what_the_browser_likes_best(accepted: str, lang: str) -> None:
    assert preferred_language(accepted) == lang


def test_the_switch_goes_over_what_the_browser_likes(client: TestClient) -> None:
    page = client.get("/?q=QGIS&lang=en", headers={"Accept-Language": "fr"})
    assert '<html lang="en">' in page.text
    assert page.headers["content-language"] == "en"
    assert '<input type="hidden" name="lang" value="en">' in page.text


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_segments_joined_are_the_text(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = sorted((min(a, b, len(text)), min(max(a, b), len(text))) for a, b in pairs)
    marks = [Highlight(start=start, end=end) for start, end in spans]
    assert "".join(piece for piece, _ in segments(SnippetText(text=text, highlights=marks))) == text


def test_segments_mark_what_is_highlighted() -> None:
    marks = [Highlight(start=4, end=8), Highlight(start=6, end=10)]
    assert segments(SnippetText(text="sur QGIS 3.28", highlights=marks)) == [
        ("sur ", False),
        ("QGIS", True),
        (" 3", True),
        (".28", False),
    ]


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://rse.example/p1", True),
        ("HTTP://rse.example", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//evil.example", False),
        ("http://[broken", False),
        ("", False),
        (None, False),
    ],
)
def test_only_the_webs_addresses_are_links(url: str | None, linked: bool) -> None:  # noqa: FBT001 - a case
    assert web_link(url) == (url if linked else None)


def test_values_are_worded_in_the_language() -> None:
    french, english = Wording("fr"), Wording("en")
    assert french.percent(0.634) == "63\u202f%"
    assert english.percent(0.634) == "63%"
    assert english.percent(0.002) == "<\u202f1%"
    assert french.number(0.5) == "0,500"
    assert french.date(datetime(2025, 3, 12, tzinfo=UTC)) == "12 mars 2025"
    assert french.total("people", Total(value=1, relation="eq")) == "1 personne"
    assert english.total("people", Total(value=40, relation="gte")) == "at least 40 people"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Maëlle Le Goff", "MG"), ("jean-baptiste-morvan", "JM"), ("Ana", "A"), ("-", "-")],
)
def test_initials_stand_for_a_person(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("title", "at", "shown"),
    [
        ("Note", datetime(2025, 3, 12, tzinfo=UTC), "Note"),
        ("", datetime(2025, 3, 12, tzinfo=UTC), "Message du 12 mars 2025"),
        ("", None, "Message"),
    ],
)
def test_a_record_without_a_title_goes_by_its_kind_and_date(
    title: str, at: datetime | None, shown: str
) -> None:
    record = RecordRef.model_construct(type=Kind.POST, title=title, at=at)
    assert Wording("fr").title(record) == shown


def test_the_page_tells_that_there_is_no_identity_and_who_looks(demo: Path, serve: Serve) -> None:
    assert "vous êtes un membre local" in serve(demo).get("/").text
    assert "ce que Claire Rivière peut lire" in serve(demo, "claire-riviere").get("/").text


def test_the_page_shows_what_the_viewer_may_read_and_no_more(demo: Path, serve: Serve) -> None:
    asked = {"q": "due diligence", "tab": "documents"}
    title = "Ambre"
    assert title in serve(demo, "claire-riviere").get("/", params=asked).text
    assert title not in serve(demo, "leo-marchetti").get("/", params=asked).text


def test_pages_of_results_follow_each_other(client: TestClient) -> None:
    def found(number: int) -> list[str]:
        page = client.get("/", params={"q": "eau", "tab": "documents", "page": number}).text
        return re.findall(r'<h2><a href="([^"]+)"', page)

    first, second = found(1), found(2)
    assert len(first) == len(second) == 10
    assert not set(first) & set(second)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("fr", ("Pourquoi cette place", "vous avez part à 14 messages", "Toutes les personnes")),
        ("en", ("Why this place", "you have a part in 14 posts", "Everybody")),
    ],
)
def test_somebody_reads_why_they_are_not_found(
    demo: Path, serve: Serve, lang: str, told: tuple[str, ...]
) -> None:
    client = serve(demo, "claire-riviere")
    listed = client.get("/", params={"q": "QGIS", "lang": lang}).text
    link = re.search(r'href="([^"]*person=claire-riviere[^"]*)"', listed)
    assert link
    page = client.get(unescape(link[1])).text
    assert all(text in page for text in told)


def test_all_that_counts_for_somebody_is_a_page_with_its_months(client: TestClient) -> None:
    listed = client.get("/", params={"q": "facturation électronique", "lang": "en"}).text
    link = re.search(r'href="([^"]*)">All that counts', listed)
    assert link
    page = client.get(unescape(link[1])).text
    assert "When it is from" in page
    assert page.count('class="share"') > listed.count('class="share"') / 10
    assert "Why this place" not in page


@pytest.mark.parametrize(
    ("lang", "told"), [("fr", "« hier » n’est pas compris"), ("en", "“hier” cannot be")]
)
def test_a_condition_that_is_not_understood_is_told_with_what_is(
    client: TestClient, lang: str, told: str
) -> None:
    answer = client.get("/", params={"q": "eau avant:hier", "lang": lang})
    assert answer.status_code == 400
    assert told in answer.text.replace("\u00a0", " ")
    assert "2026-03" in answer.text


def test_nothing_found_says_so_and_what_to_try(empty: TestClient) -> None:
    page = empty.get("/?q=zygomorphe&lang=en")
    assert page.status_code == 200
    assert "Nothing about this" in page.text
    assert "Try other words" in page.text


def test_a_question_that_cannot_be_asked_gets_an_error_in_words(client: TestClient) -> None:
    page = client.get("/", params={"q": "a" * 1_001, "lang": "en"})
    assert page.status_code == 400
    assert "The search failed." in page.text


def test_blank_is_the_start_page(client: TestClient) -> None:
    page = client.get("/?q=+++")
    assert page.status_code == 200
    assert "<h1" in page.text
    assert 'role="tab"' not in page.text


def test_a_corrected_question_is_told_and_can_be_asked_as_typed(client: TestClient) -> None:
    page = client.get("/?q=<facturaton>&tab=documents&lang=en").text
    assert "Results for “&lt;facturation&gt;”." in page
    assert "Search instead for “&lt;facturaton&gt;”" in page
    [link] = re.findall(r'<a href="([^"]*as_typed[^"]*)">', page)
    as_typed = client.get(link.replace("&amp;", "&")).text
    assert "Results for" not in as_typed
    assert 'value="&lt;facturaton&gt;"' in as_typed
    french = client.get("/?q=facturaton").text
    assert "Résultats pour «\u00a0facturation\u00a0»." in french
    assert "Chercher plutôt «\u00a0facturaton\u00a0»" in french


def test_words_that_nothing_holds_are_told(client: TestClient) -> None:
    french = client.get("/?q=facturation <GraphQL> Erlang").text
    told = "Rien de ce qui a été cherché ne contient «\u00a0GraphQL\u00a0», «\u00a0Erlang\u00a0»"
    assert told in french
    assert "Nothing that was searched holds “GraphQL”" in client.get("/?q=GraphQL&lang=en").text
    assert "ne contient" not in client.get("/?q=facturation").text


@pytest.mark.parametrize(
    ("address", "tab"),
    [
        ("/?q=qui connaît QGIS ?", "people"),
        ("/?q=comment poser un congé ?", "documents"),
        ("/?q=comment poser un congé ?&tab=people", "people"),
        ("/?q=qui connaît QGIS ?&tab=documents", "documents"),
        ("/?q=QGIS", "people"),
    ],
)
def test_a_question_opens_the_list_it_asks_for_unless_one_is_chosen(
    client: TestClient, address: str, tab: str
) -> None:
    page = client.get(address).text
    [chosen] = re.findall(r'id="tab-(\w+)"[^>]*aria-selected="true"', page)
    assert chosen == tab
    [kept] = re.findall(r'name="tab" value="(\w+)"', page) or [None]
    assert kept == (tab if "tab=" in address else None), "the next question says for itself"
