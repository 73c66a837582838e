"""Threads that submit random batches which overlap in accounts, orders, keys, users: no order."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg

from financebuy.database.commands import ROLES
from tests.support import world as w
from tests.support.world import Connection, Row, User, World, call

THREADS = 12
WORKER = "fb_worker"


class Crowd:
    """Few accounts, few keys and many batches: whoever could wait for each other, does."""

    def __init__(self, world: World, user: User, stock: UUID) -> None:
        self._world, self._user, self._stock = world, user, stock
        self._accounts = [world.account(user, 100_000) for _ in range(5)]
        self._people = [user.user_id, *(world.user().user_id for _ in range(3))]
        self._orders = [
            world.accepted("place_order", w.order(user.token, account, stock))
            for account in self._accounts
            for _ in range(4)
        ]
        self._transfers = [
            world.accepted("request_withdrawal", w.withdrawal(user.token, account, 1))
            for account in self._accounts
        ]
        self._euros, self._rate = world.account(user, 0, "EUR"), world.rate("USD", "EUR", "0.9")
        self._emails = [uuid4().bytes for _ in range(6)]

    def run(self, seconds: float) -> Counter[str]:
        """Let everybody loose; returns how many batches and what befell them."""
        until = time.monotonic() + seconds
        roles = sorted(set(ROLES.values()))
        connections = [
            {role: self._world.connect(self._world.database.url(role)) for role in (*roles, WORKER)}
            for _ in range(THREADS)
        ]
        with ThreadPoolExecutor(THREADS) as threads:
            counts = threads.map(self._one, connections, range(THREADS), [until] * THREADS)
            return sum(counts, Counter[str]())

    def _one(self, by_role: dict[str, Connection], seed: int, until: float) -> Counter[str]:
        rng, counted = random.Random(seed), Counter[str]()
        while time.monotonic() < until:
            function = rng.choice([*ROLES, "settle", "expire_orders"])
            try:
                if function in ROLES:
                    rows = [self._row(rng, function) for _ in range(rng.randint(2, 12))]
                    counted["commands"] += len(call(by_role[ROLES[function]], function, rows))
                else:
                    query = f"select fb.{function}(%s, 10)".encode()
                    by_role[WORKER].execute(query, (w.MONDAY,))
                counted["batches"] += 1
            except psycopg.errors.DeadlockDetected:
                counted["deadlock"] += 1
            except psycopg.errors.LockNotAvailable:
                counted["waited in vain"] += 1
            except (psycopg.errors.UniqueViolation, psycopg.errors.CheckViolation):
                counted["poisoned"] += 1
        return counted

    def _row(self, rng: random.Random, function: str) -> Row:  # noqa: C901, PLR0911, PLR0912 - a table
        key = {"key": f"{function} {rng.randrange(400)}"}
        token, account = self._user.token, rng.choice(self._accounts)
        order, transfer = rng.choice(self._orders), rng.choice(self._transfers)
        broker = {**w.COMMON, **key, "identity": self._world.broker}
        match function:
            case "place_order":
                price = Decimal(rng.randint(90, 110))
                name = {"client_order_id": f"mine {rng.randrange(2000)}"}
                return w.order(token, account, self._stock, limit_price=price, **key, **name)
            case "cancel_order":
                return w.cancel(token, order, **key)
            case "request_withdrawal":
                return w.withdrawal(token, account, rng.randint(1, 9), **key)
            case "deposit_received":
                reference = {"bank_reference": f"reference {rng.randrange(400)}"}
                return w.deposit(account, rng.randint(1, 3), **reference)
            case "execution":
                name = {"venue_execution_id": f"fill {rng.randrange(400)}"}
                return w.execution(order, Decimal("0.01"), rng.randint(90, 110), **name)
            case "create_user":
                return w.new_user(self._world.broker, uuid4(), rng.choice(self._emails))
            case "set_kyc_status":
                return {**broker, "user_id": rng.choice(self._people), "status": "approved"}
            case "open_account":
                person = {"user_id": rng.choice(self._people)}
                return {**broker, **person, "account_type": "individual", "currency": "USD"}
            case "set_account_status":
                return {**broker, "account_id": account, "status": "active"}
            case "create_api_key":
                owner = {"user_id": rng.choice(self._people), "account_id": None}
                name = {"key_id": f"{rng.randrange(400):020d}", "scopes": "read"}
                return {**broker, **owner, **name, "secret_hash": b"s" * 32, "expires_at": None}
            case "revoke_api_key":
                return {**broker, "key_id": f"{rng.randrange(400):020d}"}
            case "transfer":
                return w.transfer(token, account, rng.choice(self._accounts), rng.randint(1, 9),
                                  **key)  # fmt: skip
            case "convert_currency":
                return w.conversion(token, account, self._euros, rng.randint(1, 9), self._rate,
                                    **key)  # fmt: skip
            case "exchange_rate":
                name = {"provider_rate_id": f"rate {rng.randrange(40)}"}
                return w.exchange_rate("USD", "EUR", "0.9", **name)
            case "charge_fee":
                return {**broker, "account_id": account, "amount": Decimal(1), "reason": "a letter"}
            case "add_owner" | "remove_owner":
                person = {"account_id": account, "user_id": rng.choice(self._people)}
                role = {"role": "viewer"} if function == "add_owner" else {}
                return {**broker, **person, **role}
            case "add_currency":
                return {**broker, "code": f"X{rng.choice('ABCDEF')}{rng.choice('XYZ')}", "scale": 2}
            case "set_fee_schedule":
                # Nothing at all, so that what an order holds stays what its draw reckoned with.
                terms = ("flat", "per_share", "basis_points", "minimum", "maximum")
                since = w.OPEN + timedelta(days=rng.randint(90, 99))
                return {**broker, "side": rng.choice(["buy", "sell"]), "effective_from": since,
                        **dict.fromkeys(terms)}  # fmt: skip
        subject = transfer if function.startswith("withdrawal") else order
        return w.fact(function, subject, f"note {rng.randrange(400)}", **key)
