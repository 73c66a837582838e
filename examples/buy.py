"""Buy a share in process, wait for the fill, and see what it is worth."""

import asyncio
from decimal import Decimal

import financebuy


async def main() -> None:
    """Speak to the local platform as its demo investor."""
    async with financebuy.connect() as fb:
        quote = await fb.market.quote("IBM")
        order = await fb.orders.place("IBM", "buy", Decimal(2), limit_price=quote.last + 5)
        order = await fb.orders.wait(order.order_id, seconds=60)
        print(f"{order.side} {order.quantity} {order.symbol}: {order.status}")
        for position in await fb.portfolio.positions():
            if position.symbol == "IBM":
                print(f"{position.quantity} shares cost {position.total_cost}")


asyncio.run(main())
