"""Each refusal code of each function, with a row that earns it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from tests.support import world as w
from tests.support.world import MONDAY, Row, User, World

ORDER_FACTS = (
    "order_acknowledged", "order_rejected", "order_canceled", "cancel_rejected", "order_expired",
    "order_triggered", "order_replaced", "replace_rejected",
)  # fmt: skip
BANK_FACTS = ("withdrawal_settled", "withdrawal_returned")
NOBODY = UUID(int=3)
NAN, INFINITE = Decimal("NaN"), Decimal("Infinity")


@dataclass(slots=True)
class Stage:
    """A market, an investor with cash and shares, and everybody who may not."""

    world: World
    owner: User
    viewer: User
    unverified: User
    account: UUID
    unverified_account: UUID
    restricted: UUID
    closed: UUID
    stock: UUID
    order: UUID
    ended_order: UUID
    stop: UUID
    triggered: UUID
    notional: UUID
    partly: UUID
    replaced: UUID
    waiting: UUID
    dearest: UUID
    withdrawal: UUID

    def place(self, **changes: Any) -> Row:
        account = changes.pop("account_id", self.account)
        security = changes.pop("security_id", self.stock)
        return w.order(changes.pop("identity", self.owner.token), account, security, **changes)

    def market(self, **changes: Any) -> Row:
        return self.place(order_type="market", **{"limit_price": None, **changes})

    def withdraw(self, **changes: Any) -> Row:
        row = w.withdrawal(self.owner.token, self.account, 1)
        return {**row, **changes}

    def stop_order(self, **changes: Any) -> Row:
        return self.place(**{
            "order_type": "stop", "limit_price": None, "stop_price": Decimal(99), **changes,
        })  # fmt: skip

    def replace(self, **changes: Any) -> Row:
        row = w.replacement(self.owner.token, self.order, limit_price=Decimal(99))
        return {**row, **changes}

    def cancel(self, **changes: Any) -> Row:
        return {**w.cancel(self.owner.token, self.order), **changes}

    def deposit(self, **changes: Any) -> Row:
        return {**w.deposit(self.account, 1), **changes}

    def fill(self, **changes: Any) -> Row:
        return {**w.execution(self.order, 1, 99), **changes}

    def user(self, **changes: Any) -> Row:
        return {**w.new_user(self.world.broker, uuid4()), **changes}

    def by_broker(self, **changes: Any) -> Row:
        return {**w.COMMON, "identity": self.world.broker, "key": str(uuid4()), **changes}

    def api_key(self, **changes: Any) -> Row:
        return self.by_broker(**{
            "key_id": "K" * 20, "user_id": self.owner.user_id, "account_id": None,
            "secret_hash": b"s" * 32, "scopes": "read", "expires_at": None, "name": None,
            "allowed_addresses": None, **changes,
        })  # fmt: skip

    def open_account(self, **changes: Any) -> Row:
        return self.by_broker(**{
            "user_id": self.owner.user_id, "account_type": "individual", "currency": "USD",
            **changes,
        })  # fmt: skip

    def security(self, **changes: object) -> UUID:
        """One more stock, which is unlike the others."""
        return self.world.security(f"X{uuid4().hex[:8].upper()}", 100, **changes)

    def forged(self) -> str:
        token = self.owner.token
        return token[:-1] + ("0" if token[-1] != "0" else "1")

    def narrow(self) -> str:
        """An identity that is good for another account only."""
        user = self.owner.user_id
        return self.world.token(user, "trade", "funding", account=self.restricted)


def set_stage(world: World) -> Stage:
    world.open_market()
    owner, viewer, unverified = world.user(), world.user(), world.user("pending")
    account = world.account(owner, 1_000)
    world.share(account, viewer, "viewer")
    restricted, closed = world.account(owner, 100), world.account(owner)
    unverified_account = world.account(unverified, 100)
    world.set_status(restricted, "restricted")
    world.set_status(closed, "closed")
    stock = world.security("STOCK")
    order = world.accepted("place_order", w.order(owner.token, account, stock))
    ended = world.accepted("place_order", w.order(owner.token, account, stock))
    world.accepted("order_canceled", w.fact("order_canceled", ended))
    withdrawal = world.accepted("request_withdrawal", w.withdrawal(owner.token, account, 10))
    rich = world.account(owner, 5_000)

    def place(**changes: Any) -> UUID:
        return world.accepted("place_order", w.order(owner.token, rich, stock, **changes))

    stops = {"order_type": "stop", "limit_price": None, "stop_price": Decimal(101)}
    stop, triggered = place(**stops), place(**stops)
    world.accepted("order_triggered", w.fact("order_triggered", triggered))
    notional = place(order_type="market", limit_price=None, quantity=None, notional=Decimal(10))
    partly = place(quantity=Decimal(5))
    world.accepted("execution", w.execution(partly, 3, 99))
    replaced = place()
    waiting = world.accepted(
        "replace_order", w.replacement(owner.token, replaced, limit_price=Decimal(98))
    )
    return Stage(
        world, owner, viewer, unverified, account, unverified_account, restricted, closed, stock,
        order, ended, stop, triggered, notional, partly, replaced, waiting, place(), withdrawal,
    )  # fmt: skip


Case = tuple[str, str, Callable[[Stage], Row]]
"""A function, the code it answers with (and the field), and the row that earns it."""


def customer(function: str, make: Callable[..., Row]) -> list[Case]:
    """What every customer's command refuses alike."""
    return [
        (function, "identity_invalid", lambda s: make(s, identity=s.forged())),
        (function, "identity_invalid", lambda s: make(s, identity="nonsense")),
        (function, "identity_invalid", lambda s: make(s, identity=None)),
        (function, "identity_expired",
         lambda s: make(s, identity=s.world.expired(s.owner.user_id))),
        (function, "not_permitted", lambda s: make(s, identity=s.viewer.token)),
        (function, "not_permitted",
         lambda s: make(s, identity=s.world.token(s.owner.user_id, "read"))),
        (function, "required:key", lambda s: make(s, key=None)),
        (function, "out_of_range:key", lambda s: make(s, key="")),
        (function, "out_of_range:key", lambda s: make(s, key="k" * 256)),
    ]  # fmt: skip


