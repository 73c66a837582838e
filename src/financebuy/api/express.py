"""The busiest requests without a framework in between.

What lets a caller in, bounds and reads a body and says what went wrong is the same here and there:
`admit`, `read_exactly`, `problems`. Whatever is out of the ordinary goes on to FastAPI, admitted
and read, which says what is wrong with it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from financebuy.api import idempotency, problems
from financebuy.api.auth import Needs, admit
from financebuy.api.bodies import keep, needs_of, read_exactly
from financebuy.errors import FinanceBuyError


class NotHereError(FinanceBuyError):
    """The request is for FastAPI to answer; nothing of it was done."""


Answer = Callable[[Request, Any, str | None], Awaitable[Response]]
"""Answers an admitted request, given its body and its idempotency key."""


@dataclass(frozen=True, slots=True)
class _Lane:
    needs: Needs
    body: type[BaseModel]
    answer: Answer


class Express:
    """ASGI: some routes of an application by their own answers, everything else by it."""

    def __init__(self, app: FastAPI, answers: Mapping[tuple[str, str], Answer]) -> None:
        """`answers` by method and path; what each needs and takes, its route in `app` says."""
        self._app = app
        routes = [each for each in app.routes if isinstance(each, APIRoute)]
        self._lanes = {name: _lane(routes, name, answers[name]) for name in answers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        lane = self._lanes.get((scope["method"], scope["path"])) if "method" in scope else None
        if lane is None:
            await self._app(scope, receive, send)
            return
        scope["app"] = self._app
        request = Request(scope, receive)
        try:
            response = await _answer(lane, request)
        except NotHereError:
            await self._app(scope, receive, send)
            return
        except Exception as error:  # noqa: BLE001 (as the application's own last handler)
            response = await problems.answer(request, error)
        await response(scope, receive, send)


async def _answer(lane: _Lane, request: Request) -> Response:
    await admit(request, lane.needs)
    body, parsed = await read_exactly(request)
    keep(request, body, parsed)
    key = request.headers.get(idempotency.NAME)
    if key is not None and not idempotency.is_key(key):
        raise NotHereError
    try:
        wanted = lane.body.model_validate(parsed)
    except ValidationError:
        raise NotHereError from None
    return await lane.answer(request, wanted, key)


def _lane(routes: Iterable[APIRoute], name: tuple[str, str], answer: Answer) -> _Lane:
    method, path = name
    route = next(each for each in routes if each.path == path and method in (each.methods or ()))
    needs = needs_of(route)
    body = route.body_field and route.body_field.field_info.annotation
    if needs is None or not (isinstance(body, type) and issubclass(body, BaseModel)):
        raise TypeError(f"{method} {path} lets everybody in, or takes no body")
    return _Lane(needs, body, answer)
