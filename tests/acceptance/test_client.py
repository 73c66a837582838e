"""The in-process client, on a real database, as an app's engineer uses it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

import financebuy
from financebuy import FinanceBuy, errors
from financebuy.cluster.demo import Demo
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.errors import NotRunningError
from financebuy.services.caller import OPERATOR_SCOPES
from financebuy.services.identity import NewUser
from tests.support.databases import Database, clone
from tests.support.directories import add_demo_users, write_data_directory
from tests.support.world import World, execution

Work = Callable[[FinanceBuy], Awaitable[Any]]


@dataclass(frozen=True)
class Platform:
    """A platform with an open market: AAPL is quoted at 100, IDLE may not be traded."""

    root: Path
    world: World
    demo: Demo

    def connect(self, **options: Any) -> AbstractAsyncContextManager[FinanceBuy]:
        return financebuy.connect(data_dir=self.root, **options)

    def run(self, work: Work, **options: Any) -> Any:
        """Run `work` on a connection; without options it is the demo investor's."""

        async def connected() -> Any:
            async with self.connect(**options) as fb:
                return await work(fb)

        return asyncio.run(connected())

    def staff(self, work: Work) -> Any:
        key = self.demo.operator
        return self.run(work, api_key=(key.key_id, key.secret))


@pytest.fixture(scope="module")
def platform(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    root = tmp_path_factory.mktemp("client") / "data"
    with clone(template) as database, World(database) as world:
        write_data_directory(root, database)
        world.open_market()
        world.security("AAPL", 100)
        world.security("IDLE", 100, tradable=False)
        yield Platform(root, world, add_demo_users(root))


def new_customer(platform: Platform, cash: str = "1000.00", kyc: str = "approved") -> UUID:
    """A user of their own for one test, with an account and cash."""

    async def work(fb: FinanceBuy) -> UUID:
        user = await fb.users.create(NewUser(f"{uuid4()}@example.com", "Grace"))
        await fb.users.set_kyc_status(user.user_id, kyc)
        account = await fb.accounts.open(user.user_id)
        if Decimal(cash):
            await fb.ledger.deposit(Decimal(cash), account_id=account.account_id)
        return user.user_id

    found: UUID = platform.staff(work)
    return found


def test_a_purchase_from_deposit_to_lots(platform: Platform) -> None:
    user = new_customer(platform)

    async def buy(fb: FinanceBuy) -> Any:
        order = await fb.orders.place("AAPL", "buy", Decimal("2.5"), limit_price=Decimal(101))
        return order, await fb.ledger.balances()

    order, balances = platform.run(buy, user=user)
    assert (order.status, order.symbol, order.held) == ("accepted", "AAPL", Decimal("252.50"))
    assert (balances.held, balances.buying_power) == (Decimal("252.50"), Decimal("747.50"))
    platform.world.accepted("execution", execution(order.order_id, "2.5", 99))

    async def look(fb: FinanceBuy) -> Any:
        return (
            await fb.orders.get(order.order_id),
            await fb.portfolio.positions(),
            await fb.portfolio.lots(),
            await fb.portfolio.summary(),
            await fb.orders.executions(order.order_id),
        )

    filled, (position,), (lot,), summary, (fill,) = platform.run(look, user=user)
    assert (filled.status, filled.filled_average_price) == ("filled", Decimal(99))
    assert (fill.cumulative_quantity, fill.leaves_quantity) == (Decimal("2.5"), 0)
    assert (position.quantity, position.total_cost) == (Decimal("2.5"), Decimal("247.50"))
    assert (position.market_value, position.unrealized_gain) == (Decimal(250), Decimal("2.50"))
    assert (lot.quantity, lot.cost, lot.unrealized_gain) == (
        Decimal("2.5"), Decimal("247.50"), Decimal("2.50"),
    )  # fmt: skip
    assert (summary.cash, summary.equity) == (Decimal("752.50"), Decimal("1002.50"))


def test_a_sale_realises_the_gain_of_the_oldest_lot(platform: Platform) -> None:
    user = new_customer(platform)

    async def trade(fb: FinanceBuy) -> Any:
        bought = await fb.orders.place("AAPL", "buy", Decimal(4), limit_price=Decimal(101))
        platform.world.accepted("execution", execution(bought.order_id, 4, 100))
        sold = await fb.orders.place("AAPL", "sell", Decimal(1), limit_price=Decimal(99))
        platform.world.accepted("execution", execution(sold.order_id, 1, "103.50"))
        return await fb.portfolio.gains(), await fb.ledger.balances(), await fb.ledger.entries()

    (gain,), balances, entries = platform.run(trade, user=user)
    assert (gain.quantity, gain.cost, gain.gain) == (1, Decimal(100), Decimal("3.50"))
    assert balances.unsettled == Decimal("103.50")
    assert balances.withdrawable == Decimal(600)
    assert [(each.transaction_type, each.asset, each.amount) for each in entries.items][:2] == [
        ("sell", "AAPL", -1),
        ("sell", "USD", Decimal("103.50")),
    ]


def test_a_repeat_with_the_same_key_is_the_same_order(platform: Platform) -> None:
    user, key = new_customer(platform), str(uuid4())

    async def twice(fb: FinanceBuy) -> Any:
        orders = [
            await fb.orders.place("AAPL", "buy", Decimal(1), limit_price=Decimal(90), key=key)
            for _ in range(2)
        ]
        return *orders, await fb.orders.list(status="all")

    first, second, listed = platform.run(twice, user=user)
    assert first == second
    assert [each.order_id for each in listed] == [first.order_id]


def test_a_key_used_for_another_request_is_refused(platform: Platform) -> None:
    user, key = new_customer(platform), str(uuid4())

    async def differently(fb: FinanceBuy) -> None:
        for quantity in (1, 2):
            await fb.orders.place(
                "AAPL", "buy", Decimal(quantity), limit_price=Decimal(90), key=key
            )

    with pytest.raises(errors.IdempotencyConflictError):
        platform.run(differently, user=user)


def test_a_client_order_id_is_unique_for_ever(platform: Platform) -> None:
    user = new_customer(platform)

    async def twice(fb: FinanceBuy) -> Any:
        first = await fb.orders.place(
            "AAPL", "buy", Decimal(1), limit_price=Decimal(90), client_order_id="mine"
        )
        with pytest.raises(errors.DuplicateClientOrderIdError) as caught:
            await fb.orders.place(
                "AAPL", "buy", Decimal(1), limit_price=Decimal(90), client_order_id="mine"
            )
        return first, caught.value, await fb.orders.find("mine")

    first, error, found = platform.run(twice, user=user)
    assert error.detail == {"existing_order_id": str(first.order_id)}
    assert found.order_id == first.order_id


def test_customers_pay_themselves_on_paper_alone(platform: Platform) -> None:
    user = new_customer(platform, "0")
    with platform.world.real_money():
        with pytest.raises(errors.PaperOnlyError) as caught:
            platform.run(lambda fb: fb.ledger.deposit(Decimal(1)), user=user)
        assert (caught.value.status, caught.value.field) == (403, "direction")
        balances = platform.run(lambda fb: fb.ledger.balances(), user=user)
        assert balances.balance == 0
        (account,) = platform.run(lambda fb: fb.accounts.list(), user=user)
        paid = platform.staff(
            lambda fb: fb.ledger.deposit(Decimal(1), account_id=account.account_id)
        )
    assert paid.state == "settled"


def test_entries_are_paged_without_gap_or_repeat(platform: Platform) -> None:
    user = new_customer(platform, "0")

    async def pages(fb: FinanceBuy) -> list[Decimal]:
        for amount in range(1, 6):
            await fb.ledger.deposit(Decimal(amount))
        found, cursor = [], None
        while True:
            page = await fb.ledger.entries(limit=2, cursor=cursor)
            found += [each.amount for each in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found

    assert platform.run(pages, user=user) == [5, 4, 3, 2, 1]


def test_an_api_key_speaks_for_its_user_until_it_is_revoked(platform: Platform) -> None:
    user = new_customer(platform)

    async def make(fb: FinanceBuy) -> Any:
        return await fb.users.create_api_key(user, ["read"])

    key = platform.staff(make)

    async def balance(fb: FinanceBuy) -> Decimal:
        return (await fb.accounts.get()).balance

    assert platform.run(balance, api_key=(key.key_id, key.secret)) == Decimal("1000.00")

    async def deposit(fb: FinanceBuy) -> None:
        await fb.ledger.deposit(Decimal(1))

    with pytest.raises(errors.NotPermittedError, match="funding or operations"):
        platform.run(deposit, api_key=(key.key_id, key.secret))

    platform.staff(lambda fb: fb.users.revoke_api_key(key.key_id))
    with pytest.raises(errors.UnauthorizedError):
        platform.run(balance, api_key=(key.key_id, key.secret))


def test_nobody_gives_away_a_scope_of_the_staff_that_they_lack(platform: Platform) -> None:
    operator, other = platform.world.staff().user_id, platform.world.staff("admin").user_id
    own = platform.run(
        lambda fb: fb.users.create_api_key(operator, ["read", "broker"]),
        user=operator, scopes=["read", "broker"],
    )  # fmt: skip
    key = (own.key_id, own.secret)

    def give(*scopes: str, to: UUID = operator) -> Any:
        return platform.run(lambda fb: fb.users.create_api_key(to, scopes), api_key=key)

    for scope in ("inspect", "operations", "admin"):
        with pytest.raises(errors.NotPermittedError, match=scope) as caught:
            give("read", scope)
        assert caught.value.field == "scopes"
    assert give("read", "broker").secret
    # To a colleague not even what they have themselves.
    for scopes in (["read"], ["read", "broker"]):
        with pytest.raises(errors.NotPermittedError) as caught:
            give(*scopes, to=other)
        assert caught.value.field == "scopes"


def test_a_wrong_secret_lets_nobody_in(platform: Platform) -> None:
    with pytest.raises(errors.UnauthorizedError):
        platform.run(lambda fb: fb.accounts.list(), api_key=(platform.demo.investor.key_id, "x"))


def test_personal_data_is_found_by_address_and_nothing_is_stored_in_clear(
    platform: Platform,
) -> None:
    address = f"{uuid4()}@Example.com"

    async def work(fb: FinanceBuy) -> Any:
        made = await fb.users.create(NewUser(address, "Grace", national_id="078-05-1120"))
        return made, await fb.users.find(address.upper())

    made, found = platform.staff(work)
    assert found.user_id == made.user_id
    (stored,) = platform.world.rows("select * from users where user_id = %s", made.user_id)
    assert b"Grace" not in stored["first_name_ciphertext"]
    assert b"078-05" not in stored["national_id_ciphertext"]


def test_bank_accounts_and_documents_of_ones_own(platform: Platform) -> None:
    scan = b"%PDF-1.7 a passport"

    async def work(fb: FinanceBuy) -> None:
        made = await fb.payment_methods.add("us_bank", "000123456789", "111000025")
        assert (made.last_four, made.user_id) == ("6789", fb.caller.user_id)
        assert await fb.payment_methods.list() == [made]
        asked = await fb.ledger.request_withdrawal(
            Decimal(1), payment_method_id=made.payment_method_id
        )
        assert asked.payment_method_id == made.payment_method_id
        with pytest.raises(errors.PaymentMethodInUseError):
            await fb.payment_methods.remove(made.payment_method_id)
        with pytest.raises(errors.NotPermittedError):
            await fb.payment_methods.number(made.payment_method_id)
        card = await fb.payment_methods.add("card", "4242 4242 4242 4242")
        await fb.payment_methods.remove(card.payment_method_id)
        document = await fb.documents.add("passport", scan)
        assert (await fb.documents.read(document.document_id)).content == scan
        await fb.documents.remove(document.document_id)
        assert await fb.documents.list() == []

    platform.run(work)


def test_an_address_is_registered_once_whatever_its_case(platform: Platform) -> None:
    address = f"{uuid4()}@example.com"

    async def work(fb: FinanceBuy) -> None:
        await fb.users.create(NewUser(address))
        await fb.users.create(NewUser(address.upper()))

    with pytest.raises(errors.DuplicateEmailError) as caught:
        platform.staff(work)
    assert caught.value.field == "email"


def test_quotes_clock_and_assets_are_everybodys(platform: Platform) -> None:
    async def work(fb: FinanceBuy) -> Any:
        return (
            await fb.market.quote("aapl"),
            await fb.market.clock(),
            [each.symbol for each in await fb.market.assets(tradable=True)],
        )

    quote, clock, symbols = platform.run(work)
    assert (quote.symbol, quote.last) == ("AAPL", 100)
    assert clock.is_open
    assert symbols == ["AAPL"]


def test_without_a_platform_it_says_how_to_get_one(tmp_path: Path) -> None:
    async def work() -> None:
        async with financebuy.connect(data_dir=tmp_path / "nothing"):
            pass

    with pytest.raises(NotRunningError, match="financebuy up"):
        asyncio.run(work())


def test_an_explicit_url_needs_its_secrets(platform: Platform) -> None:
    endpoints = Endpoints.read(platform.root)
    read = endpoints.secrets.read
    secrets = financebuy.Secrets(
        passwords=endpoints.secrets.role_passwords(),
        identity_key=bytes.fromhex(read("identity_key")),
        key_encryption_key=bytes.fromhex(read("kek")),
        blind_index_key=bytes.fromhex(read("blind_index_key")),
    )

    async def work(**options: Any) -> Any:
        url = endpoints.admin_url
        async with financebuy.connect(url, user="investor@example.com", **options) as fb:
            return await fb.accounts.get()

    assert asyncio.run(work(secrets=secrets)).balance == 100_000
    with pytest.raises(TypeError, match="secrets"):
        asyncio.run(work())


# -------------------------------------------------------------------------- what is refused


def refuse(platform: Platform, user: UUID, work: Work, error: type[Exception], field: str) -> None:
    """`work` must be refused with exactly this error, and change nothing."""
    before = platform.world.rows("select * from accounts order by account_id")
    with pytest.raises(errors.FinanceBuyError) as caught:
        platform.run(work, user=user)
    assert (type(caught.value), caught.value.field) == (error, field)
    assert platform.world.rows("select * from accounts order by account_id") == before


BAD_ORDERS: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "nan": ({"quantity": Decimal("NaN")}, errors.InvalidValueError, "qty"),
    "infinite": ({"quantity": Decimal("Infinity")}, errors.InvalidValueError, "qty"),
    "negative": ({"quantity": Decimal(-1)}, errors.OutOfRangeError, "qty"),
    "zero": ({"quantity": Decimal(0)}, errors.OutOfRangeError, "qty"),
    "too much": ({"quantity": Decimal(10**12)}, errors.OutOfRangeError, "qty"),
    "excess scale": ({"quantity": Decimal("0.0000000001")}, errors.ExcessScaleError, "qty"),
    "price's scale": ({"limit_price": Decimal("1.00001")}, errors.ExcessScaleError, "limit_price"),
    "nan price": ({"limit_price": Decimal("NaN")}, errors.InvalidValueError, "limit_price"),
    "no quantity": ({"quantity": None}, errors.RequiredError, "qty"),
    "both": ({"notional": Decimal(5)}, errors.NotAllowedError, "notional"),
    "unknown side": ({"side": "hold"}, errors.InvalidValueError, "side"),
    "unknown time in force": ({"time_in_force": "ever"}, errors.InvalidValueError, "time_in_force"),
    "unknown symbol": ({"symbol": "NOPE"}, errors.SecurityNotFoundError, "symbol"),
    "not tradable": ({"symbol": "IDLE"}, errors.NotTradableError, "symbol"),
    "too long": ({"client_order_id": "x" * 49}, errors.OutOfRangeError, "client_order_id"),
    "zero byte": ({"client_order_id": "a\0b"}, errors.InvalidValueError, "client_order_id"),
    "no unicode": ({"client_order_id": "\ud800"}, errors.InvalidValueError, "client_order_id"),
    "key too long": ({"key": "x" * 256}, errors.OutOfRangeError, "key"),
}


@pytest.mark.parametrize("case", BAD_ORDERS)
def test_an_order_that_breaks_a_rule_names_the_field(platform: Platform, case: str) -> None:
    changes, error, field = BAD_ORDERS[case]
    good = {
        "symbol": "AAPL", "side": "buy", "quantity": Decimal(1), "limit_price": Decimal(90),
    }  # fmt: skip
    refuse(
        platform,
        new_customer(platform),
        lambda fb: fb.orders.place(**(good | changes)),
        error,
        field,
    )


BAD_AMOUNTS: dict[str, tuple[Decimal, type[Exception]]] = {
    "nan": (Decimal("NaN"), errors.InvalidValueError),
    "infinite": (Decimal("-Infinity"), errors.InvalidValueError),
    "negative": (Decimal(-5), errors.OutOfRangeError),
    "excess scale": (Decimal("0.001"), errors.ExcessScaleError),
    "too much": (Decimal(10**13), errors.OutOfRangeError),
}


@pytest.mark.parametrize("case", BAD_AMOUNTS)
def test_a_deposit_that_is_no_amount_is_refused(platform: Platform, case: str) -> None:
    amount, error = BAD_AMOUNTS[case]
    refuse(platform, new_customer(platform), lambda fb: fb.ledger.deposit(amount), error, "amount")


@pytest.mark.parametrize("case", BAD_AMOUNTS)
def test_a_withdrawal_that_is_no_amount_is_refused(platform: Platform, case: str) -> None:
    amount, error = BAD_AMOUNTS[case]
    user = new_customer(platform)
    refuse(platform, user, lambda fb: fb.ledger.request_withdrawal(amount), error, "amount")


def test_more_than_is_withdrawable_is_refused(platform: Platform) -> None:
    user, error = new_customer(platform), errors.InsufficientWithdrawableError
    too_much = Decimal("1000.01")
    refuse(platform, user, lambda fb: fb.ledger.request_withdrawal(too_much), error, "amount")


def test_money_is_never_a_float(platform: Platform) -> None:
    amount: Any = 1.5
    with pytest.raises(TypeError, match="float"):
        platform.run(lambda fb: fb.ledger.deposit(amount), user=new_customer(platform))


FOREIGN: dict[str, Callable[[FinanceBuy, UUID], Awaitable[Any]]] = {
    "read": lambda fb, account: fb.accounts.get(account),
    "deposit": lambda fb, account: fb.ledger.deposit(Decimal(1), account_id=account),
    "balances": lambda fb, account: fb.ledger.balances(account),
    "entries": lambda fb, account: fb.ledger.entries(account),
    "transfers": lambda fb, account: fb.ledger.transfers(account),
    "positions": lambda fb, account: fb.portfolio.positions(account),
    "lots": lambda fb, account: fb.portfolio.lots(account),
    "gains": lambda fb, account: fb.portfolio.gains(account),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_a_foreign_account_is_not_there(platform: Platform, case: str) -> None:
    foreign, user = UUID(platform.demo.investor.account_id), new_customer(platform)
    error = errors.AccountNotFoundError
    refuse(platform, user, lambda fb: FOREIGN[case](fb, foreign), error, "account_id")
    refuse(platform, user, lambda fb: FOREIGN[case](fb, uuid4()), error, "account_id")


def test_commands_on_a_foreign_account_are_refused_as_if_it_were_unknown(
    platform: Platform,
) -> None:
    foreign, user = UUID(platform.demo.investor.account_id), new_customer(platform)

    async def place(fb: FinanceBuy) -> None:
        await fb.orders.place("AAPL", "buy", Decimal(1), account_id=foreign)

    async def withdraw(fb: FinanceBuy) -> None:
        await fb.ledger.request_withdrawal(Decimal(1), account_id=foreign)

    for work in (place, withdraw):
        with pytest.raises(errors.AccountNotFoundError):
            platform.run(work, user=user)


def test_another_users_order_can_be_neither_seen_nor_canceled(platform: Platform) -> None:
    async def place(fb: FinanceBuy) -> Any:
        return await fb.orders.place("AAPL", "buy", Decimal(1), limit_price=Decimal(90))

    order, stranger = platform.run(place), new_customer(platform)
    for work in (fb_get, fb_cancel):
        with pytest.raises(errors.OrderNotFoundError):
            platform.run(lambda fb, work=work: work(fb, order.order_id), user=stranger)


def fb_get(fb: FinanceBuy, order_id: UUID) -> Awaitable[Any]:
    return fb.orders.get(order_id)


def fb_cancel(fb: FinanceBuy, order_id: UUID) -> Awaitable[Any]:
    return fb.orders.cancel(order_id)


def test_a_closed_account_takes_no_deposit_but_repeats_its_answers(platform: Platform) -> None:
    user = new_customer(platform, "0")

    async def fill_and_empty(fb: FinanceBuy) -> Any:
        paid = await fb.ledger.deposit(Decimal(5), bank_reference=f"pay-{user}")
        return paid, await fb.ledger.request_withdrawal(Decimal(5))

    paid, withdrawal = platform.run(fill_and_empty, user=user)
    row = {
        "key": str(uuid4()), "request_id": "r", "origin": "test", "effective_at": None,
        "transfer_id": withdrawal.transfer_id, "bank_reference": str(uuid4()),
    }  # fmt: skip
    platform.world.accepted("withdrawal_settled", row)
    platform.staff(lambda fb: fb.accounts.set_status(paid.account_id, "closed"))

    def again(reference: str) -> Any:
        return platform.run(
            lambda fb: fb.ledger.deposit(Decimal(5), bank_reference=reference), user=user
        )

    assert again(f"pay-{user}").transfer_id == paid.transfer_id
    with pytest.raises(errors.AccountNotActiveError):
        again("another")

    async def place(fb: FinanceBuy) -> None:
        await fb.orders.place("AAPL", "buy", Decimal(1), limit_price=Decimal(90))

    with pytest.raises(errors.AccountNotActiveError):
        platform.run(place, user=user)


def test_an_unverified_user_neither_trades_nor_withdraws(platform: Platform) -> None:
    user = new_customer(platform, kyc="pending")
    for work in (
        lambda fb: fb.orders.place("AAPL", "buy", Decimal(1), limit_price=Decimal(90)),
        lambda fb: fb.ledger.request_withdrawal(Decimal(1)),
    ):
        with pytest.raises(errors.KycRequiredError):
            platform.run(work, user=user)


def test_a_customer_is_not_the_staff(platform: Platform) -> None:
    with pytest.raises(errors.NotPermittedError):
        platform.run(lambda fb: fb.users.create(NewUser("eve@example.com")))


def test_the_staff_sees_every_account(platform: Platform) -> None:
    user = new_customer(platform)

    async def look(fb: FinanceBuy) -> set[UUID | None]:
        return {each.owner_id for each in await fb.accounts.list()}

    seen = platform.run(look, user=uuid4(), scopes=OPERATOR_SCOPES)
    assert {user, UUID(platform.demo.investor.user_id)} <= seen


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"email": "no address"}, errors.InvalidValueError, "email"),
        ({"email": " "}, errors.RequiredError, "email"),
        ({"email": "x" * 250 + "@example.com"}, errors.OutOfRangeError, "email"),
        ({"first_name": "x" * 101}, errors.OutOfRangeError, "first_name"),
    ],
)
def test_a_person_that_cannot_be_right_is_refused(
    platform: Platform, changes: dict[str, str], error: type[Exception], field: str
) -> None:
    person = {"email": "a@example.com"} | changes
    with pytest.raises(errors.FinanceBuyError) as caught:
        platform.staff(lambda fb: fb.users.create(NewUser(**person)))
    assert (type(caught.value), caught.value.field) == (error, field)


