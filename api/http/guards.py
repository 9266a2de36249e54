"""What protects a local server without authentication from other sites in the user's browser."""

from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import http_problem

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    # What one viewer may read must not stay in a cache for the next.
    "Cache-Control": "no-store",
}

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES = frozenset({"same-origin", "none"})
"""``Sec-Fetch-Site`` of our own pages, and of what the user typed."""


class SecurityHeaders:
    """Puts :data:`SECURITY_HEADERS` on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers added."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class LocalOnly:
    """Refuses what another site sends through the user's browser.

    A name that is made to point at this machine (DNS rebinding) arrives with its own name as the
    host; a form or script of another site arrives with its own origin.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it pass, or answer with the problem."""
        if scope["type"] == "http" and (refusal := _refusal(scope)):
            status, detail = refusal
            response = http_problem(status, detail, request_id=scope["state"]["request_id"])
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _refusal(scope: Scope) -> tuple[HTTPStatus, str] | None:
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if not _is_loopback(host):
        return (
            HTTPStatus.MISDIRECTED_REQUEST,
            "This server answers to localhost, 127.0.0.1 and [::1] only.",
        )
    if scope["method"] not in _SAFE_METHODS and not _same_origin(headers, host):
        return HTTPStatus.FORBIDDEN, "Another site may not send data here."
    return None


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _same_origin(headers: Headers, host: str) -> bool:
    if headers.get("sec-fetch-site", "none") not in _OWN_SITES:
        return False
    origin = headers.get("origin")
    return origin is None or origin == f"http://{host}"
