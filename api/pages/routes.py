"""The route of the search page, and its styles and script."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, FastAPI, Header, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, Field, StringConstraints
from starlette.staticfiles import StaticFiles

from api.assembly import Installation
from api.http.answers import Asked, explain_person, find_people, find_records, shown_skills
from api.http.names import Names
from api.http.problems import status_of
from api.http.schemas import (
    PeopleList,
    PersonExplanation,
    PersonRef,
    RecordList,
    ShownSkillItem,
    SnippetText,
)
from api.http.state import RequestId, ServedNow
from api.pages.messages import LANGUAGES, MESSAGES, Lang, preferred_language
from api.pages.wording import Wording
from finder.errors import FinderError, QueryError
from finder.framing import Intent
from finder.query import understand

PAGE_SIZE = 10

MOST_PAGES = 100

_HERE = Path(__file__).parent
_WEB_SCHEMES = frozenset({"http", "https"})

router = APIRouter(include_in_schema=False)


class Address(BaseModel):
    """What the address of the page says."""

    q: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    tab: Intent | None = None
    lang: Lang | None = None
    person: str = ""
    page: int = Field(default=1, ge=1, le=MOST_PAGES)
    as_typed: bool = False

    def link(self, **changes: str | int | None) -> str:
        """The address with something else in it; it is a list's first page again."""
        changed = self.model_copy(update={"page": 1, "person": "", **changes})
        fields = changed.model_dump(exclude_defaults=True)
        return f"/?{urlencode(fields)}" if fields else "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the page shows under the box: a list, or why there is none.

    Attributes:
        tab: The list that is chosen; where nobody did, the one that the question asks for.
        skills: What the person's records show that they know.
    """

    tab: Intent = Intent.PEOPLE
    people: PeopleList | None = None
    person: PersonExplanation | None = None
    skills: Sequence[ShownSkillItem] = ()
    records: RecordList | None = None
    failure: FinderError | None = None

    @property
    def status(self) -> HTTPStatus:
        """The page's HTTP status."""
        return HTTPStatus.OK if self.failure is None else status_of(self.failure)

    @property
    def query_at_fault(self) -> bool:
        """Whether the question itself cannot be asked."""
        return isinstance(self.failure, QueryError)


@router.get("/", response_class=HTMLResponse)
def page(
    address: Annotated[Address, Query()],
    request_id: RequestId,
    served: ServedNow,
    accept_language: Annotated[str, Header()] = "",
) -> HTMLResponse:
    """The box, and the answer to what is in it."""
    shown = address.lang or preferred_language(accept_language)
    answer = _answer(served.installation, address, request_id)
    html = _TEMPLATES.get_template("page.html").render(
        address=address,
        page_size=PAGE_SIZE,
        tabs=[*Intent],
        lang=shown,
        languages={code: MESSAGES[code]["name"] for code in LANGUAGES},
        say=Wording(shown),
        answer=answer,
        viewer=_viewer(served.installation),
        click_log=served.installation.settings.click_log,
    )
    headers = {"Vary": "Accept-Language", "Content-Language": shown}
    return HTMLResponse(html, status_code=answer.status, headers=headers)


def install_pages(app: FastAPI) -> None:
    """Add the page, and what it loads, to the app."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")


def segments(snippet: SnippetText) -> list[tuple[str, bool]]:
    """A snippet cut into pieces, each with whether it is marked; joined they are its text."""
    pieces, end = [], 0
    for highlight in snippet.highlights:
        start = max(highlight.start, end)
        pieces += [(snippet.text[end:start], False), (snippet.text[start : highlight.end], True)]
        end = max(end, highlight.end)
    return [(text, marked) for text, marked in [*pieces, (snippet.text[end:], False)] if text]


def web_link(url: str | None) -> str | None:
    """An address that may be a link: what is not the web's could run a script."""
    try:
        return url if url and urlsplit(url).scheme in _WEB_SCHEMES else None
    except ValueError:
        return None


def initials(name: str) -> str:
    """At most two letters that stand for a person."""
    words = name.replace("-", " ").split() or [name]
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"segments": segments, "web_link": web_link, "initials": initials}
    return environment


_TEMPLATES = _templates()


def _answer(installation: Installation, address: Address, request_id: str) -> Answer:
    tab = address.tab or Intent.PEOPLE
    if not address.q:
        return Answer(tab=tab)
    try:
        query = understand(address.q, as_typed=address.as_typed)
        if address.person:
            person = explain_person(installation, query, address.person)
            return Answer(tab=tab, person=person, skills=shown_skills(installation, person.id))
        tab = address.tab or query.intent or Intent.PEOPLE
        asked = Asked(
            query=query,
            offset=(address.page - 1) * PAGE_SIZE,
            limit=PAGE_SIZE,
            request_id=request_id,
        )
        if tab is Intent.PEOPLE:
            return Answer(tab=tab, people=find_people(installation, asked))
        return Answer(tab=tab, records=find_records(installation, asked))
    except FinderError as failure:
        return Answer(tab=tab, failure=failure)


def _viewer(installation: Installation) -> PersonRef | None:
    viewer = installation.viewer()
    if viewer.person is None:
        return None
    return Names(installation.library, viewer).person(viewer.person)
