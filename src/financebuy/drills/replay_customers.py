"""The customers of a replay: their accounts, and the way of their commands into the database."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from financebuy.bootstrap import Platform
from financebuy.database.commands import Verdict, parameters
from financebuy.drills.replay_books import read_books
from financebuy.drills.replay_traders import (
    CENT,
    Evening,
    Funds,
    Price,
    Shares,
    Traded,
    Working,
    by_ordinal,
)
from financebuy.services import identity
from financebuy.services.accounts import open_account
from financebuy.services.caller import PLATFORM, Caller
from financebuy.services.rows import fetch_all
from financebuy.sql import load

SQL = load("drills")
BANK = "sandbox"
_OPENING = Decimal(100_000)
_METHODS = ("fifo", "lifo", "highest_cost")


class Customers:
    """Who trades. An account is named by its ordinal, since ids differ from run to run."""

    def __init__(self, platform: Platform, answers: Counter[str]) -> None:
        """`answers` counts what came of the commands, as `Outcome.commands` does."""
        self.accounts: list[UUID] = []
        self._platform, self._answers = platform, answers
        self._owners: list[Caller] = []

    async def open_accounts(self, count: int, first: date) -> None:
        """Two accounts a person, with money, fees from the day after `first` and a lot method."""
        for number in range(-(-count // 2)):
            await self._open_for(number, min(2, count - len(self.accounts)))
        for side, points in (("buy", 3), ("sell", 5)):
            await self._set_fees(side, points, first + timedelta(days=1))
        for ordinal in range(count):
            await self.ask(ordinal, "set_preferences", f"preferences {ordinal}", {
                "lot_method": _METHODS[ordinal % 3], "reinvest_dividends": ordinal % 2 == 0,
            })  # fmt: skip
            await self.ask(ordinal, "deposit_received", f"opening {ordinal}", {"amount": _OPENING})

    async def _open_for(self, number: int, accounts: int) -> None:
        person = identity.NewUser(f"replay-{number}@example.com", "Rita", f"Replay {number}")
        user = await identity.create_user(self._platform, PLATFORM, person)
        await identity.set_kyc_status(self._platform, PLATFORM, user.user_id, "approved")
        for _ in range(accounts):
            account = await open_account(self._platform, PLATFORM, user.user_id)
            self._owners.append(Caller(user.user_id, origin="drill"))
            self.accounts.append(account.account_id)

    async def _set_fees(self, side: str, points: int, day: date) -> None:
        await self.send("set_fee_schedule", {
            "identity": PLATFORM.token(self._platform), "key": f"fees {side}", "side": side,
            "effective_from": datetime.combine(day, datetime.min.time(), UTC),
            "flat": None, "per_share": None, "basis_points": Decimal(points),
            "minimum": CENT, "maximum": None,
        })  # fmt: skip

    # ------------------------------------------------------------------ commands

    async def ask(self, ordinal: int, function: str, key: str, fields: dict[str, Any]) -> Verdict:
        """A command on this account; of a deposit `key` is the bank's reference."""
        row = {"account_id": self.accounts[ordinal], **fields}
        if function == "deposit_received":
            row |= {"bank": BANK, "bank_reference": key, "currency": "USD"}
        else:
            row |= {"identity": self._owners[ordinal].token(self._platform), "key": key}
        return await self.send(function, row)

    async def send(self, function: str, row: dict[str, Any]) -> Verdict:
        """Through the command writer; what a row does not name is not given."""
        names = parameters(function)
        given = {"origin": "drill"} | {name: row[name] for name in names if name in row}
        verdict = await self._platform.writer.submit(function, dict.fromkeys(names) | given)
        self._answers[f"{function} {verdict.code or verdict.outcome}"] += 1
        return verdict

    # ------------------------------------------------------------------ what there is

    async def evening(self, at: datetime) -> Evening:
        """What the investors know at that moment."""
        mine = {"accounts": self.accounts}
        prices = await self._rows(Price, SQL.replay_prices, {})
        return Evening(
            at=at,
            funds=await self._rows(Funds, SQL.replay_accounts, mine),
            shares=by_ordinal(await self._rows(Shares, SQL.replay_holdings, mine)),
            orders=by_ordinal(await self._rows(Working, SQL.replay_orders, mine)),
            prices={each.security_id: each.last for each in prices},
        )

    async def fills(self, since: datetime) -> list[Traded]:
        """What was filled since then and may be taken back."""
        return await self._rows(
            Traded, SQL.replay_fills, {"accounts": self.accounts, "since": since}
        )

    async def books(self) -> dict[str, list[str]]:
        """Everything that must be the same in every run, a line a row."""
        async with self._platform.pools.long("auditor") as connection:
            books = await read_books(connection, self.accounts)
        books["answers"] = [f"{name}: {n}" for name, n in sorted(self._answers.items())]
        return books

    async def _rows(self, kind: type[Any], query: str, values: dict[str, Any]) -> list[Any]:
        async with self._platform.pools.long("auditor") as connection:
            return await fetch_all(connection, kind, query, values)
