"""Routes for those who keep the service running."""

from time import time
from typing import Any

import numpy as np
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.http.filling import filling_status
from api.http.operating import FillingStatus, Liveness, Readiness
from api.http.state import Served, ServedNow, api_router
from finder.corpus import NO_RULE, Corpus
from finder.errors import StorageError
from indexers.catalogue.progress import read_progress
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
    with installation.database.reading() as connection:
        filling = read_progress(connection, now=time())
    exposition = served.metrics.exposition(
        passages=_held(installation.library.corpus()), filling=filling
    )
    return Response(exposition, media_type=CONTENT_TYPE_LATEST)


@router.get("/status", summary="How far is filling?")
def status(served: ServedNow) -> FillingStatus:
    """What awaits its turn, what is findable, what failed, how fast it goes and who works."""
    return filling_status(served.installation)


def _readiness(served: Served) -> Readiness:
    work = served.work
    try:
        served.installation.database.check()
        served.installation.library.corpus()
        awaiting = awaiting_vectors(served.installation.database)
    except StorageError as error:
        return Readiness(
            status="down", encoder=work.encoder, awaiting_vectors=None, reason=str(error)
        )
    whole = work.encoder == "ready" and not awaiting
    return Readiness(
        status="ready" if whole else "degraded",
        encoder=work.encoder,
        awaiting_vectors=awaiting,
        reason=work.failure,
    )


def _held(corpus: Corpus) -> int:
    """How many passages are not gone."""
    return int(np.count_nonzero(corpus.record_rule[corpus.passage_record] != NO_RULE))