def on_account(function: str, make: Callable[..., Row]) -> list[Case]:
    return [
        (function, "account_not_found", lambda s: make(s, account_id=NOBODY)),
        (function, "account_not_found",
         lambda s: make(s, identity=s.unverified.token)),
        (function, "account_not_found", lambda s: make(s, identity=s.narrow())),
        (function, "account_not_found",
         lambda s: make(s, account_id=UUID("00000000-0000-7000-8000-00000000c001"))),
        (function, "account_not_active", lambda s: make(s, account_id=s.restricted)),
        (function, "account_not_active", lambda s: make(s, account_id=s.closed)),
        (function, "required:account_id", lambda s: make(s, account_id=None)),
        (function, "kyc_required", lambda s: make(
            s, identity=s.unverified.token, account_id=s.unverified_account)),
    ]  # fmt: skip


def broken_numbers(
    function: str, make: Callable[..., Row], name: str, most: str, scale: str | None,
    field: str | None = None,
) -> list[Case]:  # fmt: skip
    """NaN, the infinities, zero, less, too much, too many decimal places."""

    def case(code: str, value: Decimal) -> Case:
        return (function, f"{code}:{field or name}", lambda s: make(s, **{name: value}))

    cases = [
        case("invalid_value", NAN), case("invalid_value", INFINITE),
        case("invalid_value", -INFINITE), case("out_of_range", Decimal(0)),
        case("out_of_range", Decimal(-1)), case("out_of_range", Decimal(most)),
    ]  # fmt: skip
    return cases + ([case("excess_scale", Decimal(scale))] if scale else [])


