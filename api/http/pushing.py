"""The route that takes records in.

The body is read whole before anything goes into the queue, so that a slow sender keeps nobody
waiting, and the answer is sent once everything is findable, so that its status tells the truth.
Both go through the disk past some megabytes.
"""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from io import BytesIO
from tempfile import SpooledTemporaryFile
from time import monotonic, sleep
from typing import IO, Annotated, BinaryIO, cast

import anyio
from anyio import to_thread
from fastapi import Header, HTTPException, Request
from fastapi.responses import StreamingResponse

from api.http.operating import LineStatus
from api.http.state import Served, ServedNow, api_router
from indexers.catalogue.answers import Answers
from indexers.catalogue.queue import Priority
from indexers.outcomes import Outcome
from indexers.sources import Refusal, SourceItem
from indexers.sources.ndjson import MAX_LINE, read_ndjson

NDJSON = "application/x-ndjson"
ACCEPTED = frozenset({NDJSON, "application/gzip"})

MAX_BODY = 2 * MAX_LINE
"""Bytes in a request: the longest record and as much again; past it, send several requests."""

_IN_MEMORY = 4 * 2**20
"""Bytes of a body that stay off the disk."""

_PATIENCE_SECONDS = 30.0
"""For what was received to become findable: a long body takes some seconds."""

_LOOK_SECONDS = 0.02
"""Between looks at the queue."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        description="Of your making, one for each body: the same body under the same key, within "
        "a day, gets the answer of the first time and goes in once.",
    ),
]

router = api_router("records")

_EXAMPLE = (
    '{"type": "post", "id": "p1", "authors": ["ana"], "text": "QGIS 3.40 est installé."}\n'
    '{"type": "delete", "target": "post", "id": "p0"}\n'
)
_BODY = {
    "requestBody": {
        "required": True,
        "description": "One record a line; `application/gzip` for the same, gzipped.",
        "content": {NDJSON: {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


@router.post(
    "/records",
    summary="Send records",
    response_class=StreamingResponse,
    openapi_extra=_BODY,
    responses={
        200: {
            "description": "What became of each line, one JSON object a line, in order.",
            "content": {NDJSON: {"schema": {"$ref": "#/components/schemas/LineStatus"}}},
        }
    },
)
async def push(
    request: Request, served: ServedNow, idempotency_key: IdempotencyKey = None
) -> StreamingResponse:
    """Records in; a status for each line out.

    What is in is on disk, and found by words once its status is `indexed`. Past half a minute,
    or while filling is paused, what still awaits its turn is `received`.
    """
    _check(request)
    async with anyio.SpooledTemporaryFile[bytes](max_size=_IN_MEMORY) as body:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            _check_size(size)
            await body.write(chunk)
        await body.seek(0)
        take = partial(_answer, served, key=idempotency_key)
        statuses = await to_thread.run_sync(take, body.wrapped)
    return StreamingResponse(_lines(statuses), media_type=NDJSON)


class _PushedRecords:
    """A source that was sent; it has no folder, so a record's ``file`` is refused."""

    total: int | None = None
    feed: str | None = None

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def items(self) -> Iterator[SourceItem | Refusal]:
        return read_ndjson(self._stream, name="the request")


def _answer(served: Served, body: IO[bytes], *, key: str | None) -> IO[bytes]:
    """The statuses of a body; those of the first time, where it comes again under its key."""
    if key is None:
        return _ingest(served, body)
    answers = Answers(served.installation.database)
    digest = hashlib.file_digest(cast("BytesIO", body), hashlib.sha256).digest()
    known = answers.find(key, digest)
    if known is not None:
        return BytesIO(known)
    body.seek(0)
    statuses = _ingest(served, body)
    answers.keep(key, digest, statuses.read())
    statuses.seek(0)
    return statuses


def _ingest(served: Served, body: IO[bytes]) -> IO[bytes]:
    given_up = monotonic() + _PATIENCE_SECONDS

    def await_turn() -> bool:
        served.work.wake()
        sleep(_LOOK_SECONDS)
        return monotonic() < given_up and not served.work.resting

    delivery = served.installation.deliver(Priority.FRESH)
    source = _PushedRecords(cast("BinaryIO", body))
    with ExitStack() as unfinished:
        statuses = unfinished.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY))
        for outcome in delivery.follow(source, await_turn):
            status = _status(outcome).model_dump_json(exclude_none=True)
            statuses.write(status.encode() + b"\n")
        unfinished.pop_all()  # whole, it is the response's to close
    statuses.seek(0)
    return statuses


def _lines(statuses: IO[bytes]) -> Iterator[bytes]:
    with statuses:
        yield from statuses


def _status(outcome: Outcome) -> LineStatus:
    return LineStatus(
        line=outcome.line,
        status=outcome.status,
        type=outcome.key.kind if outcome.key else None,
        id=outcome.key.id if outcome.key else None,
        field=outcome.field,
        reason=outcome.reason,
    )


def _check(request: Request) -> None:
    """Refuse what can be told from the headers."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ACCEPTED:
        raise HTTPException(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Send {NDJSON}, one record a line, or application/gzip for the same, gzipped.",
        )
    declared = request.headers.get("content-length", "0")
    _check_size(int(declared) if declared.isdecimal() else 0)


def _check_size(size: int) -> None:
    if size > MAX_BODY:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body is larger than {MAX_BODY // 2**20} MB; nothing of it went in. "
            "Send it in several requests.",
        )
