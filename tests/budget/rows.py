"""Many rows of every command and fact, each accepted, each on an account of its own.

What a row needs is there before (an order to be filled, a payment to be returned), made in batches
too, since alone it would take a minute.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import product
from string import ascii_uppercase
from uuid import UUID, uuid4

from tests.support import world as w
from tests.support.world import Row, User, World

ONE = Decimal(1)
SALE = {"side": "sell", "limit_price": Decimal(90)}
Rows = list[Row]


@dataclass(frozen=True, slots=True)
class Owner:
    """A customer with an account in dollars, two more, and one in euros."""

    user: User
    account: UUID
    other: UUID
    spare: UUID
    euros: UUID


@dataclass(frozen=True, slots=True)
class Stage:
    """The market in which the rows are accepted."""

    world: World
    owners: list[Owner]
    stock: UUID

    def done(self, function: str, rows: Rows) -> list[UUID]:
        """Submit a batch, all of which must be accepted; returns the commands' ids."""
        return done(self.world, function, rows)

    def placed(self, **changes: object) -> list[UUID]:
        """An order of each owner's."""
        return self.done("place_order", self.orders(**changes))

    def orders(self, **changes: object) -> Rows:
        return [w.order(o.user.token, o.account, self.stock, **changes) for o in self.owners]

    def cancels(self, orders: list[UUID]) -> Rows:
        pairs = zip(self.owners, orders, strict=True)
        return [w.cancel(owner.user.token, order) for owner, order in pairs]

    def replacements(self, orders: list[UUID], **changes: object) -> Rows:
        pairs = zip(self.owners, orders, strict=True)
        return [w.replacement(owner.user.token, order, **changes) for owner, order in pairs]

    def by_broker(self, **values: object) -> Row:
        return by(self.world.broker, **values)


def by(identity: str, **values: object) -> Row:
    return {**w.COMMON, "identity": identity, "key": str(uuid4()), **values}


def done(world: World, function: str, rows: Rows) -> list[UUID]:
    verdicts = world.call(function, rows)
    assert {v.outcome for v in verdicts} == {"accepted"}, (function, verdicts[0])
    return [v.command_id for v in verdicts if v.command_id]


def prepare(world: World, count: int) -> dict[str, Rows]:
    """`count` rows of each case: a function's name, and after a space what is special."""
    world.open_market()
    for side in ("buy", "sell"):
        world.fees(side, w.OPEN - timedelta(days=9), flat=Decimal("0.10"), basis_points=Decimal(5))
    stage = Stage(world, _owners(world, count), world.security("BUDGET"))
    stage.done("shares_received", [w.shares(o.account, stage.stock, 50) for o in stage.owners])
    return {
        **_of_orders(stage), **_of_venues(stage), **_of_executions(stage), **_of_money(stage),
        **_of_people(stage), **_of_payment_methods(stage), **_of_accounts(stage),
        **_of_the_house(stage), **_of_positions(stage), **_of_operators(stage),
    }  # fmt: skip


def _owners(world: World, count: int) -> list[Owner]:
    users = _users(world, count)
    rows = [by(world.broker, user_id=u.user_id, status="approved") for u in users]
    done(world, "set_kyc_status", rows)
    dollars, others, spares, euros = (
        done(world, "open_account", [_opening(world, u, currency) for u in users])
        for currency in ("USD", "USD", "USD", "EUR")
    )
    done(world, "deposit_received", [w.deposit(account, 100_000) for account in dollars])
    return [Owner(*each) for each in zip(users, dollars, others, spares, euros, strict=True)]


def _users(world: World, count: int, kind: str = "customer") -> list[User]:
    ids = [uuid4() for _ in range(count)]
    done(world, "create_user", [w.new_user(world.broker, each, kind=kind) for each in ids])
    return [User(each, world.token(each, "read", "trade", "funding")) for each in ids]


def _opening(world: World, user: User, currency: str = "USD") -> Row:
    return by(world.broker, user_id=user.user_id, account_type="individual", currency=currency)


def _of_orders(stage: Stage) -> dict[str, Rows]:
    return {
        "place_order": stage.orders(),
        "place_order of a sale": stage.orders(**SALE),
        "place_order without the cash": stage.orders(quantity=Decimal(1_000_000)),
        "cancel_order": stage.cancels(stage.placed()),
        "replace_order": stage.replacements(stage.placed(), quantity=Decimal(2)),
    }


