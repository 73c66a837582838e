"""What the venue refuses, and why: the order says it, and so does its history."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import World


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        world.open_market()
        yield world
        assert world.check_books() == {}


def order(world: World, order_id: UUID) -> dict[str, Any]:
    (row,) = world.rows(
        "select o.status, o.held, o.reject_reason, o.terminal_at is not null as ended,"
        " a.held as held_cash from orders as o join accounts as a using (account_id)"
        " where o.order_id = %s",
        order_id,
    )
    return row


def history(world: World, order_id: UUID) -> list[tuple[str, str | None]]:
    rows = world.rows(
        "select event, reason from order_events where order_id = %s order by event_seq", order_id
    )
    return [(row["event"], row["reason"]) for row in rows]


def test_a_rejected_order_says_why_and_holds_nothing(world: World) -> None:
    user = world.user()
    account, stock = world.account(user, 1_000), world.security("AAA")
    placed = world.accepted("place_order", w.order(user.token, account, stock))
    assert order(world, placed)["held_cash"] == 100
    world.accepted("order_rejected", w.fact("order_rejected", placed, "trading is halted"))
    assert order(world, placed) == {
        "status": "rejected", "held": 0, "reject_reason": "trading is halted", "ended": True,
        "held_cash": 0,
    }  # fmt: skip
    assert history(world, placed) == [("placed", None), ("rejected", "trading is halted")]


def test_a_cancel_that_the_venue_refuses_leaves_the_order_as_it_was(world: World) -> None:
    """The hold stays, the order may fill, and its cancel may be asked for again."""
    user = world.user()
    account, stock = world.account(user, 1_000), world.security("AAA")
    placed = world.accepted("place_order", w.order(user.token, account, stock, quantity=Decimal(2)))
    world.accepted("order_acknowledged", w.fact("order_acknowledged", placed, "V-1"))
    world.accepted("execution", w.execution(placed, 1, 99))
    world.accepted("cancel_order", w.cancel(user.token, placed))
    world.accepted("cancel_rejected", w.fact("cancel_rejected", placed, "too late"))
    assert order(world, placed) == {
        "status": "partially_filled", "held": 100, "reject_reason": None, "ended": False,
        "held_cash": 100,
    }  # fmt: skip
    assert history(world, placed)[-2:] == [
        ("cancel_requested", None),
        ("cancel_rejected", "too late"),
    ]
    world.accepted("cancel_order", w.cancel(user.token, placed))
    world.accepted("order_canceled", w.fact("order_canceled", placed, "as asked"))
    assert (order(world, placed)["status"], order(world, placed)["held_cash"]) == ("canceled", 0)
    assert history(world, placed)[-1] == ("canceled", "as asked")
