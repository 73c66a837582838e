"""Balances and statements as of any moment, in either of two times, which every question names.

`recorded` is wall time: what was known then. `effective` is the market's time: what was so then, by
what is known now. A fact that arrives late changes the past of the second, never of the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from financebuy.errors import InvalidValueError, OutOfRangeError
from financebuy.services import accounts
from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.sql import load

Time = Literal["recorded", "effective"]
TIMES: tuple[Time, ...] = ("recorded", "effective")
MOST_LINES = 10_000
"""Of one statement; a longer period is asked for in parts."""
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class AssetBalance:
    """How much of an asset (USD, AAPL …) an account has; `kind` is currency or security."""

    asset_id: UUID
    kind: str
    asset: str
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a statement; `balance` is what the account had of the asset after it."""

    asset_id: UUID
    kind: str
    asset: str
    transaction_id: UUID
    leg: int
    version: int
    transaction_type: str
    reference: str | None
    description: str | None
    amount: Decimal
    balance: Decimal
    effective_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """An account from `start` until before `end`: what it had, each entry, what it had then."""

    account_id: UUID
    time: Time
    start: datetime
    end: datetime
    opening: Sequence[AssetBalance]
    lines: Sequence[Line]
    closing: Sequence[AssetBalance]


async def balances_at(
    platform: Platform, caller: Caller, account_id: UUID, moment: datetime, time: Time
) -> list[AssetBalance]:
    """Return what an account had after all that happened at `moment`, currency first.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
        InvalidValueError: `time` is neither recorded nor effective.
        OutOfRangeError: the entries that it takes are in months that were detached.
    """
    query = _query("balances", time)
    await accounts.get(platform, caller, account_id)
    after = moment + _TICK
    await _refuse_detached(
        platform, caller, time, moment if time == "recorded" else after, after, "as_of"
    )
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection, AssetBalance, query, {"account_id": account_id, "moment": moment}
        )


async def balance_at(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    asset: str,
    moment: datetime,
    time: Time,
) -> Decimal:
    """Return how much of `asset` (a currency's code, a symbol) an account had; 0 when none."""
    found = await balances_at(platform, caller, account_id, moment, time)
    return next((each.balance for each in found if each.asset == asset), Decimal(0))


async def positions_at(
    platform: Platform, caller: Caller, account_id: UUID, moment: datetime, time: Time
) -> list[AssetBalance]:
    """Return the securities that an account held after all that happened at `moment`."""
    found = await balances_at(platform, caller, account_id, moment, time)
    return [each for each in found if each.kind == "security"]


async def statement(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    start: datetime,
    end: datetime,
    time: Time,
) -> Statement:
    """Return an account's statement from `start` until before `end`, in one of the two times.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
        InvalidValueError: `time` is neither recorded nor effective.
        OutOfRangeError: the period ends before it begins, has more than `MOST_LINES` entries, or
            takes entries of months that were detached.
    """
    query = _query("statement", time)
    if end < start:
        raise OutOfRangeError("the period ends before it begins", field="to")
    await accounts.get(platform, caller, account_id)
    await _refuse_detached(platform, caller, time, start, end, "from")
    async with reading(platform, caller) as connection:
        rows = await fetch_all(
            connection,
            _Row,
            query,
            {"account_id": account_id, "start": start, "end": end, "limit": MOST_LINES + 1},
        )
    lines = [_line(each) for each in rows if each.transaction_id is not None]
    if len(lines) > MOST_LINES:
        raise OutOfRangeError(
            f"the period has more than {MOST_LINES} entries: ask for a shorter one", field="to"
        )
    opening = [
        AssetBalance(each.asset_id, each.kind, each.asset, each.balance)
        for each in rows
        if each.transaction_id is None
    ]
    return Statement(account_id, time, start, end, opening, lines, _closing(opening, lines))


@dataclass(frozen=True, slots=True)
class _Row:
    asset_id: UUID
    kind: str
    asset: str
    transaction_id: UUID | None
    leg: int | None
    version: int | None
    transaction_type: str | None
    reference: str | None
    description: str | None
    amount: Decimal | None
    balance: Decimal
    effective_at: datetime | None
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Missing:
    is_missing: bool


async def _refuse_detached(
    platform: Platform, caller: Caller, time: Time, start: datetime, end: datetime, field: str
) -> None:
    """A sum without the entries of detached months would be wrong, and nothing would show it."""
    async with reading(platform, caller) as connection:
        (found,) = await fetch_all(
            connection, _Missing, _query("missing", time), {"start": start, "end": end}
        )
    if found.is_missing:
        raise OutOfRangeError(f"{field}: needs entries of months that were detached", field=field)


def _query(what: str, time: str) -> str:
    if time not in TIMES:
        raise InvalidValueError(field="time", detail=list(TIMES))
    queries = load("statements")
    return {
        "balances recorded": queries.balances_recorded,
        "balances effective": queries.balances_effective,
        "statement recorded": queries.statement_recorded,
        "statement effective": queries.statement_effective,
        "missing recorded": queries.missing_recorded,
        "missing effective": queries.missing_effective,
    }[f"{what} {time}"]


def _line(row: _Row) -> Line:
    values = {name: getattr(row, name) for name in _Row.__dataclass_fields__}
    return Line(**values)


def _closing(opening: Sequence[AssetBalance], lines: Sequence[Line]) -> list[AssetBalance]:
    last = {line.asset_id: line.balance for line in lines}
    return [
        AssetBalance(each.asset_id, each.kind, each.asset, last.get(each.asset_id, each.balance))
        for each in opening
    ]
