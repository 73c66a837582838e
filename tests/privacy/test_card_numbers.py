"""Card numbers that somebody typed where none belong are found, and nothing else is."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from financebuy.domain.numbers import is_card_number
from financebuy.services import card_numbers
from financebuy.services.card_numbers import CardFinding
from tests.support import world as w
from tests.support.databases import Database
from tests.support.population import Population, populate
from tests.support.world import World

VISA, AMEX, MASTER = "4111 1111 1111 1111", "378282246310005", "5555-5555-5555-4444"
"""Numbers that the brands publish for tests."""


@pytest.fixture
def there(database: Database) -> Iterator[tuple[World, Population]]:
    with World(database) as world:
        yield world, populate(world)


def found(world: World, since: datetime | None = None) -> list[CardFinding]:
    async def look() -> list[CardFinding]:
        url = world.database.url("fb_worker")
        async with await AsyncConnection.connect(url, row_factory=dict_row) as connection:
            return await card_numbers.find_cards(connection, since)

    return asyncio.run(look())


def reported(world: World, now: datetime | None = None) -> int:
    async def report() -> int:
        url = world.database.url("fb_worker")
        async with await AsyncConnection.connect(url, row_factory=dict_row) as connection:
            return await card_numbers.report_cards(connection, now)

    return asyncio.run(report())


@pytest.mark.parametrize("number", [VISA, AMEX, MASTER, "6011111111111117", "30569309025904"])
def test_a_card_number_is_known(number: str) -> None:
    assert is_card_number(number)
    digits = number.replace(" ", "").replace("-", "")
    # One digit changed, one missing, and something else with a good check digit.
    assert not is_card_number(digits[:-1] + str((int(digits[-1]) + 1) % 10))
    assert not is_card_number(digits[:-1])
    assert not is_card_number("1000000000000008")


def test_a_world_without_one_has_none(there: tuple[World, Population]) -> None:
    """Ids, references, times and amounts of everything that happens are no cards."""
    assert found(there[0]) == []


def test_what_was_typed_is_found_wherever_it_stands(there: tuple[World, Population]) -> None:
    world, people = there
    key = w.COMMON | {
        "identity": world.broker, "key": "a key", "key_id": "K" * 20, "user_id": people.ann.user_id,
        "account_id": None, "secret_hash": b"s" * 32, "scopes": "read", "expires_at": None,
        "allowed_addresses": None,
    }  # fmt: skip
    world.accepted("create_api_key", key | {"name": f"for {VISA}"})
    paid = w.deposit(people.accounts[0], 1, bank_reference=f"card {AMEX}, thanks")
    world.accepted("deposit_received", paid)
    asks = people.operators[0]
    payload = {"order_id": str(people.orders["new"]), "venue": "paper", "reason": MASTER}
    world.accepted("request_approval", w.request(asks, "order_canceled", payload))
    # Texts as long that are none: another check digit, a longer number, part of an id.
    for text in ("4111 1111 1111 1112", "41111111111111111111111", "a4111111111111111b"):
        world.accepted("deposit_received", w.deposit(people.accounts[0], 1, bank_reference=text))
    places = {(each.table_name, each.column_name, each.last_four) for each in found(world)}
    assert {
        ("api_keys", "name", "1111"),
        ("transactions", "reference_number", "0005"),
        ("approvals", "payload", "4444"),
    } <= places
    assert {four for *_, four in places} == {"1111", "0005", "4444"}


def test_each_is_put_before_a_person_once_and_without_the_number(
    there: tuple[World, Population],
) -> None:
    world, people = there
    paid = w.deposit(people.accounts[0], 1, bank_reference=f"card {AMEX}, thanks")
    world.accepted("deposit_received", paid)
    places = found(world)
    assert reported(world) == len(places) > 0
    assert reported(world) == 0
    rows = world.rows("select detail from exceptions where kind = 'card_number'")
    assert len(rows) == len(places)
    assert all(AMEX not in each.record for each in places)
    assert AMEX not in json.dumps([row["detail"] for row in rows], default=str)
    assert {row["detail"]["last_four"] for row in rows} == {"0005"}
    # The history of long ago was read before; what is written anew is read again each night.
    late = datetime.now(UTC) + card_numbers.LOOK_BACK + timedelta(hours=1)
    assert not {each.table_name for each in found(world, late)} & {"transactions", "outbox"}
