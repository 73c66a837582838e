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
from tests.sql.accepted_rows import exception_of_nothing
from tests.support import world as w
from tests.support.population import transaction_of
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
        self._numbers = [uuid4().bytes * 2 for _ in range(6)]
        self._methods = [self._add_method() for _ in range(12)]
        self._sales = [self._hold_and_sell(account) for account in self._accounts]
        of_account = "select lot_id from lots where account_id = %s"
        self._lots = {
            sale: [row["lot_id"] for row in world.rows(of_account, account)]
            for sale, account in zip(self._sales, self._accounts, strict=True)
        }
        self._operator_ids = [uuid4() for _ in range(2)]
        for operator in self._operator_ids:
            world.staff(user_id=operator)
        self._operators = [world.token(operator, "operations") for operator in self._operator_ids]
        self._exceptions = [exception_of_nothing(world) for _ in range(6)]
        # Some are taken back by the bank only, some by operators only, some by whoever is first.
        payments = [self._pay(account) for account in self._accounts * 12]
        self._payments = payments[:30]
        self._reversals = [
            {"transaction_id": transaction_of(world, reference)} for reference in payments[15:]
        ]
        self._approvals = [
            world.accepted("request_approval", w.request(self._operators[0], "reverse", payload))
            for payload in self._reversals
        ]
        dividend = {"cash_per_share": Decimal("0.01"), "pay_date": w.MONDAY}
        self._dividends = [
            w.action("cash_dividend", stock, w.MONDAY, **dividend) for _ in range(20)
        ]
        self._actions = [world.accepted("corporate_action", row) for row in self._dividends]

    def _hold_and_sell(self, account: UUID) -> UUID:
        """An order to sell a part of shares that were there before the day began."""
        for _ in range(2):
            row = w.shares(account, self._stock, 20, effective_at=w.OPEN - timedelta(days=3))
            self._world.accepted("shares_received", row)
        sale = {"side": "sell", "quantity": Decimal(30), "limit_price": Decimal(90)}
        row = w.order(self._user.token, account, self._stock, **sale)
        return self._world.accepted("place_order", row)

    def _add_method(self) -> UUID:
        row = w.payment_method(self._user)
        self._world.accepted("add_payment_method", row)
        return UUID(str(row["payment_method_id"]))

    def _pay(self, account: UUID) -> str:
        reference = str(uuid4())
        self._world.accepted("deposit_received", w.deposit(account, 1, bank_reference=reference))
        return reference

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
            function = rng.choice([*ROLES, "settle", "expire_orders", "apply_corporate_action"])
            try:
                if function in ROLES:
                    rows = [self._row(rng, function) for _ in range(rng.randint(2, 12))]
                    counted["commands"] += len(call(by_role[ROLES[function]], function, rows))
                else:
                    query = f"select fb.{function}(%s, 10)".encode()
                    acted = function == "apply_corporate_action"
                    subject = rng.choice(self._actions) if acted else w.MONDAY
                    by_role[WORKER].execute(query, (subject,))
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
                filled = rng.choice([order, rng.choice(self._sales)])
                return w.execution(filled, Decimal("0.01"), rng.randint(90, 110), **name)
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
                open_to = {"expires_at": None, "name": None, "allowed_addresses": None}
                return {**broker, **owner, **name, **open_to, "secret_hash": b"s" * 32}
            case "add_payment_method":
                number = {"number_index": rng.choice(self._numbers)}
                return w.payment_method(self._user, **number, **key)
            case "remove_payment_method":
                method = {"payment_method_id": rng.choice(self._methods)}
                return {**w.COMMON, **key, "identity": token, **method}
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
            case (
                "order_acknowledged"
                | "order_rejected"
                | "order_canceled"
                | "order_expired"
                | ("cancel_rejected" | "order_triggered" | "order_replaced" | "replace_rejected")
            ):
                return w.fact(function, order, f"note {rng.randrange(400)}", **key)
            case "withdrawal_settled" | "withdrawal_returned":
                return w.fact(function, transfer, f"note {rng.randrange(400)}", **key)
        return self._later_row(rng, function, key)

    def _later_row(self, rng: random.Random, function: str, key: Row) -> Row:  # noqa: C901, PLR0911 - a table
        """What changes an order, is taken back, or is done to lots and by operators."""
        token, account = self._user.token, rng.choice(self._accounts)
        operator = {**w.COMMON, **key, "identity": rng.choice(self._operators)}
        trade, note = f"fill {rng.randrange(400)}", f"note {rng.randrange(9)}"
        name = {"venue_execution_id": f"{function} {rng.randrange(400)}"}
        method = rng.choice(["fifo", "lifo", "highest_cost"])
        match function:
            case "replace_order":
                changes = {"client_order_id": f"mine {rng.randrange(2000)}"}
                size = Decimal(rng.randint(1, 4))
                order = rng.choice([*self._orders, *self._sales])
                return w.replacement(token, order, quantity=size, **key, **changes)
            case "execution_busted":
                return w.bust(trade, **name)
            case "execution_corrected":
                return w.correction(trade, Decimal("0.02"), rng.randint(90, 110), **name)
            case "deposit_returned":
                return w.deposit_return(rng.choice(self._payments), **key)
            case "set_preferences":
                return {**w.preferences(token, account, method), **key}
            case "choose_lots":
                sale = rng.choice(self._sales)
                lots = [(lot, Decimal("0.1")) for lot in rng.sample(self._lots[sale], 2)]
                return w.choice(token, sale, method, lots, **key)
            case "shares_received":
                reference = {"custodian_reference": f"shares {rng.randrange(400)}"}
                return w.shares(account, self._stock, Decimal("0.5"), **reference)
            case "corporate_action":
                return rng.choice(self._dividends)
            case "request_approval":
                payload = rng.choice(self._reversals)
                return {**w.request(operator["identity"], "reverse", payload), **key}
            case "decide_approval":
                return w.decision(operator["identity"], rng.choice(self._approvals), **key)
            case "assign_exception":
                person = {"user_id": rng.choice(self._operator_ids)}
                return {**operator, **person, "exception_id": rng.choice(self._exceptions)}
            case "resolve_exception":
                return {**operator, "exception_id": rng.choice(self._exceptions),
                        "resolution": note}  # fmt: skip
        raise KeyError(function)