def orders() -> list[Case]:
    f = "place_order"
    whole = {"quantity": None, "notional": Decimal(10)}
    return [
        *customer(f, Stage.place),
        *on_account(f, Stage.place),
        *broken_numbers(f, Stage.place, "quantity", "1000000001", "0.0000000001", "qty"),
        *broken_numbers(
            f, lambda s, **c: s.market(quantity=None, **c), "notional", "1000000001", "0.001"
        ),
        *broken_numbers(f, Stage.place, "limit_price", "1000001", "100.00001"),
        (f, "required:symbol", lambda s: s.place(security_id=None)),
        (f, "security_not_found:symbol", lambda s: s.place(security_id=NOBODY)),
        (f, "currency_mismatch:symbol", lambda s: s.place(security_id=s.security(currency="EUR"))),
        (f, "not_tradable:symbol", lambda s: s.place(security_id=s.security(tradable=False))),
        (f, "not_tradable:symbol", lambda s: s.place(security_id=s.security(status="inactive"))),
        (f, "excess_scale:qty", lambda s: s.place(
            security_id=s.security(fractionable=False), quantity=Decimal("1.5"))),
        (f, "not_allowed:notional", lambda s: s.market(
            security_id=s.security(fractionable=False), **whole)),
        (f, "required:client_order_id", lambda s: s.place(client_order_id=None)),
        (f, "out_of_range:client_order_id", lambda s: s.place(client_order_id="")),
        (f, "out_of_range:client_order_id", lambda s: s.place(client_order_id="c" * 49)),
        (f, "duplicate_client_order_id:client_order_id", lambda s: s.place(
            client_order_id=s.world.value(
                "select client_order_id from orders where order_id = %s", s.ended_order))),
        (f, "invalid_value:lot_method", lambda s: s.place(side="sell", lot_method="average")),
        (f, "not_allowed:lot_method", lambda s: s.place(lot_method="lifo")),
        (f, "not_allowed:lots", lambda s: s.place(lots=w.chosen([(NOBODY, 1)]))),
        (f, "invalid_value:lots", lambda s: s.place(side="sell", lots=w.chosen([(NOBODY, 1)]))),
        (f, "required:side", lambda s: s.place(side=None)),
        (f, "invalid_value:side", lambda s: s.place(side="short")),
        (f, "required:type", lambda s: s.place(order_type=None)),
        (f, "invalid_value:type", lambda s: s.place(order_type="trailing_stop")),
        *broken_numbers(f, Stage.stop_order, "stop_price", "1000001", "100.00001"),
        (f, "required:stop_price", lambda s: s.stop_order(stop_price=None)),
        (f, "required:limit_price", lambda s: s.stop_order(order_type="stop_limit")),
        (f, "not_allowed:stop_price", lambda s: s.place(stop_price=Decimal(99))),
        (f, "not_allowed:limit_price", lambda s: s.stop_order(limit_price=Decimal(99))),
        (f, "not_allowed:time_in_force", lambda s: s.stop_order(time_in_force="ioc")),
        (f, "not_allowed:time_in_force", lambda s: s.stop_order(time_in_force="cls")),
        (f, "not_allowed:time_in_force", lambda s: s.market(**whole, time_in_force="gtc")),
        (f, "not_allowed:time_in_force", lambda s: s.market(**whole, time_in_force="opg")),
        (f, "market_closed:time_in_force", lambda s: by_night(s, s.place(time_in_force="fok"))),
        (f, "price_not_fresh", lambda s: s.stop_order(security_id=stale(s))),
        (f, "required:time_in_force", lambda s: s.place(time_in_force=None)),
        (f, "invalid_value:time_in_force", lambda s: s.place(time_in_force="now")),
        (f, "required:qty", lambda s: s.place(quantity=None)),
        (f, "not_allowed:notional", lambda s: s.market(notional=Decimal(10))),
        (f, "not_allowed:notional", lambda s: s.place(**whole)),
        (f, "required:limit_price", lambda s: s.place(limit_price=None)),
        (f, "not_allowed:limit_price", lambda s: s.market(limit_price=Decimal(10))),
        (f, "price_not_fresh", lambda s: s.market(security_id=stale(s))),
        (f, "session_unknown", at_the_end),
        (f, "insufficient_buying_power", lambda s: s.place(quantity=Decimal(11))),
        (f, "insufficient_quantity", lambda s: s.place(side="sell")),
    ]  # fmt: skip