def _of_venues(stage: Stage) -> dict[str, Rows]:
    """What the venue says, each of orders that are in the status for it."""
    stops = stage.placed(order_type="stop", limit_price=None, stop_price=Decimal(105))
    facts = (
        "order_acknowledged", "order_rejected", "order_canceled", "order_expired",
        "cancel_rejected", "order_replaced", "replace_rejected",
    )  # fmt: skip
    orders = {fact: stage.placed() for fact in facts}
    stage.done("cancel_order", stage.cancels(orders["cancel_rejected"]))
    for fact in ("order_replaced", "replace_rejected"):
        rows = stage.replacements(orders[fact], limit_price=Decimal(90))
        stage.done("replace_order", rows)
    orders["order_triggered"] = stops
    return {fact: [w.fact(fact, order) for order in found] for fact, found in orders.items()}


def _of_executions(stage: Stage) -> dict[str, Rows]:
    fills = [[w.execution(order, 1, 99) for order in stage.placed()] for _ in range(2)]
    for rows in fills:
        stage.done("execution", rows)
    busted, corrected = ([row["venue_execution_id"] for row in rows] for rows in fills)
    return {
        "execution": [w.execution(order, 1, 99) for order in stage.placed()],
        "execution of a sale": [w.execution(order, 1, 99) for order in stage.placed(**SALE)],
        "execution_busted": [w.bust(name) for name in busted],
        "execution_corrected": [w.correction(name, 1, 98) for name in corrected],
    }


def _of_money(stage: Stage) -> dict[str, Rows]:
    asked = [stage.done("request_withdrawal", _withdrawals(stage)) for _ in range(2)]
    paid, known = (_deposits(stage) for _ in range(2))
    for rows in (paid, known):
        stage.done("deposit_received", rows)
    return {
        "deposit_received": _deposits(stage),
        "deposit_received again": known,
        "deposit_returned": [w.deposit_return(row["bank_reference"]) for row in paid],
        "request_withdrawal": _withdrawals(stage),
        "withdrawal_settled": [w.fact("withdrawal_settled", x, str(uuid4())) for x in asked[0]],
        "withdrawal_returned": [w.fact("withdrawal_returned", x) for x in asked[1]],
    }


def _deposits(stage: Stage) -> Rows:
    return [w.deposit(owner.account, 10) for owner in stage.owners]


def _withdrawals(stage: Stage) -> Rows:
    return [w.withdrawal(owner.user.token, owner.account, 10) for owner in stage.owners]


def _of_people(stage: Stage) -> dict[str, Rows]:
    newcomers = _users(stage.world, len(stage.owners))
    keys = [_api_key(stage, owner) for owner in stage.owners]
    stage.done("create_api_key", keys)
    return {
        "create_user": [w.new_user(stage.world.broker, uuid4()) for _ in stage.owners],
        "set_kyc_status": [
            stage.by_broker(user_id=each.user_id, status="submitted") for each in newcomers
        ],
        "open_account": [_opening(stage.world, owner.user) for owner in stage.owners],
        "set_account_status": [
            stage.by_broker(account_id=owner.spare, status="restricted") for owner in stage.owners
        ],
        "create_api_key": [_api_key(stage, owner) for owner in stage.owners],
        "revoke_api_key": [stage.by_broker(key_id=row["key_id"]) for row in keys],
    }


def _api_key(stage: Stage, owner: Owner) -> Row:
    return stage.by_broker(
        key_id=uuid4().hex.upper(), user_id=owner.user.user_id, account_id=None,
        secret_hash=uuid4().bytes * 2, scopes="read", expires_at=None, name=None,
        allowed_addresses=None,
    )  # fmt: skip


def _of_payment_methods(stage: Stage) -> dict[str, Rows]:
    made = [w.payment_method(owner.user) for owner in stage.owners]
    stage.done("add_payment_method", made)
    return {
        "add_payment_method": [w.payment_method(owner.user) for owner in stage.owners],
        "remove_payment_method": [
            by(owner.user.token, payment_method_id=row["payment_method_id"])
            for owner, row in zip(stage.owners, made, strict=True)
        ],
    }


