"""What the routes work with, handed to them by FastAPI."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.assembly import Installation
from api.http.encoding import BackgroundEncoding
from api.http.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One installation being served."""

    installation: Installation
    encoding: BackgroundEncoding
    metrics: Metrics


async def _served(request: Request) -> Served:
    served: Served = request.app.state.served
    return served


async def _request_id(request: Request) -> str:
    request_id: str = request.state.request_id
    return request_id


ServedNow = Annotated[Served, Depends(_served)]
RequestId = Annotated[str, Depends(_request_id)]
