"""Running use cases from the command line: which platform, and in whose name."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from financebuy.bootstrap import SERVICE_ROLES, Platform, open_platform
from financebuy.cluster.demo import read_demo
from financebuy.cluster.endpoints import Endpoints
from financebuy.errors import InvalidValueError, RequiredError
from financebuy.services import identity
from financebuy.services.caller import CUSTOMER_SCOPES, OPERATOR_SCOPES, PLATFORM, Caller
from financebuy.settings import Settings

ADMIN_SCOPES = OPERATOR_SCOPES | {"admin"}
Result = TypeVar("Result")
Work = Callable[[Platform, Caller], Awaitable[Result]]


class NobodyError(RequiredError):
    """A customer's command, and nothing says which customer."""

    slug, text = "nobody", "say who asks: --as EMAIL or --as USER-ID"


@dataclass(frozen=True, slots=True)
class Session:
    """`data` and `who` as they stand on the command line (`--data`, `--as`)."""

    data: Path | None
    who: str | None = None

    def as_customer(self, work: Work[Result]) -> Result:
        """Run `work` as the user of `--as`, else as the demo investor."""
        return asyncio.run(self._run(work, CUSTOMER_SCOPES))

    def as_operator(self, work: Work[Result], roles: Collection[str] = ()) -> Result:
        """Run `work` with the staff's rights, as the user of `--as`, else the demo operator.

        `roles` are whose connections it needs besides those that every use case does.
        """
        return asyncio.run(self._run(work, OPERATOR_SCOPES, roles))

    def as_admin(self, work: Work[Result]) -> Result:
        """Run `work` with every right, as whoever reads the platform's secrets may."""
        return asyncio.run(self._run(work, ADMIN_SCOPES))

    def as_platform(
        self, work: Callable[[Platform], Awaitable[Result]], roles: Collection[str]
    ) -> Result:
        """Run `work` in nobody's name, with connections of `roles`."""
        return asyncio.run(self._run_roles(work, roles))

    @property
    def settings(self) -> Settings:
        """The settings, read from the environment and `--data`."""
        return Settings.read(os.environ, self.data)

    async def _run(
        self, work: Work[Result], scopes: frozenset[str], roles: Collection[str] = ()
    ) -> Result:
        settings = self.settings
        async with open_platform(settings, (*SERVICE_ROLES, *roles)) as platform:
            user_id = await self._user_id(platform, settings, staff="operations" in scopes)
            origin = f"cli {getpass.getuser()}"
            return await work(platform, Caller(user_id, None, scopes, origin=origin))

    async def _run_roles(
        self, work: Callable[[Platform], Awaitable[Result]], roles: Collection[str]
    ) -> Result:
        async with open_platform(self.settings, roles) as platform:
            return await work(platform)

    async def _user_id(self, platform: Platform, settings: Settings, *, staff: bool) -> UUID:
        if self.who is not None:
            return await user_id_of(platform, PLATFORM, self.who)
        demo = read_demo(Endpoints.read(settings.data_dir).secrets)
        if demo is not None:
            return UUID((demo.operator if staff else demo.investor).user_id)
        if staff:
            # A platform of one's own has no demo operator; who reads its secrets speaks for it.
            return PLATFORM.user_id
        raise NobodyError


async def user_id_of(platform: Platform, caller: Caller, text: str) -> UUID:
    """The user that an id or an address names.

    Raises:
        UserNotFoundError: nobody has this address.
        InvalidValueError: it is neither.
    """
    if "@" in text:
        return (await identity.find_user(platform, caller, text)).user_id
    try:
        return UUID(text)
    except ValueError:
        # Not repeated: it may be somebody's name.
        raise InvalidValueError("user: is neither an address nor an id", field="user") from None
