"""Reading what stands on an account, with the prices of the same moment, by one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.portfolio_worth import Price, Share, Standing
from financebuy.services.rows import fetch_all
from financebuy.sql import load


async def standing_of(
    platform: Platform, caller: Caller, account_id: UUID
) -> tuple[Standing, Mapping[bytes, Price]] | None:
    """Return what a customer may see of an account; None when that is nothing."""
    caller.require("read")
    async with platform.pools.statement("app_user") as connection:
        rows = await fetch_all(
            connection,
            _Row,
            load("portfolio").standing,
            {"identity": caller.token(platform), "account_id": account_id},
        )
    return (_standing(rows), _prices(rows)) if rows else None


async def standings_of(
    platform: Platform, caller: Caller, account_ids: Sequence[UUID]
) -> dict[UUID, tuple[Standing, Mapping[bytes, Price]]]:
    """Return, of these accounts, what the staff or a customer may see, all of one moment."""
    async with reading(platform, caller) as connection:
        rows = await fetch_all(
            connection, _Row, load("portfolio").standings, {"account_ids": list(account_ids)}
        )
    by_account: dict[UUID, list[_Row]] = {}
    for row in rows:
        by_account.setdefault(row.account_id, []).append(row)
    return {each: (_standing(its), _prices(its)) for each, its in by_account.items()}


@dataclass(frozen=True, slots=True)
class _Row:
    """A holding beside its account; without a `security_id`: of an account that never held any."""

    account_id: UUID
    account_number: str
    currency: str
    status: str
    event_seq: int
    updated_at: datetime
    cash: Decimal
    held: Decimal
    unsettled: Decimal
    buying_power: Decimal
    withdrawable: Decimal
    security_id: UUID | None
    symbol: str
    money_scale: int
    quantity: Decimal
    total_cost: Decimal
    realized_gain: Decimal
    price: Decimal | None
    previous_close: Decimal | None


def _standing(rows: Sequence[_Row]) -> Standing:
    first = rows[0]
    return Standing(
        account_id=first.account_id,
        account_number=first.account_number,
        currency=first.currency,
        status=first.status,
        event_seq=first.event_seq,
        updated_at=first.updated_at,
        cash=first.cash,
        held=first.held,
        unsettled=first.unsettled,
        buying_power=first.buying_power,
        withdrawable=first.withdrawable,
        shares=tuple(
            Share(
                row.security_id.bytes,
                row.symbol,
                row.money_scale,
                row.quantity,
                row.total_cost,
                row.realized_gain,
            )
            for row in rows
            if row.security_id is not None
        ),
    )


def _prices(rows: Sequence[_Row]) -> Mapping[bytes, Price]:
    return {
        row.security_id.bytes: Price(row.price, row.previous_close)
        for row in rows
        if row.security_id is not None
    }
