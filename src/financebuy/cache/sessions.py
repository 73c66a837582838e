"""Who is signed in: opaque tokens in Valkey, of which only the hashes are kept.

Unlike the rest of the cache this has no other source: while Valkey is away, nobody can sign in.
"""

import hashlib
import logging
import secrets
from types import TracebackType
from typing import Self, TypeVar

import msgspec
from valkey.exceptions import ValkeyError

from financebuy.cache.opening import Url, open_client
from financebuy.errors import FinanceBuyError

_TIMEOUT_SECONDS = 1.0
_TOKEN_BYTES = 32
Value = TypeVar("Value", bound=msgspec.Struct)
log = logging.getLogger(__name__)


class SignInUnavailableError(FinanceBuyError):
    """Valkey does not answer, so sessions can be neither made nor found."""

    code, status, slug = 50330000, 503, "sign_in_unavailable"
    text = "signing in is not possible at the moment, sessions rest; API keys go on working"


class SessionStore:
    """Keeps values under random tokens for some seconds. Every call may find Valkey away."""

    def __init__(self, url: Url) -> None:
        """Connect to `url` when first used."""
        self._client = open_client(url, _TIMEOUT_SECONDS)

    async def __aenter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def keep(self, kind: str, value: msgspec.Struct, seconds: int) -> str:
        """Keep `value` and return the token that finds it.

        Raises:
            SignInUnavailableError: Valkey does not answer.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        try:
            await self._client.set(_key(kind, token), msgspec.json.encode(value), ex=seconds)
        except (ValkeyError, OSError, TimeoutError) as error:
            raise _away(error) from None
        return token

    async def find(self, kind: str, token: str, wanted: type[Value], seconds: int) -> Value | None:
        """Return the value of a token, which from now on is kept for so many seconds more.

        Raises:
            SignInUnavailableError: Valkey does not answer.
        """
        try:
            return _value(await self._client.getex(_key(kind, token), ex=seconds), wanted)
        except (ValkeyError, OSError, TimeoutError) as error:
            raise _away(error) from None

    async def take(self, kind: str, token: str, wanted: type[Value]) -> Value | None:
        """Return the value of a token, which finds nothing from now on.

        Raises:
            SignInUnavailableError: Valkey does not answer.
        """
        try:
            return _value(await self._client.getdel(_key(kind, token)), wanted)
        except (ValkeyError, OSError, TimeoutError) as error:
            raise _away(error) from None

    async def check(self) -> None:
        """Find out whether Valkey answers, before work is begun that would be in vain.

        Raises:
            SignInUnavailableError: it does not.
        """
        try:
            await self._client.ping()
        except (ValkeyError, OSError, TimeoutError) as error:
            raise _away(error) from None


def _key(kind: str, token: str) -> str:
    return f"{kind}:{hashlib.sha256(token.encode()).hexdigest()}"


def _value(found: bytes | None, wanted: type[Value]) -> Value | None:
    try:
        return None if found is None else msgspec.json.decode(found, type=wanted)
    except msgspec.DecodeError:
        # Of another version of FinanceBuy: whose it is has to sign in again.
        return None


def _away(error: Exception) -> SignInUnavailableError:
    log.warning("sessions rest, the cache does not answer: %s", type(error).__name__)
    return SignInUnavailableError()
