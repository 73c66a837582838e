"""A database in which everything has happened once: what batches, checks and mutants start from."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from tests.support import world as w
from tests.support.world import MONDAY, OPEN, User, World


@dataclass(slots=True)
class Population:
    """What there is, by name."""

    ann: User
    bob: User
    accounts: list[UUID]
    securities: list[UUID]
    orders: dict[str, UUID] = field(default_factory=dict)
    transfers: dict[str, UUID] = field(default_factory=dict)
    rates: dict[str, UUID] = field(default_factory=dict)
    operators: list[str] = field(default_factory=list)
    operator_ids: list[UUID] = field(default_factory=list)
    approvals: dict[str, UUID] = field(default_factory=dict)


def populate(world: World) -> Population:
    """Two people, three accounts, orders in every status, lots, a deficit, a split."""
    world.open_market()
    for side in ("buy", "sell"):
        world.fees(side, OPEN - timedelta(days=9), flat=Decimal("0.10"), basis_points=Decimal(5))
    ann, bob = world.user(), world.user()
    accounts = [world.account(ann, 10_000), world.account(ann, 500), world.account(bob, 5_000)]
    world.share(accounts[0], bob, "viewer")
    there = Population(ann, bob, accounts, [world.security("AAA"), world.security("BBB", 50)])
    world.admin.execute(
        "insert into assets values (gen_random_uuid(), 'currency', 'XTS', 2) -- no house has it"
    )
    _trade(world, there)
    _replace_orders(world, there)
    _end_orders(world, there)
    _go_wrong(world, there)
    _move_money(world, there)
    _move_between_accounts(world, there)
    _let_a_day_pass(world, there)
    _act(world, there)
    _take_back(world, there)
    _ask_for_approval(world, there)
    return there


def _place(world: World, there: Population, name: str, account: int = 0, **changes: Any) -> UUID:
    user = there.bob if account == 2 else there.ann
    security = changes.pop("security", 0)
    row = w.order(
        user.token, there.accounts[account], there.securities[security],
        **{"key": name, "client_order_id": name, "time_in_force": "gtc", **changes},
    )  # fmt: skip
    there.orders[name] = world.accepted("place_order", row)
    return there.orders[name]


def _fill(world: World, order_id: UUID, quantity: str, price: str, name: str) -> None:
    row = w.execution(order_id, quantity, price, venue_execution_id=name)
    world.accepted("execution", row)


def _venue(world: World, there: Population, function: str, name: str, note: str | None) -> None:
    row = w.fact(function, there.orders[name], note, key=f"{function} {name}")
    world.accepted(function, row)


def _trade(world: World, there: Population) -> None:
    """Lots of several prices, some closed, and orders that are still open."""
    for n, price in enumerate(("99.5", "99.25", "98.125")):
        order = _place(world, there, f"bought {n}", quantity=Decimal(7))
        _fill(world, order, "3.5", price, f"buy {n} a")
        _fill(world, order, "3.5", price, f"buy {n} b")
    sold = _place(world, there, "sold", side="sell", quantity=Decimal(9), limit_price=Decimal(90))
    _fill(world, sold, "9", "101.37", "sell 0")
    _place(world, there, "accepted")
    _place(world, there, "new")
    _venue(world, there, "order_acknowledged", "new", "v-new")
    other = _place(world, there, "of the other", security=1, quantity=Decimal(4))
    _fill(world, other, "4", "49.75", "other 0")
    partly = _place(world, there, "partly", 2, quantity=Decimal(5))
    _venue(world, there, "order_acknowledged", "partly", "v-partly")
    _fill(world, partly, "2", "99.99", "partly 0")
    _place(world, there, "sell open", side="sell", quantity=Decimal(3), limit_price=Decimal(200))
    market = {"order_type": "market", "limit_price": None, "quantity": None, "security": 1}
    money = {**market, "notional": Decimal("333.33"), "time_in_force": "day"}
    # By night it is an order of the next day, so that Monday's end leaves it open.
    tuesday = w.sessions(MONDAY, 2)[1]
    world.clock(OPEN, "closed", MONDAY, tuesday)
    notional = _place(world, there, "notional", 2, **money)
    world.clock(OPEN, "open", MONDAY, tuesday)
    _fill(world, notional, "2.5", "50.123456789", "notional 0")
    _place(world, there, "pending", 2)
    row = w.cancel(there.bob.token, there.orders["pending"], key="cancel pending")
    world.accepted("cancel_order", row)


def _replace_orders(world: World, there: Population) -> None:
    """A chain with fills on both its orders, a request that was refused, one that waits."""
    for name, size in (("chain 0", 6), ("kept", 2), ("to be replaced", 2), ("stop", 1)):
        stop = {"order_type": "stop_limit", "stop_price": Decimal(105)} if name == "stop" else {}
        _place(world, there, name, quantity=Decimal(size), limit_price=Decimal(50), **stop)
    _fill(world, there.orders["chain 0"], "2", "49.5", "chain a")
    for name, new, changes in (
        ("chain 0", "chain 1", {"quantity": Decimal(8)}),
        ("kept", "refused", {"limit_price": Decimal(60)}),
        ("to be replaced", "waiting", {"quantity": Decimal(3)}),
    ):
        row = w.replacement(
            there.ann.token, there.orders[name], key=new, client_order_id=new, **changes
        )
        there.orders[new] = world.accepted("replace_order", row)
    _venue(world, there, "order_replaced", "chain 0", "v-chain 1")
    _venue(world, there, "replace_rejected", "kept", "because")
    _venue(world, there, "order_triggered", "stop", None)
    _fill(world, there.orders["chain 1"], "1", "49", "chain b")
    _fill(world, there.orders["chain 0"], "0.5", "49.75", "chain late")


def _end_orders(world: World, there: Population) -> None:
    for name, fact in (
        ("canceled", "order_canceled"),
        ("rejected", "order_rejected"),
        ("expired", "order_expired"),
    ):
        _place(world, there, name)
        _venue(world, there, fact, name, "because")


def _go_wrong(world: World, there: Population) -> None:
    """A late fill that overdraws, one that sells what was sold, an overfill, facts of nothing."""
    over = _place(world, there, "over", 1, quantity=Decimal(4))
    _venue(world, there, "order_canceled", "over", None)
    _place(world, there, "instead", 1, quantity=Decimal(4))
    _fill(world, over, "4", "99", "late buy")
    bought = _place(world, there, "to be sold twice", 2, security=1, limit_price=Decimal(50))
    _fill(world, bought, "1", "49.5", "twice 0")
    everything = {"side": "sell", "security": 1, "quantity": Decimal("3.5")}
    first = _place(world, there, "first sale", 2, **everything, limit_price=Decimal(40))
    _venue(world, there, "order_canceled", "first sale", None)
    second = _place(world, there, "second sale", 2, **everything, limit_price=Decimal(40))
    _fill(world, second, "3.5", "51", "second sale 0")
    _fill(world, first, "3.5", "50.5", "late sale")
    _fill(world, second, "1", "51", "overfill")
    _fill(world, UUID(int=7), "1", "51", "unknown order")
    world.accepted("deposit_received", w.deposit(UUID(int=7), 77, bank_reference="suspense"))


def _move_money(world: World, there: Population) -> None:
    later = w.deposit(
        there.accounts[0], 250, bank_reference="later", settle_on=MONDAY + timedelta(days=9)
    )
    there.transfers["later"] = world.accepted("deposit_received", later)
    for name, amount in (
        ("asked", 30),
        ("asked too", 40),
        ("settled", 20),
        ("returned", 10),
        ("refunded", 5),
    ):
        row = w.withdrawal(there.ann.token, there.accounts[0], amount, key=f"withdraw {name}")
        there.transfers[name] = world.accepted("request_withdrawal", row)
    for name, function in (
        ("settled", "withdrawal_settled"), ("returned", "withdrawal_returned"),
        ("refunded", "withdrawal_settled"), ("refunded", "withdrawal_returned"),
    ):  # fmt: skip
        row = w.fact(function, there.transfers[name], f"ref {name}", key=f"{function} {name}")
        world.accepted(function, row)


def _move_between_accounts(world: World, there: Population) -> None:
    """Ann and Bob share an account, Ann has one in euros and Bob one in yen."""
    joint = world.account(there.ann, 900, account_type="joint")
    world.share(joint, there.bob, "joint")
    euros, yen = world.account(there.ann, 40, "EUR"), world.account(there.bob, 0, "JPY")
    there.accounts += [joint, euros, yen]
    for base, quote, rate in (("USD", "EUR", "0.91237"), ("EUR", "USD", "1.0951"),
                              ("USD", "JPY", "109.456")):  # fmt: skip
        there.rates[base + quote] = world.rate(base, quote, rate, provider_rate_id=base + quote)
    old = {"provider_rate_id": "old", "effective_at": OPEN - timedelta(days=2)}
    there.rates["old"] = world.rate("USD", "EUR", "0.9", **old)
    ann, bob = there.ann.token, there.bob.token
    row = w.transfer(ann, there.accounts[0], there.accounts[2], 25, key="transfer 0")
    world.accepted("transfer", row)
    row = w.conversion(ann, there.accounts[0], there.accounts[4], "33.33", there.rates["USDEUR"],
                       key="convert 0")  # fmt: skip
    world.accepted("convert_currency", row)
    row = w.conversion(bob, joint, there.accounts[5], "12.34", there.rates["USDJPY"])
    world.accepted("convert_currency", row)
    fee = {"identity": world.broker, "key": "fee 0", "account_id": there.accounts[2]}
    world.accepted("charge_fee", {**w.COMMON, **fee, "amount": Decimal(2), "reason": "a letter"})


def _let_a_day_pass(world: World, there: Population) -> None:
    _place(world, there, "day order", time_in_force="day")
    tuesday = w.sessions(MONDAY, 2)[1]
    assert world.job("select fb.settle(%s, 100)", tuesday) > 0
    assert world.job("select fb.expire_orders(%s, 100)", MONDAY) == 1
    action = w.split(there.securities[1], tuesday, 3, 2, provider_action_id="a split")
    assert world.apply_more(world.accepted("corporate_action", action)) > 0
    bought = _place(world, there, "after the split", 0, security=1, limit_price=Decimal(1))
    _venue(world, there, "order_acknowledged", "after the split", "v-after")
    assert bought


def _act(world: World, there: Population) -> None:
    """Shares in kind; lots by choice; dividends paid, reinvested and awaited; fractions, an end."""
    stock, gone = world.security("CCC", 20), world.security("DDD", 10)
    there.securities.append(stock)
    for n, account in enumerate(there.accounts[:3]):
        for security in (stock, gone):
            for part in (1, 2):
                row = w.shares(
                    account, security, f"{7 * part + n}.5", effective_at=OPEN - timedelta(days=3),
                    custodian_reference=f"{security} {n} {part}",
                )  # fmt: skip
                world.accepted("shares_received", row)
    world.accepted("shares_received", w.shares(uuid4(), stock, 1, custodian_reference="nobody's"))
    for account, reinvest in ((0, True), (1, False)):
        row = w.preferences(there.ann.token, there.accounts[account], "lifo", reinvest=reinvest)
        world.accepted("set_preferences", row)
    _place(world, there, "chosen", 0, security=2, side="sell", quantity=Decimal(11),
           limit_price=Decimal(20))  # fmt: skip
    first = world.value(
        "select lot_id from lots where account_id = %s and security_id = %s order by lot_seq"
        " limit 1", there.accounts[0], stock,
    )  # fmt: skip
    row = w.choice(there.ann.token, there.orders["chosen"], "highest_cost", lots=[(first, 4)])
    world.accepted("choose_lots", row | {"key": "choice 0"})
    row = w.execution(there.orders["chosen"], 3, 20, venue_execution_id="chosen a")
    world.accepted("execution", row)
    tuesday, *_, later = w.sessions(MONDAY, 5)[1:]
    money = {"cash_per_share": Decimal("0.333"), "withholding_rate": Decimal("0.15")}
    for name, ex_date, pay_date in (("paid", MONDAY, MONDAY), ("awaited", tuesday, later)):
        world.apply(
            w.action(
                "cash_dividend", stock, ex_date, pay_date=pay_date, reinvest_price=Decimal(19),
                provider_action_id=name, **money,
            )
        )  # fmt: skip
    world.apply(w.split(stock, tuesday, 1, 4, cash_per_share=80, provider_action_id="fractions"))
    world.apply(w.action("cash_merger", gone, tuesday, cash_per_share=Decimal("11.11")))
    world.apply(w.action("symbol_change", stock, tuesday, new_symbol="CC"))


def _take_back(world: World, there: Population) -> None:
    """Trades busted and corrected, before and after a split; a payment returned."""
    for name in ("buy 1 a", "other 0", "never was", "buy 1 a"):
        world.accepted("execution_busted", w.bust(name))
    row = w.correction("buy 0 b", "3.25", "99.75", venue_execution_id="corrected")
    world.accepted("execution_corrected", row)
    bought = _place(world, there, "sold on", 2, quantity=Decimal(3))
    _fill(world, bought, "3", "98", "sold on")
    sold = {"side": "sell", "quantity": Decimal(5), "limit_price": Decimal(90)}
    _fill(world, _place(world, there, "sale of it", 2, **sold), "5", "97", "sale of it")
    world.accepted("execution_busted", w.bust("sold on"))
    paid = w.deposit(there.accounts[2], 60, bank_reference="bounced")
    there.transfers["bounced"] = world.accepted("deposit_received", paid)
    world.accepted("deposit_returned", w.deposit_return("bounced", key="bounce"))


def _ask_for_approval(world: World, there: Population) -> None:
    """Two operators; what the first one asks for: a reversal, confirmed, and more that waits."""
    for _ in range(2):
        there.operator_ids.append(uuid4())
        world.staff(user_id=there.operator_ids[-1])
        there.operators.append(world.token(there.operator_ids[-1], "operations"))
    paid = {name: w.deposit(there.accounts[0], 12, bank_reference=name) for name in ("one", "two")}
    for row in paid.values():
        world.accepted("deposit_received", row)
    bust = {"venue": w.VENUE, "venue_execution_id": "by hand", "ref_venue_execution_id": "chain b"}
    cash = {"bank": w.BANK, "bank_reference": "by hand", "amount": "5", "currency": "USD"}
    for name, action, payload in (
        ("reversed", "reverse", {"transaction_id": transaction_of(world, "one")}),
        ("to reverse", "reverse", {"transaction_id": transaction_of(world, "two")}),
        ("to bust", "execution_busted", bust),
        ("to pay", "deposit_received", {**cash, "account_id": str(there.accounts[1])}),
    ):
        row = w.request(there.operators[0], action, payload, key=f"ask {name}")
        there.approvals[name] = world.accepted("request_approval", row)
    row = w.decision(there.operators[1], there.approvals["reversed"], key="decide reversed")
    world.accepted("decide_approval", row)
    first, second = world.rows("select exception_id from exceptions order by created_at limit 2")
    row = {**w.COMMON, "identity": there.operators[0], "key": "exception"}
    changes = {"exception_id": first["exception_id"], "user_id": there.operator_ids[1]}
    world.accepted("assign_exception", row | changes)
    changes = {"exception_id": second["exception_id"], "resolution": "a mistake of ours"}
    world.accepted("resolve_exception", row | changes | {"key": "exception 2"})


def transaction_of(world: World, reference: str) -> str:
    """The transaction that a bank's reference made."""
    found = world.value(
        "select transaction_id from transactions where reference_number = %s limit 1", reference
    )
    return str(found)
