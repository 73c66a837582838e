"""Fees: the dated schedules of trading, and what the house charges an account for besides."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.services.submitting import command
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a trade pays from `effective_from` on, in market time, until a newer schedule begins.

    `flat` an order, `per_share` a share, `basis_points` of the amount, in all at least `minimum`
    and at most `maximum`. `state`: past, current, or coming (which can still be set).
    """

    side: str
    effective_from: datetime
    flat: Decimal
    per_share: Decimal
    basis_points: Decimal
    minimum: Decimal
    maximum: Decimal | None
    state: str = "coming"


@dataclass(frozen=True, slots=True)
class Fee:
    """What an account was charged, in its currency, and for what."""

    fee_id: UUID
    account_id: UUID
    amount: Decimal
    reason: str
    replayed: bool = False


async def schedules(platform: Platform, caller: Caller) -> list[Schedule]:
    """Return every schedule, by side and beginning."""
    async with reading(platform, caller) as connection:
        return await fetch_all(connection, Schedule, load("fees").schedules, {})


async def set_schedule(
    platform: Platform, caller: Caller, schedule: Schedule, key: str | None = None
) -> Schedule:
    """Set what trades will pay from a time on; needs the scope `broker`.

    Raises:
        NotAllowedError: its time has passed: trades were charged by it.
        RefusedError: a term is out of range.
    """
    caller.require("broker")
    await command(
        platform,
        caller,
        "set_fee_schedule",
        key,
        side=schedule.side,
        effective_from=schedule.effective_from,
        flat=schedule.flat,
        per_share=schedule.per_share,
        basis_points=schedule.basis_points,
        minimum=schedule.minimum,
        maximum=schedule.maximum,
    )
    return schedule


async def charge(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    amount: Decimal,
    reason: str,
    key: str | None = None,
) -> Fee:
    """Charge an account; needs the scope `broker`.

    Raises:
        InsufficientBuyingPowerError: it would be overdrawn.
        AccountNotActiveError: it is closed.
    """
    caller.require("broker")
    accepted = await command(
        platform, caller, "charge_fee", key, account_id=account_id, amount=amount, reason=reason
    )
    booked = accepted.result
    return Fee(
        fee_id=UUID(booked["fee_id"]),
        account_id=UUID(booked["account_id"]),
        amount=Decimal(booked["amount"]),
        reason=booked["reason"],
        replayed=accepted.replayed,
    )
