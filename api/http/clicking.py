"""The route that is told which results were opened, where a click log is kept."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from api.http.state import ServedNow, api_router
from finder.domain import Kind, RecordKey
from finder.query import understand

MAX_BODY = 16 * 2**10
"""Bytes of a request: the longest query and the longest id, with every character escaped."""


class Click(BaseModel):
    """A result that was opened."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        description="What was searched: ``corrected`` of the list where it is not null, or else "
        "``original``.",
        examples=["facturation électronique"],
    )
    type: Kind = Field(examples=["post"])
    id: str = Field(min_length=1, max_length=256, examples=["p031"])


class _Short(APIRoute):
    """A route whose body is told to be short before it is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_short(request: Request) -> Response:
            length = request.headers.get("content-length", "")
            if not length.isdecimal():
                raise HTTPException(HTTPStatus.LENGTH_REQUIRED, "Send a Content-Length.")
            if int(length) > MAX_BODY:
                raise HTTPException(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is over {MAX_BODY:,} bytes."
                )
            return await handle(request)

        return handle_short


router = api_router("asking")
router.route_class = _Short


@router.post("/clicks", summary="A result was opened", status_code=HTTPStatus.NO_CONTENT)
def click(clicked: Click, served: ServedNow) -> None:
    """Count it, without the viewer, in the click log that suggests synonyms.

    What may not be kept is not, and gets the same answer.
    """
    installation = served.installation
    installation.click_log.check()
    query = understand(clicked.q)
    record = RecordKey(clicked.type, clicked.id)
    installation.finder.record(record, installation.viewer())
    installation.click_log.note(query, record)
