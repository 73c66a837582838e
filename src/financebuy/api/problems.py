"""Errors on the wire: RFC 9457 problem documents that carry Alpaca's `code` and `message` too."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

import msgspec
import psycopg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from financebuy.database.failures import may_have_committed
from financebuy.database.presence import present
from financebuy.errors import (
    FinanceBuyError,
    OutcomeUnknownError,
    TooManyRequestsError,
    TryAgainError,
    refused,
)
from financebuy.program.log import described
from financebuy.program.tally import Tally

MEDIA_TYPE = "application/problem+json"
_RETRY_AFTER_SECONDS = 1
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
log = logging.getLogger(__name__)
_errors = Tally(log)
_losses = Tally(log, logging.WARNING)


class MalformedError(FinanceBuyError):
    """The request's body cannot be read at all."""

    code, status, slug = 40010000, 400, "malformed"
    text = "the request's body is not valid JSON"


class UnsupportedMediaTypeError(FinanceBuyError):
    """The body is of another kind than JSON."""

    code, status, slug = 41510000, 415, "unsupported_media_type"
    text = "send the body as JSON, with the header Content-Type: application/json"


class TooLargeError(FinanceBuyError):
    """The body is longer than the limit."""

    code, status, slug = 41310000, 413, "too_large"
    text = "the request's body is too large"


class RouteNotFoundError(FinanceBuyError):
    """There is nothing at this path."""

    code, status, slug = 40410000, 404, "route_not_found"
    text = "there is nothing at this path"


class MethodNotAllowedError(FinanceBuyError):
    """The path exists, the method does not."""

    code, status, slug = 40510000, 405, "method_not_allowed"
    text = "this path does not take this method"


class FieldProblem(BaseModel):
    """One input that broke a rule."""

    field: str | None
    message: str


class Problem(BaseModel):
    """What every error answers with. A client of Alpaca's API reads `code` and `message`."""

    model_config = ConfigDict(extra="allow")
    media_type: ClassVar[str] = MEDIA_TYPE

    type: str
    title: str
    status: int
    detail: str
    code: int
    message: str
    field: str | None = None
    request_id: str


def document(error: FinanceBuyError, request_id: str) -> dict[str, Any]:
    """Return the problem document of an error."""
    extra = error.detail if isinstance(error.detail, Mapping) else {}
    return {
        **extra,
        "type": f"urn:financebuy:problem:{error.slug}",
        "title": error.slug.replace("_", " ").capitalize(),
        "status": error.status,
        "detail": error.message,
        "code": error.code,
        "message": error.message,
        "field": error.field,
        "request_id": request_id,
    }


def response(
    error: FinanceBuyError,
    request_id: str,
    headers: Mapping[str, str] | None = None,
    *,
    to_browser: bool = False,
) -> Response:
    """Return the answer of an error. A browser would ask for a Basic password in a dialog."""
    sent = dict(headers or {})
    if isinstance(error, TryAgainError):
        # Nothing was written. An unknown outcome carries no such invitation.
        sent["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    if isinstance(error, TooManyRequestsError) and isinstance(error.detail, Mapping):
        sent["Retry-After"] = str(error.detail["retry_after"])
    if error.status == HTTPStatus.UNAUTHORIZED:
        basic = "" if to_browser else 'Basic realm="financebuy", '
        sent["WWW-Authenticate"] = f'{basic}Bearer realm="financebuy"'
    return Response(
        msgspec.json.encode(document(error, request_id), enc_hook=str),
        status_code=error.status,
        headers=sent,
        media_type=MEDIA_TYPE,
    )


# How pydantic names what it found, and our word for it; everything else is an invalid value.
_SLUGS = {
    "missing": "required",
    "extra_forbidden": "not_allowed",
    "out_of_range": "out_of_range",
    "string_too_long": "out_of_range",
    "string_too_short": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "not_allowed": "not_allowed",
}


def of_validation(failures: Sequence[Any]) -> FinanceBuyError:
    """Return the error of the first input that was refused; its document lists all of them."""
    problems = [FieldProblem(field=_field(each["loc"]), message=each["msg"]) for each in failures]
    first = problems[0]
    slug = _SLUGS.get(failures[0]["type"], "invalid_value")
    error = type(refused(slug))
    if first.field is None:
        # Of the document as a whole: it is missing, or no object.
        message: str | None = f"the body: {first.message}"
    else:
        message = f"{first.field}: {first.message}" if slug != "required" else None
    detail = {"errors": [each.model_dump() for each in problems]} if len(problems) > 1 else None
    return error(message, field=first.field, detail=detail)


def _field(location: Sequence[str | int]) -> str | None:
    """Name the input as the caller does: without the place (body, query …) that it stood in."""
    return ".".join(str(part) for part in location[1:]) or None


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, FinanceBuyError)  # noqa: S101 (how starlette registers handlers)
    here = present.get()
    if isinstance(error, TryAgainError) and here is not None and here.has_effect:
        # One of its commands is written: to ask for all of it once more would not be the same.
        error = OutcomeUnknownError()
    # Who hung up is no error of ours.
    is_told = here is None or not here.is_gone
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and is_told:
        # Each request has its own line besides, with its status.
        _errors.tell(f"{error.slug}: {error.message}")
    to_browser = "sec-fetch-site" in request.headers
    return response(error, request.state.request_id, to_browser=to_browser)


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 (as above)
    return response(of_validation(error.errors()), request.state.request_id)


async def _on_http(request: Request, error: Exception) -> Response:
    """Only the router raises these: an unknown path, or a method that it does not take."""
    assert isinstance(error, HTTPException)  # noqa: S101 (as above)
    found: FinanceBuyError
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        found = MethodNotAllowedError()
    else:
        found = RouteNotFoundError()
    return response(found, request.state.request_id, error.headers)


async def _on_lost_database(request: Request, error: Exception) -> Response:
    """A connection was lost outside the command path: a read's, or that of a single statement."""
    _losses.tell(f"a request lost the database: {described(error)}")
    assert isinstance(error, psycopg.Error)  # noqa: S101 (as above)
    here = present.get()
    has_effect = here is not None and here.has_effect
    if has_effect or (request.method not in _READING and may_have_committed(error)):
        return response(OutcomeUnknownError(), request.state.request_id)
    return response(TryAgainError(), request.state.request_id)


async def _on_bug(request: Request, error: Exception) -> Response:
    """Say nothing of the inside; the log has it, under the same request id."""
    log.error("unexpected", exc_info=error)
    return response(FinanceBuyError(), request.state.request_id)


# By what they are of: an error is answered by the first that fits.
_HANDLERS = (
    (FinanceBuyError, _on_error),
    (RequestValidationError, _on_validation),
    (HTTPException, _on_http),
    (psycopg.OperationalError, _on_lost_database),
    (Exception, _on_bug),
)


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""
    for kind, handler in _HANDLERS:
        app.add_exception_handler(kind, handler)


async def answer(request: Request, error: Exception) -> Response:
    """Return the answer of an error, as an application gives it that has them installed."""
    handler = next(handler for kind, handler in _HANDLERS if isinstance(error, kind))
    return await handler(request, error)