def stale(stage: Stage) -> UUID:
    """A stock whose last quote is of the session before."""
    stock = stage.security()
    stage.world.quote(stock, None, None, Decimal(100), MONDAY - timedelta(days=3))
    return stock


def at_the_end(stage: Stage) -> Row:
    """A day order after the last session that is known."""
    stage.world.clock(w.OPEN, "finished", MONDAY, None)
    return stage.place()


def by_night(stage: Stage, row: Row) -> Row:
    """The same after the market has closed."""
    stage.world.clock(w.OPEN, "closed", MONDAY, w.sessions(MONDAY, 2)[1])
    return row


def at_the_end_too(stage: Stage) -> Row:
    """A standing order that is to be one for a day, after the last one."""
    stage.world.clock(w.OPEN, "finished", MONDAY, None)
    return stage.replace(time_in_force="day")


def on_another_account(stage: Stage, status: str) -> Row:
    """A replacement on an account that was active when its order was placed."""
    account = stage.world.account(stage.owner, 200)
    order = stage.world.accepted("place_order", stage.place(account_id=account))
    stage.world.set_status(account, status)
    return stage.replace(order_id=order)


def of_one_who_was_approved(stage: Stage) -> Row:
    """A replacement by a user whose approval was taken back."""
    user = stage.world.user()
    account = stage.world.account(user, 200)
    order = stage.world.accepted("place_order", w.order(user.token, account, stage.stock))
    stage.world.set_kyc(user.user_id, "pending")
    return w.replacement(user.token, order, limit_price=Decimal(98))


def of_a_stock(stage: Stage, changes: str, row: Row, **order: Any) -> Row:
    """A replacement of an order of a stock that has changed since."""
    stock = stage.security()
    placed = stage.world.accepted("place_order", stage.place(security_id=stock, **order))
    stage.world.as_role("fb_worker").execute(
        f"update securities set {changes} where security_id = %s".encode(), (stock,)
    )
    return {**row, "order_id": placed}


def of_a_stale_stock(stage: Stage) -> Row:
    """A stop order of a stock that was last quoted the session before."""
    stock = stage.security()
    placed = stage.world.accepted("place_order", stage.stop_order(security_id=stock))
    stage.world.quote(stock, None, None, Decimal(100), MONDAY - timedelta(days=3))
    return stage.replace(order_id=placed, limit_price=None, stop_price=Decimal(98))


