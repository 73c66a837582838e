"""What an account holds, what it is worth, and what it has gained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from financebuy.domain.money import quotient
from financebuy.domain.portfolio import value
from financebuy.errors import AccountNotFoundError
from financebuy.services import accounts
from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.portfolio_reading import standing_of, standings_of
from financebuy.services.portfolio_values import Gain, Lot, Position, Summary
from financebuy.services.portfolio_worth import worth
from financebuy.services.rows import fetch_all
from financebuy.sql import load

__all__ = [
    "Gain",
    "Lot",
    "Position",
    "Summary",
    "gains",
    "lots",
    "positions",
    "shared_summary",
    "summaries",
    "summary",
]


async def positions(
    platform: Platform, caller: Caller, account_id: UUID, *, symbol: str | None = None
) -> list[Position]:
    """Return what an account holds, by symbol.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
    """
    held = await _holdings(platform, caller, [account_id])
    if not held:
        # Whoever sees holdings sees their account.
        await accounts.get(platform, caller, account_id)
    return [_position(row) for row in held if row.quantity and symbol in {None, row.symbol}]


async def lots(
    platform: Platform, caller: Caller, account_id: UUID, *, symbol: str | None = None
) -> list[Lot]:
    """Return the open lots, oldest first: what sells close first is the account's lot method.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
    """
    await accounts.get(platform, caller, account_id)
    async with reading(platform, caller) as connection:
        rows = await fetch_all(
            connection,
            _LotRow,
            load("portfolio").open_lots,
            {"account_id": account_id, "symbol": symbol},
        )
    return [_lot(row) for row in rows]


async def gains(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    *,
    symbol: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int = 500,
    before: tuple[UUID, UUID] | None = None,
) -> list[Gain]:
    """Return realised gains sold in market time from `start` until before `end`, newest first.

    `before` is the lot and the execution of the last gain seen, for the next page.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
    """
    await accounts.get(platform, caller, account_id)
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection,
            Gain,
            load("portfolio").gains,
            {
                "account_id": account_id,
                "symbol": symbol,
                "start": start,
                "end": end,
                "last_lot": before[0] if before else None,
                "last_execution": before[1] if before else None,
                "limit": limit,
            },
        )


async def summary(platform: Platform, caller: Caller, account_id: UUID) -> Summary:
    """Return an account's cash and worth at the last prices, all of one moment.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
    """
    if caller.sees_everybody:
        found = (await standings_of(platform, caller, [account_id])).get(account_id)
    else:
        found = await standing_of(platform, caller, account_id)
    if found is None:
        raise AccountNotFoundError(field="account_id")
    return worth(*found)


async def shared_summary(platform: Platform, caller: Caller, account_id: UUID) -> Summary:
    """Return what `summary` does, from a copy in Valkey while no event has outdated it.

    Reads that come at the same time ask together whether theirs are current: for many readers it is
    the cheaper one, for a lone one `summary` is. Prices are at most a quarter of a second old.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
    """
    copies = platform.copies
    is_narrowed = caller.account_id not in {None, account_id}
    if copies is None or caller.sees_everybody or is_narrowed:
        return await summary(platform, caller, account_id)
    caller.require("read")
    copy = await copies.find(caller.user_id, account_id)
    if copy is not None:
        return copy
    found = await standing_of(platform, caller, account_id)
    if found is None:
        raise AccountNotFoundError(field="account_id")
    await copies.keep(caller.user_id, found[0])
    return worth(*found)


async def summaries(
    platform: Platform, caller: Caller, account_ids: Sequence[UUID]
) -> dict[UUID, Summary]:
    """Return the worth of those accounts that the caller may see, all of one moment."""
    found = await standings_of(platform, caller, account_ids)
    return {each: worth(*its) for each, its in found.items()}


@dataclass(frozen=True, slots=True)
class _HoldingRow:
    account_id: UUID
    security_id: UUID
    symbol: str
    exchange: str
    name: str
    security_type: str
    currency: str
    quantity: Decimal
    held: Decimal
    total_cost: Decimal
    realized_gain: Decimal
    price: Decimal | None
    previous_close: Decimal | None
    quoted_at: datetime | None
    money_scale: int


@dataclass(frozen=True, slots=True)
class _LotRow:
    lot_id: UUID
    account_id: UUID
    security_id: UUID
    symbol: str
    currency: str
    execution_id: UUID | None
    quantity: Decimal
    cost: Decimal
    bought_quantity: Decimal
    bought_cost: Decimal
    price: Decimal | None
    acquired_at: datetime
    money_scale: int


async def _holdings(
    platform: Platform, caller: Caller, account_ids: Sequence[UUID]
) -> list[_HoldingRow]:
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection, _HoldingRow, load("portfolio").holdings, {"account_ids": list(account_ids)}
        )


def _position(row: _HoldingRow) -> Position:
    now = value(row.quantity, row.total_cost, row.price, row.money_scale)
    before = value(row.quantity, row.total_cost, row.previous_close, row.money_scale)
    return Position(
        account_id=row.account_id,
        security_id=row.security_id,
        symbol=row.symbol,
        exchange=row.exchange,
        name=row.name,
        security_type=row.security_type,
        currency=row.currency,
        quantity=row.quantity,
        held=row.held,
        available=max(row.quantity - row.held, Decimal(0)),
        total_cost=row.total_cost,
        average_cost=quotient(row.total_cost, row.quantity) if row.quantity else Decimal(0),
        price=row.price,
        previous_close=row.previous_close,
        quoted_at=row.quoted_at,
        market_value=now.market_value,
        previous_value=before.market_value,
        unrealized_gain=now.gain,
        unrealized_return=now.rate,
        realized_gain=row.realized_gain,
    )


def _lot(row: _LotRow) -> Lot:
    now = value(row.quantity, row.cost, row.price, row.money_scale)
    return Lot(
        lot_id=row.lot_id,
        account_id=row.account_id,
        security_id=row.security_id,
        symbol=row.symbol,
        currency=row.currency,
        execution_id=row.execution_id,
        quantity=row.quantity,
        cost=row.cost,
        bought_quantity=row.bought_quantity,
        bought_cost=row.bought_cost,
        price=row.price,
        market_value=now.market_value,
        unrealized_gain=now.gain,
        acquired_at=row.acquired_at,
    )
