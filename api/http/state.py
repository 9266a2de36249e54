"""What the routes have in common, and what FastAPI hands them to work with."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.assembly import Installation
from api.http.metrics import Metrics
from api.http.problems import ANY_PROBLEM
from api.http.working import BackgroundWork

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One installation being served."""

    installation: Installation
    work: BackgroundWork
    metrics: Metrics


def api_router(tag: str) -> APIRouter:
    """A router of the API, under its version, any route of which may answer a problem."""
    return APIRouter(prefix=PREFIX, tags=[tag], responses=ANY_PROBLEM)


async def _served(request: Request) -> Served:
    served: Served = request.app.state.served
    return served


async def _request_id(request: Request) -> str:
    request_id: str = request.state.request_id
    return request_id


ServedNow = Annotated[Served, Depends(_served)]
RequestId = Annotated[str, Depends(_request_id)]
