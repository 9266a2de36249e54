"""Every request has an id, one line in the log, and a place in the metrics."""

import re
from time import perf_counter
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.metrics import Metrics
from api.http.problems import unexpected_problem

HEADER = "X-Request-ID"

_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""An id that is safe in a log and a header."""

_OTHER = "other"
"""Stands for paths without a route and unknown methods: anybody may ask for any."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_CLIENT_GONE = 499
"""The status that logs give to a request whose sender left; nobody receives it."""

_log = structlog.stdlib.get_logger("finder.http")


class Requests:
    """Gives each request its id, answers for what nobody foresaw, logs and counts.

    Neither the query string nor the path is logged, only the route: what people ask is theirs.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = perf_counter()
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except ClientDisconnect:
            status = _CLIENT_GONE
        except Exception:  # noqa: BLE001 - nothing else stands between it and the client
            _log.exception("failed", request_id=request_id)
            if not status:
                await unexpected_problem(request_id)(scope, receive, send_with_id)
        finally:
            self._note(scope, status, perf_counter() - start)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or _OTHER
        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        self._metrics.observe_request(method, route, status=status, seconds=seconds)
        _log.info(
            "request",
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1_000, 1),
            request_id=scope["state"]["request_id"],
        )


def _request_id(headers: Headers) -> str:
    offered = headers.get(HEADER, "")
    return offered if _ACCEPTED_ID.fullmatch(offered) else uuid4().hex
