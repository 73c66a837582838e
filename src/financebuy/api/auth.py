"""Who calls: the API key of a request, checked against the database, and the scopes it needs."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from starlette.requests import Request

from financebuy.api.briefly import Briefly
from financebuy.api.cookies import session_token
from financebuy.api.visits import refuse_cross_site, visit
from financebuy.cache.limits import Limit
from financebuy.errors import UnauthorizedError
from financebuy.services import accounts, identity, origins, sign_in
from financebuy.services.caller import Caller
from financebuy.services.door import SessionState, Visit
from financebuy.services.platform import Platform

_MOST_CHARACTERS = 512
_KEY_HEADERS = frozenset({"authorization", "apca-api-key-id", "apca-api-secret-key"})


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key as it came in; nothing prints the secret."""

    key_id: str
    secret: str

    def __repr__(self) -> str:
        return f"Credentials({self.key_id!r})"

    @property
    def digest(self) -> bytes:
        """What stands for the key where it is remembered: the secret itself is kept nowhere."""
        return hashlib.sha256(f"{self.key_id}\0{self.secret}".encode()).digest()


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
    if not (usable and key_id and secret and _is_plain(key_id + secret)):
        raise UnauthorizedError
    return Credentials(key_id, secret)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


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
        SignedOutError: the session is over.
        NotPermittedError: the key or role lacks the scope.
        StepUpRequiredError: the session must be proven anew first.
        TooManyRequestsError: they come too fast.
    """
    here = visit(request)
    caller = await _caller(request, here)
    request.state.caller = caller
    limit: Limit = request.app.state.limit
    await _platform(request).door.pass_limit(limit, str(caller.user_id))
    if "self" in needs.scopes:
        caller.require_self()
    caller.require(*needs.scopes)
    request.state.caller = await _located(request, caller, here)


async def _located(request: Request, caller: Caller, here: Visit) -> Caller:
    """Return the caller with where they ask from, which is encrypted once for many requests."""
    known: Briefly[str] = request.app.state.origins
    found = await known.find(
        (caller.user_id, here.address),
        lambda: origins.origin(_platform(request), caller, here.address),
    )
    return caller.at(found, here.request_id)


async def _caller(request: Request, here: Visit) -> Caller:
    """Return who asks: whose key it is, or, where a request carries none, whose session."""
    token = session_token(request)
    if token is not None and not _KEY_HEADERS & set(request.headers.keys()):
        refuse_cross_site(request)
        return await _of_session(request, token, here)
    given = credentials(request)
    keys: Briefly[Caller] = request.app.state.keys
    return await keys.find(
        (given.digest, here.address),
        lambda: identity.authenticate(_platform(request), given.key_id, given.secret, here),
    )


async def _of_session(request: Request, token: str, here: Visit) -> Caller:
    session = await sign_in.find_session(_platform(request), token)
    states: Briefly[SessionState | None] = request.app.state.sessions
    found = await states.find(
        (session.user_id, session.began_at),
        lambda: sign_in.state(_platform(request), session.user_id, session.began_at),
    )
    return sign_in.caller_of(session, found, here)


def needs(*scopes: str) -> Any:
    """Declare that a route needs one of these scopes."""
    return Depends(Needs(scopes))


async def account(request: Request) -> UUID:
    """Return the account that the caller's key stands for: its own, or its user's only one.

    Raises:
        RequiredError: the user has several.
        AccountNotFoundError: the user has none.
    """
    caller: Caller = request.state.caller
    if caller.account_id is not None:
        return caller.account_id
    known: Briefly[UUID] = request.app.state.accounts
    return await known.find(caller.user_id, lambda: accounts.resolve(_platform(request), caller))


The = Annotated[Platform, Depends(platform)]
"""The platform, in a route's signature: `platform: The`."""
TheAccount = Annotated[UUID, Depends(account)]
"""The account of a route that does not name one: `account_id: TheAccount`."""
Reader = Annotated[Caller, needs("read")]
Trader = Annotated[Caller, needs("trade")]
Funder = Annotated[Caller, needs("funding", "operations")]
Payer = Annotated[Caller, needs("funding", "broker")]
Broker = Annotated[Caller, needs("broker")]
Operator = Annotated[Caller, needs("operations")]
Inspector = Annotated[Caller, needs("operations", "inspect")]
Supervisor = Annotated[Caller, needs("broker", "inspect")]
Admin = Annotated[Caller, needs("admin")]
Oneself = Annotated[Caller, needs("self")]
"""A person in a session that was proven a moment ago."""
