"""A stream of random commands and facts that mostly succeed: what one brings, another goes on with.

One row in twelve does not mean well: it is an earlier one once more, has the key of an earlier one
and another body, or a value that no row may have.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any
from uuid import UUID, uuid4

from financebuy.database.commands import ROLES, Verdict
from financebuy.database.identity import Identity, Signer
from tests.model.batch_draws import NOBODY, ODD_NUMBERS
from tests.support import world as w
from tests.support.world import Row

CENT, UNIT = Decimal("0.01"), Decimal("0.000000001")
HOUR = timedelta(hours=1)
MOST_KNOWN = 3_000
WEIGHTS = {
    "place_order": 220, "execution": 230, "order_acknowledged": 70, "deposit_received": 70,
    "cancel_order": 45, "replace_order": 45, "order_canceled": 35, "order_replaced": 35,
    "replace_rejected": 12, "cancel_rejected": 12, "order_triggered": 25, "order_expired": 8,
    "order_rejected": 8, "request_withdrawal": 40, "withdrawal_settled": 25,
    "withdrawal_returned": 12, "transfer": 40, "convert_currency": 15, "shares_received": 25,
    "set_preferences": 10, "choose_lots": 20, "execution_busted": 15, "execution_corrected": 15,
    "deposit_returned": 8, "charge_fee": 15, "exchange_rate": 3, "request_approval": 8,
    "decide_approval": 7, "assign_exception": 5, "resolve_exception": 5, "set_account_status": 5,
    "add_owner": 4, "remove_owner": 4, "create_user": 2, "set_kyc_status": 2, "open_account": 2,
    "create_api_key": 2, "revoke_api_key": 2, "add_payment_method": 2, "remove_payment_method": 2,
}  # fmt: skip
"""How often each is drawn; what is not here comes only now and then, see `RARE`."""
RARE = {"set_fee_schedule": 0.05, "add_currency": 0.02, "corporate_action": 0.2}


@dataclass(frozen=True, slots=True)
class Town:
    """Who and what there is from the beginning."""

    identity_key: bytes
    people: list[UUID]
    accounts: list[tuple[UUID, UUID]]
    """In dollars, each with its owner."""
    euros: dict[UUID, UUID]
    """A person's account in euros."""
    stocks: list[UUID]
    ending: list[UUID]
    """Stocks that a merger may end."""
    operators: list[UUID]
    rate: UUID


@dataclass(frozen=True, slots=True)
class Placed:
    """An order as the one who placed it knows it."""

    order_id: UUID
    account: tuple[UUID, UUID]
    stock: UUID
    side: str
    order_type: str
    left: Decimal
    price: Decimal