def replacements() -> list[Case]:
    f = "replace_order"
    cheap = {"quantity": Decimal("0.1"), "limit_price": Decimal(1)}
    return [
        *customer(f, Stage.replace),
        *broken_numbers(f, Stage.replace, "quantity", "1000000001", "0.0000000001", "qty"),
        *broken_numbers(f, Stage.replace, "limit_price", "1000001", "99.00001"),
        *broken_numbers(
            f,
            lambda s, **c: s.replace(order_id=s.stop, **{"limit_price": None, **c}),
            "stop_price",
            "1000001",
            "100.00001",
        ),
        (f, "required:order_id", lambda s: s.replace(order_id=None)),
        (f, "required:client_order_id", lambda s: s.replace(client_order_id=None)),
        (f, "out_of_range:client_order_id", lambda s: s.replace(client_order_id="c" * 49)),
        (
            f,
            "duplicate_client_order_id:client_order_id",
            lambda s: s.replace(
                client_order_id=s.world.value(
                    "select client_order_id from orders where order_id = %s", s.ended_order
                )
            ),
        ),
        (f, "required:qty", lambda s: s.replace(limit_price=None)),
        (f, "order_not_found:order_id", lambda s: s.replace(order_id=NOBODY)),
        (f, "order_not_found:order_id", lambda s: s.replace(identity=s.unverified.token)),
        (f, "order_not_found:order_id", lambda s: s.replace(identity=s.narrow())),
        (f, "account_not_active", lambda s: on_another_account(s, "restricted")),
        (f, "kyc_required", of_one_who_was_approved),
        (f, "order_not_open:order_id", lambda s: s.replace(order_id=s.ended_order)),
        (f, "replace_pending:order_id", lambda s: s.replace(order_id=s.replaced)),
        (f, "replace_pending:order_id", lambda s: s.replace(order_id=s.waiting)),
        (
            f,
            "not_allowed:order_id",
            lambda s: s.replace(order_id=s.notional, limit_price=None, quantity=Decimal(2)),
        ),
        (f, "not_allowed:limit_price", lambda s: s.replace(order_id=s.stop)),
        (f, "not_allowed:stop_price", lambda s: s.replace(stop_price=Decimal(99))),
        (
            f,
            "not_allowed:stop_price",
            lambda s: s.replace(order_id=s.triggered, limit_price=None, stop_price=Decimal(99)),
        ),
        (
            f,
            "not_allowed:time_in_force",
            lambda s: s.replace(order_id=s.stop, limit_price=None, time_in_force="opg"),
        ),
        (f, "invalid_value:time_in_force", lambda s: s.replace(time_in_force="now")),
        (f, "out_of_range:qty", lambda s: s.replace(order_id=s.partly, quantity=Decimal(3))),
        (
            f,
            "not_tradable:symbol",
            lambda s: of_a_stock(s, "tradable = false", s.replace(limit_price=Decimal(1)), **cheap),
        ),
        (
            f,
            "excess_scale:qty",
            lambda s: of_a_stock(
                s, "fractionable = false", s.replace(quantity=Decimal("0.5")), **cheap
            ),
        ),
        (f, "market_closed:time_in_force", lambda s: by_night(s, s.replace(time_in_force="ioc"))),
        (f, "session_unknown", at_the_end_too),
        (f, "price_not_fresh", of_a_stale_stock),
        (
            f,
            "insufficient_buying_power",
            lambda s: s.replace(order_id=s.dearest, quantity=Decimal(90)),
        ),
        (f, "insufficient_quantity", a_sale_of_more),
        ("cancel_order", "replace_pending:order_id", lambda s: s.cancel(order_id=s.replaced)),
        ("cancel_order", "replace_pending:order_id", lambda s: s.cancel(order_id=s.waiting)),
    ]


def a_sale_of_more(stage: Stage) -> Row:
    """A sale of three shares of three that is to be one of four."""
    account = stage.world.account(stage.owner, 1_000)
    bought = stage.world.accepted(
        "place_order", stage.place(account_id=account, quantity=Decimal(3))
    )
    stage.world.accepted("execution", w.execution(bought, 3, 100))
    sale = stage.world.accepted(
        "place_order", stage.place(account_id=account, quantity=Decimal(3), side="sell")
    )
    return stage.replace(order_id=sale, limit_price=None, quantity=Decimal(4))


def money() -> list[Case]:
    f, d = "request_withdrawal", "deposit_received"
    return [
        *customer(f, Stage.withdraw),
        *on_account(f, Stage.withdraw),
        *broken_numbers(f, Stage.withdraw, "amount", "1000000000001", "0.001"),
        (f, "required:amount", lambda s: s.withdraw(amount=None)),
        (f, "insufficient_withdrawable:amount", lambda s: s.withdraw(amount=Decimal("890.01"))),
        *broken_numbers(d, Stage.deposit, "amount", "1000000000001", "0.001"),
        (d, "required:amount", lambda s: s.deposit(amount=None)),
        (d, "required:account_id", lambda s: s.deposit(account_id=None)),
        (d, "required:bank", lambda s: s.deposit(bank=None)),
        (d, "out_of_range:bank", lambda s: s.deposit(bank="b" * 65)),
        (d, "required:bank_reference", lambda s: s.deposit(bank_reference=None)),
        (d, "out_of_range:bank_reference", lambda s: s.deposit(bank_reference="r" * 101)),
        (d, "out_of_range:bank_reference", lambda s: s.deposit(bank_reference="")),
        (d, "required:currency", lambda s: s.deposit(currency=None)),
        (d, "invalid_value:currency", lambda s: s.deposit(currency="XXX")),
        (d, "invalid_value:effective_at", lambda s: s.deposit(effective_at="infinity")),
        (d, "invalid_value:settle_on", lambda s: s.deposit(settle_on="infinity")),
    ]


