"""Who calls: the API key of a request, checked against the database, and the scopes it needs."""

import base64
import binascii
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from financebuy.errors import UnauthorizedError
from financebuy.services import identity
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform

# How long a revoked key may go on working, and how many keys are remembered.
CACHE_SECONDS = 1.0
_MOST_CACHED = 10_000
_MOST_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key as it came in; nothing prints the secret."""

    key_id: str
    secret: str

    def __repr__(self) -> str:
        return f"Credentials({self.key_id!r})"


def credentials(request: Request) -> Credentials:
    """Return the key of a request: Alpaca's two headers, HTTP Basic, or `Bearer KEYID:SECRET`.

    Raises:
        UnauthorizedError: there is none.
    """
    headers = request.headers
    key_id, secret = headers.get("apca-api-key-id"), headers.get("apca-api-secret-key")
    if key_id is None and secret is None:
        key_id, secret = _from_authorization(headers.get("authorization", ""))
    usable = key_id and secret and len(key_id) + len(secret) <= _MOST_CHARACTERS
    if not (usable and key_id and secret and (key_id + secret).isascii()):
        raise UnauthorizedError
    return Credentials(key_id, secret)


def _from_authorization(header: str) -> tuple[str | None, str | None]:
    scheme, _, text = header.partition(" ")
    text = text.strip()
    if scheme.lower() == "basic":
        try:
            text = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None, None
    elif scheme.lower() != "bearer":
        return None, None
    separator = ":" if ":" in text else "."
    key_id, _, secret = text.partition(separator)
    return key_id, secret


class KeyCache:
    """Remembers for a moment whom a key let in. A refused key is asked for anew each time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._known: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()

    async def find(self, given: Credentials, ask: Callable[[], Awaitable[Caller]]) -> Caller:
        """Return the caller of a key, from `ask` unless that was less than a second ago."""
        # The secret itself is kept nowhere.
        digest = hashlib.sha256(f"{given.key_id}\0{given.secret}".encode()).digest()
        now = self._clock()
        known = self._known.get(digest)
        if known is not None and now < known[0]:
            return known[1]
        caller = await ask()
        self._known[digest] = (now + CACHE_SECONDS, caller)
        self._known.move_to_end(digest)
        if len(self._known) > _MOST_CACHED:
            self._known.popitem(last=False)
        return caller


async def platform(request: Request) -> Platform:
    """Return the platform of this process; a coroutine, or FastAPI would ask in a thread."""
    return _platform(request)


def _platform(request: Request) -> Platform:
    found: Platform = request.app.state.platform
    return found


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency: the caller, who has at least one of the scopes."""

    scopes: tuple[str, ...]

    async def __call__(self, request: Request) -> Caller:
        """Return the caller that the route let in; a coroutine, as `platform` is."""
        found: Caller = request.state.caller
        return found


async def admit(request: Request, needs: Any) -> None:
    """Let the caller of a request in, before anything of its body is read.

    Raises:
        UnauthorizedError: no key, or one that is unknown, expired or revoked.
        NotPermittedError: the key lacks the scope.
    """
    given = credentials(request)
    request_id = request.state.request_id
    origin = f"http {request.client.host}" if request.client else "http"
    cache: KeyCache = request.app.state.keys
    known = await cache.find(
        given,
        lambda: identity.authenticate(
            _platform(request), given.key_id, given.secret, origin, request_id
        ),
    )
    caller = replace(known, origin=origin, request_id=request_id)
    request.state.caller = caller
    caller.require(*needs.scopes)


def needs(*scopes: str) -> Any:
    """Declare that a route needs one of these scopes."""
    return Depends(Needs(scopes))


The = Annotated[Platform, Depends(platform)]
"""The platform, in a route's signature: `platform: The`."""
Reader = Annotated[Caller, needs("read")]
Trader = Annotated[Caller, needs("trade")]
Funder = Annotated[Caller, needs("funding", "operations")]
Broker = Annotated[Caller, needs("broker")]
