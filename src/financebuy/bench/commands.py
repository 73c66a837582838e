"""The product's commands as a client in process submits them: random keys, one at a time."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from financebuy.bootstrap import Platform
from financebuy.database.commands import Verdict

_SAME = {"request_id": None, "origin": "bench"}


async def deposit(platform: Platform, account_id: UUID, amount: int = 1) -> None:
    """A deposit that the bank has received."""
    await _accepted(
        platform,
        "deposit_received",
        {
            "bank": "bench", "bank_reference": str(uuid4()), "account_id": account_id,
            "amount": Decimal(amount).quantize(Decimal("0.01")), "currency": "USD",
            "effective_at": None, "settle_on": None, "identity": None,
        },
    )  # fmt: skip


async def buy(platform: Platform, token: str, account_id: UUID, security_id: UUID) -> UUID:
    """A limit order to buy one share at 100; returns its id."""
    verdict = await _accepted(
        platform,
        "place_order",
        {
            "identity": token, "key": str(uuid4()), "account_id": account_id,
            "security_id": security_id, "client_order_id": str(uuid4()), "side": "buy",
            "order_type": "limit", "time_in_force": "day", "quantity": Decimal(1),
            "notional": None, "limit_price": Decimal(100), "stop_price": None,
            "lot_method": None, "lots": None,
        },
    )  # fmt: skip
    assert verdict.command_id is not None  # noqa: S101 (accepted commands have one)
    return verdict.command_id


async def fill(platform: Platform, order_id: UUID) -> None:
    """The venue fills the order whole, at 100."""
    await _accepted(
        platform,
        "execution",
        {
            "venue": "bench", "venue_execution_id": str(uuid4()), "order_id": order_id,
            "quantity": Decimal(1), "price": Decimal(100), "effective_at": None,
        },
    )  # fmt: skip


async def cancel(platform: Platform, token: str, order_id: UUID) -> None:
    """The customer asks for a cancel."""
    await _accepted(
        platform, "cancel_order", {"identity": token, "key": str(uuid4()), "order_id": order_id}
    )


async def canceled(platform: Platform, order_id: UUID) -> None:
    """The venue says that it is canceled."""
    await _accepted(
        platform,
        "order_canceled",
        {
            "key": str(uuid4()), "venue": "bench", "order_id": order_id, "reason": None,
            "effective_at": None,
        },
    )  # fmt: skip


async def announce_dividend(
    platform: Platform, security_id: UUID, ex_date: date, cash_per_share: Decimal
) -> UUID:
    """A provider announces a dividend, paid a week after its ex-date; returns its id."""
    verdict = await _accepted(
        platform,
        "corporate_action",
        {
            "provider": "bench", "provider_action_id": str(uuid4()), "kind": "cash_dividend",
            "security_id": security_id, "ex_date": ex_date, "record_date": None,
            "pay_date": ex_date + timedelta(days=7), "new_shares": None, "old_shares": None,
            "cash_per_share": cash_per_share, "withholding_rate": None, "reinvest_price": None,
            "new_symbol": None, "effective_at": None, "identity": None,
        },
    )  # fmt: skip
    assert verdict.command_id is not None  # noqa: S101 (accepted facts have one)
    return verdict.command_id


async def _accepted(platform: Platform, command: str, row: dict[str, Any]) -> Verdict:
    verdict = await platform.writer.submit(command, {**_SAME, **row})
    assert verdict.outcome == "accepted", verdict  # noqa: S101 (a bench that goes wrong stops)
    return verdict