def cancels() -> list[Case]:
    f = "cancel_order"
    return [
        *customer(f, Stage.cancel),
        (f, "required:order_id", lambda s: s.cancel(order_id=None)),
        (f, "order_not_found:order_id", lambda s: s.cancel(order_id=NOBODY)),
        (f, "order_not_found:order_id", lambda s: s.cancel(identity=s.unverified.token)),
        (f, "order_not_found:order_id", lambda s: s.cancel(identity=s.narrow())),
        (f, "order_not_open:order_id", lambda s: s.cancel(order_id=s.ended_order)),
    ]


NOTES = {
    "order_acknowledged": "venue_order_id",
    "order_replaced": "venue_order_id",
    "withdrawal_settled": "bank_reference",
}


def told(function: str, **changes: Any) -> Callable[[Stage], Row]:
    """What the venue says of an order or the bank of a withdrawal, with something wrong."""

    def make(stage: Stage) -> Row:
        subject = stage.order if function in ORDER_FACTS else stage.withdrawal
        return {**w.fact(function, subject), **changes}

    return make


def facts() -> list[Case]:
    cases: list[Case] = []
    for f in (*ORDER_FACTS, *BANK_FACTS):
        subject = "order_id" if f in ORDER_FACTS else "transfer_id"
        note = NOTES.get(f, "reason")
        cases += [
            (f, "required:key", told(f, key=None)),
            (f, "out_of_range:key", told(f, key="k" * 241)),
            (f, f"required:{subject}", told(f, **{subject: None})),
            (f, f"out_of_range:{note}", told(f, **{note: "n" * 501})),
            (f, "invalid_value:effective_at", told(f, effective_at="infinity")),
        ]
        if f in ORDER_FACTS:
            cases += [
                (f, "required:venue", told(f, venue=None)),
                (f, "out_of_range:venue", told(f, venue="v" * 65)),
            ]
    return cases


def executions() -> list[Case]:
    f = "execution"
    return [
        *broken_numbers(f, Stage.fill, "quantity", "1000000000001", "0.0000000001"),
        *broken_numbers(f, Stage.fill, "price", "1000000001", "0.0000000001"),
        (f, "required:venue", lambda s: s.fill(venue=None)),
        (f, "out_of_range:venue", lambda s: s.fill(venue="v" * 65)),
        (f, "required:venue_execution_id", lambda s: s.fill(venue_execution_id=None)),
        (f, "out_of_range:venue_execution_id", lambda s: s.fill(venue_execution_id="e" * 129)),
        (f, "required:order_id", lambda s: s.fill(order_id=None)),
        (f, "required:quantity", lambda s: s.fill(quantity=None)),
        (f, "required:price", lambda s: s.fill(price=None)),
        (f, "invalid_value:effective_at", lambda s: s.fill(effective_at="-infinity")),
    ]


def status(stage: Stage, **changes: Any) -> Row:
    return stage.by_broker(**{"account_id": stage.account, "status": "active", **changes})


def kyc(stage: Stage, **changes: Any) -> Row:
    return stage.by_broker(**{"user_id": stage.owner.user_id, "status": "approved", **changes})


def revoke(stage: Stage, **changes: Any) -> Row:
    return stage.by_broker(**{"key_id": "K" * 19, **changes})


def own_key(stage: Stage, scope: str) -> Row:
    """Of somebody of the staff for themselves, with a scope that the key they show lacks."""
    user_id = stage.world.staff("admin").user_id
    shown = stage.world.token(user_id, "broker")
    return stage.api_key(identity=shown, user_id=user_id, scopes=f"broker,{scope}")


def as_somebody_of_before(make: Callable[..., Row]) -> Callable[[Stage], Row]:
    return lambda s: make(s, identity=s.world.expired(s.owner.user_id))


def as_an_investor(make: Callable[..., Row]) -> Callable[[Stage], Row]:
    return lambda s: make(s, identity=s.owner.token)


