"""Routes for those who keep the service running."""

from typing import Any

import numpy as np
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.http.schemas import Liveness, Readiness
from api.http.state import Served, ServedNow, api_router
from finder.corpus import NO_RULE, Corpus
from finder.errors import StorageError
from indexers.dense.writer import awaiting_vectors

router = api_router("operating")

at_root = APIRouter(include_in_schema=False)
"""The same routes where probes and Prometheus look for them first."""

_DOWN: dict[int | str, dict[str, Any]] = {
    503: {"model": Readiness, "description": "Nothing can be answered."}
}


@at_root.get("/health/live")
@router.get("/health/live", summary="Is the process alive?")
async def live() -> Liveness:
    """It answers, so it is."""
    return Liveness()


@at_root.get("/health/ready")
@router.get("/health/ready", summary="Are questions answered?", responses=_DOWN)
def ready(served: ServedNow, response: Response) -> Readiness:
    """Ready, degraded (words answer, meaning not for everything yet), or down (status 503)."""
    readiness = _readiness(served)
    if readiness.status == "down":
        response.status_code = 503
    return readiness


@at_root.get("/metrics")
@router.get("/metrics", summary="Metrics for Prometheus", response_class=Response)
def metrics(served: ServedNow) -> Response:
    """Requests, stages of answers and passages, in the text format."""
    installation = served.installation
    exposition = served.metrics.exposition(
        passages=_held(installation.library.corpus()),
        awaiting=awaiting_vectors(installation.database),
    )
    return Response(exposition, media_type=CONTENT_TYPE_LATEST)


def _readiness(served: Served) -> Readiness:
    encoding = served.encoding
    try:
        served.installation.library.corpus()
        awaiting = awaiting_vectors(served.installation.database)
    except StorageError as error:
        return Readiness(
            status="down", encoder=encoding.state, awaiting_vectors=None, reason=str(error)
        )
    whole = encoding.state == "ready" and not awaiting
    return Readiness(
        status="ready" if whole else "degraded",
        encoder=encoding.state,
        awaiting_vectors=awaiting,
        reason=encoding.failure,
    )


def _held(corpus: Corpus) -> int:
    """How many passages are not gone."""
    return int(np.count_nonzero(corpus.record_rule[corpus.passage_record] != NO_RULE))
