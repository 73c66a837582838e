"""What surrounds each request: its id, its line in the log, its last line of defence."""

import logging
import re
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from financebuy.api import problems
from financebuy.api.line import LINE, Line
from financebuy.api.problems import MalformedError
from financebuy.api.protocol import CONSTANT
from financebuy.domain.ids import random_text

Headers = tuple[tuple[bytes, bytes], ...]

_HEADER = b"x-request-id"
_POLICY = b"content-security-policy"
# Nobody between us and the caller keeps somebody's money in a cache. An answer that is shown in a
# browser may load nothing and be in no frame; a page that is more says so itself.
_PRIVATE = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)
_STRICT = (
    _POLICY,
    b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
# Two years; a browser heeds it only where it came by TLS.
_TLS_ONLY = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
# What a caller may call its request: what fits in a log line and a column.
_SANE = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_QUIET = frozenset({"/healthz", "/readyz"})
log = logging.getLogger(__name__)


class Requests:
    """ASGI middleware: every answer carries `X-Request-ID`, and every request one log line."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(send, request_id.encode(), scope)
        began = time.perf_counter()
        line: Line | None = scope.get("extensions", {}).get(LINE, {}).get(LINE)
        presence = None if line is None else line.begin()
        try:
            if _has_zero(scope):
                error = MalformedError("the path or query holds a character that cannot be stored")
                await problems.response(error, request_id)(scope, receive, answer.send)
            else:
                await self._app(scope, receive, answer.send)
        except Exception:
            # The handler of the application has answered and logged it; it is raised once more for
            # servers that do neither. An answer that had begun is cut off, so that nobody takes
            # half of it for the whole.
            if not answer.complete:
                raise
        finally:
            if line is not None and presence is not None:
                line.end(presence)
            _log(scope, answer.status, time.perf_counter() - began)


class _Answer:
    """Adds the headers and remembers the status."""

    def __init__(self, send: Send, request_id: bytes, scope: Scope) -> None:
        self._send = send
        self._is_secure = scope.get("scheme") == "https"
        self._takes_pieces = CONSTANT in scope.get("extensions", ())
        self._header = (_HEADER, request_id)
        self.status = 0
        self.complete = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = list(message.get("headers", []))
            has_policy = any(name == _POLICY for name, _ in own)
            more, piece = _CONSTANT[self._is_secure, has_policy]
            if self._takes_pieces:
                message[CONSTANT] = piece
                message["headers"] = [*own, self._header]
            else:
                message["headers"] = [*own, self._header, *more]
        elif message["type"] == "http.response.body":
            self.complete = not message.get("more_body", False)
        await self._send(message)


def _constant(*, is_secure: bool, has_policy: bool) -> tuple[Headers, bytes]:
    """What an answer carries besides its own, as headers and as they go over the wire."""
    policy: Headers = () if has_policy else (_STRICT,)
    headers = (*_PRIVATE, *policy, *((_TLS_ONLY,) if is_secure else ()))
    return headers, b"".join(b"%s: %s\r\n" % each for each in headers)


_CONSTANT = {
    (is_secure, has_policy): _constant(is_secure=is_secure, has_policy=has_policy)
    for is_secure in (False, True)
    for has_policy in (False, True)
}


def _request_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == _HEADER), b"")
    return given.decode() if _SANE.fullmatch(given) else random_text()


def _has_zero(scope: Scope) -> bool:
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


def _log(scope: Scope, status: int, seconds: float) -> None:
    if scope["path"] in _QUIET or not log.isEnabledFor(logging.INFO):
        return
    caller = scope["state"].get("caller")
    fields: dict[str, Any] = {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "ms": round(seconds * 1000, 2),
        "request_id": scope["state"]["request_id"],
        "key_id": None if caller is None else caller.key_id,
    }
    # What `log.info` does, but for looking up which line of the program this is.
    log.handle(
        log.makeRecord(
            log.name, logging.INFO, __file__, 0, "request", (), None, extra={"fields": fields}
        )
    )
