"""The page in a real browser."""

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.assembly import Installation
from api.http.app import create_app
from api.settings import ClickLogSettings, Settings

pytestmark = pytest.mark.browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def served(installation: Installation) -> Iterator[str]:
    """An installation, served for real: its address."""
    server = uvicorn.Server(uvicorn.Config(create_app(installation), port=0, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def site(
    settings: Callable[..., Settings], demo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The demonstration, served for real, with one hostile record more."""
    data = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(demo, data)
    with (
        Installation(settings(data, "claire-riviere")) as installation,
        served(installation) as url,
    ):
        record = {
            "type": "post",
            "id": "hostile",
            "authors": [HOSTILE],
            "title": HOSTILE,
            "text": f"xylophone {HOSTILE}",
            "url": "javascript:alert(1)",
        }
        httpx2.post(
            f"{url}/api/v1/records",
            content=json.dumps(record),
            headers={"Content-Type": "application/x-ndjson"},
            timeout=30,
        ).raise_for_status()
        yield url


@dataclass(frozen=True)
class Opened:
    """A page, and everything that it complained about."""

    page: Page
    complaints: list[str]


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Opened]:
    context = browser.new_context(
        base_url=site, locale="fr-FR", viewport={"width": 1280, "height": 900}
    )
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield Opened(page, complaints)
    context.close()
    assert complaints == []


def test_a_question_typed_gets_people_with_their_evidence(opened: Opened) -> None:
    page = opened.page
    page.goto("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("facturation électronique")
    page.keyboard.press("Enter")

    person = page.get_by_role("article").filter(has_text="Maëlle Le Goff").first
    expect(person).to_be_visible()
    expect(person.get_by_role("list", name="Ce qui le montre").locator("> li")).to_have_count(3)
    expect(person.locator("mark").first).to_have_text(re.compile("factur", re.IGNORECASE))
    expect(person.get_by_text("du score").first).to_be_visible()
    assert person.locator(".evidence a").first.get_attribute("href").startswith("https://")
    assert page.locator("svg.bar").first.bounding_box()["width"] > 20

    person.get_by_text("Pourquoi ce rang").click()
    expect(person.get_by_role("table")).to_be_visible()


def test_tabs_are_walked_with_the_arrows_and_followed_with_enter(opened: Opened) -> None:
    page = opened.page
    page.goto("/?q=QGIS")
    people, documents = (page.get_by_role("tab", name=n) for n in ("Personnes", "Documents"))
    expect(people).to_have_attribute("aria-selected", "true")
    people.focus()
    page.keyboard.press("ArrowRight")
    expect(documents).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(people).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(documents).to_have_attribute("aria-selected", "true")
    expect(page.locator("mark").first).to_have_text("QGIS")
    expect(page.get_by_role("searchbox")).to_have_value("QGIS")


def test_everything_is_reached_by_keyboard_in_reading_order(opened: Opened) -> None:
    page = opened.page
    page.goto("/?q=QGIS")
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert reached[:7] == [
        "Aller aux résultats", "Finder", "Français", "English", "", "Chercher", "Personnes",
    ]  # fmt: skip


def test_the_slash_key_returns_to_the_question(opened: Opened) -> None:
    page = opened.page
    page.goto("/?q=QGIS")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.get_by_role("searchbox")).to_have_value("a/b")


def test_the_language_is_switched_and_stays(opened: Opened) -> None:
    page = opened.page
    page.goto("/?q=QGIS")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("tab", name="People")).to_be_visible()
    page.get_by_role("tab", name="Documents").click()
    expect(page.get_by_text("No identity is configured")).to_be_visible()


@pytest.mark.parametrize("tab", ["people", "documents"])
def test_markup_in_a_record_is_shown_as_text(opened: Opened, tab: str) -> None:
    page = opened.page
    page.goto(f"/?q=xylophone&tab={tab}")
    expect(page.get_by_text("<script>document.title=2</script>").first).to_be_visible()
    expect(page).to_have_title("xylophone – Finder")
    assert page.locator('a[href^="javascript"]').count() == 0


@pytest.mark.parametrize("tab", ["people", "documents"])
def test_a_narrow_screen_needs_no_sideways_scrolling(opened: Opened, tab: str) -> None:
    page = opened.page
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(f"/?q=facturation+électronique&tab={tab}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_it_works_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("QGIS")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator("mark").first).to_have_text("QGIS")
    context.close()


def test_what_is_opened_is_told_where_a_log_is_kept(
    browser: Browser, settings: Callable[..., Settings], demo: Path, tmp_path: Path
) -> None:
    shutil.copytree(demo, tmp_path / "data")
    kept = settings(tmp_path / "data").model_copy(
        update={"click_log": ClickLogSettings(enabled=True)}
    )
    with Installation(kept) as installation, served(installation) as url:
        context = browser.new_context(base_url=url, locale="fr-FR")
        context.route("https://**", lambda route: route.fulfill(body="there"))
        page = context.new_page()
        asked = "/?q=qui+connaît+QGIS&tab=documents"
        opened: list[str] = []
        for follow in (
            lambda link: link.click(),
            lambda link: link.press("Enter"),
            lambda link: link.click(button="middle"),
        ):
            page.goto(asked)
            expect(page.get_by_text("pendant 180 jours et sans votre nom")).to_be_visible()
            page.get_by_role("searchbox").fill("something else")
            link = page.locator("article h2 a").nth(len(opened))
            opened.append(link.get_attribute("data-id"))
            assert link.get_attribute("href").startswith("https://rse.")
            follow(link)
            while len(log := installation.click_log.opened()) < len(opened):
                page.wait_for_timeout(10)
        context.close()
    assert {(each.query, each.record.id) for each in log} == {("qgis", name) for name in opened}
