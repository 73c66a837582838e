"""Bodies: bounded, JSON only, read exactly. FastAPI would read numbers through a double."""

import json
import re
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from financebuy.api import money
from financebuy.api.auth import Needs, admit
from financebuy.api.problems import MalformedError, TooLargeError, UnsupportedMediaTypeError

MOST_BYTES = 64 * 1024
"""An order is some hundred bytes, an application with an address some thousand."""
_JSON = re.compile(r"application/(?:[\w.-]+\+)?json\s*(?:;.*)?", re.IGNORECASE | re.ASCII)
_KEPT = "kept"
# Text that PostgreSQL does not take: a zero, or half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Personal(BaseModel):
    """A body or view with personal data in it: nothing prints it by accident."""

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show no field."""
        return []


class ExactRequest(Request):
    """A request whose body has been read and parsed, by our rules."""

    def __init__(self, request: Request, body: bytes, parsed: Any) -> None:
        """Stand in for `request`."""
        super().__init__(request.scope, request.receive)
        self._body = body
        self._parsed = parsed

    async def json(self) -> Any:
        """Return what the body says."""
        return self._parsed


class Route(APIRoute):
    """A route that lets the caller in before it reads the body, and reads the body exactly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()
        needs = needs_of(self)
        takes_body = self.body_field is not None

        async def handler(request: Request) -> Response:
            kept = request.scope["state"].get(_KEPT)
            if kept is not None:
                return await handle(ExactRequest(request, *kept))
            if needs is not None:
                await admit(request, needs)
            if takes_body:
                request = ExactRequest(request, *await read_exactly(request))
            return await handle(request)

        return handler


def needs_of(route: APIRoute) -> Needs | None:
    """Return what a route needs of its caller; None where everybody may call."""
    calls = (each.call for each in route.dependant.dependencies)
    return next((call for call in calls if isinstance(call, Needs)), None)


def keep(request: Request, body: bytes, parsed: Any) -> None:
    """Leave to the request's route that its caller was let in, and what was read of it."""
    request.scope["state"][_KEPT] = (body, parsed)


async def read_exactly(request: Request) -> tuple[bytes, Any]:
    """Read a request's body; returns it, and what it says: None when it is empty.

    Raises:
        TooLargeError, UnsupportedMediaTypeError, MalformedError: it is none that is taken.
    """
    body = await _read(request)
    return body, parse(body) if body else None


async def _read(request: Request) -> bytes:
    content_type = request.headers.get("content-type")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_BYTES:
            raise TooLargeError(detail={"limit_bytes": MOST_BYTES})
        chunks.append(chunk)
    if size and not (content_type and _JSON.fullmatch(content_type)):
        raise UnsupportedMediaTypeError
    return b"".join(chunks)


def written(value: Any) -> Response:
    """Return an answer that is written already: JSON, of what its route's model describes."""
    return _Written(_ENCODER.encode(value))


class _Written(Response):
    """An answer that only says what it is, and how long."""

    def __init__(self, body: bytes) -> None:
        self.status_code = HTTPStatus.OK
        self.background = None
        self.body = body
        self.raw_headers = [
            (b"content-length", b"%d" % len(body)),
            (b"content-type", b"application/json"),
        ]


def parse(body: bytes) -> Any:
    """Read a JSON document with every number exact.

    Raises:
        MalformedError: it is no JSON (NaN and Infinity are none), names a key twice, is nested
            beyond reason, or holds text that no database stores.
    """
    try:
        text = body.decode()
        parsed = _DECODER.decode(text)
        if "\\u" in text:
            _refuse_unstorable(parsed)
    except RecursionError:
        raise MalformedError("the request's body is nested too deeply") from None
    except ValueError as error:
        raise MalformedError(f"the request's body is not valid JSON: {error}") from None
    return parsed


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Two readers of such a document may see two different orders.
        raise ValueError("a key appears twice")
    return found


def _refuse_unstorable(value: Any) -> None:
    if isinstance(value, str) and _UNSTORABLE.search(value):
        raise MalformedError("the request's body holds a character that cannot be stored")
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for each in value:
            _refuse_unstorable(each)


_ENCODER = msgspec.json.Encoder()
# Made once: making one takes longer than reading an order with it.
_DECODER = json.JSONDecoder(
    parse_float=money.json_number,
    parse_int=money.json_integer,
    parse_constant=_refuse_constant,
    object_pairs_hook=_object,
)
