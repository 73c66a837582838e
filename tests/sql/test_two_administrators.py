"""An administrator makes nobody alone who could be their own second pair of eyes."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from financebuy.services.caller import PLATFORM
from financebuy.sql import load
from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import COMMON, World

RULES = ("read", "inspect", "broker", "operations", "admin")


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        yield world


def ask(world: World, query: str, by: UUID, **row: Any) -> object:
    given = {"identity": world.token(by, *RULES), **COMMON} | row
    (done,) = world.as_role("fb_broker").execute(getattr(load("people"), query), given).fetchall()
    return done["problem"]


def give(world: World, by: UUID, user_id: UUID, role: str | None) -> object:
    return ask(world, "set_staff_role", by, user_id=user_id, role=role)


def role_of(world: World, user_id: UUID) -> object:
    rows = world.rows("select role from staff_roles where user_id = %s", user_id)
    return rows[0]["role"] if rows else None


def request(world: World, by: UUID, user_id: UUID, role: str) -> Any:
    payload = {"user_id": str(user_id), "role": role}
    row = w.request(world.token(by, *RULES), "staff_role", payload)
    return world.do("request_approval", row)


def decide(world: World, by: UUID, approval: UUID, *scopes: str) -> Any:
    row = w.decision(world.token(by, *(scopes or RULES)), approval)
    return world.do("decide_approval", row)


def test_a_single_administrator_makes_the_second(world: World) -> None:
    """There is nobody to ask; it is recorded in their name."""
    one, two = world.staff("admin").user_id, world.staff("read").user_id
    assert give(world, one, two, "admin") is None
    (line,) = world.rows(
        "select actor from audit_log where table_name = 'staff_roles' and record_id = %s"
        " and new_values ->> 'role' = 'admin'", str(two),
    )  # fmt: skip
    assert line["actor"] == f"user:{one}"


@pytest.mark.parametrize("role", ["admin", "operate"])
def test_where_there_is_another_one_it_takes_both(world: World, role: str) -> None:
    one, two = (world.staff("admin").user_id for _ in range(2))
    puppet, operator = world.staff("read").user_id, world.staff().user_id
    assert give(world, one, puppet, role) == "approval_required"
    assert role_of(world, puppet) == "read"
    asked = request(world, one, puppet, role)
    assert asked.outcome == "accepted", asked
    approval = asked.command_id
    assert decide(world, one, approval).code == "second_operator_required"
    assert decide(world, puppet, approval).code == "second_operator_required"
    assert decide(world, operator, approval, "operations").code == "not_permitted"
    assert role_of(world, puppet) == "read"
    done = decide(world, two, approval)
    assert (done.outcome, role_of(world, puppet)) == ("accepted", role)
    (line,) = world.rows(
        "select actor from audit_log where table_name = 'staff_roles' and record_id = %s"
        " and new_values ->> 'role' = %s", str(puppet), role,
    )  # fmt: skip
    assert line["actor"] == f"user:{two}"


def test_what_confirms_nothing_is_given_by_one(world: World) -> None:
    one, _ = (world.staff("admin").user_id for _ in range(2))
    colleague = world.staff().user_id
    for role in ("read", None, "read"):
        assert give(world, one, colleague, role) is None
        assert role_of(world, colleague) == role


def test_nobody_becomes_the_only_one_first(world: World) -> None:
    one, two = (world.staff("admin").user_id for _ in range(2))
    puppet = world.staff("read").user_id
    for role in ("operate", "read", None):
        assert give(world, one, two, role) == "approval_required"
    assert ask(world, "set_user_active", one, user_id=two, is_active=False) is None
    assert give(world, one, two, None) == "approval_required"
    assert give(world, one, puppet, "admin") == "approval_required"
    approval = request(world, one, puppet, "admin").command_id
    assert decide(world, one, approval).code == "second_operator_required"
    # Whoever has the server has everything anyway: it ends the role of one who has gone.
    assert give(world, PLATFORM.user_id, two, None) is None
    assert give(world, one, puppet, "admin") is None


def test_whoever_asked_must_still_be_an_administrator(world: World) -> None:
    one, two = (world.staff("admin").user_id for _ in range(2))
    puppet = world.staff("read").user_id
    approval = request(world, one, puppet, "admin").command_id
    assert give(world, PLATFORM.user_id, one, "operate") is None
    refused = decide(world, two, approval)
    assert (refused.code, refused.field) == ("not_permitted", "approval_id")
    assert role_of(world, puppet) == "read"


def test_it_is_asked_for_by_administrators_of_colleagues(world: World) -> None:
    one, puppet = world.staff("admin").user_id, world.staff("read").user_id
    payload = {"user_id": str(puppet), "role": "admin"}
    operator = world.token(world.staff().user_id, "operations")
    assert world.do("request_approval", w.request(operator, "staff_role", payload)).code == (
        "not_permitted"
    )
    assert request(world, one, world.user().user_id, "admin").code == "not_staff"
    assert request(world, one, one, "read").code == "second_operator_required"
    assert request(world, one, puppet, "king").field == "role"
