"""What stands on an account, and what that is worth at given prices."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import msgspec

from financebuy.domain.money import rounded
from financebuy.services.portfolio_values import Summary


class Price(NamedTuple):
    """The last price of a security, and that at the end of the session before."""

    last: Decimal | None
    previous_close: Decimal | None


class Share(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A holding, which may be of nothing any more. Money has `money_scale` decimals.

    `security` is the security's id, as bytes, which are hashed much faster.
    """

    security: bytes
    symbol: str
    money_scale: int
    quantity: Decimal
    total_cost: Decimal
    realized_gain: Decimal


class Standing(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An account's cash and holdings after its event number `event_seq`, without any price."""

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
    shares: tuple[Share, ...]


_UNKNOWN = Price(None, None)


def worth(standing: Standing, prices: Mapping[bytes, Price]) -> Summary:
    """Value what stands on an account, each holding rounded half to even."""
    # Nothing, at the scale of the account's money.
    market_value = previous_value = total_cost = unrealized = realized = standing.cash * 0
    count, unpriced = 0, []
    for share in standing.shares:
        realized += share.realized_gain
        if not share.quantity:
            continue
        count += 1
        total_cost += share.total_cost
        last, previous = prices.get(share.security, _UNKNOWN)
        now = share.total_cost
        if last is None:
            unpriced.append(share.symbol)
        else:
            now = rounded(share.quantity * last, share.money_scale)
        market_value += now
        unrealized += now - share.total_cost
        previous_value += (
            now if previous is None else rounded(share.quantity * previous, share.money_scale)
        )
    return Summary(
        account_id=standing.account_id,
        account_number=standing.account_number,
        currency=standing.currency,
        status=standing.status,
        cash=standing.cash,
        held=standing.held,
        unsettled=standing.unsettled,
        buying_power=standing.buying_power,
        withdrawable=standing.withdrawable,
        market_value=market_value,
        total_cost=total_cost,
        equity=standing.cash + market_value,
        previous_equity=standing.cash + previous_value,
        unrealized_gain=unrealized,
        realized_gain=realized,
        positions=count,
        unpriced=tuple(unpriced),
    )
