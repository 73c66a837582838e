"""What shares are worth at a price, and what that is over their cost."""

from dataclasses import dataclass
from decimal import Decimal

from financebuy.domain.money import quotient, rounded


@dataclass(frozen=True, slots=True)
class Valuation:
    """`gain` = `market_value` - cost; `rate` is the gain as a fraction of the cost's size.

    All are None without a price; the rate also where nothing was paid.
    """

    market_value: Decimal | None = None
    gain: Decimal | None = None
    rate: Decimal | None = None


def value(quantity: Decimal, cost: Decimal, price: Decimal | None, scale: int) -> Valuation:
    """Value `quantity` shares at `price`, rounded to the `scale` of the money."""
    if price is None:
        return Valuation()
    worth = rounded(quantity * price, scale)
    gain = worth - cost
    return Valuation(worth, gain, quotient(gain, abs(cost)) if cost else None)
