"""Money between accounts: in one currency, or by a rate into another account of the same user."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from financebuy.services import accounts
from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.services.submitting import Accepted, command
from financebuy.services.waiting import telling_when
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that left `account_id` for `target_account_id`, at once and for good.

    `rate_id` names the rate of a conversion; without one both amounts are the same.
    """

    transfer_id: UUID
    account_id: UUID
    target_account_id: UUID
    amount: Decimal
    currency: str
    target_amount: Decimal
    target_currency: str
    rate_id: UUID | None
    requested_at: datetime
    effective_at: datetime
    replayed: bool = False


async def transfer(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    target: str,
    amount: Decimal,
    key: str | None = None,
) -> Movement:
    """Move `amount` to another account of the same currency; `target` is its number or id.

    Raises:
        InsufficientWithdrawableError: more than is settled and free.
        AccountNotFoundError: no such account, or (`field` is target) none that takes money.
        CurrencyMismatchError: the target is in another currency.
        KycRequiredError: the user is not verified.
        StepUpRequiredError: a session that has not shown a second factor a moment ago.
        SecondFactorNewError: too new for money to leave for others; `detail` says from when on.
    """
    caller.require_step_up()
    async with telling_when(platform, caller):
        accepted = await command(
            platform, caller, "transfer", key, account_id=account_id, target=target, amount=amount
        )
    return _movement(accepted)


async def convert(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    target: str,
    amount: Decimal,
    rate_id: UUID,
    key: str | None = None,
) -> Movement:
    """Sell `amount` by a rate; what it buys, rounded half-even, comes to one's account `target`.

    Raises:
        InsufficientWithdrawableError: more than is settled and free.
        RateNotFoundError, RateNotFreshError: no such rate, or one too old to convert by.
        CurrencyMismatchError: the rate is not between the currencies of the two accounts.
        StepUpRequiredError: a session that has not shown a second factor a moment ago.
    """
    caller.require_step_up()
    accepted = await command(
        platform,
        caller,
        "convert_currency",
        key,
        account_id=account_id,
        target=target,
        amount=amount,
        rate_id=rate_id,
    )
    return _movement(accepted)


async def movements(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    limit: int = 50,
    before: UUID | None = None,
) -> list[Movement]:
    """Return what left an account for others, newest first; `before` is the last one seen.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
    """
    await accounts.get(platform, caller, account_id)
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection,
            Movement,
            load("movements").movements,
            {"account_id": account_id, "before": before, "limit": limit},
        )


def _movement(accepted: Accepted) -> Movement:
    booked: dict[str, Any] = accepted.result
    return Movement(
        transfer_id=UUID(booked["transfer_id"]),
        account_id=UUID(booked["account_id"]),
        target_account_id=UUID(booked["target_account_id"]),
        amount=Decimal(booked["amount"]),
        currency=booked["currency"],
        target_amount=Decimal(booked["target_amount"]),
        target_currency=booked["target_currency"],
        rate_id=UUID(booked["rate_id"]) if booked["rate_id"] else None,
        requested_at=datetime.fromisoformat(booked["requested_at"]),
        effective_at=datetime.fromisoformat(booked["effective_at"]),
        replayed=accepted.replayed,
    )
