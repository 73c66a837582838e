"""What every feature of a connection has: the platform, and the user who speaks."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from financebuy.services import accounts
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform


@dataclass(frozen=True, slots=True)
class Feature:
    """Methods of one feature. Each is one use case of `services`, which documents it."""

    _platform: Platform
    _speaker: Caller

    @property
    def _caller(self) -> Caller:
        # Every call is a request of its own, and can be found by its id in the database.
        return replace(self._speaker, request_id=str(uuid4()))

    async def _account(self, account_id: UUID | None) -> UUID:
        return await accounts.resolve(self._platform, self._caller, account_id)
