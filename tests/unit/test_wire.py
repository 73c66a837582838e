"""Numbers, bodies, cursors and keys on the wire."""

import asyncio
import contextlib
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from financebuy import errors
from financebuy.api import bodies, idempotency, money, paging, problems
from financebuy.api.auth import Credentials
from financebuy.api.briefly import SECONDS, Briefly

amounts = st.decimals(
    min_value=-(10**20), max_value=10**20, allow_nan=False, allow_infinity=False, places=9
)


@given(amounts)
def test_a_number_survives_the_way_in_and_out(amount: Decimal) -> None:
    parsed = bodies.parse(f'{{"text": "{amount:f}", "number": {amount:f}}}'.encode())
    assert money.exact(parsed["text"]) == money.exact(parsed["number"]) == amount
    for text in (money.plain(amount), money.money(amount)):
        assert Decimal(text) == amount
        assert "E" not in text.upper()


@pytest.mark.parametrize(
    ("value", "plain", "with_cents"),
    [
        ("0", "0", "0.00"),
        ("-0.00", "0", "0.00"),
        ("1E+3", "1000", "1000.00"),
        ("1E-9", "0.000000001", "0.000000001"),
        ("10.50", "10.5", "10.50"),
        ("100", "100", "100.00"),
    ],
)
def test_how_a_number_is_written(value: str, plain: str, with_cents: str) -> None:
    number = Decimal(value)
    assert (money.plain(number), money.money(number)) == (plain, with_cents)


@given(st.text(max_size=80) | st.binary().map(repr))
def test_no_text_breaks_the_reading_of_a_number(text: str) -> None:
    try:
        number = money.exact(text)
    except PydanticCustomError:
        return
    assert number.is_finite()
    assert abs(number) < 10**31


@given(st.binary(max_size=200))
def test_no_body_breaks_its_reading(body: bytes) -> None:
    with contextlib.suppress(problems.MalformedError):
        bodies.parse(body)


@given(st.uuids(), st.uuids())
def test_cursors_come_back(first: UUID, second: UUID) -> None:
    assert paging.unseal_id(paging.seal(str(first))) == first
    assert paging.unseal_ids(paging.seal(f"{first} {second}")) == (first, second)


@given(st.text(max_size=100))
def test_a_forged_cursor_is_refused_or_harmless(cursor: str) -> None:
    with contextlib.suppress(errors.InvalidValueError):
        assert isinstance(paging.unseal_id(cursor), UUID)


@given(st.lists(st.integers(), unique=True, max_size=30), st.integers(1, 7))
def test_pages_of_a_list_are_the_list(items: list[int], limit: int) -> None:
    seen: list[int] = []
    cursor: str | None = None
    for _ in range(40):
        page, cursor = paging.page_of(items, limit, cursor, str)
        seen += page
        if cursor is None:
            break
    assert seen == items


def test_a_reference_is_short_and_its_callers_own() -> None:
    mine, other = uuid4(), uuid4()
    for key in ("k", "k" * 255):
        assert idempotency.reference(mine, key) == idempotency.reference(mine, key)
        assert idempotency.reference(mine, key) != idempotency.reference(other, key)
        assert len(idempotency.reference(mine, key)) <= 100
    assert idempotency.reference(mine, None) != idempotency.reference(mine, None)


@pytest.mark.parametrize(
    ("error", "status", "code", "retry_after"),
    [
        (errors.TryAgainError(), 503, 50310000, "1"),
        (errors.OutcomeUnknownError(), 503, 50320000, None),
        (errors.FinanceBuyError(), 500, 50010000, None),
    ],
)
def test_only_what_was_not_written_invites_a_repeat(
    error: errors.FinanceBuyError, status: int, code: int, retry_after: str | None
) -> None:
    answer = problems.response(error, "a-request")
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == retry_after
    assert problems.document(error, "a-request")["code"] == code


def test_no_error_has_a_status_that_clients_repeat_by_themselves() -> None:
    """Alpaca's client sends anything again on 429 and 504, a placed order too.

    Limits may say 429: they are looked at before anything of a request is read.
    """

    def all_of(error: type[errors.FinanceBuyError]) -> list[type[errors.FinanceBuyError]]:
        return [error, *(each for child in error.__subclasses__() for each in all_of(child))]

    repeated = [each for each in all_of(errors.FinanceBuyError) if each.status in {429, 504}]
    assert {*repeated} == {*all_of(errors.TooManyRequestsError)}
    assert {each.status for each in repeated} == {429}


def test_an_answer_is_remembered_for_a_second() -> None:
    now, asked = 0.0, 0

    async def ask() -> int:
        nonlocal asked
        asked += 1
        return asked

    cache = Briefly[int](lambda: now)

    def find(key: str) -> int:
        return asyncio.run(cache.find(key, ask))

    assert [find("a"), find("a"), find("b")] == [1, 1, 2]
    now += SECONDS
    assert find("a") == 3


def test_a_failure_is_not_remembered() -> None:
    async def refuse() -> int:
        raise errors.UnauthorizedError

    async def let_in() -> int:
        return 1

    cache = Briefly[int]()
    with pytest.raises(errors.UnauthorizedError):
        asyncio.run(cache.find("a", refuse))
    assert asyncio.run(cache.find("a", let_in)) == 1


def test_credentials_tell_nothing() -> None:
    key = Credentials("FBKEY", "the-secret")
    assert "the-secret" not in repr(key)
    assert key.digest != Credentials("FBKEYt", "he-secret").digest
