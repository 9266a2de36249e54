"""Errors as RFC 9457 problem details: the one place that gives an error its HTTP status."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from finder.errors import (
    BusyError,
    ClickLogOffError,
    FinderError,
    IdempotencyError,
    InputError,
    NotFoundError,
    OperatorError,
    RetryError,
)

MEDIA_TYPE = "application/problem+json"

STATUSES: Mapping[type[FinderError], HTTPStatus] = {
    FinderError: HTTPStatus.INTERNAL_SERVER_ERROR,
    InputError: HTTPStatus.BAD_REQUEST,
    NotFoundError: HTTPStatus.NOT_FOUND,
    IdempotencyError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ClickLogOffError: HTTPStatus.FORBIDDEN,
    RetryError: HTTPStatus.SERVICE_UNAVAILABLE,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    OperatorError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""A class that is not here takes its parent's status."""

RETRY_AFTER_SECONDS = 5
"""When to try again: half of the time that a batch of another writer takes."""

_HTTP_CODES: Mapping[int, str] = {
    HTTPStatus.FORBIDDEN: "cross-origin",
    HTTPStatus.NOT_FOUND: "no-such-route",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "media-type",
    HTTPStatus.MISDIRECTED_REQUEST: "foreign-host",
}


class InvalidField(BaseModel):
    """A part of the request that cannot be used."""

    field: str = Field(examples=["limit"])
    reason: str = Field(examples=["Input should be less than or equal to 100"])


class Problem(BaseModel):
    """What went wrong. ``code`` is stable; the texts are for people and may change."""

    type: str = "about:blank"
    title: str = Field(examples=["Bad Request"])
    status: int = Field(examples=[400])
    code: str = Field(examples=["query"])
    detail: str = Field(examples=["The query is empty: type a few words, or a question."])
    request_id: str = Field(examples=["0b7d2c5e9a4f4f0c8f1d3a6b2e5c7d90"])
    errors: list[InvalidField] = []


ANY_PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "The request could not be answered.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
"""What every route may answer, for OpenAPI."""


def problem_schemas() -> dict[str, Any]:
    """The JSON schemas that :data:`ANY_PROBLEM` refers to."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    request_id: str,
    errors: Sequence[InvalidField] = (),
) -> JSONResponse:
    """The response that tells a problem."""
    told = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=detail,
        request_id=request_id,
        errors=list(errors),
    )
    content = told.model_dump(exclude=None if errors else {"errors"})
    return JSONResponse(content, status_code=status, media_type=MEDIA_TYPE)


def status_of(error: FinderError) -> HTTPStatus:
    """The HTTP status of an error, by the closest class that has one."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def install_problems(app: FastAPI) -> None:
    """Make every error that the app foresees a problem."""
    app.add_exception_handler(FinderError, _finder_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)
    app.add_exception_handler(HTTPException, _http_problem)


def unexpected_problem(request_id: str) -> JSONResponse:
    """What is said of an error that nobody foresaw: nothing of its inside."""
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "unexpected",
        "Finder failed in a way that was not foreseen; the server's log tells more.",
        request_id=request_id,
    )


def http_problem(status: HTTPStatus, detail: str, *, request_id: str) -> JSONResponse:
    """A problem of HTTP rather than of Finder."""
    return problem(status, _HTTP_CODES.get(status, "http"), detail, request_id=request_id)


def _finder_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FinderError)  # noqa: S101 - it is installed for nothing else
    status = status_of(error)
    response = problem(status, error.code, str(error), request_id=request.state.request_id)
    if isinstance(error, RetryError):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _validation_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the same
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-parameter",
        "The request has parameters that cannot be used.",
        request_id=request.state.request_id,
        errors=[
            InvalidField(field=".".join(map(str, found["loc"][1:])), reason=found["msg"])
            for found in error.errors()
        ],
    )


def _http_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - the same
    response = http_problem(
        HTTPStatus(error.status_code), error.detail, request_id=request.state.request_id
    )
    response.headers.update(error.headers or {})
    return response
