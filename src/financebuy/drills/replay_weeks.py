"""What happens in the weeks of a replay: what investors, bank and venue send, and when."""

import asyncio
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from financebuy.drills.replay_customers import BANK, Customers
from financebuy.drills.replay_traders import CENT, Draw, Wish
from financebuy.market.reporting import VENUE


class Weeks:
    """Asks for everything that `Draw` decides with this seed, week after week."""

    def __init__(self, customers: Customers, seed: int) -> None:
        self.count = 0
        """The current week, from 1."""
        self._customers, self._seed = customers, seed
        self._asked: list[UUID] = []
        """Withdrawals that the bank has not answered yet."""

    async def begin(self, market_time: datetime) -> None:
        """Money, all at once; what the bank and the venue say of before; then orders in turn."""
        self.count += 1
        evening = await self._customers.evening(market_time)
        await self._bank_answers()
        await self._venue_takes_back(market_time)
        draws = [self._draw(ordinal, "night") for ordinal in self._ordinals]
        await asyncio.gather(
            *(
                self._wish(draw, wish)
                for draw in draws
                for wish in draw.money(evening.funds[draw.ordinal])
            )
        )
        for draw in draws:
            for wish in draw.weekly(evening):
                await self._wish(draw, wish)

    async def look_in(self, market_time: datetime, session: date) -> None:
        """Orders during a session, when some quotes have passed."""
        evening = await self._customers.evening(market_time)
        for ordinal in self._ordinals:
            draw = self._draw(ordinal, f"day {session}")
            for wish in draw.daily(evening):
                await self._wish(draw, wish)

    @property
    def _ordinals(self) -> range:
        return range(len(self._customers.accounts))

    def _draw(self, ordinal: int, moment: str) -> Draw:
        return Draw(self._seed, self.count, ordinal, moment)

    async def _wish(self, draw: Draw, wish: Wish) -> None:
        function, fields = wish
        key = f"{function} {draw.ordinal} {draw.week} {draw.moment}"
        if function == "transfer":
            other = draw.ordinal ^ 1
            if other not in self._ordinals:
                return
            fields = fields | {"target": str(self._customers.accounts[other])}
        verdict = await self._customers.ask(
            draw.ordinal, function, fields.get("client_order_id", key), fields
        )
        granted = verdict.command_id if verdict.outcome == "accepted" else None
        if function == "request_withdrawal" and granted:
            self._asked.append(granted)

    async def _bank_answers(self) -> None:
        """Withdrawals that were asked for are paid, one in five comes back; a payment bounces."""
        week, asked, self._asked = self.count, self._asked, []
        for number, transfer_id in enumerate(asked):
            function = "withdrawal_returned" if number % 5 == 4 else "withdrawal_settled"
            field = "reason" if function == "withdrawal_returned" else "bank_reference"
            name = f"{function} {week} {number}"
            row = {"key": name, "transfer_id": transfer_id, field: name, "effective_at": None}
            await self._customers.send(function, row)
        if week % 9 == 8:
            await self._bounce(week)

    async def _bounce(self, week: int) -> None:
        """The last deposit of one of the accounts before this week is taken back."""
        dice = Random(f"{self._seed} {week}")  # noqa: S311 (repeatable on purpose)
        ordinal = dice.randrange(len(self._ordinals))
        bounced = week - ((week - ordinal) % 4 or 4)
        await self._customers.send("deposit_returned", {
            "key": f"bounce {week}", "bank": BANK,
            "bank_reference": f"deposit_received {ordinal} {bounced} night",
            "reason": "no cover", "effective_at": None,
        })  # fmt: skip

    async def _venue_takes_back(self, evening: datetime) -> None:
        """Now and then a trade of the last day is busted, and another one corrected."""
        week = self.count
        if week % 6 != 5:
            return
        fills = await self._customers.fills(evening - timedelta(hours=12))
        dice = Random(f"{self._seed} {week} back")  # noqa: S311 (repeatable on purpose)
        for number, fill in enumerate(dice.sample(fills, min(2, len(fills)))):
            row = {
                "venue": VENUE, "venue_execution_id": f"back {week} {number}",
                "ref_venue_execution_id": fill.venue_execution_id, "effective_at": None,
            }  # fmt: skip
            if number == 0:
                await self._customers.send("execution_busted", row)
            else:
                right = {"quantity": fill.quantity, "price": fill.price + CENT}
                await self._customers.send("execution_corrected", row | right)
