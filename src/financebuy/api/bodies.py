"""Request bodies: bounded, JSON only, read exactly. FastAPI would read numbers through a double."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

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
        needs = next((n.call for n in self.dependant.dependencies if _admits(n.call)), None)
        takes_body = self.body_field is not None

        async def handler(request: Request) -> Response:
            if needs is not None:
                await admit(request, needs)
            if takes_body:
                body = await _read(request)
                request = ExactRequest(request, body, parse(body) if body else None)
            return await handle(request)

        return handler


def _admits(call: Any) -> bool:
    return isinstance(call, Needs)


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


def parse(body: bytes) -> Any:
    """Read a JSON document with every number exact.

    Raises:
        MalformedError: it is no JSON (NaN and Infinity are none), names a key twice, is nested
            beyond reason, or holds text that no database stores.
    """
    try:
        text = body.decode()
        parsed = json.loads(
            text,
            parse_float=money.json_number,
            parse_int=money.json_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
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
