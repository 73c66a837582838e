"""`/v1/accounts/{account_id}/transfers`: deposits by the sandbox bank, and withdrawals."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from financebuy.api.auth import Funder, Reader, The
from financebuy.api.bodies import Route
from financebuy.api.idempotency import OptionalKey, reference, say_replayed
from financebuy.api.money import Amount, Money
from financebuy.api.times import Instant
from financebuy.services import ledger
from financebuy.services.ledger import Transfer

router = APIRouter(prefix="/v1", tags=["broker: transfers"], route_class=Route)

_STATUSES = {
    "requested": "QUEUED",
    "settled": "COMPLETE",
    "returned": "RETURNED",
    "refunded": "RETURNED",
}


class TransferIn(BaseModel):
    """Money to move. The sandbox has one bank, so how it moves is taken as said and not needed.

    `payment_method_id` is one's own bank account that an OUTGOING transfer should be paid to.
    """

    amount: Amount
    direction: Literal["INCOMING", "OUTGOING"]
    transfer_type: Literal["ach", "wire"] = "ach"
    timing: Literal["immediate"] = "immediate"
    payment_method_id: UUID | None = None


class TransferView(BaseModel):
    """A transfer. A deposit by the sandbox bank is complete at once."""

    id: UUID
    account_id: UUID
    direction: str
    type: str
    amount: Money
    currency: str
    status: str
    reason: str | None
    created_at: Instant
    updated_at: Instant
    effective_at: Instant
    payment_method_id: UUID | None

    @classmethod
    def of(cls, transfer: Transfer) -> "TransferView":
        """Show a transfer."""
        return cls(
            id=transfer.transfer_id,
            account_id=transfer.account_id,
            direction=transfer.direction.upper(),
            type="ach",
            amount=transfer.amount,
            currency=transfer.currency,
            status=_STATUSES[transfer.state],
            reason=transfer.reason,
            created_at=transfer.requested_at,
            updated_at=transfer.updated_at,
            effective_at=transfer.effective_at,
            payment_method_id=transfer.payment_method_id,
        )


@router.post("/accounts/{account_id}/transfers", response_model=TransferView)
async def create_transfer(
    account_id: UUID,
    body: TransferIn,
    platform: The,
    caller: Funder,
    response: Response,
    key: OptionalKey = None,
) -> Any:
    """Let the bank pay in (off paper: `operations` alone), or ask for money to be paid out."""
    if body.direction == "INCOMING":
        transfer = await ledger.deposit(
            platform,
            caller,
            account_id,
            body.amount,
            bank_reference=reference(caller.user_id, key),
        )
    else:
        transfer = await ledger.request_withdrawal(
            platform,
            caller,
            account_id,
            body.amount,
            key,
            payment_method_id=body.payment_method_id,
        )
    say_replayed(response, replayed=transfer.replayed)
    return TransferView.of(transfer)


@router.get("/accounts/{account_id}/transfers", response_model=list[TransferView])
async def list_transfers(
    account_id: UUID,
    platform: The,
    caller: Reader,
    direction: Literal["INCOMING", "OUTGOING"] | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Any:
    """List an account's transfers, newest first; past the last one the list is empty."""
    found = await ledger.transfers(
        platform,
        caller,
        account_id,
        limit,
        offset=offset,
        direction=direction.lower() if direction else None,
    )
    return [TransferView.of(each) for each in found]
