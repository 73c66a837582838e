"""Who asks: the user behind a request, what their key allows, and where the request came from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from financebuy.database.identity import Identity
from financebuy.database.pools import Connection
from financebuy.errors import NotPermittedError
from financebuy.services.platform import Platform
from financebuy.sql import load

CUSTOMER_SCOPES = frozenset({"read", "trade", "funding"})
OPERATOR_SCOPES = frozenset({"read", "broker", "operations"})
_SEES_EVERYBODY = frozenset({"broker", "operations"})


def _request_id() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated user. `account_id` narrows an API key to one of the user's accounts.

    `origin` says how the request came in (an address, `cli`, `in-process`); it stands beside every
    effect in the database, as `request_id` does.
    """

    user_id: UUID
    key_id: str | None = None
    scopes: frozenset[str] = CUSTOMER_SCOPES
    account_id: UUID | None = None
    kind: str = "customer"
    origin: str = "in-process"
    request_id: str = field(default_factory=_request_id)

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

    def token(self, platform: Platform) -> str:
        """Return the signed identity that the database checks; good for a minute."""
        return platform.signer.sign(
            Identity(self.user_id, self.key_id, self.scopes, self.account_id)
        )


@asynccontextmanager
async def reading(platform: Platform, caller: Caller) -> AsyncIterator[Connection]:
    """Lend a connection that shows what `caller` may see: the staff everything, others their own.

    Customers read as `app_user`, so that row-level security narrows every query, even a wrong one.
    """
    caller.require("read")
    if caller.sees_everybody:
        async with platform.pools.connection("fb_broker") as connection:
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
