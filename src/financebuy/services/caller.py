"""Who asks: the user behind a request, what their key allows, and where the request came from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from financebuy.database.identity import Identity
from financebuy.database.pools import Connection
from financebuy.domain.ids import random_text
from financebuy.errors import NotPermittedError, StepUpRequiredError
from financebuy.services.platform import Platform
from financebuy.sql import load

CUSTOMER_SCOPES = frozenset({"read", "trade", "funding"})
OPERATOR_SCOPES = frozenset({"read", "inspect", "broker", "operations"})
_SEES_EVERYBODY = frozenset({"inspect", "broker", "operations"})


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """How sure a session is of who is there: a second factor was shown, and how long ago."""

    is_fresh: bool
    is_strong: bool

    @property
    def lets_money_leave(self) -> bool:
        """Whether a second factor was shown a moment ago."""
        return self.is_fresh and self.is_strong


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated user. `account_id` narrows an API key to one of the user's accounts.

    `origin` says how the request came in (an address, `cli`, `in-process`); it stands beside every
    effect in the database, as `request_id` does. `session` is None where an API key asks.
    """

    user_id: UUID
    key_id: str | None = None
    scopes: frozenset[str] = CUSTOMER_SCOPES
    account_id: UUID | None = None
    kind: str = "customer"
    origin: str = "in-process"
    request_id: str = field(default_factory=random_text)
    session: SessionFacts | None = None

    @property
    def sees_everybody(self) -> bool:
        """Whether this is the staff, whose reads are not narrowed to accounts of their own."""
        return bool(self.scopes & _SEES_EVERYBODY)

    def require(self, *scopes: str) -> None:
        """Refuse a caller who has none of `scopes`.

        Raises:
            NotPermittedError: names the scopes that would do.
        """
        if not self.scopes & set(scopes):
            wanted = " or ".join(scopes)
            raise NotPermittedError(f"this key may not do that: it needs the scope {wanted}")

    def require_self(self) -> None:
        """Refuse who may not change their own means of signing in.

        Raises:
            StepUpRequiredError: the session's last proof is too old, or weaker than it could be.
            NotPermittedError: an API key is nobody's session.
        """
        if "self" not in self.scopes:
            if self.session is not None:
                raise StepUpRequiredError
            raise NotPermittedError("only a signed-in person may do that, not an API key")

    def require_step_up(self) -> None:
        """Refuse a session that has not shown a second factor a moment ago: money would leave.

        Raises:
            StepUpRequiredError: show one and repeat the request.
        """
        if self.session is not None and not self.session.lets_money_leave:
            raise StepUpRequiredError

    def token(self, platform: Platform) -> str:
        """Return the signed identity that the database checks; good for a minute.

        A session's carries the scope `funding` only while it lets money leave, so that the database
        itself refuses what was not proven.
        """
        scopes = self.scopes
        if self.session is not None and not self.session.lets_money_leave:
            scopes = scopes - {"funding"}
        return platform.signer.sign(Identity(self.user_id, self.key_id, scopes, self.account_id))

    def signed(self, platform: Platform) -> dict[str, Any]:
        """Return what the functions of the door want to know of who asks."""
        return {
            "identity": self.token(platform), "request_id": self.request_id,
            "origin": self.origin,
        }  # fmt: skip

    def at(self, origin: str, request_id: str) -> "Caller":
        """Return the same caller in another request."""
        # Each request asks for one, and `dataclasses.replace` takes several times as long.
        return Caller(
            self.user_id, self.key_id, self.scopes, self.account_id, self.kind,
            origin, request_id, self.session,
        )  # fmt: skip


PLATFORM = Caller(UUID(int=0), None, OPERATOR_SCOPES | {"admin"}, kind="broker", origin="platform")
"""The platform's own hand, which makes the first users. It is nobody's account and has no key: only
a process that holds the platform's secrets can speak for it."""


@asynccontextmanager
async def reading(platform: Platform, caller: Caller) -> AsyncIterator[Connection]:
    """Lend a connection that shows what `caller` may see: the staff everything, others their own.

    Customers read as `app_user`, so that row-level security narrows every query, even a wrong one.
    """
    caller.require("read")
    if caller.sees_everybody:
        async with platform.pools.statement("fb_broker") as connection:
            yield connection
        return
    async with platform.pools.read(caller.token(platform)) as connection:
        yield connection


@asynccontextmanager
async def reading_outcome(platform: Platform, caller: Caller) -> AsyncIterator[Connection]:
    """Lend what `reading` does, for a look-up that settles whether a command happened.

    A plain read can show a commit that no standby has. This one writes a WAL record, so that its
    own commit, and with it the answer, waits for the standbys as the command's did.
    """
    async with reading(platform, caller) as connection:
        if caller.sees_everybody:
            async with connection.transaction():
                await connection.execute(load("platform").wait_for_standbys)
                yield connection
            return
        await connection.execute(load("platform").wait_for_standbys)
        yield connection