@dataclass(slots=True)
class Known:
    """What the stream has heard of, and what looking at the database has shown."""

    orders: list[Placed] = field(default_factory=list)
    asked: list[Placed] = field(default_factory=list)
    """Orders that are to be canceled."""
    replaced: list[tuple[Placed, UUID]] = field(default_factory=list)
    held: dict[tuple[UUID, UUID], Decimal] = field(default_factory=dict)
    """About how many shares an account has, by account and stock."""
    fills: list[str] = field(default_factory=list)
    withdrawals: list[UUID] = field(default_factory=list)
    deposits: list[str] = field(default_factory=list)
    approvals: list[UUID] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    methods: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Bank accounts, each after its person."""
    newcomers: list[UUID] = field(default_factory=list)
    new_accounts: list[UUID] = field(default_factory=list)
    rate: UUID | None = None
    """The newest between dollars and euros: an old one converts nothing."""
    said: dict[str, list[Row]] = field(default_factory=dict)
    # Looked up now and then.
    today: date = w.MONDAY
    transactions: list[UUID] = field(default_factory=list)
    exceptions: list[UUID] = field(default_factory=list)
    lots: dict[UUID, list[UUID]] = field(default_factory=dict)


class Stream:
    """Draws rows and hears what became of them. `number` tells streams apart."""

    def __init__(self, town: Town, number: int, seed: int) -> None:
        self.town, self.number = town, number
        self.known = Known()
        self.waiting = set(ROLES)
        """Kinds of which none was accepted yet: they are drawn more often."""
        self._rng = random.Random(f"{seed} {number}")
        self._count = 0
        self._signer = Signer(1, town.identity_key)
        self._tokens: dict[tuple[UUID, tuple[str, ...]], str] = {}
        self._weights = WEIGHTS | RARE
        self._owners = dict(town.accounts)

    def renew(self) -> None:
        """Sign identities anew: a signed one is good for an hour."""
        self._tokens.clear()

    def some_accounts(self, count: int) -> list[UUID]:
        """So many of the town's accounts."""
        return [account for account, _ in self._rng.sample(self.town.accounts, count)]

    # ------------------------------------------------------------------ drawing

    def draw(self) -> tuple[str, Row]:
        """A function and a row for it."""
        if self.waiting and self._chance(0.1):
            function = self._rng.choice(sorted(self.waiting))
        else:
            (function,) = self._rng.choices(list(self._weights), list(self._weights.values()))
        row = self._row(function)
        if row is None:
            function = self._rng.choice(["place_order", "deposit_received"])
            row = self._row(function)
        assert row is not None
        row = self._spoilt(function, row) if self._chance(1 / 12) else row
        self._remember(function, row)
        return function, row

    def _row(self, function: str) -> Row | None:
        """A row that may well be accepted; None while there is nothing that it could be about."""
        method: Callable[[], Row | None] = getattr(self, f"_{function}")
        return method()

    def _spoilt(self, function: str, row: Row) -> Row:
        earlier = self.known.said.get(function)
        way = self._rng.random()
        if earlier and way < 0.3:
            return self._rng.choice(earlier)
        if earlier and way < 0.5 and "key" in row:
            return {**row, "key": self._rng.choice(earlier)["key"]}
        name = self._rng.choice([name for name in row if name not in ("request_id", "origin")])
        return {**row, name: self._odd(row[name])}

    def _odd(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return self._rng.choice([*ODD_NUMBERS, None])
        if isinstance(value, UUID):
            return self._rng.choice([NOBODY, None])
        if isinstance(value, str):
            return self._rng.choice(["", "nonsense", "x" * 600, value + "0", None])
        return None

    def _remember(self, function: str, row: Row) -> None:
        rows = self.known.said.setdefault(function, [])
        if len(rows) < 40:
            rows.append(row)
        elif self._chance(0.1):
            rows[self._rng.randrange(40)] = row

    # ------------------------------------------------------------------ hearing

    def hear(self, function: str, row: Row, verdict: Verdict) -> None:
        """Go on from what was accepted."""
        if verdict.outcome != "accepted" or verdict.replayed or verdict.command_id is None:
            return
        self.waiting.discard(function)
        heard = getattr(self, f"_heard_{function}", None)
        if heard is not None:
            heard(row, verdict.command_id)

    def _heard_place_order(self, row: Row, order_id: UUID) -> None:
        owner = self._owners[row["account_id"]]
        price = row["limit_price"] or Decimal(100)
        left = row["quantity"] or (row["notional"] / price).quantize(UNIT, ROUND_DOWN)
        placed = Placed(
            order_id, (row["account_id"], owner), row["security_id"], row["side"],
            row["order_type"], left, price,
        )  # fmt: skip
        self._keep(self.known.orders, placed)
        if row["side"] == "sell":
            self._hold(placed.account[0], placed.stock, -left)

    def _heard_execution(self, row: Row, _: UUID) -> None:
        self._keep(self.known.fills, row["venue_execution_id"])
        orders = self.known.orders
        place = next((n for n, o in enumerate(orders) if o.order_id == row["order_id"]), None)
        if place is None or row["venue"] != w.VENUE:
            return
        placed = orders[place]
        if placed.side == "buy":
            self._hold(placed.account[0], placed.stock, row["quantity"])
        left = placed.left - row["quantity"]
        if left > 0:
            orders[place] = replace(placed, left=left)
        else:
            self._drop(orders, place)

    def _heard_shares_received(self, row: Row, _: UUID) -> None:
        # What names nobody's account is accepted too, and waits in suspense.
        if row["account_id"] in self._owners and row["security_id"] in self.town.stocks:
            self._hold(row["account_id"], row["security_id"], row["quantity"])

    def _heard_replace_order(self, row: Row, new_id: UUID) -> None:
        orders = self.known.orders
        place = next((n for n, o in enumerate(orders) if o.order_id == row["order_id"]), None)
        if place is not None:
            self._keep(self.known.replaced, (orders[place], new_id))
            self._drop(orders, place)

    def _heard_cancel_order(self, row: Row, _: UUID) -> None:
        orders = self.known.orders
        place = next((n for n, o in enumerate(orders) if o.order_id == row["order_id"]), None)
        if place is not None:
            self._keep(self.known.asked, orders[place])
            self._drop(orders, place)

    def _heard_request_withdrawal(self, _: Row, transfer_id: UUID) -> None:
        self._keep(self.known.withdrawals, transfer_id)

    def _heard_deposit_received(self, row: Row, _: UUID) -> None:
        self._keep(self.known.deposits, row["bank_reference"])

    def _heard_request_approval(self, _: Row, approval_id: UUID) -> None:
        self._keep(self.known.approvals, approval_id)

    def _heard_exchange_rate(self, row: Row, rate_id: UUID) -> None:
        if (row["base"], row["quote"]) == ("USD", "EUR"):
            self.known.rate = rate_id

    def _heard_create_user(self, row: Row, _: UUID) -> None:
        self._keep(self.known.newcomers, row["user_id"])

    def _heard_open_account(self, _: Row, account_id: UUID) -> None:
        self._keep(self.known.new_accounts, account_id)

    def _heard_create_api_key(self, row: Row, _: UUID) -> None:
        self._keep(self.known.keys, row["key_id"])

    def _heard_add_payment_method(self, row: Row, _: UUID) -> None:
        self._keep(self.known.methods, (row["user_id"], row["payment_method_id"]))

    def _keep(self, pool: list[Any], value: Any) -> None:
        if len(pool) < MOST_KNOWN:
            pool.append(value)
        else:
            pool[self._rng.randrange(MOST_KNOWN)] = value

    @staticmethod
    def _drop(pool: list[Any], place: int) -> None:
        pool[place] = pool[-1]
        pool.pop()

    def _hold(self, account: UUID, stock: UUID, change: Decimal) -> None:
        total = self.known.held.get((account, stock), Decimal(0)) + change
        if total > 0:
            self.known.held[account, stock] = total
        else:
            self.known.held.pop((account, stock), None)

    # ------------------------------------------------------------------ what rows are made of

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind} {self.number}-{self._count}"

    def _pick(self, pool: list[Any]) -> Any:
        return self._rng.choice(pool) if pool else None

    def _take(self, pool: list[Any]) -> Any:
        if not pool:
            return None
        place = self._rng.randrange(len(pool))
        value = pool[place]
        self._drop(pool, place)
        return value

    def _account(self) -> tuple[UUID, UUID]:
        return self._rng.choice(self.town.accounts)

    def _money(self, low: int, high: int) -> Decimal:
        return Decimal(self._rng.randint(low * 100, high * 100)) * CENT

    def _token(self, user: UUID, *scopes: str) -> str:
        chosen = scopes or ("read", "trade", "funding")
        if (user, chosen) not in self._tokens:
            self._tokens[user, chosen] = self._signer.sign(Identity(user, "FLOOD", chosen), HOUR)
        return self._tokens[user, chosen]

    def _by(self, function: str, token: str, **values: Any) -> Row:
        return {**w.COMMON, "identity": token, "key": self._name(function), **values}

    def _by_broker(self, function: str, **values: Any) -> Row:
        return self._by(function, self._token(NOBODY, "broker"), **values)

    def _by_operator(self, function: str, number: int, **values: Any) -> Row:
        return self._by(function, self._token(self.town.operators[number], "operations"), **values)

    # ------------------------------------------------------------------ orders

    def _place_order(self) -> Row:
        account, owner = self._account()
        side, stock = "buy", self._rng.choice(self.town.stocks)
        if self.known.held and self._chance(0.45):
            side = "sell"
            (account, stock), most = self._rng.choice(list(self.known.held.items()))
            owner = self._owners[account]
            quantity = min(most, Decimal(self._rng.choice(["1", "0.5", "2.25", "7"])))
        else:
            quantity = Decimal(self._rng.choice(["1", "2", "3", "0.25", "0.333333333"]))
        price = self._money(95, 105)
        terms: Row = self._rng.choice([
            {},
            {},
            {"order_type": "market", "limit_price": None},
            {"order_type": "market", "limit_price": None, "quantity": None,
             "notional": self._money(20, 300) if side == "buy" else CENT * 4000},
            {"order_type": "stop", "limit_price": None, "stop_price": self._money(90, 110)},
            {"order_type": "stop_limit", "stop_price": self._money(90, 110)},
        ])  # fmt: skip
        lasts = self._rng.choice(["day", "day", "gtc", "gtc", "gtc", "ioc", "fok", "opg", "cls"])
        if terms.get("order_type", "limit").startswith("stop"):
            lasts = self._rng.choice(["day", "gtc"])
        name = self._name("order")
        return w.order(
            self._token(owner), account, stock,
            **{"key": name, "client_order_id": name, "side": side, "quantity": quantity,
               "limit_price": price, "time_in_force": lasts, **terms},
        )  # fmt: skip

    def _execution(self) -> Row | None:
        placed: Placed | None = self._pick(self.known.orders)
        if placed is None:
            return None
        share = self._rng.choice([Decimal(1), Decimal(1), Decimal("0.5"), Decimal("0.3")])
        quantity = (placed.left * share).quantize(UNIT, ROUND_DOWN) or placed.left
        if self._chance(0.01):
            quantity += 1
        better = Decimal(self._rng.randint(0, 2_000_000)).scaleb(-6)
        price = placed.price + (better if placed.side == "sell" else -better)
        return w.execution(placed.order_id, quantity, price, venue_execution_id=self._name("fill"))

    def _cancel_order(self) -> Row | None:
        placed: Placed | None = self._pick(self.known.orders)
        if placed is None:
            return None
        return w.cancel(
            self._token(placed.account[1]), placed.order_id, key=self._name("cancel_order")
        )

    def _replace_order(self) -> Row | None:
        placed: Placed | None = self._pick(self.known.orders)
        if placed is None:
            return None
        name = self._name("replacement")
        changes: Row = {"quantity": placed.left + self._rng.choice([0, 1])}
        if placed.order_type == "limit":
            changes["limit_price"] = self._money(95, 105)
        return w.replacement(
            self._token(placed.account[1]), placed.order_id,
            **{"key": name, "client_order_id": name, **changes},
        )  # fmt: skip

    def _of_order(self, function: str, pool: list[Placed], note: str | None = None) -> Row | None:
        placed: Placed | None = self._pick(pool)
        if placed is None:
            return None
        return w.fact(function, placed.order_id, note, key=self._name(function))

    def _order_acknowledged(self) -> Row | None:
        return self._of_order("order_acknowledged", self.known.orders, self._name("v"))

    def _order_rejected(self) -> Row | None:
        return self._of_order("order_rejected", self.known.orders, "because")

    def _order_expired(self) -> Row | None:
        return self._of_order("order_expired", self.known.orders)

    def _order_triggered(self) -> Row | None:
        stops = [o for o in self.known.orders[-200:] if o.order_type.startswith("stop")]
        return self._of_order("order_triggered", stops)

    def _order_canceled(self) -> Row | None:
        pool = self.known.asked if self._chance(0.8) else self.known.orders
        return self._of_order("order_canceled", pool, "as asked")

    def _cancel_rejected(self) -> Row | None:
        placed: Placed | None = self._take(self.known.asked)
        if placed is None:
            return None
        self._keep(self.known.orders, placed)
        return w.fact("cancel_rejected", placed.order_id, None, key=self._name("cancel_rejected"))

    def _order_replaced(self) -> Row | None:
        pair: tuple[Placed, UUID] | None = self._take(self.known.replaced)
        if pair is None:
            return None
        placed, new_id = pair
        self._keep(self.known.orders, replace(placed, order_id=new_id))
        name = self._name("order_replaced")
        return w.fact("order_replaced", placed.order_id, name, key=name)

    def _replace_rejected(self) -> Row | None:
        pair: tuple[Placed, UUID] | None = self._take(self.known.replaced)
        if pair is None:
            return None
        self._keep(self.known.orders, pair[0])
        name = self._name("replace_rejected")
        return w.fact("replace_rejected", pair[0].order_id, None, key=name)

    def _execution_busted(self) -> Row | None:
        name = self._take(self.known.fills) if self._chance(0.7) else self._pick(self.known.fills)
        return None if name is None else w.bust(name, venue_execution_id=self._name("bust"))

    def _execution_corrected(self) -> Row | None:
        name = self._take(self.known.fills)
        if name is None:
            return None
        mine = self._name("correction")
        if self._chance(0.5):
            self._keep(self.known.fills, mine)
        return w.correction(name, "0.5", self._money(95, 105), venue_execution_id=mine)

    def _choose_lots(self) -> Row | None:
        sales = [o for o in self.known.orders[-200:] if o.side == "sell"]
        placed: Placed | None = self._pick(sales)
        if placed is None:
            return None
        method = self._rng.choice(["fifo", "lifo", "highest_cost"])
        lots = self.known.lots.get(placed.account[0])
        some = [(lot, Decimal("0.01")) for lot in lots[:2]] if lots and self._chance(0.5) else None
        return w.choice(
            self._token(placed.account[1]), placed.order_id, method, some,
            key=self._name("choose_lots"),
        )  # fmt: skip

    # ------------------------------------------------------------------ money

    def _deposit_received(self) -> Row:
        later = {"settle_on": self.known.today + timedelta(days=3)} if self._chance(0.2) else {}
        return w.deposit(
            self._account()[0], self._money(1, 900), bank_reference=self._name("paid"), **later
        )

    def _deposit_returned(self) -> Row | None:
        name = self._take(self.known.deposits)
        return None if name is None else w.deposit_return(name, key=self._name("bounced"))

    def _request_withdrawal(self) -> Row:
        account, owner = self._account()
        return w.withdrawal(
            self._token(owner), account, self._money(1, 60), key=self._name("withdrawal")
        )

    def _withdrawal_settled(self) -> Row | None:
        transfer = self._pick(self.known.withdrawals)
        name = self._name("settled")
        return None if transfer is None else w.fact("withdrawal_settled", transfer, name, key=name)

    def _withdrawal_returned(self) -> Row | None:
        transfer = self._take(self.known.withdrawals)
        name = self._name("returned")
        return None if transfer is None else w.fact("withdrawal_returned", transfer, None, key=name)

    def _transfer(self) -> Row:
        account, owner = self._account()
        target, _ = self._account()
        return w.transfer(
            self._token(owner), account, target, self._money(1, 80), key=self._name("transfer")
        )

    def _convert_currency(self) -> Row:
        account, owner = self._account()
        return w.conversion(
            self._token(owner), account, self.town.euros[owner], self._money(1, 20),
            self.known.rate or self.town.rate, key=self._name("conversion"),
        )  # fmt: skip

    def _exchange_rate(self) -> Row:
        rate = Decimal(self._rng.randint(80, 120)) * CENT
        return w.exchange_rate("USD", "EUR", rate, provider_rate_id=self._name("rate"))

    def _charge_fee(self) -> Row:
        return self._by_broker(
            "charge_fee", account_id=self._account()[0], amount=self._money(1, 3),
            reason="a letter",
        )  # fmt: skip

    def _shares_received(self) -> Row:
        stock = self._rng.choice(self.town.stocks)
        quantity = Decimal(self._rng.randint(1, 900)) * CENT
        return w.shares(
            self._account()[0], stock, quantity, custodian_reference=self._name("shares")
        )

    def _set_preferences(self) -> Row:
        account, owner = self._account()
        method = self._rng.choice(["fifo", "lifo", "highest_cost"])
        row = w.preferences(self._token(owner), account, method, reinvest=self._chance(0.5))
        return row | {"key": self._name("preferences")}

    # ------------------------------------------------------------------ people, operators

    def _create_user(self) -> Row:
        token = self._token(NOBODY, "broker")
        return w.new_user(token, uuid4(), key=self._name("user"))

    def _set_kyc_status(self) -> Row:
        person = self._pick(self.known.newcomers) or self._rng.choice(self.town.people)
        return self._by_broker("kyc", user_id=person, status="approved")

    def _open_account(self) -> Row | None:
        person = self._pick(self.known.newcomers)
        if person is None:
            return None
        return self._by_broker("open", user_id=person, account_type="individual", currency="USD")

    def _set_account_status(self) -> Row:
        account, status = self._account()[0], "active"
        if self.known.new_accounts and self._chance(0.6):
            account = self._pick(self.known.new_accounts)
            status = self._rng.choice(["restricted", "active", "closed"])
        return self._by_broker("status", account_id=account, status=status)

    def _add_owner(self) -> Row:
        person = self._pick(self.known.newcomers) or self._rng.choice(self.town.people)
        return self._by_broker(
            "owner", account_id=self._account()[0], user_id=person, role="viewer"
        )

    def _remove_owner(self) -> Row | None:
        added = self.known.said.get("add_owner")
        if not added:
            return None
        earlier = self._rng.choice(added)
        return self._by_broker(
            "no owner", account_id=earlier["account_id"], user_id=earlier["user_id"]
        )

    def _create_api_key(self) -> Row:
        return self._by_broker(
            "api key", user_id=self._rng.choice(self.town.people), account_id=None,
            key_id=f"{self.number:04d}{self._count:016d}", secret_hash=b"s" * 32, scopes="read",
            expires_at=None, name=None, allowed_addresses=None,
        )  # fmt: skip

    def _revoke_api_key(self) -> Row | None:
        key = self._take(self.known.keys)
        return None if key is None else self._by_broker("revoked", key_id=key)

    def _add_payment_method(self) -> Row:
        person = self._rng.choice(self.town.people)
        return w.payment_method(
            w.User(person, self._token(person)), key=self._name("bank account"),
            number_index=self._rng.randbytes(32),
            payment_method_id=UUID(bytes=self._rng.randbytes(16)),
        )  # fmt: skip

    def _remove_payment_method(self) -> Row | None:
        method = self._take(self.known.methods)
        if method is None:
            return None
        person, number = method
        return self._by("no bank account", self._token(person), payment_method_id=number)

    def _set_fee_schedule(self) -> Row:
        # Nothing at all, so that what an order holds stays what its draw reckoned with.
        terms = ("flat", "per_share", "basis_points", "minimum", "maximum")
        since = w.OPEN + timedelta(days=3_000 + self._rng.randint(0, 5_000))
        return self._by_broker(
            "fees", side=self._rng.choice(["buy", "sell"]), effective_from=since,
            **dict.fromkeys(terms),
        )  # fmt: skip

    def _add_currency(self) -> Row:
        code = "X" + "".join(self._rng.choice("ABCDEFGHIJKLMN") for _ in range(2))
        return self._by_broker("currency", code=code, scale=2)

    def _corporate_action(self) -> Row:
        kind = self._rng.choice(["cash_dividend"] * 5 + ["split", "reverse_split", "symbol_change"])
        stock, ex_date = self._rng.choice(self.town.stocks), self.known.today + timedelta(days=1)
        terms: Row = {"provider_action_id": self._name("action")}
        if self.town.ending and self._chance(0.02):
            kind, stock = "cash_merger", self._rng.choice(self.town.ending)
            terms["cash_per_share"] = self._money(90, 110)
        elif kind == "cash_dividend":
            terms |= {
                "cash_per_share": self._money(0, 1) + CENT, "pay_date": ex_date,
                "reinvest_price": self._money(95, 105),
            }  # fmt: skip
        elif kind == "symbol_change":
            terms["new_symbol"] = f"S{self.number}X{self._count}"
        else:
            new, old = (3, 2) if kind == "split" else (2, 3)
            terms |= {"new_shares": new, "old_shares": old}
            if kind == "reverse_split" and self._chance(0.5):
                terms["cash_per_share"] = self._money(95, 105)
        return w.action(kind, stock, ex_date, **terms)

    def _request_approval(self) -> Row | None:
        transaction = self._pick(self.known.transactions)
        fill = self._pick(self.known.fills)
        way = self._rng.random()
        if way < 0.4 and transaction is not None:
            action, payload = "reverse", {"transaction_id": str(transaction)}
        elif way < 0.6 and fill is not None:
            action, payload = "execution_busted", {
                "venue": w.VENUE, "venue_execution_id": self._name("by hand"),
                "ref_venue_execution_id": fill,
            }  # fmt: skip
        else:
            action, payload = "deposit_received", {
                "bank": w.BANK, "bank_reference": self._name("by hand"), "amount": "5",
                "currency": "USD", "account_id": str(self._account()[0]),
            }  # fmt: skip
        token = self._token(self.town.operators[0], "operations")
        return w.request(token, action, payload, key=self._name("request"))

    def _decide_approval(self) -> Row | None:
        approval = self._take(self.known.approvals)
        if approval is None:
            return None
        decision = "confirmed" if self._chance(0.85) else "declined"
        token = self._token(self.town.operators[1], "operations")
        return w.decision(token, approval, decision=decision, key=self._name("decision"))

    def _assign_exception(self) -> Row | None:
        exception = self._pick(self.known.exceptions)
        if exception is None:
            return None
        person = self._rng.choice(self.town.operators)
        return self._by_operator("assigned", 0, exception_id=exception, user_id=person)

    def _resolve_exception(self) -> Row | None:
        exception = self._take(self.known.exceptions)
        if exception is None:
            return None
        return self._by_operator("resolved", 0, exception_id=exception, resolution="a mistake")
