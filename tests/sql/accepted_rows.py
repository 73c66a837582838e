"""A row of every command function, each of which is accepted, and of one and the same account."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from tests.support import world as w
from tests.support.population import transaction_of
from tests.support.world import Row, User, World


def a_row_of_each(
    world: World, user: User, stock: UUID, account_type: str = "individual"
) -> dict[str, Row]:
    """A row of every function; those that lock an account lock a new one, which is the same."""
    account = world.account(user, 5_000, account_type=account_type)
    return {
        **_of_orders(world, user, account, stock),
        **_of_venues(world, user, account, stock),
        **_of_money(world, user, account),
        **_of_people(world, user, account),
        **_of_payment_methods(world, user),
        **_of_accounts(world, user, account),
        **_of_positions(world, user, account, stock),
        **_of_operators(world, account),
    }


def _placed(world: World, user: User, account: UUID, stock: UUID, **changes: object) -> UUID:
    return world.accepted("place_order", w.order(user.token, account, stock, **changes))


def _of_orders(world: World, user: User, account: UUID, stock: UUID) -> dict[str, Row]:
    canceled, replaced = (_placed(world, user, account, stock) for _ in range(2))
    return {
        "place_order": w.order(user.token, account, stock),
        "cancel_order": w.cancel(user.token, canceled),
        "replace_order": w.replacement(user.token, replaced, quantity=Decimal(2)),
    }


def _of_venues(world: World, user: User, account: UUID, stock: UUID) -> dict[str, Row]:
    """Facts of orders: each of an order of its own, which is in the status for it."""
    stop = {"order_type": "stop", "limit_price": None, "stop_price": Decimal(105)}
    terms = {"order_triggered": stop}
    facts = (
        "order_acknowledged", "order_rejected", "order_canceled", "order_expired",
        "cancel_rejected", "order_triggered", "order_replaced", "replace_rejected",
    )  # fmt: skip
    orders = {fact: _placed(world, user, account, stock, **terms.get(fact, {})) for fact in facts}
    world.accepted("cancel_order", w.cancel(user.token, orders["cancel_rejected"]))
    for fact in ("order_replaced", "replace_rejected"):
        row = w.replacement(user.token, orders[fact], limit_price=Decimal(90))
        world.accepted("replace_order", row)
    fills = [str(uuid4()) for _ in range(2)]
    for name in fills:
        order = _placed(world, user, account, stock)
        world.accepted("execution", w.execution(order, 1, 99, venue_execution_id=name))
    return {
        **{fact: w.fact(fact, order) for fact, order in orders.items()},
        "execution": w.execution(_placed(world, user, account, stock), 1, 99),
        "execution_busted": w.bust(fills[0]),
        "execution_corrected": w.correction(fills[1], 1, 98),
    }


def _of_money(world: World, user: User, account: UUID) -> dict[str, Row]:
    asked = [
        world.accepted("request_withdrawal", w.withdrawal(user.token, account, 1)) for _ in range(2)
    ]
    paid = w.deposit(account, 1)
    world.accepted("deposit_received", paid)
    return {
        "request_withdrawal": w.withdrawal(user.token, account, 1),
        "deposit_received": w.deposit(account, 1),
        "deposit_returned": w.deposit_return(paid["bank_reference"]),
        "withdrawal_settled": w.fact("withdrawal_settled", asked[0], str(uuid4())),
        "withdrawal_returned": w.fact("withdrawal_returned", asked[1]),
    }


def _by(identity: str, **values: object) -> Row:
    return {**w.COMMON, "identity": identity, "key": str(uuid4()), **values}


def _of_people(world: World, user: User, account: UUID) -> dict[str, Row]:
    broker, owner, key_id = world.broker, user.user_id, uuid4().hex.upper()
    return {
        "create_user": w.new_user(broker, uuid4()),
        "set_kyc_status": _by(broker, user_id=owner, status="approved"),
        "open_account": _by(broker, user_id=owner, account_type="individual", currency="USD"),
        "set_account_status": _by(broker, account_id=account, status="active"),
        "create_api_key": _by(
            broker, key_id=key_id, user_id=owner, account_id=None, secret_hash=b"s" * 32,
            scopes="read", expires_at=None, name=None, allowed_addresses=None,
        ),
        "revoke_api_key": _by(broker, key_id=key_id),
    }  # fmt: skip


def _of_payment_methods(world: World, user: User) -> dict[str, Row]:
    made = w.payment_method(user)
    world.accepted("add_payment_method", made)
    return {
        "add_payment_method": w.payment_method(user),
        "remove_payment_method": _by(user.token, payment_method_id=made["payment_method_id"]),
    }


def _of_accounts(world: World, user: User, account: UUID) -> dict[str, Row]:
    """Owners, movements, currencies and fees."""
    friend, other = world.user(), world.user()
    world.share(account, other, "viewer")
    dollars, euros = world.account(user), world.account(user, 0, "EUR")
    rate = world.rate("USD", "EUR", "0.9")
    broker = world.broker
    terms = dict.fromkeys(("flat", "per_share", "basis_points", "minimum", "maximum"), Decimal(1))
    since = w.OPEN + timedelta(days=90)
    return {
        "transfer": w.transfer(user.token, account, dollars, 1),
        "convert_currency": w.conversion(user.token, account, euros, 1, rate),
        "exchange_rate": w.exchange_rate("USD", "EUR", "0.91"),
        "charge_fee": _by(broker, account_id=account, amount=Decimal(1), reason="a letter"),
        "add_owner": _by(broker, account_id=account, user_id=friend.user_id, role="viewer"),
        "remove_owner": _by(broker, account_id=account, user_id=other.user_id),
        "set_fee_schedule": _by(broker, side="buy", effective_from=since, **terms),
        "add_currency": _by(broker, code="SEK", scale=2),
    }


def _of_positions(world: World, user: User, account: UUID, stock: UUID) -> dict[str, Row]:
    world.accepted("shares_received", w.shares(account, stock, 5))
    sale = _placed(world, user, account, stock, side="sell", quantity=Decimal(2))
    lot = world.value("select lot_id from lots where account_id = %s order by lot_seq desc limit 1",
                      account)  # fmt: skip
    money = {"cash_per_share": Decimal("0.5"), "pay_date": w.MONDAY + timedelta(days=35)}
    return {
        "set_preferences": w.preferences(user.token, account, "lifo", reinvest=True),
        "choose_lots": w.choice(user.token, sale, "highest_cost", [(lot, 1)]),
        "shares_received": w.shares(account, stock, 1),
        "corporate_action": w.action(
            "cash_dividend", stock, w.MONDAY + timedelta(days=28), **money
        ),
    }  # fmt: skip


def _of_operators(world: World, account: UUID) -> dict[str, Row]:
    """Two operators, of whom one asks and the other one confirms, and two facts of nothing."""
    ids = [uuid4() for _ in range(2)]
    for operator in ids:
        world.staff(user_id=operator)
    asks, confirms = (world.token(operator, "operations") for operator in ids)
    requests = []
    for _ in range(2):
        paid = w.deposit(account, 1)
        world.accepted("deposit_received", paid)
        payload = {"transaction_id": transaction_of(world, paid["bank_reference"])}
        requests.append(w.request(asks, "reverse", payload))
    approval = world.accepted("request_approval", requests[0])
    first, second = (exception_of_nothing(world) for _ in range(2))
    return {
        "request_approval": requests[1],
        "decide_approval": w.decision(confirms, approval),
        "assign_exception": _by(asks, exception_id=first, user_id=ids[1]),
        "resolve_exception": _by(asks, exception_id=second, resolution="a mistake of ours"),
    }


def exception_of_nothing(world: World) -> UUID:
    """A new exception: the venue takes a trade back that there never was."""
    bust = world.accepted("execution_busted", w.bust(str(uuid4())))
    found: UUID = world.value("select exception_id from exceptions where command_id = %s", bust)
    return found
