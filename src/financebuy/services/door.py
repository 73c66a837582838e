"""What the door is made of: passwords, sealed secrets, sessions, limits; and who stands at it."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from financebuy import errors
from financebuy.cache.limits import Limit, Limiter
from financebuy.cache.sessions import SessionStore, SignInUnavailableError
from financebuy.crypto.passwords import Passwords
from financebuy.crypto.second_factors import CredentialBox

_AT_ONCE = 2
"""Password hashes that a process computes at a time: each takes 64 MiB."""

SIGN_INS = Limit("sign_in", per_second=2, burst=60)
"""An address's attempts to sign in, to sign up, and to show a second factor."""
WRONG_KEYS = Limit("wrong_key", per_second=20, burst=200)
"""An address's requests with an API key that is not good."""
RECORDED_REFUSALS = Limit("recorded_refusal", per_second=1, burst=10)
"""An address's attempts beyond these limits that are recorded one by one."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a request comes from; `address` is None where it is no address."""

    address: str | None
    origin: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Door:
    """How people are let in. `sessions` is None where there is no Valkey at all."""

    passwords: Passwords
    box: CredentialBox
    limiter: Limiter
    sessions: SessionStore | None
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    @property
    def open_sessions(self) -> SessionStore:
        """The sessions.

        Raises:
            SignInUnavailableError: there is no Valkey.
        """
        if self.sessions is None:
            raise SignInUnavailableError
        return self.sessions

    async def hash(self, password: str) -> str:
        """Hash a password without holding up the others."""
        async with self._turn:
            return await asyncio.to_thread(self.passwords.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Verify a password; as slow where there is none."""
        async with self._turn:
            return await asyncio.to_thread(self.passwords.verify, stored, password)

    async def pass_limit(self, limit: Limit, key: str) -> None:
        """Count a request.

        Raises:
            TooManyRequestsError: says in `detail` how long to wait.
        """
        refuse_for(await self.limiter.take(limit, key))


def refuse_for(seconds: float) -> None:
    """Refuse while there are seconds to wait."""
    if seconds > 0:
        raise errors.TooManyRequestsError(detail={"retry_after": max(1, round(seconds))})


@dataclass(frozen=True, slots=True)
class SessionState:
    """What the database says of a session's user at this moment."""

    kind: str
    scopes: list[str]
    has_second_factor: bool
    email_index: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """What a function of the door answers: None when it has done what it should."""

    problem: str | None

    def check(self) -> None:
        """Raise the error that the answer names."""
        if self.problem is not None:
            code, _, name = self.problem.partition(":")
            raise errors.refused(code, name or None)


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether something was there to be taken."""

    taken: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way. With `retry_seconds` it ends before anything is compared."""

    retry_seconds: int | None
    user_id: UUID | None
    password_hash: str | None
    is_active: bool | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """When an attempt was recorded, by the database's clock."""

    recorded_at: datetime