@pytest.mark.parametrize(
    ("work", "error", "field"),
    [
        (lambda fb, user: fb.users.set_kyc_status(user, "maybe"), errors.InvalidValueError,
         "kyc_status"),
        (lambda fb, _: fb.users.set_kyc_status(uuid4(), "approved"), errors.UserNotFoundError,
         "user_id"),
        (lambda fb, user: fb.accounts.open(user, account_type="secret"), errors.InvalidValueError,
         "account_type"),
        (lambda fb, user: fb.accounts.open(user, currency="XXX"), errors.InvalidValueError,
         "currency"),
        (lambda fb, _: fb.accounts.open(uuid4()), errors.UserNotFoundError, "user_id"),
        (lambda fb, user: fb.users.create_api_key(user, ["fly"]), errors.InvalidValueError,
         "scopes"),
        (lambda fb, user: fb.users.create_api_key(user, ["read"], account_id=uuid4()),
         errors.AccountNotFoundError, "account_id"),
        (lambda fb, _: fb.users.revoke_api_key("FBNOSUCHKEY000000000"), errors.KeyNotFoundError,
         "key_id"),
    ],
)  # fmt: skip
def test_the_staffs_requests_are_checked_too(
    platform: Platform,
    work: Callable[[FinanceBuy, UUID], Awaitable[Any]],
    error: type[Exception],
    field: str,
) -> None:
    user = new_customer(platform, "0")
    with pytest.raises(errors.FinanceBuyError) as caught:
        platform.staff(lambda fb: work(fb, user))
    assert (type(caught.value), caught.value.field) == (error, field)


def test_the_books_balance_after_all_of_it(platform: Platform) -> None:
    assert platform.world.check_books() == {}


def test_looking_an_order_up_by_its_name_waits_for_the_standbys(platform: Platform) -> None:
    user_id = new_customer(platform)

    async def look_up(fb: FinanceBuy) -> bool:
        placed = await fb.orders.place("AAPL", "buy", Decimal(1), limit_price=Decimal(1))
        before = platform.world.value("select pg_current_wal_insert_lsn()")
        found = await fb.orders.find(placed.client_order_id)
        assert found.order_id == placed.order_id
        # The look-up's own commit record is what waits until a standby has it.
        return bool(platform.world.value("select pg_current_wal_insert_lsn() > %s", before))

    assert platform.run(look_up, user=user_id)
