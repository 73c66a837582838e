"""The operators' side: exceptions, what needs a second operator, and how the books stand."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from financebuy.client.feature import Feature
from financebuy.services import approvals, exceptions, months, reconciliation
from financebuy.services.approvals import Approval
from financebuy.services.exceptions import ExceptionCase
from financebuy.services.months import ClosedMonth
from financebuy.services.reconciliation import Break, Run


class Exceptions(Feature):
    """What facts left for a person."""

    async def list(
        self,
        *,
        state: str | None = "unresolved",
        kind: str | None = None,
        account_id: UUID | None = None,
        limit: int = 50,
        before: UUID | None = None,
    ) -> Sequence[ExceptionCase]:
        """See `services.exceptions.list_exceptions`."""
        return await exceptions.list_exceptions(
            self._platform,
            self._caller,
            state=state,
            kind=kind,
            account_id=account_id,
            limit=limit,
            before=before,
        )

    async def get(self, exception_id: UUID) -> ExceptionCase:
        """See `services.exceptions.get`."""
        return await exceptions.get(self._platform, self._caller, exception_id)

    async def assign(
        self, exception_id: UUID, user_id: UUID | None = None, *, key: str | None = None
    ) -> ExceptionCase:
        """See `services.exceptions.assign`."""
        return await exceptions.assign(self._platform, self._caller, exception_id, user_id, key)

    async def resolve(
        self, exception_id: UUID, resolution: str, *, key: str | None = None
    ) -> ExceptionCase:
        """See `services.exceptions.resolve`."""
        return await exceptions.resolve(self._platform, self._caller, exception_id, resolution, key)


class Approvals(Feature):
    """What one operator asks for and another one confirms."""

    async def request(
        self, action: str, payload: Mapping[str, str], reason: str, *, key: str | None = None
    ) -> Approval:
        """See `services.approvals.request`."""
        return await approvals.request(self._platform, self._caller, action, payload, reason, key)

    async def reverse(
        self, transaction_id: UUID, reason: str, *, key: str | None = None
    ) -> Approval:
        """See `services.approvals.reverse`."""
        return await approvals.reverse(self._platform, self._caller, transaction_id, reason, key)

    async def confirm(
        self, approval_id: UUID, note: str | None = None, *, key: str | None = None
    ) -> Approval:
        """See `services.approvals.confirm`."""
        return await approvals.confirm(self._platform, self._caller, approval_id, note, key)

    async def decline(
        self, approval_id: UUID, note: str | None = None, *, key: str | None = None
    ) -> Approval:
        """See `services.approvals.decline`."""
        return await approvals.decline(self._platform, self._caller, approval_id, note, key)

    async def list(
        self, *, state: str | None = "requested", limit: int = 50, before: UUID | None = None
    ) -> Sequence[Approval]:
        """See `services.approvals.list_approvals`."""
        return await approvals.list_approvals(
            self._platform, self._caller, state=state, limit=limit, before=before
        )

    async def get(self, approval_id: UUID) -> Approval:
        """See `services.approvals.get`."""
        return await approvals.get(self._platform, self._caller, approval_id)


class Books(Feature):
    """Months that are closed, and statements that were compared with the books."""

    async def months(self) -> Sequence[ClosedMonth]:
        """See `services.months.list_closed`."""
        return await months.list_closed(self._platform, self._caller)

    async def reconciliations(
        self, *, source: str | None = None, limit: int = 50, before: UUID | None = None
    ) -> Sequence[Run]:
        """See `services.reconciliation.list_runs`."""
        return await reconciliation.list_runs(
            self._platform, self._caller, source=source, limit=limit, before=before
        )

    async def reconciliation(self, run_id: UUID) -> tuple[Run, Sequence[Break]]:
        """See `services.reconciliation.get_run`."""
        return await reconciliation.get_run(self._platform, self._caller, run_id)
