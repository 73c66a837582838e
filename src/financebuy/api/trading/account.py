"""`/v2/account`: the account that the key stands for."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from financebuy.api.auth import Reader, The, TheAccount
from financebuy.api.bodies import Route
from financebuy.api.money import Money
from financebuy.api.times import Instant
from financebuy.services import accounts, portfolio
from financebuy.services.accounts import Account
from financebuy.services.portfolio import Summary

router = APIRouter(prefix="/v2", tags=["trading: account"], route_class=Route)
_NONE = Decimal(0)


def status(account: Account) -> str:
    """Return Alpaca's word for what an account may do, given what is known of its owner."""
    if account.status != "active":
        return "ACCOUNT_CLOSED" if account.status == "closed" else "DISABLED"
    return {"pending": "SUBMITTED", "rejected": "REJECTED"}.get(
        account.owner_kyc_status or "", "ACTIVE"
    )


class TradeAccountView(BaseModel):
    """A cash account: no margin, no short selling, so what belongs to them is zero."""

    id: UUID
    account_number: str
    status: str
    currency: str
    cash: Money
    cash_withdrawable: Money
    buying_power: Money
    regt_buying_power: Money
    daytrading_buying_power: Money = _NONE
    non_marginable_buying_power: Money
    equity: Money
    last_equity: Money
    portfolio_value: Money
    long_market_value: Money
    short_market_value: Money = _NONE
    initial_margin: Money = _NONE
    maintenance_margin: Money = _NONE
    last_maintenance_margin: Money = _NONE
    accrued_fees: Money = _NONE
    sma: Money = _NONE
    multiplier: str = "1"
    daytrade_count: int = 0
    pattern_day_trader: bool = False
    trading_blocked: bool
    transfers_blocked: bool
    account_blocked: bool
    trade_suspended_by_user: bool = False
    shorting_enabled: bool = False
    created_at: Instant

    @classmethod
    def of(cls, account: Account, worth: Summary) -> "TradeAccountView":
        """Show an account and its worth."""
        blocked = account.status != "active"
        return cls(
            id=account.account_id,
            account_number=account.account_number,
            status=status(account),
            currency=account.currency,
            cash=worth.cash,
            cash_withdrawable=worth.withdrawable,
            buying_power=worth.buying_power,
            regt_buying_power=worth.buying_power,
            non_marginable_buying_power=worth.buying_power,
            equity=worth.equity,
            last_equity=worth.previous_equity,
            portfolio_value=worth.equity,
            long_market_value=worth.market_value,
            trading_blocked=blocked,
            transfers_blocked=blocked,
            account_blocked=account.status == "closed",
            created_at=account.created_at,
        )


@router.get("/account", response_model=TradeAccountView)
async def get_account(platform: The, caller: Reader, account_id: TheAccount) -> Any:
    """Return the account: cash, buying power and equity at the last prices."""
    account = await accounts.get(platform, caller, account_id)
    worth = await portfolio.summary(platform, caller, account_id)
    return TradeAccountView.of(account, worth)