def _of_accounts(stage: Stage) -> dict[str, Rows]:
    """Owners, and what moves between accounts."""
    rate = stage.world.rate("USD", "EUR", "0.9")
    owners = stage.owners
    leaving = [
        stage.by_broker(account_id=owner.account, user_id=after.user.user_id)
        for owner, after in zip(owners, owners[1:] + owners[:1], strict=True)
    ]
    stage.done("add_owner", [{**row, "key": str(uuid4()), "role": "viewer"} for row in leaving])
    return {
        "transfer": [w.transfer(o.user.token, o.account, o.other, 1) for o in owners],
        "convert_currency": [
            w.conversion(o.user.token, o.account, o.euros, 1, rate) for o in owners
        ],
        "charge_fee": [
            stage.by_broker(account_id=o.account, amount=ONE, reason="a letter") for o in owners
        ],
        "add_owner": [
            stage.by_broker(account_id=owner.account, user_id=before.user.user_id, role="viewer")
            for owner, before in zip(owners, owners[-1:] + owners[:-1], strict=True)
        ],
        "remove_owner": leaving,
    }


def _of_the_house(stage: Stage) -> dict[str, Rows]:
    """What is the same for all accounts."""
    days = [w.OPEN + timedelta(days=90 + n) for n, _ in enumerate(stage.owners)]
    terms = dict.fromkeys(("flat", "per_share", "basis_points", "minimum", "maximum"), ONE)
    codes = [f"Q{a}{b}" for a, b in product(ascii_uppercase, repeat=2)]
    money = {"cash_per_share": Decimal("0.5"), "pay_date": w.MONDAY + timedelta(days=35)}
    ex_date = w.MONDAY + timedelta(days=28)
    return {
        "exchange_rate": [w.exchange_rate("USD", "EUR", "0.91") for _ in days],
        "set_fee_schedule": [
            stage.by_broker(side="buy", effective_from=day, **terms) for day in days
        ],
        "add_currency": [
            stage.by_broker(code=code, scale=2) for code, _ in zip(codes, days, strict=False)
        ],
        "corporate_action": [
            w.action("cash_dividend", stage.stock, ex_date, **money) for _ in days
        ],
    }


def _of_positions(stage: Stage) -> dict[str, Rows]:
    sales = stage.placed(**SALE)
    lots = {
        row["account_id"]: row["lot_id"]
        for row in stage.world.rows(
            "select distinct on (account_id) account_id, lot_id from lots"
            " order by account_id, lot_seq"
        )
    }
    return {
        "set_preferences": [
            w.preferences(o.user.token, o.account, "lifo", reinvest=True) for o in stage.owners
        ],
        "choose_lots": [
            w.choice(o.user.token, sale, "highest_cost", [(lots[o.account], 1)])
            for o, sale in zip(stage.owners, sales, strict=True)
        ],
        "shares_received": [w.shares(o.account, stage.stock, 1) for o in stage.owners],
    }


def _of_operators(stage: Stage) -> dict[str, Rows]:
    """Two operators, of whom one asks and the other one confirms, and facts of nothing."""
    world = stage.world
    ids = [world.staff().user_id for _ in range(2)]
    asks, confirms = (world.token(operator, "operations") for operator in ids)
    asked = _requests(stage, asks)
    approvals = stage.done("request_approval", asked)
    exceptions = [_exceptions(stage) for _ in range(2)]
    return {
        "request_approval": _requests(stage, asks),
        "decide_approval": [w.decision(confirms, approval) for approval in approvals],
        "assign_exception": [by(asks, exception_id=x, user_id=ids[1]) for x in exceptions[0]],
        "resolve_exception": [
            by(asks, exception_id=x, resolution="a mistake of ours") for x in exceptions[1]
        ],
    }


def _requests(stage: Stage, asks: str) -> Rows:
    """To reverse a payment each."""
    paid = stage.done("deposit_received", _deposits(stage))
    found = stage.world.rows(
        "select transfer_id, transaction_id::text as id from transactions"
        " where transfer_id = any (%s)", paid,
    )  # fmt: skip
    ids = {row["transfer_id"]: row["id"] for row in found}
    return [w.request(asks, "reverse", {"transaction_id": ids[each]}) for each in paid]


def _exceptions(stage: Stage) -> list[UUID]:
    """The venue takes trades back that there never were."""
    busts = stage.done("execution_busted", [w.bust(str(uuid4())) for _ in stage.owners])
    query = "select exception_id from exceptions where command_id = any (%s) order by command_id"
    return [row["exception_id"] for row in stage.world.rows(query, busts)]
