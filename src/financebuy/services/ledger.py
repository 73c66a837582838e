"""The ledger: an account's cash, its entries, and (from `transfers`) how money comes and goes."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from financebuy.errors import AccountNotFoundError, InvalidValueError
from financebuy.services import accounts
from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.transfers import (
    SANDBOX_BANK,
    Transfer,
    deposit,
    request_withdrawal,
    transfer,
    transfers,
    withdrawal_returned,
    withdrawal_settled,
)
from financebuy.sql import load

__all__ = [
    "SANDBOX_BANK",
    "Balances",
    "Entry",
    "EntryPage",
    "Transfer",
    "balances",
    "deposit",
    "entries",
    "request_withdrawal",
    "transfer",
    "transfers",
    "withdrawal_returned",
    "withdrawal_settled",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One leg of a transaction on a customer's account; `amount` counts `asset` (USD, AAPL …)."""

    transaction_id: UUID
    leg: int
    transaction_type: str
    account_id: UUID
    asset_id: UUID
    asset: str
    amount: Decimal
    version: int
    reference: str | None
    order_id: UUID | None
    execution_id: UUID | None
    transfer_id: UUID | None
    effective_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, newest first; `next_cursor` asks for the page after it, None says it is the last."""

    items: list[Entry]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Balances:
    """An account's cash: `buying_power` = balance - held; `withdrawable` is settled and free."""

    account_id: UUID
    currency: str
    balance: Decimal
    held: Decimal
    unsettled: Decimal
    buying_power: Decimal
    withdrawable: Decimal


async def entries(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    limit: int = 50,
    cursor: str | None = None,
) -> EntryPage:
    """Return an account's entries, newest first, a page at a time.

    Raises:
        InvalidValueError: `cursor` is none that an earlier page gave.
    """
    position = _position(cursor)
    await accounts.get(platform, caller, account_id)
    async with reading(platform, caller) as connection:
        found = await fetch_all(
            connection,
            Entry,
            load("ledger").entries,
            {"account_id": account_id, "limit": limit + 1, **position},
        )
    items = found[:limit]
    return EntryPage(items, _cursor(items[-1]) if len(found) > limit else None)


async def balances(platform: Platform, caller: Caller, account_id: UUID) -> Balances:
    """Return an account's cash.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
    """
    async with reading(platform, caller) as connection:
        found = await fetch_one(
            connection, Balances, load("ledger").balances, {"account_id": account_id}
        )
    if found is None:
        raise AccountNotFoundError(field="account_id")
    return found


def _cursor(last: Entry) -> str:
    text = f"{last.recorded_at.isoformat()} {last.transaction_id} {last.leg}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(cursor: str | None) -> dict[str, Any]:
    if cursor is None:
        return {"recorded_at": None, "transaction_id": None, "leg": None}
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        recorded_at, transaction_id, leg = base64.urlsafe_b64decode(padded).decode().split(" ")
        return {
            "recorded_at": datetime.fromisoformat(recorded_at),
            "transaction_id": UUID(transaction_id),
            "leg": int(leg),
        }
    except (ValueError, binascii.Error):
        raise InvalidValueError(field="cursor") from None