def brokers() -> list[Case]:
    cases: list[Case] = []
    makers: dict[str, Callable[..., Row]] = {
        "create_user": Stage.user, "set_kyc_status": kyc, "open_account": Stage.open_account,
        "set_account_status": status, "create_api_key": Stage.api_key, "revoke_api_key": revoke,
    }  # fmt: skip
    for f, make in makers.items():
        cases += [
            (f, "identity_invalid", partial(make, identity="nonsense")),
            (f, "identity_expired", as_somebody_of_before(make)),
            (f, "not_permitted", as_an_investor(make)),
            (f, "required:key", partial(make, key=None)),
            (f, "out_of_range:key", partial(make, key="k" * 256)),
        ]
    return [
        *cases,
        ("create_user", "required:email", lambda s: s.user(email_index=None)),
        ("create_user", "required:email", lambda s: s.user(ciphertext={"phone": "YWJj"})),
        ("create_user", "required:user_id", lambda s: s.user(user_id=None)),
        ("create_user", "invalid_value:kind", lambda s: s.user(kind="king")),
        ("create_user", "duplicate_email:email", lambda s: s.user(email_index=s.world.value(
            "select email_index from users where user_id = %s", s.owner.user_id))),
        ("set_kyc_status", "invalid_value:kyc_status", lambda s: kyc(s, status="fine")),
        ("set_kyc_status", "invalid_value:kyc_status", lambda s: kyc(s, status=None)),
        ("set_kyc_status", "kyc_transition:kyc_status", lambda s: kyc(s, status="action_required")),
        ("set_kyc_status", "user_not_found:user_id", lambda s: kyc(s, user_id=NOBODY)),
        ("open_account", "invalid_value:account_type",
         lambda s: s.open_account(account_type="house")),
        ("open_account", "invalid_value:currency", lambda s: s.open_account(currency="XXX")),
        ("open_account", "user_not_found:user_id", lambda s: s.open_account(user_id=NOBODY)),
        ("open_account", "not_customer:user_id",
         lambda s: s.open_account(user_id=s.world.staff().user_id)),
        ("set_account_status", "invalid_value:status", lambda s: status(s, status="open")),
        ("set_account_status", "account_not_found:account_id",
         lambda s: status(s, account_id=NOBODY)),
        ("set_account_status", "account_not_active:account_id",
         lambda s: status(s, account_id=s.closed)),
        ("set_account_status", "account_not_empty:account_id",
         lambda s: status(s, status="closed")),
        ("create_api_key", "invalid_value:key_id", lambda s: s.api_key(key_id="short")),
        ("create_api_key", "invalid_value:secret", lambda s: s.api_key(secret_hash=b"short")),
        ("create_api_key", "invalid_value:scopes", lambda s: s.api_key(scopes="everything")),
        ("create_api_key", "invalid_value:scopes", lambda s: s.api_key(scopes="")),
        ("create_api_key", "not_allowed:scopes", lambda s: s.api_key(scopes="read,operations")),
        *(
            ("create_api_key", "not_permitted:scopes", lambda s, given=given: own_key(s, given))
            for given in ("inspect", "operations", "admin")
        ),
        *(
            ("create_api_key", "not_permitted:scopes", lambda s, given=given: s.api_key(
                user_id=s.world.staff("admin").user_id, scopes=given))
            for given in ("read", "broker", "broker,read")
        ),
        ("create_api_key", "out_of_range:name", lambda s: s.api_key(name="n" * 65)),
        ("create_api_key", "invalid_value:allowed_addresses",
         lambda s: s.api_key(allowed_addresses="203.0.113.0/24,nowhere")),
        ("create_api_key", "out_of_range:allowed_addresses",
         lambda s: s.api_key(allowed_addresses=",".join(["203.0.113.1"] * 33))),
        ("create_api_key", "user_not_found:user_id", lambda s: s.api_key(user_id=NOBODY)),
        ("create_api_key", "account_not_found:account_id",
         lambda s: s.api_key(account_id=s.unverified_account)),
        ("revoke_api_key", "key_not_found:key_id", revoke),
    ]  # fmt: skip


CASES: list[Case] = [
    *orders(), *money(), *cancels(), *replacements(), *facts(), *executions(), *brokers(),
]  # fmt: skip
