"""How an owner wants lots to be closed, what an order closes, and shares that arrive in kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from financebuy.errors import AccountNotFoundError
from financebuy.services import accounts
from financebuy.services.caller import Caller, reading
from financebuy.services.order_values import ChosenLot
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_one
from financebuy.services.submitting import command, fact
from financebuy.sql import load

SANDBOX_CUSTODIAN = "sandbox"


@dataclass(frozen=True, slots=True)
class Preferences:
    """Which lots a sell closes first, and whether dividends buy shares.

    `lot_method` is fifo (oldest first), lifo (newest first) or highest_cost (a share's cost).
    """

    account_id: UUID
    lot_method: str
    reinvest_dividends: bool
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class LotChoice:
    """Which lots an order closes: `lots` in their order, then by `lot_method` (None: account's)."""

    order_id: UUID
    lot_method: str | None
    lots: tuple[ChosenLot, ...]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """Shares that arrived without a trade; without a `lot_id` they are in suspense."""

    receipt_id: UUID
    account_id: UUID
    security_id: UUID
    quantity: Decimal
    cost: Decimal
    lot_id: UUID | None
    replayed: bool = False


async def preferences(platform: Platform, caller: Caller, account_id: UUID) -> Preferences:
    """Return how an account is run.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
    """
    async with reading(platform, caller) as connection:
        found = await fetch_one(
            connection, Preferences, load("positions").preferences, {"account_id": account_id}
        )
    if found is None:
        raise AccountNotFoundError(field="account_id")
    return found


async def set_preferences(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    *,
    lot_method: str | None = None,
    reinvest_dividends: bool | None = None,
    key: str | None = None,
) -> Preferences:
    """Change how an account is run; None leaves a preference as it is. Needs the scope `trade`.

    Raises:
        InvalidValueError: no such method.
        RequiredError: nothing to change.
        AccountNotActiveError: it is restricted or closed.
    """
    accepted = await command(
        platform,
        caller,
        "set_preferences",
        key,
        account_id=account_id,
        lot_method=lot_method,
        reinvest_dividends=reinvest_dividends,
    )
    now = await preferences(platform, caller, account_id)
    return Preferences(
        account_id, now.lot_method, now.reinvest_dividends, replayed=accepted.replayed
    )


async def choose_lots(
    platform: Platform,
    caller: Caller,
    order_id: UUID,
    *,
    lot_method: str | None = None,
    lots: Sequence[ChosenLot] | None = None,
    key: str | None = None,
) -> LotChoice:
    """Say which lots an open sell closes, from its next fill on. Replaces an earlier choice.

    Raises:
        OrderNotFoundError: no such order, or not the caller's.
        OrderNotOpenError: it has ended.
        NotAllowedError: it is a buy.
        InvalidValueError: no such method; or a lot that is not the account's, of this security,
            and open with as much as was chosen.
    """
    accepted = await command(
        platform,
        caller,
        "choose_lots",
        key,
        order_id=order_id,
        lot_method=lot_method,
        lots=None if lots is None else [each.as_json() for each in lots],
    )
    return LotChoice(order_id, lot_method, tuple(lots or ()), replayed=accepted.replayed)


async def receive_shares(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    symbol: str,
    quantity: Decimal,
    cost: Decimal,
    acquired_at: datetime,
    *,
    custodian: str = SANDBOX_CUSTODIAN,
    custodian_reference: str | None = None,
    effective_at: datetime | None = None,
) -> Receipt:
    """Book shares that a custodian has received for an account; needs the scope `operations`.

    They become a lot of their own `cost` and date. One `custodian_reference` is one effect, for
    ever.

    Raises:
        AccountNotFoundError: no such account.
        SecurityNotFoundError: no such security.
        RefusedError: no quantity or no cost of this security and currency.
    """
    caller.require("operations")
    await accounts.get(platform, caller, account_id)
    security = await platform.securities.find(symbol)
    accepted = await fact(
        platform,
        caller,
        "shares_received",
        custodian=custodian,
        custodian_reference=custodian_reference or str(uuid4()),
        account_id=account_id,
        security_id=security.security_id,
        quantity=quantity,
        cost=cost,
        acquired_at=acquired_at,
        effective_at=effective_at,
    )
    return _receipt(accepted.result, replayed=accepted.replayed)


def _receipt(result: dict[str, Any], *, replayed: bool) -> Receipt:
    return Receipt(
        receipt_id=UUID(result["receipt_id"]),
        account_id=UUID(result["account_id"]),
        security_id=UUID(result["security_id"]),
        quantity=Decimal(result["quantity"]),
        cost=Decimal(result["cost"]),
        lot_id=UUID(result["lot_id"]) if result["lot_id"] else None,
        replayed=replayed,
    )
